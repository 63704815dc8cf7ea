"""gzip for whoever takes it: bodies that are worth it, and downloads as they go. Event streams are left alone: their
events are to arrive at once.

Compressed lengths tell about a secret where an answer holds one beside what a stranger chose, and where the stranger
can have it asked for again and again (BREACH). Here no answer holds a credential, and no request carries one that a
browser adds by itself.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections import OrderedDict
from collections.abc import Sequence

from starlette.types import Message, Send

from server.content_coding import LEAST, compressed_tag

_LEVEL = 6
_LARGE = 65_536  # bytes: a few milliseconds, which others are not to wait for
_MOST_BYTES = 4 * 2**20
_OVERHEAD = 256
_GZIP = 31  # zlib's `wbits` for a frame of gzip
_TEXT = re.compile(rb"text/(?!event-stream)|application/([\w.+-]*json|yaml|javascript|x-ndjson)\b")

Headers = Sequence[tuple[bytes, bytes]]


class Compression:
    """Compresses answers on their way out. What was compressed before is kept: bodies of cached answers are the same
    ones each time.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._packed: OrderedDict[bytes, bytes] = OrderedDict()

    def around(self, send: Send, *, head: bool) -> Send:
        """Sends the messages of one answer compressed, if they are worth it; to a HEAD request the headers alone."""
        held: Message | None = None
        stream: zlib._Compress | None = None

        async def compressed(message: Message) -> None:
            nonlocal held, stream
            if message["type"] == "http.response.start":
                length = _worth(message["headers"])
                if length is not None and length < LEAST:
                    await send(message)
                elif head:
                    # Its length is not known unless it is made.
                    await send({**message, "headers": _encoded(message["headers"])})
                elif length is None:
                    stream = zlib.compressobj(_LEVEL, wbits=_GZIP)
                    await send({**message, "headers": _encoded(message["headers"])})
                else:
                    held = message
                return
            if stream is not None:
                await send(_piece(stream, message))
                return
            if held is not None:
                start, held = held, None
                if message.get("more_body", False):
                    await send(start)
                else:
                    packed = await self._compress(message.get("body", b""))
                    length_of = (b"content-length", b"%d" % len(packed))
                    await send({**start, "headers": [*_encoded(start["headers"]), length_of]})
                    message = {**message, "body": packed}
            await send(message)

        return compressed

    async def _compress(self, body: bytes) -> bytes:
        found = self._packed.get(body)
        if found is not None:
            self._packed.move_to_end(body)
            return found
        if len(body) >= _LARGE:
            packed = await asyncio.to_thread(zlib.compress, body, _LEVEL, _GZIP)
        else:
            packed = zlib.compress(body, _LEVEL, _GZIP)
        size = len(body) + len(packed) + _OVERHEAD
        if body not in self._packed and size <= self._most // 4:
            self._packed[body] = packed
            self._size += size
        while self._size > self._most:
            dropped = self._packed.popitem(last=False)
            self._size -= len(dropped[0]) + len(dropped[1]) + _OVERHEAD
        return packed


def _worth(headers: Headers) -> int | None:
    """Bytes of a body that can be compressed; 0 for one that can't, None for one that comes piece by piece."""
    length: int | None = None
    text = False
    for name, value in headers:
        if name == b"content-length":
            length = int(value)
        elif name == b"content-type":
            text = _TEXT.match(value) is not None
        elif name == b"content-encoding":
            return 0
    return length if text else 0


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The headers of the compressed answer but for its length."""
    kept = [
        (name, compressed_tag(value.decode("latin-1")).encode("latin-1") if name == b"etag" else value)
        for name, value in headers
        if name != b"content-length"
    ]
    return [*kept, (b"content-encoding", b"gzip")]


def _piece(stream: zlib._Compress, message: Message) -> Message:
    body = message.get("body", b"")
    if message.get("more_body", False):
        # Not flushed: a download is read as a whole, and gzip does better with more at once.
        return {**message, "body": stream.compress(body)}
    return {**message, "body": stream.compress(body) + stream.flush()}
