"""Downloads: answers that are sent piece by piece while they are made."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from starlette.types import Receive, Send

from backends.base import Download
from server.responses.replies import Reply

logger = logging.getLogger(__name__)


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
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait({sending, gone}, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
                return True
            if not gone.done():
                logger.warning("a download was broken off after %g s", self._seconds)
        except Exception:
            # The status is on the wire already: not ending the answer is all that can still be said.
            logger.exception("a download broke off")
        finally:
            for task in (sending, gone):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
        return False

    async def _send_pieces(self, send: Send) -> None:
        piece = self._first
        while piece is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            piece = await anext(self._pieces, None)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
