"""The store of the mock: records in dictionaries, and sorted lists that are kept until their kind changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from backends.orchestrator.ports import (
    ABSENT,
    ANY_VERSION,
    Cursor,
    Filtered,
    Increment,
    OrderBy,
    Put,
    Query,
    Stored,
    Test,
    Value,
    VersionConflict,
    Where,
    Write,
)
from backends.orchestrator.records import CounterShard, Record
from backends.orchestrator.storage.commit_rules import check, target
from backends.orchestrator.storage.conditions import condition, getter
from backends.orchestrator.storage.filtered_query import filtered_by_reading

R = TypeVar("R", bound=Record)

_MOST_CACHED = 64
"""Lists kept of one kind. A query that compares with the time is a new one each time."""


def _rank(value: Value) -> tuple[bool, Any]:
    """Sorts None below everything."""
    return (value is not None, value)


def _behind(cursor: Cursor, order: tuple[OrderBy, ...]) -> Callable[[Record], bool]:
    """Whether a record comes later than the cursor."""
    fields = [(getter(by.field), by.direction == "desc", _rank(at)) for by, at in zip(order, cursor, strict=True)]

    def later(record: Record) -> bool:
        for get, descending, at in fields:
            rank = _rank(get(record))
            if rank != at:
                return (rank < at) is descending
        return False

    return later


def _first(rows: Sequence[Stored[R]], is_later: Callable[[Record], bool]) -> int:
    """The index of the first row behind the cursor (bisection)."""
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        if is_later(rows[middle].record):
            high = middle
        else:
            low = middle + 1
    return low


class _Table:
    """The records of one kind. Never written to while two stores share it."""

    def __init__(self, rows: dict[str, Stored[Any]]) -> None:
        self.rows = rows
        self._matches: dict[tuple[Where, ...], list[Stored[Any]]] = {}
        self._sorted: dict[Query[Any], list[Stored[Any]]] = {}

    def copy(self) -> _Table:
        return _Table(dict(self.rows))

    def put(self, key: str, row: Stored[Any]) -> None:
        self.rows[key] = row
        self._forget()

    def remove(self, key: str) -> None:
        del self.rows[key]
        self._forget()

    def _forget(self) -> None:
        self._matches.clear()
        self._sorted.clear()

    def matches(self, where: tuple[Where, ...]) -> list[Stored[Any]]:
        """All rows that meet every condition, in no order."""
        found = self._matches.get(where)
        if found is None:
            found = list(self.rows.values())
            for test in map(condition, where):
                found = [row for row in found if test(row.record)]
            if len(self._matches) >= _MOST_CACHED:
                self._matches.clear()
            self._matches[where] = found
        return found

    def ordered(self, query: Query[Any]) -> list[Stored[Any]]:
        """All rows that match, in the query's order."""
        found = self._sorted.get(query)
        if found is None:
            found = list(self.matches(query.where))
            for by in reversed(query.full_order):  # sorting is stable: the last field first
                get = getter(by.field)
                found.sort(key=lambda row, get=get: _rank(get(row.record)), reverse=by.direction == "desc")  # type: ignore[misc]
            if len(self._sorted) >= _MOST_CACHED:
                self._sorted.clear()
            self._sorted[query] = found
        return found


class MemoryWalletsDataService:
    """`WalletsDataService` in memory. Never unavailable, and forgotten when the process ends.

    `revision` grows with every commit that changes anything, and stores of one family (`fork`) share one only
    while their contents are the same: so bytes made from the contents can be cached by it.
    """

    def __init__(self) -> None:
        self.revision = 0
        self._tables: dict[type[Record], _Table] = {}
        self._own: set[type[Record]] = set()
        self._ticks = itertools.count(1)

    def fork(self) -> MemoryWalletsDataService:
        """Another store with the same contents, independent from now on. Copies when one of them writes."""
        other = MemoryWalletsDataService()
        other.revision, other._ticks = self.revision, self._ticks
        other._tables = dict(self._tables)
        self._own.clear()
        return other

    def _table(self, kind: type[Record]) -> _Table:
        table = self._tables.get(kind)
        return table if table is not None else _Table({})

    def _writable(self, kind: type[Record]) -> _Table:
        if kind not in self._own:
            self._tables[kind] = self._table(kind).copy()
            self._own.add(kind)
        return self._tables[kind]

    def all(self, kind: type[R]) -> Iterator[R]:
        """Every record of a kind, in no order."""
        return (row.record for row in self._table(kind).rows.values())

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        return self._table(kind).rows.get(key)

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        rows = self._table(kind).rows
        return [rows.get(key) for key in keys]

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        rows = self._table(kind).rows
        return {key for key in keys if key in rows}

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        rows = self._table(query.kind).ordered(query)
        start = 0 if after is None else _first(rows, _behind(after, query.full_order))
        return rows[start : start + limit]

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        return await filtered_by_reading(self, query, tests, limit=limit, most=most, after=after)

    async def count(self, query: Query[R]) -> int:
        return len(self._table(query.kind).matches(query.where))

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        rows = self._table(query.kind).matches(query.where)
        return {field: sum(get(row.record) or 0 for row in rows) for field, get in ((f, getter(f)) for f in fields)}

    async def commit(self, writes: Sequence[Write]) -> None:
        check(writes)
        for write in writes:
            if isinstance(write, Increment):
                continue
            kind, key = target(write)
            found = self._table(kind).rows.get(key)
            if write.expect is ABSENT:
                if found is not None:
                    raise VersionConflict
            elif write.expect is not ANY_VERSION and (found is None or found.version != write.expect):
                raise VersionConflict
        changed = False
        tick = next(self._ticks)
        for write in writes:
            kind, key = target(write)
            if isinstance(write, Put):
                self._writable(kind).put(key, Stored(write.record, tick))
                changed = True
            elif isinstance(write, Increment):
                shard: Stored[CounterShard] | None = self._table(kind).rows.get(key)
                added = write.added_to(shard.record if shard is not None else None)
                self._writable(kind).put(key, Stored(added, tick))
                changed = True
            elif key in self._table(kind).rows:
                self._writable(kind).remove(key)
                changed = True
        if changed:
            self.revision = tick

    async def ping(self) -> None:
        """Always answers."""

    async def aclose(self) -> None:
        """Holds nothing open."""
