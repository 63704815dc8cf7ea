"""Whether a SQLite file has changed since an answer was made: two numbers and four index look-ups, no thread.

`PRAGMA data_version` tells a connection whether any other one, of this process or another, has committed. Between two
equal values only the clock can change an answer: a reading turns stale, a schedule overdue. When that happens next is
looked up once a change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from backends.orchestrator.ports import Clock, Query
from backends.orchestrator.records import Schedule, Wallet
from backends.orchestrator.timestamps import EPOCH, parse_timestamp
from backends.real import sqlite_queries as sql
from backends.real.expiry_queries import readings_after, schedules_due_from
from generated_models import WalletPart

MOST_SECONDS = 5
"""For which an answer is kept at most, whatever else it may depend on (a snapshot's age, the day)."""

_LEAST = timedelta(milliseconds=1)


class SqliteRevision:
    """The revision of one file, as `backends.revision.Revisioned` means it. To be used on one thread.

    Args:
        path: a file that `SqliteWalletsDataService` has opened before.
        clock: the orchestrator's.
        cache_ttl: for how long a reading is fresh.
    """

    def __init__(self, path: Path, clock: Clock, cache_ttl: timedelta) -> None:
        self._path = path
        self._clock = clock
        self._cache_ttl = cache_ttl
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._version = -1
        self._computed_at = EPOCH
        self._turns_at: datetime | None = None

    def current(self) -> Hashable | None:
        """Changes with every commit and with every judgement by the clock; None where the file can't be asked now."""
        try:
            connection = self._open()
            version = int(connection.execute("PRAGMA data_version").fetchone()[0])
            now = self._clock.now()
            turned = self._turns_at is not None and now >= self._turns_at
            if version != self._version or turned or now < self._computed_at:
                self._turns_at = min(self._turns(connection, now), default=None)
                self._computed_at = now
                self._version = version
        except (sqlite3.Error, OSError):
            self.close()
            return None
        return self._file, version, self._turns_at, now.timestamp() // MOST_SECONDS

    def _open(self) -> sqlite3.Connection:
        status = self._path.stat()
        if self._connection is None:
            # Readers of a write-ahead log wait for nobody; should they have to once, nothing is promised.
            self._connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA query_only = TRUE")
            self._file = status.st_dev, status.st_ino
        if self._file != (status.st_dev, status.st_ino):
            raise FileNotFoundError(self._path)
        return self._connection

    def _turns(self, connection: sqlite3.Connection, now: datetime) -> Iterator[datetime]:
        """The next moments at which the same records read differently."""
        ttl = self._cache_ttl
        for part in WalletPart:
            if (as_of := _first(connection, readings_after(part, now - ttl))) is not None:
                yield as_of + ttl
            if (as_of := _first(connection, readings_after(part, now + ttl))) is not None:
                yield as_of - ttl + _LEAST
        if (due := _first(connection, schedules_due_from(now))) is not None:
            yield due + _LEAST

    def close(self) -> None:
        """Forget the file; the next question opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._version = -1


def _first(connection: sqlite3.Connection, query: Query[Wallet] | Query[Schedule]) -> datetime | None:
    """The least value of the field that a query is ordered by."""
    clause = sql.least(query)
    found = connection.execute(clause.sql, clause.parameters).fetchone()
    return None if found is None else parse_timestamp(found[0])
