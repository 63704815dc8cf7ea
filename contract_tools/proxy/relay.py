"""Passing bodies on, both ways: a request's within a limit, an answer's as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import httpx
from starlette.types import Message, Receive, Send

from contract_tools.proxy.upstream import Header, Upstream, UpstreamFailed, end_to_end, why
from server.operations.json_body import Disconnected

MOST_KEPT = 4 * 1024 * 1024
"""Bytes of an answer that is recorded; of larger ones nothing is."""

_WITHOUT_BODY = {204, 304}


class RequestBody:
    """A request's body, remembered while somebody reads it by `receive`."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        """`limit` is in bytes; `seconds` are those of `rest`."""
        self._receive = receive
        self._limit = limit
        self._seconds = seconds
        self._ended = False
        self._read = bytearray()

    async def receive(self) -> Message:
        """The request's next message."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += message.get("body", b"")
            self._ended = not message.get("more_body", False)
        return message

    async def rest(self) -> bytes | None:
        """All of the body, what was not read yet included; None where it is beyond the limit.

        Raises:
            Disconnected: when the client leaves.
            TimeoutError: when it takes longer.
        """
        async with asyncio.timeout(self._seconds):
            while not self._ended and len(self._read) <= self._limit:
                if (await self.receive())["type"] == "http.disconnect":
                    raise Disconnected
        return bytes(self._read) if len(self._read) <= self._limit else None


async def relay(
    answer: httpx.Response,
    receive: Receive,
    send: Send,
    *,
    pieces: AsyncIterator[bytes] | None = None,
    begun: bytes = b"",
    more: Sequence[Header] = (),
) -> bytes | None:
    """Pass an answer on as it comes, with `more` headers: what was `begun` to be read, then the `pieces` that are left.

    Returns the body, as far as `MOST_KEPT` and some; None where it did not come to its end.
    """
    kept = bytearray(begun)
    try:
        headers = [*end_to_end(answer.headers.raw), *more]
        if answer.status_code in _WITHOUT_BODY:
            headers = [pair for pair in headers if pair[0] != b"content-length"]  # that of another answer
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        if begun:
            await send({"type": "http.response.body", "body": begun, "more_body": True})
        async with aclosing(_while_connected(pieces or answer.aiter_raw(), receive)) as left:
            async for chunk in left:
                if len(kept) <= MOST_KEPT:
                    kept += chunk
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except (UpstreamFailed, Disconnected):
        return None  # without an end, so that the client sees that one is missing
    finally:
        await answer.aclose()
    await send({"type": "http.response.body", "body": b""})
    return bytes(kept)


async def _while_connected(pieces: AsyncIterator[bytes], receive: Receive) -> AsyncGenerator[bytes, None]:
    """The pieces of an answer. Raises `UpstreamFailed` where it breaks off, `Disconnected` when the client leaves."""
    gone = asyncio.ensure_future(_disconnected(receive))
    piece: asyncio.Task[bytes | None] | None = None
    try:
        while True:
            piece = asyncio.create_task(_next(pieces))
            await asyncio.wait({piece, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not piece.done():
                raise Disconnected
            try:
                chunk = piece.result()
            except httpx.HTTPError as error:
                raise UpstreamFailed(why(error)) from error
            if chunk is None:
                return
            yield chunk
    finally:
        for task in (gone, piece):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.wait({task})


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    return await anext(pieces, None)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def lifespan(receive: Receive, send: Send, upstream: Upstream) -> None:
    """Start at once, and close the connections at the end."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await upstream.aclose()
    await send({"type": "lifespan.shutdown.complete"})
