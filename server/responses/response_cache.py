"""Bytes of GETs, kept for as long as their backend vouches that asking again would give the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeAlias

from backends.base import CALLER
from server.responses.replies import Reply

MOST_BYTES = 8 * 2**20
_OVERHEAD = 1024
"""What an entry costs beside its body."""

Key: TypeAlias = tuple[Hashable, ...]


class LruStore:
    """Finished answers, the least recently used ones dropped when they take too much. Each is complete but for the
    headers that belong to a request (`server.responses.common_headers`), and never changed again.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._replies: OrderedDict[Key, Reply] = OrderedDict()

    def get(self, key: Key) -> Reply | None:
        """The answer kept under a key."""
        reply = self._replies.get(key)
        if reply is not None:
            self._replies.move_to_end(key)
        return reply

    def put(self, key: Key, reply: Reply) -> None:
        """Keep an answer, unless it alone would take a quarter of the shelf."""
        size = len(reply.body) + _OVERHEAD
        if size > self._most // 4 or key in self._replies:
            return
        self._replies[key] = reply
        self._size += size
        while self._size > self._most:
            _, dropped = self._replies.popitem(last=False)
            self._size -= len(dropped.body) + _OVERHEAD


class ResponseCache:
    """Keeps the answers of one operation on the shelf of all.

    `contents` is the backend's (`backends.revision`). What an answer depends on is in its key: the contents, the raw
    path and query, the declared headers, and who asks.
    """

    def __init__(self, shelf: LruStore, contents: Callable[[], Hashable | None], headers: Iterable[bytes]) -> None:
        self._shelf = shelf
        self._contents = contents
        self._headers = frozenset(headers)

    def key(self, scope: Mapping[str, Any]) -> Key | None:
        """Where an answer to this request belongs, taken before it is made; None if it can't be kept."""
        declared: list[tuple[bytes, bytes]] = []
        for header in scope["headers"]:
            name = header[0]
            if name in self._headers:
                declared.append(header)
            elif name in (b"content-length", b"transfer-encoding"):  # a body: that is for the gate to judge
                return None
        contents = self._contents()
        path: bytes | None = scope.get("raw_path")
        if contents is None or path is None:
            return None
        return contents, path, scope["query_string"], *declared, CALLER.get().actor

    def find(self, key: Key) -> Reply | None:
        """The answer that was kept."""
        return self._shelf.get(key)

    def keep(self, key: Key, reply: Reply) -> None:
        """Keep an answer, if nothing it depends on changed while it was made."""
        if self._contents() == key[0]:
            self._shelf.put(key, reply)
