"""The node's HTTP side, an ASGI application: POST of JSON to any path, bounded as a node's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from math import ceil
from typing import Any

from backends.errors import ChainError, ChainRateLimited, ChainTimeout
from backends.mock.fault_injector import GatewayTimeout

from .json_rpc import JsonRpc

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MOST_BODY = 50 * 1024
"""Bytes of a request, as nodes allow."""
_SILENT_SECONDS = 60.0
"""After which a call that is never answered ends all the same."""
_TEXT = b"text/plain; charset=utf-8"
_JSON = b"application/json; charset=utf-8"


class NodeApplication:
    """Serves one node. `GET /health` is for people and for whoever waits for it."""

    def __init__(self, rpc: JsonRpc) -> None:
        self._rpc = rpc

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        if scope["method"] == "GET" and scope["path"] == "/health":
            await _reply(send, 200, b"ok")
        elif scope["method"] == "OPTIONS":
            await _reply(send, 200, b"", (b"allow", b"OPTIONS, POST"), media_type=_JSON)
        elif scope["method"] != "POST":
            await _reply(send, 405, b"Used HTTP Method is not allowed. POST or OPTIONS is required\n")
        elif not _is_json(scope):
            said = b"Supplied content type is not allowed. Content-Type: application/json is required\n"
            await _reply(send, 415, said)
        else:
            await self._answer(receive, send)

    async def _answer(self, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            await _reply(send, 413, b"Request body is too large\n")
            return
        try:
            answer = await self._rpc.answer(body)
        except ChainRateLimited as limited:
            seconds = str(max(1, ceil(limited.retry_after or 1))).encode()
            await _reply(send, 429, b"Too Many Requests\n", (b"retry-after", seconds))
        except ChainTimeout as late:
            if not isinstance(late, GatewayTimeout):
                await _say_nothing(receive)
            await _reply(send, 504, b"Gateway Timeout\n")
        except ChainError:
            await _reply(send, 503, b"Service Unavailable\n")
        else:
            await _reply(send, 200, answer, media_type=_JSON)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"].removeprefix("lifespan.")
        await send({"type": f"lifespan.{event}.complete"})
        if event == "shutdown":
            return


async def _body(receive: Receive) -> bytes | None:
    """A request's body; None for one that is too large, of which no more than that was kept."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _say_nothing(receive: Receive) -> None:
    """Until the client gives up, or a minute is over."""
    try:
        async with asyncio.timeout(_SILENT_SECONDS):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass


def _is_json(scope: Message) -> bool:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return bool(value.partition(b";")[0].strip().lower() == b"application/json")
    return False


async def _reply(send: Send, status: int, body: bytes, *more: tuple[bytes, bytes], media_type: bytes = _TEXT) -> None:
    headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
