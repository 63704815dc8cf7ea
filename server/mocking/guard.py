"""Who may steer the mock: no page of a foreign origin, and nobody under a foreign host name.

A page on the Internet can make its visitor's browser call `http://127.0.0.1:8000`. Its `Origin` gives it away; and when
its own name is made to point here (DNS rebinding), the `Host` does.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from generated_models import ProblemCode
from server.loopback import is_loopback
from server.operations.validation_errors import show
from server.problems import RequestRejected, problem_reply
from server.settings import Settings


def mock_guard(settings: Settings) -> Callable[[ASGIApp], ASGIApp]:
    """Puts a guard before an operation. It answers 403 to origins that `WALLET_CORS_ORIGINS` does not list (unset: that
    are not on this machine), and to host names other than the loopback's where the server listens on nothing else.
    """
    origins = settings.wallet_cors_origins
    only_loopback = is_loopback(settings.host)

    def around(operation: ASGIApp) -> ASGIApp:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                _check(scope, origins, only_loopback=only_loopback)
            except RequestRejected as error:
                await problem_reply(error, scope["request_id"]).send(send, head=scope["method"] == "HEAD")
            else:
                await operation(scope, receive, send)

        return guarded

    return around


def _check(scope: Scope, origins: tuple[str, ...] | None, *, only_loopback: bool) -> None:
    for key, raw in scope["headers"]:
        value = raw.decode("latin-1")
        if key == b"origin" and not _may(value, origins):
            raise _forbidden(
                "Pages of this origin may not steer the mock; WALLET_CORS_ORIGINS lists those that may.",
                "/header/Origin",
                ", ".join(origins) if origins else "an origin on this machine, such as http://localhost:5173",
                value,
            )
        if key == b"host" and only_loopback and not is_loopback(_host(f"//{value}")):
            raise _forbidden(
                "The mock listens on this machine alone; steer it under that name.",
                "/header/Host",
                "localhost, 127.0.0.1 or [::1]",
                value,
            )


def _may(origin: str, origins: tuple[str, ...] | None) -> bool:
    if origins is None:
        return is_loopback(_host(origin))
    return "*" in origins or origin in origins


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _forbidden(detail: str, where: str, expected: str, got: str) -> RequestRejected:
    return RequestRejected(
        ProblemCode.forbidden, detail, errors=[{"where": where, "expected": expected[:500], "got": show(got)}]
    )
