"""A store that counts what Firestore would bill: document reads and writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from backends.orchestrator.ports import Cursor, Filtered, Query, Stored, Test, WalletsDataService, Write
from backends.orchestrator.records import Record
from tests.support.delegating_store import DelegatingStore

R = TypeVar("R", bound=Record)

_ENTRIES_A_READ = 1000
"""Index entries that an aggregation goes through for the price of one read."""


class CountingStore(DelegatingStore):
    """Counts reads and writes. A read that finds nothing is one, too."""

    def __init__(self, store: WalletsDataService) -> None:
        super().__init__(store)
        self.reads = self.writes = 0

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        self.reads += 1
        return await self.store.get(kind, key)

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        self.reads += len(set(keys))
        return await self.store.get_many(kind, keys)

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        self.reads += len(set(keys))
        return await self.store.existing(kind, keys)

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        found = await self.store.query(query, limit=limit, after=after)
        self.reads += max(1, len(found))
        return found

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        found = await self.store.query_filtered(query, tests, limit=limit, most=most, after=after)
        self.reads += max(1, found.looked_at)
        return found

    async def count(self, query: Query[R]) -> int:
        number = await self.store.count(query)
        self.reads += _aggregation(number)
        return number

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        self.reads += len(fields) * _aggregation(await self.store.count(query))
        return await self.store.sums(query, fields)

    async def commit(self, writes: Sequence[Write]) -> None:
        await self.store.commit(writes)
        self.writes += len(writes)


def _aggregation(entries: int) -> int:
    return max(1, -(-entries // _ENTRIES_A_READ))
