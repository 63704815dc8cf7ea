"""How many records meet some conditions: about, as it was some seconds ago."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

from backends.orchestrator.ports import Query, Where
from backends.real import sqlite_counts, sqlite_tally_queries
from backends.real.sqlite_layout import field_table

_SECONDS = 10
_MOST = 1_000


class Estimates:
    """Counts for plans, kept for some seconds: to count takes as long as to find a page. Where they are wrong a page
    takes longer, and is the same.

    Args:
        monotonic: seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._kept: dict[Hashable, tuple[float, int]] = {}  # reads of several threads change it, each in one step

    def matches(self, connection: sqlite3.Connection, query: Query[Any], most: int) -> int:
        """How many match, or `most` if more do; of items that begin alike each counts. A tally tells of all."""
        key = (query.kind, most, tuple(map(_about, query.where)))
        now = self._monotonic()
        kept = self._kept.get(key)
        if kept is not None and now - kept[0] < _SECONDS:
            return kept[1]
        statement = sqlite_tally_queries.count(query, field_table(query.kind)) or sqlite_counts.count_up_to(query, most)
        found = int(connection.execute(*statement).fetchone()[0])
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = now, found
        return found


def _about(where: Where) -> Hashable:
    """A condition; of its moments, which are other ones each time, the minutes."""
    values = where.value if isinstance(where.value, tuple) else (where.value,)
    minutes = [each.replace(second=0, microsecond=0) if isinstance(each, datetime) else each for each in values]
    return where.field, where.op, *minutes
