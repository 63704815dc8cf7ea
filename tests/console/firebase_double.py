"""Google's two endpoints for signing in by e-mail, as the Firebase Auth emulator has them, for one user.

The official emulator comes with npm's `firebase-tools` alone. As its own, the tokens made here are unsigned: a server
takes them when `FIREBASE_AUTH_EMULATOR_HOST` says so.
"""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.load import LOAD_SECONDS

EMAIL, PASSWORD = "mira@example.com", "correct horse"
PROJECT, WEB_KEY = "demo-project", "demo-web-key"


class FirebaseDouble:
    """What it lets in, and how often it was asked for a token."""

    def __init__(self) -> None:
        self.renewals = 0
        self.disabled = False
        self.seconds = 3600
        """How long it says that a token lasts."""
        self.host = ""

    def sign_in(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """`accounts:signInWithPassword`."""
        if (body.get("email"), body.get("password")) != (EMAIL, PASSWORD):
            return 400, _refusal("INVALID_LOGIN_CREDENTIALS")
        answer = {"idToken": _token(), "refreshToken": "refresh-1", "expiresIn": str(self.seconds)}
        return 200, {**answer, "localId": "mira", "email": EMAIL, "registered": True}

    def renew(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """`token`."""
        if self.disabled or form != {"grant_type": ["refresh_token"], "refresh_token": ["refresh-1"]}:
            return 400, _refusal("USER_DISABLED")
        self.renewals += 1
        tokens = {"id_token": _token(), "refresh_token": "refresh-1", "expires_in": str(self.seconds)}
        return 200, {**tokens, "token_type": "Bearer", "user_id": "mira", "project_id": PROJECT}


def _refusal(code: str) -> dict[str, Any]:
    return {
        "error": {"code": 400, "message": code, "errors": [{"message": code, "domain": "global", "reason": "invalid"}]}
    }


def _token() -> str:
    now = int(time.time())
    claims = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "sub": "mira",
        "user_id": "mira",
        "auth_time": now,
        "iat": now,
        "exp": now + 3600,
        "wallet_role": "operate",
        "firebase": {"sign_in_provider": "password", "identities": {"email": [EMAIL]}},
    }
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts), ""]
    )


@contextlib.contextmanager
def firebase_double() -> Iterator[FirebaseDouble]:
    """It listens on this machine while this lasts."""
    double = FirebaseDouble()

    class Handler(BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:
            self._answer(200, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            url = urlsplit(self.path)
            if parse_qs(url.query) != {"key": [WEB_KEY]}:
                self._answer(400, _refusal("API_KEY_INVALID"))
            elif url.path == "/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword":
                self._answer(*double.sign_in(json.loads(body)))
            elif url.path == "/securetoken.googleapis.com/v1/token":
                self._answer(*double.renew(parse_qs(body)))
            else:
                self._answer(404, {})

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "*")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        double.host = f"127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield double
        listening.shutdown()
        thread.join(LOAD_SECONDS)
