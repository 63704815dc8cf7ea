"""A store that lets no query pass which the committed Firestore indexes don't serve: the emulator enforces none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from backends.orchestrator.ports import Cursor, Filtered, Query, Stored, Test, WalletsDataService
from backends.orchestrator.records import Record
from backends.real.firestore_indexes import aggregation, is_served
from tests.support.delegating_store import DelegatingStore

R = TypeVar("R", bound=Record)

COMMITTED: dict[str, Any] = json.loads((Path(__file__).parents[2] / "firestore.indexes.json").read_text())


class IndexCheckingStore(DelegatingStore):
    """Each query is recorded, and must have its index."""

    def __init__(self, store: WalletsDataService) -> None:
        super().__init__(store)
        self.queries: list[Query[Any]] = []

    def _served(self, query: Query[Any]) -> None:
        self.queries.append(query)
        assert is_served(COMMITTED, query), f"no index in firestore.indexes.json for {query}"

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        self._served(query)
        return await self.store.query(query, limit=limit, after=after)

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        self._served(query)
        return await self.store.query_filtered(query, tests, limit=limit, most=most, after=after)

    async def count(self, query: Query[R]) -> int:
        self._served(aggregation(query))
        return await self.store.count(query)

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        for field in fields:
            self._served(aggregation(query, field))
        return await self.store.sums(query, fields)
