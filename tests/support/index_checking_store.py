"""A store that lets no query pass which the committed Firestore indexes don't serve: the emulator enforces none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from backends.orchestrator.ports import Cursor, Filtered, Query, Stored, Test, WalletsDataService, Write
from backends.orchestrator.records import Record
from backends.real.firestore_indexes import aggregation, is_served

R = TypeVar("R", bound=Record)

COMMITTED: dict[str, Any] = json.loads((Path(__file__).parents[2] / "firestore.indexes.json").read_text())


class RecordingStore:
    """Passes everything on to another store; each query is recorded, and must have its index."""

    def __init__(self, store: WalletsDataService) -> None:
        self._store = store
        self.queries: list[Query[Any]] = []

    def _served(self, query: Query[Any]) -> None:
        self.queries.append(query)
        assert is_served(COMMITTED, query), f"no index in firestore.indexes.json for {query}"

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        return await self._store.get(kind, key)

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        return await self._store.get_many(kind, keys)

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        return await self._store.existing(kind, keys)

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        self._served(query)
        return await self._store.query(query, limit=limit, after=after)

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        self._served(query)
        return await self._store.query_filtered(query, tests, limit=limit, most=most, after=after)

    async def count(self, query: Query[R]) -> int:
        self._served(aggregation(query))
        return await self._store.count(query)

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        for field in fields:
            self._served(aggregation(query, field))
        return await self._store.sums(query, fields)

    async def commit(self, writes: Sequence[Write]) -> None:
        await self._store.commit(writes)

    async def ping(self) -> None:
        await self._store.ping()

    async def aclose(self) -> None:
        await self._store.aclose()
