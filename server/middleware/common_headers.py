"""What every answer carries, whoever made it, and the last stop for errors."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backends.errors import StoreUnavailable
from backends.request_context import CALLER, Caller
from server.content_coding import takes_gzip
from server.middleware.compression import Compression
from server.middleware.cors import Cors
from server.problems import problem_reply

logger = logging.getLogger(__name__)

# Short enough to hold no keypair, and nothing that could forge a line of a log.
_SANE = re.compile(rb"[A-Za-z0-9._~-]{1,63}")
_IDS_AT_ONCE = 256
_HEX_DIGITS = 32
_VARY = (b"vary", b"Accept-Encoding")


class CommonHeaders:
    """Gives each request its id and its caller's context, and each answer its common headers."""

    def __init__(self, app: ASGIApp, *, backend_name: str, cors: Cors) -> None:
        self._app = app
        self._backend_name = backend_name
        self._cors = cors
        self._ids = _RequestIds()
        self._compression = Compression()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of any type."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = origin = asked = accepted = None
        for key, value in scope["headers"]:
            if key == b"x-request-id":
                request_id = value
            elif key == b"origin":
                origin = value
            elif key == b"access-control-request-method":
                asked = value
            elif key == b"accept-encoding":
                accepted = value if accepted is None else accepted + b"," + value
        sane = request_id is not None and _SANE.fullmatch(request_id)
        name = sane[0].decode() if sane else self._ids.new()
        scope["request_id"] = name
        scope["backend"] = self._backend_name
        CALLER.set(Caller(request_id=name))
        cors = self._cors.of_no_origin if origin is None else self._cors.headers(origin)
        common = [(b"x-request-id", name.encode()), *cors, _VARY]
        started = False
        if accepted is not None and takes_gzip(accepted):
            send = self._compression.around(send, head=scope["method"] == "HEAD")

        def send_with_common(message: Message) -> Awaitable[None]:  # no coroutine of its own: every message comes by
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own: Sequence[tuple[bytes, bytes]] = message["headers"]
                message["headers"] = [*own, *common, (b"x-backend", scope["backend"].encode())]
            return send(message)

        try:
            if origin is not None and asked is not None and scope["method"] == "OPTIONS":
                await self._cors.preflight(scope["headers"], origin).send(send_with_common)
                return
            await self._app(scope, receive, send_with_common)
        except asyncio.CancelledError:
            # The process ends, and this took longer than it could wait for.
            if not started:
                stopping = StoreUnavailable("The process is shutting down; nothing is known of the outcome.")
                await problem_reply(stopping, name).send(send_with_common)
            raise
        except Exception as error:
            logger.exception("a request failed outside of its operation")
            if not started:
                await problem_reply(error, name).send(send_with_common)


class _RequestIds:
    """Ids of 128 random bits each, of which the system is asked for many at once."""

    def __init__(self) -> None:
        self._drawn = ""
        self._used = 0

    def new(self) -> str:
        """An id that was never given before, and that nobody can foresee."""
        if self._used == len(self._drawn):
            self._drawn, self._used = secrets.token_hex(_IDS_AT_ONCE * _HEX_DIGITS // 2), 0
        start = self._used
        self._used = start + _HEX_DIGITS
        return f"req_{self._drawn[start : self._used]}"
