"""The embedded store: one SQLite file, for a laptop or one machine. Several processes may share it.

Every operation is one function run in a thread: a caller who gives up can't leave a transaction half done, and the
event loop never waits for the disk. One thread writes; others read beside it (WAL).
"""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pydantic_core

from backends.errors import StoreUnavailable, UnusableStore
from backends.orchestrator.ports import (
    ABSENT,
    ANY_VERSION,
    Clock,
    Cursor,
    Delete,
    Filtered,
    Increment,
    Put,
    Query,
    Stored,
    Test,
    VersionConflict,
    Write,
)
from backends.orchestrator.records import CounterShard, Record
from backends.orchestrator.storage.commit_rules import check, target
from backends.real import sqlite_queries as sql
from backends.real.document_codec import UnreadableDocument, decode_json, encode_json, report
from backends.real.record_cache import RecordCache
from backends.real.sqlite_filtering import Filtering
from backends.real.sqlite_plans import plan, walks
from backends.real.sqlite_revision import SqliteRevision
from backends.real.sqlite_schema import prepare

R = TypeVar("R", bound=Record)
T = TypeVar("T")

_BAD_ARGUMENTS = (
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
)

_log = logging.getLogger(__name__)

_READERS = 2

_LOG_PAGES = 4000
"""Of the write-ahead log, 16 MiB, before they go into the file: pages that many commits change go there once."""

_CACHE_KIB = 4096
"""Of pages, for each connection. What is beyond comes from the operating system's own cache, which all share."""


class _FileReplaced(sqlite3.OperationalError):
    """The file was deleted or replaced: what is written to the open one would be lost."""


DEADLINE_SECONDS = 3.0


