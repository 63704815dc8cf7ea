"""A session in the base URL: `/__mock__/s/NAME/api/...` is `/api/...` in the session NAME."""

from __future__ import annotations

from collections.abc import Awaitable
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFIX = b"/__mock__/s/"


class SessionPath:
    """Turns the prefix into the session's header, which it replaces; `Location` keeps the prefix."""

    def __init__(self, app: ASGIApp, *, header: bytes) -> None:
        """`header` is the session's, in lower case."""
        self._app = app
        self._header = header

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass on one request."""
        raw: bytes = (scope.get("raw_path") or scope["path"].encode()) if scope["type"] == "http" else b""
        if not raw.startswith(_PREFIX):
            return self._app(scope, receive, send)
        name, slash, rest = raw.removeprefix(_PREFIX).partition(b"/")
        prefix = _PREFIX + name
        headers = [(key, value) for key, value in scope["headers"] if key != self._header]
        session = unquote_to_bytes(name)
        path = slash + rest or b"/"
        scope = {
            **scope,
            "raw_path": path,
            "path": unquote_to_bytes(path).decode(errors="replace"),
            "headers": [*headers, (self._header, session)],
        }

        async def with_prefix(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (key, prefix + value if key == b"location" and value.startswith(b"/") else value)
                    for key, value in message["headers"]
                ]
            await send(message)

        return self._app(scope, receive, with_prefix)
