"""The share of records that meets a condition, by which plans are judged."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from backends.orchestrator.ports import Op, Query, Where
from backends.orchestrator.records import Record
from backends.real import sqlite_counts
from backends.real import sqlite_queries as sql
from backends.real.sqlite_estimates import Estimates

LOOK = 8
"""What it takes to look at a match's fields, where a step in an index in order is 1."""
_UNKNOWN = 0.5
"""The share that passes a range, where no tally tells."""


def rows(connection: sqlite3.Connection, kind: type[Record]) -> int:
    """About how many records of a kind there are."""
    return int(connection.execute(sqlite_counts.rows_at_most(kind).sql).fetchone()[0] or 0)


class Shares:
    """How many records meet a condition, as far as that is known at little cost."""

    def __init__(self, connection: sqlite3.Connection, kind: type[Record], most: int, estimates: Estimates) -> None:
        self._connection = connection
        self._estimates = estimates
        self._kind = kind
        self.rows = max(1, rows(connection, kind))
        self._enough = sql.few(most, self.rows)
        self.too_many = most * LOOK // sql.SORTED
        """To be found and sorted, as long as it takes to look at the most of any others."""
        self.too_many_within = 2 * most * LOOK
        """Within bounds, to be counted, and asked for an item each."""
        self._found: dict[Where, int] = {}
        self._bounded: dict[Where, float] = {}

    def rows_with(self, where: Where) -> int:
        """How many there are; of a list's items, more than is worth sorting counts as just that."""
        if where not in self._found:
            self._found[where] = self._counted(where)
        return self._found[where]

    def rows_within(self, bounds: Sequence[Where]) -> int:
        """How many there are within bounds of a field, or `too_many_within`."""
        query = Query(self._kind, tuple(bounds))
        found = max(1, self._estimates.matches(self._connection, query, self.too_many_within))
        if found < self.too_many_within:  # all of them together
            self._bounded = dict.fromkeys(bounds, 1.0) | {bounds[0]: found / self.rows}
        return found

    def rows_with_all(self, together: Sequence[Where]) -> int:
        """How many there are that meet an equality and ranges of one field, or about as many as are too many."""
        equal, *ranges = together
        found = max(1, self._estimates.matches(self._connection, Query(self._kind, tuple(together)), self._enough))
        self._bounded |= dict.fromkeys(ranges, 1.0) | {ranges[0]: min(1.0, found / self.rows_with(equal))}
        return found

    def are_few(self, bounds: Sequence[Where]) -> bool:
        """Whether so few are within bounds that they have been counted."""
        return bool(bounds) and all(bound in self._bounded for bound in bounds)

    def _counted(self, where: Where) -> int:
        query = Query(self._kind, (where,))
        enough = self.too_many if where.op is Op.CONTAINS_BEGINNING else self._enough
        return max(1, min(self._estimates.matches(self._connection, query, enough), self.rows))

    def of(self, where: Where) -> float:
        """The share of all records that meets a condition."""
        return self._bounded.get(where, _UNKNOWN) if where.op.is_range else self.rows_with(where) / self.rows
