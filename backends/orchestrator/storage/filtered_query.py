"""`query_filtered` of stores that have to read a record to look at its fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from backends.orchestrator.ports import Cursor, FieldTest, Filtered, Query, Stored, Test, WalletsDataService, Where
from backends.orchestrator.records import Record
from backends.orchestrator.storage.conditions import condition, getter
from backends.orchestrator.storage.paging import cursor_of

R = TypeVar("R", bound=Record)

_MOST_AT_ONCE = 500


async def filtered_by_reading(
    store: WalletsDataService,
    query: Query[R],
    tests: Sequence[Test],
    *,
    limit: int,
    most: int,
    after: Cursor | None,
) -> Filtered[R]:
    """The port's promise by way of `store.query`: reads as many records at once as promise to be enough."""
    accepts = _all_of(tests)
    found: list[Stored[R]] = []
    looked_at, end = 0, after
    while looked_at < most:
        asked = min(_promising(limit - len(found), len(found), looked_at), most - looked_at, _MOST_AT_ONCE)
        rows = await store.query(query, limit=asked, after=end)
        for stored in rows:
            looked_at += 1
            if accepts(stored.record):
                found.append(stored)
                if len(found) == limit:
                    return Filtered(found, looked_at, cursor_of(stored.record, query.order))
        if len(rows) < asked:
            return Filtered(found, looked_at, None)
        end = cursor_of(rows[-1].record, query.order)
    return Filtered(found, looked_at, end)


def _promising(wanted: int, accepted: int, looked_at: int) -> int:
    """Among how many records as many as are wanted will be found, to judge by those that were looked at."""
    if not looked_at:
        return wanted
    return -(-wanted * looked_at // accepted) if accepted else _MOST_AT_ONCE


def _all_of(tests: Sequence[Test]) -> Callable[[Any], bool]:
    each = [condition(test) if isinstance(test, Where) else _on_record(test) for test in tests]
    return lambda record: all(accepts(record) for accepts in each)


def _on_record(test: FieldTest) -> Callable[[Any], bool]:
    getters = [getter(field) for field in test.fields]
    return lambda record: test.accepts(*[get(record) for get in getters])
