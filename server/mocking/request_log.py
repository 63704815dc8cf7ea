"""A line a request in the mock's terminal: method, path, status, milliseconds, session."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable
from urllib.parse import unquote, unquote_plus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.middleware.route_labels import route_template
from server.operations.secret_detection import is_secret

logger = logging.getLogger(__name__)

_REFUSED = (400, 422)
_LONGEST = 200


class RequestLog:
    """Around the whole application. Paths are shown as they were sent, unless they hold what must not be repeated."""

    def __init__(self, app: ASGIApp, *, header: bytes) -> None:
        """`header` is the session's, in lower case."""
        self._app = app
        self._header = header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of any type."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status: int | None = None

        def noting(message: Message) -> Awaitable[None]:  # no coroutine of its own: every message comes by
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            return send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            milliseconds = (time.perf_counter() - started) * 1000
            session = next((value for name, value in scope["headers"] if name == self._header), b"")
            shown = f" [{session.decode('latin-1')[:64]}]" if session and status not in _REFUSED else ""
            logger.info(
                "%s %s %s %.0f ms%s", scope["method"], _path(scope, status), status or "dropped", milliseconds, shown
            )


def _path(scope: Scope, status: int | None) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    text = (raw + (b"?" + scope["query_string"] if scope["query_string"] else b"")).decode("latin-1")
    if status in _REFUSED or any(map(is_secret, {unquote(text), unquote_plus(text)})):
        return route_template(scope)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