class SqliteWalletsDataService:
    """`WalletsDataService` on a SQLite file.

    Args:
        path: the file, made if it is not there; its folder must be.
        deadline: seconds after which any operation gives up; left out, `DEADLINE_SECONDS`.
    """

    def __init__(self, path: str | Path, *, deadline: float | None = None) -> None:
        self._path = Path(path)
        self._deadline = deadline = DEADLINE_SECONDS if deadline is None else deadline
        # The wait for another process's lock ends before the deadline, so that no thread lags behind its callers.
        self._lock_wait = deadline * 0.8
        self._opening = asyncio.Lock()
        self._identity: tuple[int, int] | None = None
        self._closed = False
        self._writer = ThreadPoolExecutor(1, "sqlite-writer")
        self._readers = ThreadPoolExecutor(_READERS, "sqlite-reader")
        self._connection: sqlite3.Connection | None = None
        self._idle: deque[sqlite3.Connection] = deque()
        self._decoded = RecordCache()
        self._revision: SqliteRevision | None = None

    async def connect(self) -> None:
        """Open the file, and make what it lacks. Idempotent; the first operation does it otherwise.

        Raises:
            UnusableStore: the file can't be made, is damaged, or is not ours; the message names WALLET_SQLITE_PATH.
            StoreUnavailable: another process keeps it locked.
        """
        async with self._opening:
            if self._identity is None and not self._closed:
                await asyncio.get_running_loop().run_in_executor(self._writer, self._open)

    def _open(self) -> None:
        if not self._path.parent.is_dir():
            raise UnusableStore(f"WALLET_SQLITE_PATH names {self._path}, in a folder that does not exist.")
        connection = None
        try:
            connection = self._connected()
            prepare(connection, self._path, wait=self._lock_wait)
            # What a statement would undo is kept in memory: with all indexes it is more than SQLite does by default,
            # which would make a file for each wallet that is written.
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        except (sqlite3.Error, UnusableStore) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, UnusableStore):
                raise
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise StoreUnavailable from error
            raise UnusableStore(f"WALLET_SQLITE_PATH names {self._path}, which can't be used: {error}") from error
        self._connection = connection
        self._identity = self._found()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=self._lock_wait, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return connection

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino)

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        """Run in a thread, in time. The one place where SQLite's errors become ours."""
        try:
            async with asyncio.timeout(self._deadline):
                if self._identity is None:
                    await self.connect()
                if self._closed:
                    raise StoreUnavailable("The wallet store is closed.")
                return await asyncio.get_running_loop().run_in_executor(executor, work)
        except _BAD_ARGUMENTS as error:
            raise ValueError("SQLite refuses what it was asked") from error  # our mistake, and no outage
        except (sqlite3.Error, TimeoutError, UnusableStore) as error:
            _log.warning("SQLite: %s: %s", type(error).__name__, error)
            raise StoreUnavailable from error

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def run() -> T:
            self._check_file()
            connection = self._idle.pop() if self._idle else self._connected()
            try:
                connection.execute("BEGIN")  # all statements of one read see the same state
                return work(connection)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._idle.append(connection)

        return await self._run(self._readers, run)

    def _check_file(self) -> None:
        if self._found() != self._identity:
            raise _FileReplaced("the file at WALLET_SQLITE_PATH was deleted or replaced while in use")

    def revision(self, clock: Clock, cache_ttl: timedelta) -> SqliteRevision:
        """What tells, on the calling thread, whether a read may answer otherwise; closed with the store."""
        self._revision = SqliteRevision(self._path, clock, cache_ttl)
        return self._revision

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        return (await self.get_many(kind, [key]))[0]

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        def work(connection: sqlite3.Connection) -> list[Stored[R]]:
            return self._records(connection, kind, connection.execute(sql.revisions(kind), (_list(keys),)).fetchall())

        found = {stored.record.key: stored for stored in await self._read(work)}
        return [found.get(key) for key in keys]

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        statement = f"SELECT key FROM {kind.COLLECTION} WHERE key IN (SELECT value FROM json_each(?))"
        return await self._read(lambda c: {key for (key,) in c.execute(statement, (_list(keys),))})

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        def work(connection: sqlite3.Connection) -> list[Stored[R]]:
            found: list[Stored[R]] = []
            for numbers in sql.selections(query, after, walk=walks(connection, query, limit)):
                select, offset = sql.of_each(query.kind, numbers), 0
                while (asked := limit - len(found)) > 0:
                    rows = connection.execute(select.sql, (*select.parameters, asked, offset)).fetchall()
                    found += self._records(connection, query.kind, rows)
                    offset += len(rows)
                    if len(rows) < asked:
                        break
            return found

        return await self._read(work)

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        def work(connection: sqlite3.Connection) -> Filtered[R]:
            chosen = plan(connection, query, tests, limit=limit, most=most)
            filtering = Filtering(chosen.query, chosen.tests)
            passed: list[tuple[str, int]] = []
            looked_at, end = 0, None
            for numbers in sql.selections(chosen.query, after, walk=chosen.walk):
                statement = filtering.statement(numbers)
                for row in connection.execute(statement.sql, (*statement.parameters, most - looked_at, 0)):
                    looked_at += 1
                    if filtering.passes(row):
                        passed.append(row[:2])
                    if len(passed) == limit or looked_at == most:
                        end = filtering.cursor(row)
                        break
                if end is not None:
                    break
            return Filtered(self._records(connection, query.kind, passed), looked_at, end)

        return await self._read(work)

    def _records(
        self, connection: sqlite3.Connection, kind: type[R], revisions: Sequence[tuple[str, int]]
    ) -> list[Stored[R]]:
        """The records of keys with their revisions, in their order; only those not read before are read and decoded."""
        found = self._decoded.get_all(kind, revisions)
        if missing := [key for key, stored in found.items() if stored is None]:
            statement = (
                f"SELECT key, revision, body FROM {kind.COLLECTION} WHERE key IN (SELECT value FROM json_each(?))"
            )
            for key, revision, body in connection.execute(statement, (_list(missing),)):
                try:
                    read = Stored(decode_json(kind, key, body), revision)
                except UnreadableDocument as error:
                    report(kind, key, error)
                    continue
                found[key] = read
                self._decoded.put(read, len(body))
        return [stored for key, _ in revisions if (stored := found.get(key)) is not None]

    async def count(self, query: Query[R]) -> int:
        clause = sql.count(query)
        return await self._read(lambda c: int(c.execute(clause.sql, clause.parameters).fetchone()[0]))

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        if not fields:
            return {}
        clause = sql.sums(query, list(fields))
        halves = await self._read(lambda c: c.execute(clause.sql, clause.parameters).fetchone())
        return {field: (halves[2 * i] << 32) + halves[2 * i + 1] for i, field in enumerate(fields)}

    async def commit(self, writes: Sequence[Write]) -> None:
        check(writes)
        statements, replacing = _statements([write for write in writes if not isinstance(write, Increment)])
        increments = [write for write in writes if isinstance(write, Increment)]

        def work() -> None:
            self._check_file()
            connection = self._connection
            if connection is None:  # closed meanwhile
                raise StoreUnavailable
            connection.execute("BEGIN IMMEDIATE")
            try:
                for (statement, hits), rows in statements.items():
                    done = connection.executemany(statement, rows).rowcount
                    if hits is not None and done != hits * len(rows):
                        raise VersionConflict
                for increment in increments:
                    _add(connection, increment)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            for stored, size in replacing:
                self._decoded.put(stored, size)

        if writes:
            await self._run(self._writer, work)

    async def ping(self) -> None:
        await self._read(lambda c: c.execute("SELECT count(*) FROM sqlite_schema").fetchone())

    async def aclose(self) -> None:
        self._closed = True

        def close() -> None:
            for executor in (self._readers, self._writer):
                executor.shutdown(wait=True)
            while self._idle:
                self._idle.pop().close()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

        if self._revision is not None:
            self._revision.close()
        await asyncio.to_thread(close)


