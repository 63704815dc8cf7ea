"""Every match of a query, a bounded number in memory at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from backends.orchestrator.ports import Cursor, Query, Stored, Test, WalletsDataService
from backends.orchestrator.records import Record

R = TypeVar("R", bound=Record)


async def scan(
    store: WalletsDataService, query: Query[R], *, tests: Sequence[Test] = (), page: int = 500
) -> AsyncIterator[list[Stored[R]]]:
    """The matches of a query that pass all `tests`, in its order, until there are no more: a list for every `page` that
    were looked at.
    """
    after: Cursor | None = None
    while True:
        matches = await store.query_filtered(query, tests, limit=page, most=page, after=after)
        if matches.found:
            yield matches.found
        if (after := matches.end) is None:
            return
