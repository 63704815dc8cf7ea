"""A commit in SQLite's language: statements on the records' tables, with the versions that they expect."""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeAlias

from backends.orchestrator.ports import ABSENT, ANY_VERSION, Delete, Increment, Put, Stored, VersionConflict, Write
from backends.orchestrator.records import Record
from backends.orchestrator.storage.commit_rules import target
from backends.real import sqlite_counters
from backends.real.document_codec import encode_json

_Statements: TypeAlias = dict[tuple[str, int | None], list[tuple[Any, ...]]]
"""Statements with their rows, and how many records each row must hit for the commit not to be stale."""


class SqliteWrites:
    """Writes that are made together. Raises ValueError for a record that does not fit.

    `replacing` are the records, with the sizes of their documents, that replace one that was read: those are read again
    soon.
    """

    def __init__(self, writes: Sequence[Write]) -> None:
        self._increments = [write for write in writes if isinstance(write, Increment)]
        self._statements, self.replacing = _statements([each for each in writes if not isinstance(each, Increment)])

    def make(self, connection: sqlite3.Connection) -> None:
        """Make them, in a transaction that the caller has begun. Raises VersionConflict."""
        for (statement, hits), rows in self._statements.items():
            done = connection.executemany(statement, rows).rowcount
            if hits is not None and done != hits * len(rows):
                raise VersionConflict
        for increment in self._increments:
            sqlite_counters.add(connection, increment)


def _statements(writes: Sequence[Put | Delete]) -> tuple[_Statements, list[tuple[Stored[Record], int]]]:
    """What carries out the writes, and what they replace."""
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
