"""Answers that are sent piece by piece while they are made: Server-Sent Events and downloads."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator

from starlette.types import Receive, Send

from backends.answers import Download, ServerEvent
from server.draining import Draining
from server.reply import Reply

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
_LINE_END = re.compile("\r\n|\r|\n")
"""Of the format. (`str.splitlines` also splits at U+2028 and others, which stand in JSON as they are.)"""
_EVENTS_AT_ONCE = 50
"""After which others have their turn: thousands that are known already come without a pause."""


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
        self._writing = False
        self._written_at = 0.0
        self._unread = False

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
        if not self._unread:  # the end would wait for that client as well; without one the connection is closed
            await send({"type": "http.response.body", "body": b""})

    async def _pump(self, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._seconds
        # A comment at once: proxies and clients then know that the stream is open, however long nothing happens.
        await self._write(send, b": open\n\n")
        tasks = [
            asyncio.ensure_future(each)
            for each in (
                self._send_events(send),
                _disconnected(receive),
                self._draining.wait(),
            )
        ]
        try:
            while (left := end - loop.time()) > 0:
                # A write may wait for a client who does not read: the end of the stream doesn't.
                silent = 0.0 if self._writing else loop.time() - self._written_at
                wait = min(HEARTBEAT_SECONDS - silent, left)
                done, _ = await asyncio.wait(tasks, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                if tasks[0] in done:
                    tasks[0].result()
                if done:
                    return
                if not self._writing and loop.time() - self._written_at >= HEARTBEAT_SECONDS and loop.time() < end:
                    await self._write(send, b": heartbeat\n\n")
        finally:
            self._unread = self._writing
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task

    async def _send_events(self, send: Send) -> None:
        number = 0
        async for event in self._events:
            await self._write(send, encode(event))
            number += 1
            if number % _EVENTS_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _write(self, send: Send, body: bytes) -> None:
        self._writing = True
        try:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            self._writing = False
        self._written_at = asyncio.get_running_loop().time()


def encode(event: ServerEvent) -> bytes:
    """One event as the WHATWG's HTML standard writes it."""
    lines = [f"id: {event.id}"] if event.id is not None else []
    lines.append(f"event: {event.event}")
    lines += [f"data: {line}" for line in _LINE_END.split(event.data)]
    return ("\n".join(lines) + "\n\n").encode()


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