def _list(keys: Sequence[str]) -> str:
    return pydantic_core.to_json(keys).decode()


def _add(connection: sqlite3.Connection, increment: Increment) -> None:
    """Within the one writer's transaction nobody else can add meanwhile."""
    table, key = CounterShard.COLLECTION, increment.key
    row = connection.execute(f"SELECT body FROM {table} WHERE key = ?", (key,)).fetchone()
    try:
        shard = decode_json(CounterShard, key, row[0]) if row is not None else None
    except UnreadableDocument as error:
        report(CounterShard, key, error)
        return  # its counts are lost already; who reads them has all counted anew
    connection.execute(
        f"INSERT INTO {table} (key, revision, body) VALUES (?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, body = excluded.body",
        (key, secrets.randbits(62), encode_json(increment.added_to(shard))),
    )


_Statements: TypeAlias = dict[tuple[str, int | None], list[tuple[Any, ...]]]
"""Statements with their rows, and how many records each row must hit for the commit not to be stale."""


def _statements(writes: Sequence[Put | Delete]) -> tuple[_Statements, list[tuple[Stored[Record], int]]]:
    """What carries out the writes; and the records, with the sizes of their documents, that replace one that was read:
    those are read again soon.
    """
    revision = secrets.randbits(62)  # never the same again, not even for a record removed and made anew
    statements: _Statements = defaultdict(list)
    replacing: list[tuple[Stored[Record], int]] = []
    for write in writes:
        kind, key = target(write)
        table = kind.COLLECTION
        if isinstance(write, Put):
            body = encode_json(write.record)
            insert = f"INSERT INTO {table} (key, revision, body) VALUES (?, ?, ?) ON CONFLICT (key) DO"
            replace = f"{insert} UPDATE SET revision = excluded.revision, body = excluded.body"
            update = f"UPDATE {table} SET revision = ?, body = ? WHERE key = ? AND revision = ?"
            if write.expect is ABSENT:
                statements[f"{insert} NOTHING", 1].append((key, revision, body))
            elif write.expect is ANY_VERSION:
                statements[replace, None].append((key, revision, body))
            else:
                statements[update, 1].append((revision, body, key, write.expect))
                replacing.append((Stored(write.record, revision), len(body)))
        elif write.expect is ABSENT:
            statements[f"UPDATE {table} SET revision = revision WHERE key = ?", 0].append((key,))
        elif write.expect is ANY_VERSION:
            statements[f"DELETE FROM {table} WHERE key = ?", None].append((key,))
        else:
            statements[f"DELETE FROM {table} WHERE key = ? AND revision = ?", 1].append((key, write.expect))
    return statements, replacing
