"""What a SQLite file of ours looks like: its marks, tables and triggers, and the indexes that the queries need."""

# ruff: noqa: S608 - statements are made of our own names

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backends.errors import UnusableStore
from backends.orchestrator.ports import Op, Query
from backends.orchestrator.queries import TABLE
from backends.orchestrator.records import KINDS, CounterShard, Record
from backends.real import sqlite_counters, sqlite_tallies
from backends.real.expiry_queries import EXPIRY_QUERIES
from backends.real.sqlite_layout import (
    BOUNDED,
    SUMMED,
    SideTable,
    column,
    columns,
    expression,
    field_table,
    side_tables,
)
from backends.real.sqlite_migrations import MIGRATIONS
from backends.real.sqlite_tally_queries import needs_no_index
from backends.real.sqlite_triggers import triggers

_log = logging.getLogger(__name__)

APPLICATION_ID = 0x57414C4C
"""Marks our files (`PRAGMA application_id`)."""

VERSION = 1 + len(MIGRATIONS)
"""Of documents (`PRAGMA user_version`). Tables and indexes are made where they are missing, whatever the version."""

_CHECKED_BYTES = 256 * 2**20
"""Files up to this size are checked whole at the start (about a second); damage in larger ones shows when it is met."""


def _tables() -> Iterator[str]:
    for kind in KINDS:
        yield (
            f"CREATE TABLE IF NOT EXISTS {kind.COLLECTION} (key TEXT PRIMARY KEY NOT NULL, revision INTEGER NOT NULL, "
            "body TEXT NOT NULL CHECK (json_valid(body)))"
        )
    yield sqlite_counters.TABLE


def _columns(query: Query[Any]) -> tuple[str, ...]:
    """Equalities, then the order, then the key. One direction serves both: SQLite walks an index either way."""
    equal = [each.field for each in query.where if each.op is Op.EQ]
    order = [by.field for by in query.order]
    ranges = [each.field for each in query.where if each.op.is_range]
    return tuple(dict.fromkeys([*equal, *order, *ranges]))


def _derived_tables(there: Mapping[str, str]) -> Iterator[str]:
    """Those that are made of documents: all of a kind anew where one is missing, lacks a field, or is of another shape,
    as in a file of an earlier release. (Numbers of records join them.)
    """
    for kind in KINDS:
        tables = dict(_of_kind(kind))
        if all(there.get(name) == create for name, create in tables.items()):
            continue
        yield from (f"DROP TABLE IF EXISTS {name}" for name in tables)
        yield from tables.values()
        yield from _rows_of_kind(kind)


def _of_kind(kind: type[Record]) -> Iterator[tuple[str, str]]:
    """Names of the tables that are made of a kind's documents, and what makes them."""
    if fields := columns(kind):
        named = ", ".join(["id INTEGER PRIMARY KEY", "key TEXT UNIQUE NOT NULL", "revision", *map(column, fields)])
        yield field_table(kind), f"CREATE TABLE {field_table(kind)} ({named})"
    for side in side_tables(kind):
        keys = ("value", "id") if side.order is None else ("value", side.order, "key")
        number = "id INTEGER NOT NULL"  # of no other type: SQLite compares it as one, so that the index serves
        named = ", ".join([*(each for each in keys if each != "id"), number])
        yield side.name, f"CREATE TABLE {side.name} ({named}, PRIMARY KEY ({', '.join(keys)})) WITHOUT ROWID"


def _rows_of_kind(kind: type[Record]) -> Iterator[str]:
    """What fills these tables, each in its own order."""
    source, table, fields = kind.COLLECTION, field_table(kind), columns(kind)
    if fields:
        named = ", ".join(["key", "revision", *map(column, fields)])
        values = ", ".join(["key", "revision", *map(expression, fields)])
        yield f"INSERT INTO {table} ({named}) SELECT {values} FROM {source}"
    for side in side_tables(kind):
        if side.order is None:
            items = f"{source} JOIN {table} USING (key), json_each({source}.body, '$.{side.field}') AS item"
            yield f"INSERT INTO {side.name} SELECT DISTINCT item.value, {table}.id FROM {items} ORDER BY 1, 2"
        else:
            items = f"{SideTable(kind, side.field).name} JOIN {table} USING (id) WHERE {column(side.order)} IS NOT NULL"
            yield f"INSERT INTO {side.name} SELECT value, {column(side.order)}, key, id FROM {items} ORDER BY 1, 2, 3"


