"""Answers that are sent piece by piece while they are made: Server-Sent Events and downloads."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from starlette.types import Receive, Send

from backends.base import Download, ServerEvent
from server.draining import Draining
from server.reply import Reply

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0


class EventStream:
    """Sends events until they end, the client leaves, the process shuts down, or `seconds` are over (a client then
    connects again, elsewhere perhaps).
    """

    def __init__(
        self,
        events: AsyncIterator[ServerEvent],
        headers: list[tuple[bytes, bytes]],
        *,
        seconds: float,
        draining: Draining,
    ) -> None:
        self._events = events
        self._headers = headers
        self._seconds = seconds
        self._draining = draining

    async def send(self, receive: Receive, send: Send, *, head: bool = False) -> None:
        """Send it all. The iterator is closed in every case."""
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        try:
            if not head:
                await self._pump(receive, send)
        except Exception:
            # The status is on the wire already: ending the stream early is all that can still be said.
            logger.exception("an event stream broke")
        finally:
            close = getattr(self._events, "aclose", None)
            if close is not None:
                await close()
        await send({"type": "http.response.body", "body": b""})

    async def _pump(self, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._seconds
        disconnected = asyncio.ensure_future(_disconnected(receive))
        following = asyncio.ensure_future(_next(self._events))
        stopping = asyncio.ensure_future(self._draining.wait())
        try:
            # A comment at once: proxies and clients then know that the stream is open, however long nothing happens.
            await send({"type": "http.response.body", "body": b": open\n\n", "more_body": True})
            while (left := end - loop.time()) > 0:
                done, _ = await asyncio.wait(
                    {disconnected, following, stopping},
                    timeout=min(HEARTBEAT_SECONDS, left),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if disconnected in done or stopping in done:
                    return
                if following in done:
                    event = following.result()
                    if event is None:
                        return
                    await send({"type": "http.response.body", "body": encode(event), "more_body": True})
                    following = asyncio.ensure_future(_next(self._events))
                elif end - loop.time() > 0:
                    await send({"type": "http.response.body", "body": b": heartbeat\n\n", "more_body": True})
        finally:
            for task in (disconnected, following, stopping):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task


def encode(event: ServerEvent) -> bytes:
    """One event as the WHATWG's HTML standard writes it."""
    lines = [f"id: {event.id}"] if event.id is not None else []
    lines.append(f"event: {event.event}")
    lines += [f"data: {line}" for line in event.data.splitlines() or [""]]
    return ("\n".join(lines) + "\n\n").encode()


async def _next(events: AsyncIterator[ServerEvent]) -> ServerEvent | None:
    return await anext(events, None)


class DownloadStream:
    """Sends the pieces until they end, the client leaves, or `seconds` are over.

    An answer that breaks off is not ended properly, so that no client takes it for the whole.
    """

    def __init__(self, head: Reply, first: bytes | None, pieces: AsyncIterator[bytes], *, seconds: float) -> None:
        self._head = head
        self._first = first
        self._pieces = pieces
        self._seconds = seconds

    @classmethod
    async def begin(cls, head: Reply, download: Download, *, seconds: float) -> DownloadStream:
        """A stream whose first piece is there: what fails before it can still be a problem."""
        return cls(head, await anext(download.pieces, None), download.pieces, seconds=seconds)

    async def send(self, receive: Receive, send: Send, *, head: bool = False) -> None:
        """Send it all. The iterator is closed in every case."""
        try:
            await send({"type": "http.response.start", "status": self._head.status, "headers": self._head.headers})
            if head or await self._send_before_client_leaves(receive, send):
                await send({"type": "http.response.body", "body": b""})
        finally:
            close = getattr(self._pieces, "aclose", None)
            if close is not None:
                await close()

    async def _send_before_client_leaves(self, receive: Receive, send: Send) -> bool:
        """Whether everything was sent."""
        sending = asyncio.ensure_future(self._send_pieces(send))
        disconnected = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait({sending, disconnected}, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
                return True
            if not disconnected.done():
                logger.warning("a download was broken off after %g s", self._seconds)
        except Exception:
            # The status is on the wire already: not ending the answer is all that can still be said.
            logger.exception("a download broke off")
        finally:
            for task in (sending, disconnected):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
        return False

    async def _send_pieces(self, send: Send) -> None:
        piece = self._first
        while piece is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            piece = await anext(self._pieces, None)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
