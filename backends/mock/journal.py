"""The journal of a session: the requests that it was asked, newest last, for lists, streams and counts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from backends.session_control import ServedRequest

MOST_REQUESTS = 200
MOST_BYTES = 2 * 2**20
"""Of all bodies together; the oldest ones go."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A request, the how manyth of its session it is, and when it was answered by the session's clock."""

    number: int
    request: ServedRequest
    served_at: datetime


class Journal:
    """The last requests of one session."""

    def __init__(self) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=MOST_REQUESTS)
        self._number = 0
        self._bytes = 0
        self._followers: set[asyncio.Event] = set()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self._entries)

    def newest_first(self) -> Iterator[JournalEntry]:
        """All that are kept."""
        return reversed(self._entries)

    def add(self, request: ServedRequest, served_at: datetime) -> None:
        """One more."""
        if len(self._entries) == MOST_REQUESTS:
            self._bytes -= self._entries[0].request.exchange.size
        self._number += 1
        self._entries.append(JournalEntry(self._number, request, served_at))
        self._bytes += request.exchange.size
        if self._bytes > MOST_BYTES:
            self._drop_bodies()
        for follower in self._followers:
            follower.set()

    def clear(self) -> None:
        """Forget all; numbers go on."""
        self._entries.clear()
        self._bytes = 0

    async def follow(self, after: int | None = None) -> AsyncIterator[JournalEntry]:
        """Each request from now on; first those kept since number `after`, if that is given. Never ends by itself."""
        seen = self._number if after is None else after
        news = asyncio.Event()
        self._followers.add(news)
        try:
            while True:
                news.clear()
                for entry in [each for each in self._entries if each.number > seen]:
                    seen = entry.number
                    yield entry
                await news.wait()
        finally:
            self._followers.discard(news)

    def _drop_bodies(self) -> None:
        for index, entry in enumerate(self._entries):
            if self._bytes <= MOST_BYTES:
                return
            self._bytes -= entry.request.exchange.size
            bare = replace(entry.request, exchange=entry.request.exchange.without_bodies())
            self._entries[index] = replace(entry, request=bare)
