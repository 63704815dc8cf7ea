"""Every match of a query, a bounded number in memory at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

from backends.orchestrator.ports import Cursor, Query, Stored, WalletsDataService
from backends.orchestrator.records import Record
from backends.orchestrator.storage.paging import cursor_of

R = TypeVar("R", bound=Record)


async def scan(store: WalletsDataService, query: Query[R], *, page: int = 500) -> AsyncIterator[list[Stored[R]]]:
    """Pages of at most `page` matches, in the query's order, until there are no more."""
    after: Cursor | None = None
    while found := await store.query(query, limit=page, after=after):
        yield found
        if len(found) < page:
            return
        after = cursor_of(found[-1].record, query.order)