def _triggers(there: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Those on the records' tables that are missing; those of another release go. `there` are tables and texts."""
    for kind in KINDS:
        texts = sqlite_counters.TRIGGERS if kind is CounterShard else triggers(kind)
        wanted = {name: (kind.COLLECTION, text) for name, text in texts.items()}
        for name, (table, text) in there.items():
            if table == kind.COLLECTION and wanted.get(name) != (table, text):
                yield f"DROP TRIGGER {name}"
        yield from (text for name, (table, text) in wanted.items() if there.get(name) != (table, text))


def _indexes() -> Iterator[tuple[str, str]]:
    """Names of the indexes that the queries need, and what makes them."""
    listed = [query for query in (*TABLE, *EXPIRY_QUERIES) if not needs_no_index(query)]
    wanted = {(query.kind, columns) for query in listed if (columns := _columns(query))}
    orders = {(query.kind, query.order[0].field) for query in listed if query.order and not query.where}
    for kind, fields in sorted(wanted, key=lambda each: (each[0].COLLECTION, each[1])):
        name = "__".join([kind.COLLECTION, "by", *(field.replace(".", "_") for field in fields)])
        # What is added up over a range lies in the range's index, behind what it is ordered by.
        summed = [SUMMED[each] for each in fields if each in SUMMED]
        of_lists = kind in BOUNDED and any((kind, each) in orders for each in fields)
        bounded = {BOUNDED[kind]} - {*fields} if of_lists else ()
        named = ", ".join(map(column, [*fields, "key", *summed, *bounded]))
        yield name, f"CREATE INDEX {name} ON {field_table(kind)} ({named})"


def _make_what_is_missing(connection: sqlite3.Connection) -> None:
    """Tables, triggers, indexes and tallies that came after the file's release."""
    for statement in _tables():
        connection.execute(statement)
    tables = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
    for statement in _derived_tables(tables):
        connection.execute(statement)
    there = _triggers_there(connection)
    for statement in _triggers(there):
        connection.execute(statement)
    _make_indexes(connection)
    for kind, tallies in sqlite_tallies.TALLIES.items():
        connection.execute(sqlite_tallies.table_statement(kind))
        for name in there:
            if sqlite_tallies.is_of_another_release(kind, name):
                connection.execute(f"DROP TRIGGER {name}")
        kept = [*(tally.name for tally in tallies), *sqlite_tallies.LISTED.get(kind, ())]
        table = sqlite_tallies.table_of(kind)
        connection.execute(f"DELETE FROM {table} WHERE name NOT IN ({', '.join('?' * len(kept))})", kept)
        for tally in tallies:
            wanted = sqlite_tallies.triggers(kind, tally, field_table(kind))
            if any(there.get(name) != (field_table(kind), text) for name, text in wanted.items()):
                for statement in sqlite_tallies.statements(kind, tally, field_table(kind)):
                    connection.execute(statement)
    for kind, fields in sqlite_tallies.LISTED.items():
        for field in fields:
            side = SideTable(kind, field).name
            if sqlite_tallies.tally_trigger(side) not in there:
                for statement in sqlite_tallies.list_statements(kind, field, side):
                    connection.execute(statement)


def _triggers_there(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The triggers that a file has by now, each with its table and its text."""
    found = connection.execute("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'")
    return {name: (table, text) for name, table, text in found}


def _make_indexes(connection: sqlite3.Connection) -> None:
    """Those that are missing or other ones, and away with those that no query of this release has a use for."""
    there = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"))
    indexes = dict(_indexes())
    for name, statement in there.items():
        if name not in indexes and "__fields (" in statement:
            connection.execute(f"DROP INDEX {name}")
    for name, statement in indexes.items():
        if there.get(name) != statement:
            connection.execute(f"DROP INDEX IF EXISTS {name}")
            connection.execute(statement)


def _pragma(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def _inspect(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the file's documents; 0 if it is new. Raises UnusableStore if it is somebody else's, or of a later
    release.
    """
    mark, version = _pragma(connection, "application_id"), int(_pragma(connection, "user_version"))
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not (mark or version or tables):
        return 0
    if mark != APPLICATION_ID:
        raise UnusableStore(f"WALLET_SQLITE_PATH names {path}, a database of another program.")
    if not 1 <= version <= VERSION:
        raise UnusableStore(
            f"WALLET_SQLITE_PATH names {path}, a wallet store of version {version}; this release reads {VERSION}."
        )
    return version


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if path.stat().st_size <= _CHECKED_BYTES and (found := _pragma(connection, "quick_check(1)")) != "ok":
        raise UnusableStore(f"WALLET_SQLITE_PATH names {path}, which is damaged: {found}")


def _use_wal(connection: sqlite3.Connection, wait: float) -> None:
    """Switch to the write-ahead log. Unlike everything else, this does not wait for another process that does so at
    the same moment: SQLite's busy timeout is not for changes of the journal mode.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)
        else:
            return


def prepare(connection: sqlite3.Connection, path: Path, *, wait: float) -> None:
    """Make the file ours, or make sure that it is.

    Args:
        connection: to the file, which waits for other processes' locks.
        path: what messages call it.
        wait: seconds to wait for another process that prepares it.

    Raises:
        UnusableStore: it can't be used, whoever tries.
        sqlite3.Error: as it comes.
    """
    _use_wal(connection, wait)
    connection.execute("BEGIN IMMEDIATE")  # two processes may start at once
    try:
        if version := _inspect(connection, path):
            _check(connection, path)
            if version != VERSION:
                _log.warning("carrying the file of wallets over from an earlier release: 0.4 s for each 1,000 wallets")
            for migrate in MIGRATIONS[version - 1 :]:
                migrate(connection)
        else:
            for statement in _tables():
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        if version != VERSION:
            connection.execute(f"PRAGMA user_version = {VERSION}")
        _make_what_is_missing(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
