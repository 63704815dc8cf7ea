"""Servers that drift from the contract in one way each, and a place to run them: a thread with a real port."""

from __future__ import annotations

import asyncio
import functools
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backends.base import Answer, AnswerKind, WalletBackend
from backends.mock.factory import build_mock
from backends.orchestrator.policy import Policy
from server.access.api_keys import MOCK_KEYS
from server.access.guard import Access
from server.app import create_app
from server.contract import load_contract, read_contract
from server.settings import load_settings

CREDENTIAL = {"X-API-Key": "mock-operate"}
Headers = dict[str, str]
Edit = Callable[[Scope, int, Headers, Any], tuple[int, Any]]
"""Changes an answer: gets the request's scope, status, headers (to change in place) and JSON body."""


@dataclass(frozen=True)
class Drift:
    """What is wrong with a server: an answer is edited, the contract that validates replaced, a method wrapped."""

    answer: Edit | None = None
    contract: Callable[[str], str] | None = None
    backend: Callable[[WalletBackend], Any] | None = None


def _is(scope: Scope, method: str, path: str) -> bool:
    return scope["method"] == method and re.fullmatch(path, scope["path"]) is not None


def _missing_field(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and "wallet" in body:
        body["wallet"].pop("launch_count", None)
    return status, body


def _added_field(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and "schedule_id" in body:
        body["colour"] = "red"
    return status, body


def _wrong_status(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    return (200, body) if _is(scope, "POST", "/api/wallets") and status == 201 else (status, body)


def _other_error_status(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and body.get("code") == "unknown_wallet":
        return 404, {**body, "status": 404}
    return status, body


def _other_code(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and body.get("code") == "wallet_exists":
        body = {**body, "code": "launch_conflict", "type": "urn:problem-type:launch_conflict"}
    return status, body


def _other_title(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and body.get("code") == "wallet_not_found":
        body["title"] = "Not found."
    return status, body


def _without(name: str) -> Edit:
    def edit(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
        headers.pop(name, None)
        return status, body

    return edit


def _number_for_text(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and body.get("amount_sol"):
        body["amount_sol"] = float(body["amount_sol"])
    return status, body


def _zero_for_unknown(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and "wallet" in body and body["wallet"].get("last_balance_lamports") is None:
        body["wallet"].update(last_balance_lamports="0", last_balance_sol="0")
    return status, body


def _wrong_place(scope: Scope, status: int, headers: Headers, body: Any) -> tuple[int, Any]:
    if "location" in headers:
        headers["location"] = headers["location"].replace("/api/wallets", "/wallets")
    return status, body


class _Wrapped:
    """A backend with one method replaced; the others, and everything else, are its own."""

    def __init__(self, backend: WalletBackend, **methods: Any) -> None:
        self._backend = backend
        for name, method in methods.items():
            setattr(self, name, functools.wraps(getattr(backend, name))(method))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def _delete_nothing(backend: WalletBackend) -> _Wrapped:
    async def delete_wallet(**given: Any) -> Any:
        await backend.get_wallet(wallet_address=given["wallet_address"])
        return Answer(AnswerKind.EMPTY, None)

    return _Wrapped(backend, delete_wallet=delete_wallet)


def _forget_notes(backend: WalletBackend) -> _Wrapped:
    async def update_wallet(**given: Any) -> Any:
        given["body"] = given["body"].model_copy(update={"notes": None})
        return await backend.update_wallet(**given)

    return _Wrapped(backend, update_wallet=update_wallet)


def _ignore_versions(backend: WalletBackend) -> _Wrapped:
    async def update_wallet(**given: Any) -> Any:
        return await backend.update_wallet(**{**given, "if_match": None})

    return _Wrapped(backend, update_wallet=update_wallet)


def _replaced(pattern: str, by: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        changed, count = re.subn(pattern, by, text, count=1, flags=re.DOTALL)
        assert count == 1, pattern
        return changed

    return change


DRIFTS: dict[str, Drift] = {
    "a missing field": Drift(answer=_missing_field),
    "a field that is not in the contract": Drift(answer=_added_field),
    "a wrong status": Drift(answer=_wrong_status),
    "another status for an error": Drift(answer=_other_error_status),
    "another code": Drift(answer=_other_code),
    "another title": Drift(answer=_other_title),
    "no ETag": Drift(answer=_without("etag")),
    "no Location": Drift(answer=_without("location")),
    "another Location": Drift(answer=_wrong_place),
    "no Allow": Drift(answer=_without("allow")),
    "no Cache-Control": Drift(answer=_without("cache-control")),
    "a number for a text": Drift(answer=_number_for_text),
    "zero for unknown": Drift(answer=_zero_for_unknown),
    "a looser pattern": Drift(contract=_replaced(r"(\n    RequestSolAmount:\n.*?pattern: )[^\n]*", r"\1'^.*$'")),
    "a longer text taken": Drift(contract=_replaced(r"(\n    Tag:\n.*?maxLength: )32", r"\g<1>64")),
    "a higher limit": Drift(contract=_replaced(r"(name: page_size.*?maximum: )200", r"\g<1>500")),
    "another default": Drift(contract=_replaced(r"(name: page_size.*?default: )50", r"\g<1>2")),
    "a delete that does nothing": Drift(backend=_delete_nothing),
    "a PUT that forgets a field": Drift(backend=_forget_notes),
    "versions not compared": Drift(backend=_ignore_versions),
}


class _Edited:
    """Edits finished answers that are JSON or have no body."""

    def __init__(self, app: ASGIApp, edit: Edit) -> None:
        self._app = app
        self._edit = edit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].endswith("/events"):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, collect)
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        is_json = "json" in headers.get("content-type", "") and body
        status, value = self._edit(scope, start["status"], headers, json.loads(body) if is_json else None)
        if is_json:
            body = json.dumps(value).encode()
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
        raw = [(name.encode(), text.encode()) for name, text in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


@contextmanager
def served(drift: Drift | None = None) -> Iterator[str]:
    """The URL of a mock server without wallets; drifting, it no longer checks its own answers."""
    drift = drift or Drift()
    settings = load_settings({"wallet_check_responses": False})
    policy = Policy(portfolio_ttl=timedelta(0), refresh_cooldown=timedelta(0))
    contract = load_contract()
    if drift.contract is not None:
        contract = read_contract(drift.contract(contract.text.decode()).encode())
    ready = threading.Event()
    servers: list[uvicorn.Server] = []
    # Without IPPROTO_TCP asyncio does not set TCP_NODELAY: 45 ms a request.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))

        async def serve() -> None:
            backend: Any = await build_mock(world="empty", seed=42, policy=policy)
            if drift.backend is not None:
                backend = drift.backend(backend)
            access = Access(MOCK_KEYS, None)
            app: ASGIApp = create_app(backend, settings=settings, contract=contract, access=access)
            if drift.answer is not None:
                app = _Edited(app, drift.answer)
            config = uvicorn.Config(app, log_config=None, ws="none", access_log=False, lifespan="on")
            servers.append(uvicorn.Server(config))
            ready.set()
            await servers[0].serve([listener])

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert ready.wait(30)
        while not servers[0].started:
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            servers[0].should_exit = True
            thread.join(20)
