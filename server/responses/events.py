"""Server-Sent Events: an answer that is a stream."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from starlette.types import Receive, Send

from backends.base import ServerEvent
from server.process.draining import Draining

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
        gone = asyncio.ensure_future(_gone(receive))
        following = asyncio.ensure_future(_next(self._events))
        stopping = asyncio.ensure_future(self._draining.wait())
        try:
            # A comment at once: proxies and clients then know that the stream is open, however long nothing happens.
            await send({"type": "http.response.body", "body": b": open\n\n", "more_body": True})
            while (left := end - loop.time()) > 0:
                done, _ = await asyncio.wait(
                    {gone, following, stopping},
                    timeout=min(HEARTBEAT_SECONDS, left),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if gone in done or stopping in done:
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
            for task in (gone, following, stopping):
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


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
