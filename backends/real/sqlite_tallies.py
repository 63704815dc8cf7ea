"""Counts and sums that SQLite keeps by triggers, so that no list and no summary counts what a page doesn't show.

A tally is a table's rows grouped by one expression: how many there are in a group, and what one field adds up to in it.
They are part of the file: whoever writes a record, by whatever hand, writes them in the same transaction.
"""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backends.orchestrator.ports import Op, Query, Value, Where
from backends.orchestrator.records import AuditEntry, Launch, Record, Schedule, Wallet
from backends.orchestrator.timestamps import format_timestamp

Clause = tuple[str, tuple[Any, ...]]
"""A piece of SQL and what is bound in it."""

_LOW = 4294967295
"""Sums are kept in two halves, whose sum, the first times 2**32, is exact: SQLite's own sum stops at 64 bits."""

_MINUTE = 16
"""Characters of a timestamp up to its minutes."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows by `group`, SQL over a row's `body`; a row whose group is NULL is in none. `summed` is a field."""

    name: str
    group: str
    summed: str | None = None


def _text(field: str) -> str:
    return f"ifnull(json_extract(body, '$.{field}'), '')"


TALLIES: Mapping[type[Record], tuple[Tally, ...]] = {
    Wallet: (
        Tally("all", "''", "last_balance_lamports"),
        Tally("status", _text("status")),
        Tally("cache_class", _text("cache_class")),
        Tally("unread", "json_extract(body, '$.parts.sol_balance.as_of') IS NULL"),
        Tally(
            "minute",
            "CASE json_extract(body, '$.cache_class') WHEN 'ok' "
            f"THEN substr(json_extract(body, '$.oldest_as_of'), 1, {_MINUTE}) END",
        ),
    ),
    Schedule: (Tally("status", _text("status"), "amount_lamports"),),
    Launch: (Tally("all", "''"),),
    AuditEntry: (Tally("all", "''"),),
}


LISTED: Mapping[type[Record], tuple[str, ...]] = {Wallet: ("tags",)}
"""Fields with lists whose items are tallied too: how many records have an item, under the field's name."""


def table_of(kind: type[Record]) -> str:
    """The table of a kind's tallies."""
    return f"{kind.COLLECTION}__tallies"


def statements(kind: type[Record]) -> Iterator[str]:
    """What makes a kind's table and triggers, and counts what is there already."""
    source, table = kind.COLLECTION, table_of(kind)
    yield (
        f"CREATE TABLE {table} (name TEXT NOT NULL, value NOT NULL, rows INTEGER NOT NULL, high INTEGER NOT NULL, "
        "low INTEGER NOT NULL, PRIMARY KEY (name, value)) WITHOUT ROWID"
    )
    for tally in TALLIES[kind]:
        group, high, low = tally.group, *halves(tally)
        yield (
            f"INSERT INTO {table} SELECT '{tally.name}', {group}, count(*), sum({high}), sum({low}) FROM {source} "
            f"WHERE {group} IS NOT NULL GROUP BY 2"
        )
        add, drop = _change(table, tally, "NEW", "+"), _change(table, tally, "OLD", "-")
        changed = " OR ".join(f"{_of('OLD', each)} IS NOT {_of('NEW', each)}" for each in (group, high, low))
        name = f"{table}__{tally.name}"
        yield f"CREATE TRIGGER {name}__insert AFTER INSERT ON {source} BEGIN {add}; END"
        yield f"CREATE TRIGGER {name}__delete AFTER DELETE ON {source} BEGIN {drop}; END"
        yield f"CREATE TRIGGER {name}__update AFTER UPDATE ON {source} WHEN {changed} BEGIN {drop}; {add}; END"


def tally_trigger(side: str) -> str:
    """The trigger whose absence says that a side table's items are not tallied."""
    return f"{side}__tally__insert"


