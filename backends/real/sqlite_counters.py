"""Counters on SQLite: a row for each, so that a commit writes those that it changes and no others.

A document of counters has three for every mint that anybody holds: parsed and written anew at each commit, those of
8,000 mints would take it eighty times as long as those of ten. So its `counts` and `texts` lie in a table of rows, and
its body has only the rest. A document that is written whole is taken apart by triggers, and put together again when it
is read. What is no document of counters stays as it is, and is unreadable.
"""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Mapping

import pydantic_core

from backends.orchestrator.ports import Increment
from backends.orchestrator.records import CounterShard
from backends.real.document_codec import UnreadableDocument, encode_json

BYTES = 64
"""About as many as a counter would take in a document."""

_DOCUMENTS = CounterShard.COLLECTION
_ROWS = f"{_DOCUMENTS}__rows"

TABLE = (
    f"CREATE TABLE IF NOT EXISTS {_ROWS} (key TEXT NOT NULL, part TEXT NOT NULL, name TEXT NOT NULL, "
    # A sum beyond 64 bits would become a number with a point.
    "value NOT NULL CHECK (typeof(value) = CASE part WHEN 'counts' THEN 'integer' ELSE 'text' END), "
    "PRIMARY KEY (key, part, name)) WITHOUT ROWID"
)
"""One row for each counter and each text of a document: `part` is `counts` or `texts`."""


def _is_whole(body: str) -> str:
    """Whether a document has its counters and texts in it, and nothing else among them."""
    parts = [
        f"json_type({body}, '$.{part}') IS 'object' AND NOT EXISTS (SELECT 1 FROM json_each({body}, '$.{part}') "
        f"WHERE type <> '{kind}' OR typeof(value) <> '{kind}')"
        for part, kind in (("counts", "integer"), ("texts", "text"))
    ]
    return " AND ".join([f"json_valid({body})", *parts])


def _without_parts(body: str) -> str:
    return f"json_remove({body}, '$.counts', '$.texts')"


def _taken_apart() -> Iterator[str]:
    """What the triggers do about a document that was written whole."""
    yield f"DELETE FROM {_ROWS} WHERE key = NEW.key"
    for part in "counts", "texts":
        items = f"json_each(NEW.body, '$.{part}')"
        yield f"INSERT OR REPLACE INTO {_ROWS} SELECT NEW.key, '{part}', key, value FROM {items}"
    yield f"UPDATE {_DOCUMENTS} SET body = {_without_parts('NEW.body')} WHERE key = NEW.key"


def _trigger(name: str, event: str, when: str, actions: Iterator[str]) -> tuple[str, str]:
    name = f"{_DOCUMENTS}__{name}"
    return name, f"CREATE TRIGGER {name} AFTER {event} ON {_DOCUMENTS}{when} BEGIN {'; '.join(actions)}; END"


_WHEN_WHOLE = f" WHEN {_is_whole('NEW.body')}"

TRIGGERS: Mapping[str, str] = dict(
    [
        _trigger("insert", "INSERT", _WHEN_WHOLE, _taken_apart()),
        _trigger("update", "UPDATE OF body", _WHEN_WHOLE, _taken_apart()),
        _trigger("delete", "DELETE", "", iter([f"DELETE FROM {_ROWS} WHERE key = OLD.key"])),
    ]
)
"""By name, what makes the triggers that keep the rows true."""


def put_together(connection: sqlite3.Connection, stored: CounterShard) -> CounterShard:
    """A document of counters, from what its body says. Raises UnreadableDocument for one that was not taken apart:
    nothing is added to what it says.
    """
    if stored.counts or stored.texts:
        raise UnreadableDocument("it has counters that are none")
    # As one text: a row by itself takes longer than to write and to parse its part of it.
    rows = f"SELECT json_group_object(name, value) FROM {_ROWS} WHERE key = ? AND part = ?"
    counts, texts = (
        pydantic_core.from_json(connection.execute(rows, (stored.name, part)).fetchone()[0])
        for part in ("counts", "texts")
    )
    return CounterShard(name=stored.name, counts=counts, texts=texts)


def carry_over(connection: sqlite3.Connection) -> None:
    """Take the documents of an earlier release apart."""
    connection.execute(TABLE)
    for name, statement in TRIGGERS.items():
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        connection.execute(statement)
    connection.execute(f"UPDATE {_DOCUMENTS} SET body = body")


def add(connection: sqlite3.Connection, increment: Increment) -> None:
    """Add to counters. Within the one writer's transaction nobody else can meanwhile."""
    key = increment.key
    connection.execute(
        f"INSERT INTO {_DOCUMENTS} (key, revision, body) VALUES (?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET revision = excluded.revision",
        (key, secrets.randbits(62), encode_json(CounterShard(name=key))),
    )
    connection.executemany(
        f"INSERT INTO {_ROWS} VALUES (?, 'counts', ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value",
        [(key, name, number) for name, number in increment.counts.items()],
    )
    connection.executemany(
        f"DELETE FROM {_ROWS} WHERE key = ? AND part = 'counts' AND name = ? AND value = 0",
        [(key, name) for name in increment.counts],
    )
    connection.executemany(
        f"INSERT INTO {_ROWS} VALUES (?, 'texts', ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        [(key, name, text) for name, text in increment.texts.items() if text is not None],
    )
    connection.executemany(
        f"DELETE FROM {_ROWS} WHERE key = ? AND part = 'texts' AND name = ?",
        [(key, name) for name, text in increment.texts.items() if text is None],
    )
