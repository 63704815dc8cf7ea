"""The journal of a session: the requests that it was asked, newest last, for lists, streams and counts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import NamedTuple

from backends.session_control import ServedRequest

MOST_REQUESTS = 200
MOST_BYTES = 2 * 2**20
"""Of all bodies together but those not filed yet; the oldest ones go."""
_FILED_AT_ONCE = 16
"""Requests, under load: each by itself takes longer. Who looks sees them all."""


class JournalEntry(NamedTuple):
    """A request, the how manyth of its session it is, and when it was answered by the session's clock."""

    number: int
    request: ServedRequest
    served_at: datetime


class Journal:
    """The last requests of one session."""

    def __init__(self) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=MOST_REQUESTS)
        self._number = 0
        self._unfiled: list[tuple[ServedRequest, datetime]] = []
        self._sizes: deque[int] = deque()
        """Of the newest, which have their bodies."""
        self._bytes = 0
        self._followers: set[asyncio.Event] = set()

    def __len__(self) -> int:
        return len(self._filed())

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self._filed())

    def newest_first(self) -> Iterator[JournalEntry]:
        """All that are kept."""
        return reversed(self._filed())

    def add(self, request: ServedRequest, served_at: datetime) -> None:
        """One more."""
        self._unfiled.append((request, served_at))
        if self._followers or len(self._unfiled) == _FILED_AT_ONCE:
            self._filed()
            for follower in self._followers:
                follower.set()

    def _filed(self) -> deque[JournalEntry]:
        """All that are kept, the newest too."""
        for request, served_at in self._unfiled:
            self._number += 1
            if len(self._sizes) == MOST_REQUESTS:
                self._drop_bodies()
            self._entries.append(JournalEntry(self._number, request, served_at))
            size = request.size
            self._sizes.append(size)
            self._bytes += size
            while self._bytes > MOST_BYTES:
                self._drop_bodies()
        self._unfiled.clear()
        return self._entries

    def _drop_bodies(self) -> None:
        """Of the oldest that has them."""
        self._entries[-len(self._sizes)].request.drop_bodies()
        self._bytes -= self._sizes.popleft()

    def clear(self) -> None:
        """Forget all; numbers go on."""
        self._filed().clear()
        self._sizes.clear()
        self._bytes = 0

    async def follow(self, after: int | None = None) -> AsyncIterator[JournalEntry]:
        """Each request from now on; first those kept since number `after`, if that is given. Never ends by itself."""
        self._filed()
        seen = self._number if after is None else after
        news = asyncio.Event()
        self._followers.add(news)
        try:
            while True:
                news.clear()
                for entry in [each for each in self._filed() if each.number > seen]:
                    seen = entry.number
                    yield entry
                await news.wait()
        finally:
            self._followers.discard(news)