def list_statements(kind: type[Record], field: str, side: str) -> Iterator[str]:
    """What tallies the items of a list, which are the values of the table `side`, and counts what is there already."""
    table = table_of(kind)
    yield f"DELETE FROM {table} WHERE name = '{field}'"
    yield f"INSERT INTO {table} SELECT '{field}', value, count(*), 0, 0 FROM {side} GROUP BY value"
    add, drop = (
        f"INSERT INTO {table} VALUES ('{field}', {row}.value, {sign}1, 0, 0) "
        "ON CONFLICT DO UPDATE SET rows = rows + excluded.rows"
        for row, sign in (("NEW", "+"), ("OLD", "-"))
    )
    unused = f"DELETE FROM {table} WHERE name = '{field}' AND value = OLD.value AND rows = 0"
    yield f"CREATE TRIGGER {tally_trigger(side)} AFTER INSERT ON {side} BEGIN {add}; END"
    yield f"CREATE TRIGGER {side}__tally__delete AFTER DELETE ON {side} BEGIN {drop}; {unused}; END"


def halves(tally: Tally) -> tuple[str, str]:
    """SQL over a row's `body` for the high and the low half of what is summed."""
    if tally.summed is None:
        return "0", "0"
    value = f"json_extract(body, '$.{tally.summed}')"
    return f"ifnull({value} >> 32, 0)", f"ifnull({value} & {_LOW}, 0)"


def _of(row: str, expression: str) -> str:
    return f"({expression.replace('(body,', f'({row}.body,')})"


def _change(table: str, tally: Tally, row: str, sign: str) -> str:
    group = _of(row, tally.group)
    high, low = (_of(row, half) for half in halves(tally))
    return (
        f"INSERT INTO {table} SELECT '{tally.name}', {group}, {sign}1, {sign}{high}, {sign}{low} "
        f"WHERE {group} IS NOT NULL ON CONFLICT DO UPDATE SET "
        "rows = rows + excluded.rows, high = high + excluded.high, low = low + excluded.low"
    )


def count(query: Query[Any], fields: str) -> Clause | None:
    """How many match; None for what no tally tells. `fields` is the table of the kind's fields."""
    found = _tally_of(query)
    if found is None:
        return None
    name, value = found
    table = table_of(query.kind)
    if name != "minute":
        return f"SELECT ifnull((SELECT rows FROM {table} WHERE name = ? AND value = ?), 0)", (name, value)
    # Whole minutes from the tally; those of the minute in which the bound lies, one by one.
    bound = next(where for where in query.where if where.field == "oldest_as_of")
    text = _stamp(bound.value)
    minute, operator = text[:_MINUTE], bound.op.value
    whole = f"SELECT sum(rows) FROM {table} WHERE name = 'minute' AND value {operator[0]} ?"
    rest = (
        f"SELECT count(*) FROM {fields} WHERE \"cache_class\" = 'ok' "
        f'AND "oldest_as_of" >= ? AND "oldest_as_of" < ? AND "oldest_as_of" {operator} ?'
    )
    return f"SELECT ifnull(({whole}), 0) + ({rest})", (minute, minute, f"{minute}~", text)


def sums(query: Query[Any], fields: list[str]) -> Clause | None:
    """High and low half of each field's sum; None for what no tally tells."""
    found = _tally_of(query)
    tally = next((each for each in TALLIES.get(query.kind, ()) if found is not None and each.name == found[0]), None)
    if found is None or tally is None or fields != [tally.summed]:
        return None
    table = table_of(query.kind)
    halves = (f"ifnull((SELECT {half} FROM {table} WHERE name = ? AND value = ?), 0)" for half in ("high", "low"))
    return f"SELECT {', '.join(halves)}", (*found, *found)


def _tally_of(query: Query[Any]) -> tuple[str, Any] | None:
    """The tally's name and the group that a query's conditions are."""
    names = {*(tally.name for tally in TALLIES.get(query.kind, ())), *LISTED.get(query.kind, ())}
    found: tuple[str, Any] | None = None
    match query.where:
        case ():
            found = "all", ""
        case (Where(field="parts.sol_balance.as_of", op=Op.EQ, value=None),):
            found = "unread", 1
        case (Where(field=field, op=Op.EQ, value=value),):
            found = field, "" if value is None else value
        case (Where(field=field, op=Op.CONTAINS, value=value),):
            found = field, value
        case (Where(field="cache_class", op=Op.EQ, value="ok"), Where(field="oldest_as_of")):
            found = "minute", None
    return found if found is not None and found[0] in names else None


def _stamp(value: Value) -> str:
    if not isinstance(value, datetime):
        raise TypeError("a reading is compared with a moment")
    return format_timestamp(value)
