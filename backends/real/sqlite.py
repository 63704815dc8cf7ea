"""The embedded store: one SQLite file, for a laptop or one machine. Several processes may share it."""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pydantic_core

from backends.orchestrator.ports import Clock, Cursor, Filtered, Query, Stored, Test, Write
from backends.orchestrator.records import CounterShard, Record
from backends.orchestrator.storage.commit_rules import check
from backends.real import sqlite_counters, sqlite_counts
from backends.real import sqlite_queries as sql
from backends.real.document_codec import UnreadableDocument, decode_json, report
from backends.real.record_cache import RecordCache
from backends.real.sqlite_estimates import Estimates
from backends.real.sqlite_file import SqliteFile
from backends.real.sqlite_filtering import Filtering
from backends.real.sqlite_plans import path_to, plan
from backends.real.sqlite_revision import SqliteRevision
from backends.real.sqlite_writes import SqliteWrites

R = TypeVar("R", bound=Record)

DEADLINE_SECONDS = 3.0


class SqliteWalletsDataService:
    """`WalletsDataService` on a SQLite file.

    Args:
        path: the file, made if it is not there; its folder must be.
        deadline: seconds after which any operation gives up; left out, `DEADLINE_SECONDS`.
    """

    def __init__(self, path: str | Path, *, deadline: float | None = None) -> None:
        self._file = SqliteFile(Path(path), deadline=DEADLINE_SECONDS if deadline is None else deadline)
        self._decoded = RecordCache()
        self._estimates = Estimates()
        self._revision: SqliteRevision | None = None

    async def connect(self) -> None:
        """Open the file, and make what it lacks. Idempotent; the first operation does it otherwise.

        Raises:
            UnusableStore: the file can't be made, is damaged, or is not ours; the message names WALLET_SQLITE_PATH.
            StoreUnavailable: another process keeps it locked.
        """
        await self._file.connect()

    def revision(self, clock: Clock, cache_ttl: timedelta) -> SqliteRevision:
        """What tells, on the calling thread, whether a read may answer otherwise; closed with the store."""
        self._revision = SqliteRevision(self._file.path, clock, cache_ttl)
        return self._revision

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        return (await self.get_many(kind, [key]))[0]

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        def work(connection: sqlite3.Connection) -> list[Stored[R]]:
            return self._records(connection, kind, connection.execute(sql.revisions(kind), (_list(keys),)).fetchall())

        found = {stored.record.key: stored for stored in await self._file.read(work)}
        return [found.get(key) for key in keys]

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        statement = f"SELECT key FROM {kind.COLLECTION} WHERE key IN (SELECT value FROM json_each(?))"
        return await self._file.read(lambda c: {key for (key,) in c.execute(statement, (_list(keys),))})

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        def work(connection: sqlite3.Connection) -> list[Stored[R]]:
            found: list[Stored[R]] = []
            for numbers in sql.selections(query, after, path_to(connection, query, limit, self._estimates)):
                select, offset = sql.of_each(query.kind, numbers), 0
                while (asked := limit - len(found)) > 0:
                    rows = connection.execute(select.sql, (*select.parameters, asked, offset)).fetchall()
                    found += self._records(connection, query.kind, rows)
                    offset += len(rows)
                    if len(rows) < asked:
                        break
            return found

        return await self._file.read(work)

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        def work(connection: sqlite3.Connection) -> Filtered[R]:
            chosen = plan(connection, query, tests, self._estimates, limit=limit, most=most)
            filtering = Filtering(chosen.query, chosen.tests)
            passed: list[tuple[str, int]] = []
            looked_at, end = 0, None
            for numbers in sql.selections(chosen.query, after, chosen.path):
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

        return await self._file.read(work)

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
                    record, size = _decoded(connection, kind, key, body)
                except UnreadableDocument as error:
                    report(kind, key, error)
                    continue
                read = found[key] = Stored(record, revision)
                self._decoded.put(read, size)
        return [stored for key, _ in revisions if (stored := found.get(key)) is not None]

    async def count(self, query: Query[R]) -> int:
        clause = sqlite_counts.count(query)
        return await self._file.read(lambda c: int(c.execute(clause.sql, clause.parameters).fetchone()[0]))

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        if not fields:
            return {}
        clause = sqlite_counts.sums(query, list(fields))
        halves = await self._file.read(lambda c: c.execute(clause.sql, clause.parameters).fetchone())
        return {field: (halves[2 * i] << 32) + halves[2 * i + 1] for i, field in enumerate(fields)}

    async def commit(self, writes: Sequence[Write]) -> None:
        check(writes)
        made = SqliteWrites(writes)
        if not writes:
            return
        await self._file.write(made.make)
        for stored, size in made.replacing:
            self._decoded.put(stored, size)

    async def ping(self) -> None:
        await self._file.read(lambda c: c.execute("SELECT count(*) FROM sqlite_schema").fetchone())

    async def aclose(self) -> None:
        if self._revision is not None:
            self._revision.close()
        await self._file.aclose()


def _decoded(connection: sqlite3.Connection, kind: type[R], key: str, body: str) -> tuple[R, int]:
    """The record of a document, and about how many bytes that has. Raises UnreadableDocument."""
    record = decode_json(kind, key, body)
    if not isinstance(record, CounterShard):
        return record, len(body)
    shard = sqlite_counters.put_together(connection, record)
    size = sqlite_counters.BYTES * (len(shard.counts) + len(shard.texts))
    return shard, size  # type: ignore[return-value]  # R is CounterShard


def _list(keys: Sequence[str]) -> str:
    return pydantic_core.to_json(keys).decode()
