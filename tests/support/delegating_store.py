"""A store that passes everything on to another one: what stores for tests that do something besides begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from backends.orchestrator.ports import Cursor, Filtered, Query, Stored, Test, WalletsDataService, Write
from backends.orchestrator.records import Record

R = TypeVar("R", bound=Record)


class DelegatingStore:
    """A `WalletsDataService` on another one, which is `store`."""

    def __init__(self, store: WalletsDataService) -> None:
        self.store = store

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        return await self.store.get(kind, key)

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        return await self.store.get_many(kind, keys)

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        return await self.store.existing(kind, keys)

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        return await self.store.query(query, limit=limit, after=after)

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        return await self.store.query_filtered(query, tests, limit=limit, most=most, after=after)

    async def count(self, query: Query[R]) -> int:
        return await self.store.count(query)

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        return await self.store.sums(query, fields)

    async def commit(self, writes: Sequence[Write]) -> None:
        await self.store.commit(writes)

    async def ping(self) -> None:
        await self.store.ping()

    async def aclose(self) -> None:
        await self.store.aclose()
