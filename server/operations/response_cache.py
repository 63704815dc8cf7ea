"""The response cache: answers of GETs, valid for as long as their backend's revision is the same."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from backends.request_context import CALLER
from server.reply import Reply

MOST_BYTES = 8 * 2**20
_OVERHEAD = 1024
"""What an entry costs beside its body and the texts in its key."""

Key: TypeAlias = tuple[Hashable, ...]


class LruStore:
    """Finished answers, the least recently used ones dropped when they take too much. Each is complete but for the
    headers that belong to a request (`server.middleware.common_headers`), and never changed again.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._replies: OrderedDict[Key, Reply] = OrderedDict()

    def get(self, key: Key) -> Reply | None:
        """The answer stored under a key."""
        reply = self._replies.get(key)
        if reply is not None:
            self._replies.move_to_end(key)
        return reply

    def put(self, key: Key, reply: Reply) -> None:
        """Store an answer, unless it alone would take a quarter of the room."""
        size = _size(key, reply)
        if size > self._most // 4 or key in self._replies:
            return
        self._replies[key] = reply
        self._size += size
        while self._size > self._most:
            self._size -= _size(*self._replies.popitem(last=False))


def _size(key: Key, reply: Reply) -> int:
    """What an entry takes. A request's path, query and headers are in its key, and as long as a stranger likes."""
    return len(reply.body) + sum(_text_size(part) for part in key) + _OVERHEAD


def _text_size(part: Hashable) -> int:
    if isinstance(part, bytes | str):
        return len(part)
    return sum(map(_text_size, part)) if isinstance(part, tuple) else 0


class ResponseCache:
    """The cached answers of one operation; the room is shared by all.

    `revision` is the backend's (`backends.revision`), None while it has none. What an answer depends on is in its key:
    the revision, the raw path and query, the declared headers, and who asks. What `If-None-Match` makes of it is
    decided each time. An answer is made once, for all who ask for it meanwhile: after each write they all do.
    """

    def __init__(self, store: LruStore, revision: Callable[[], Hashable | None], headers: Iterable[bytes]) -> None:
        self._store = store
        self._revision = revision
        self._headers = frozenset(headers) - {b"if-none-match"}
        self._making: dict[Key, asyncio.Future[Reply | None]] = {}
        self.get = store.get
        """The cached answer under a key, if there is one."""

    def key(self, scope: Mapping[str, Any]) -> Key | None:
        """The key of the answer to this request, taken before the answer is made; None if it can't be cached."""
        declared: list[tuple[bytes, bytes]] = []
        for header in scope["headers"]:
            name = header[0]
            if name in self._headers:
                declared.append(header)
            elif name in (b"content-length", b"transfer-encoding"):  # a body: that is for the validator to judge
                return None
        revision = self._revision()
        path: bytes | None = scope.get("raw_path")
        if revision is None or path is None:
            return None
        return revision, path, scope["query_string"], *declared, CALLER.get().actor

    async def awaited(self, key: Key) -> Reply | None:
        """The answer that is being made for somebody else under the same key, if one is and nothing fails. It is as
        good: nothing was written between his question and this one.
        """
        making = self._making.get(key)
        if making is None:
            return None
        await asyncio.wait([making])  # not awaited itself: who gives up would cancel it for all
        return making.result()

    @contextmanager
    def making(self, key: Key) -> Iterator[Callable[[Reply], None]]:
        """While an answer is made that was not there; to be called with it. Others who ask meanwhile wait for it."""
        making: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        first = self._making.setdefault(key, making) is making

        def made(reply: Reply) -> None:
            making.set_result(reply)
            if self._revision() == key[0]:  # otherwise what it depends on may have changed while it was made
                self._store.put(key, reply)

        try:
            yield made
        finally:
            if first:
                del self._making[key]
            if not making.done():
                making.set_result(None)
