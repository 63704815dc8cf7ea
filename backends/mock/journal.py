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
"""Of all bodies together; the oldest ones go."""


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
        self._bytes = 0
        self._whole = 0
        """How many of the newest have their bodies."""
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
        self._number += 1
        entries = self._entries
        if self._whole == MOST_REQUESTS:
            self._drop_bodies()
        entries.append(JournalEntry(self._number, request, served_at))
        self._bytes += request.size
        self._whole += 1
        while self._bytes > MOST_BYTES:
            self._drop_bodies()
        for follower in self._followers:
            follower.set()

    def _drop_bodies(self) -> None:
        """Of the oldest that has them."""
        oldest = self._entries[-self._whole].request
        self._whole -= 1
        self._bytes -= oldest.size
        oldest.drop_bodies()

    def clear(self) -> None:
        """Forget all; numbers go on."""
        self._entries.clear()
        self._bytes = self._whole = 0

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
