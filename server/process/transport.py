"""A transport that sends an answer's head and body in one go."""

from __future__ import annotations

import asyncio

_ENOUGH = 65_536  # bytes: more is not worth gathering, and somebody may read slowly


class GatheringTransport(asyncio.Transport):
    """Sends at once what is written in one turn of the event loop.

    uvicorn writes an answer's head and its body one after the other, each of which is a call of the system and mostly
    a packet of its own: half of what a kept answer costs.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []
        self._size = 0
        self.is_closing = transport.is_closing  # type: ignore[method-assign]  # a call less for each request
        self.get_extra_info = transport.get_extra_info  # type: ignore[method-assign]

    def write(self, data: bytes) -> None:  # type: ignore[override]  # whoever writes other buffers may change them
        """Send, by the end of this turn."""
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= _ENOUGH:
            self._flush()

    def _flush(self) -> None:
        if self._pieces:
            pieces, self._pieces, self._size = self._pieces, [], 0
            if not self._transport.is_closing():
                self._transport.writelines(pieces)

    def close(self) -> None:
        """Close, when everything written is sent."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._pieces.clear()
        self._transport.abort()

    def pause_reading(self) -> None:
        """Take nothing in for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take in again."""
        self._transport.resume_reading()
