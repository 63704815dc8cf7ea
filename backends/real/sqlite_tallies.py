"""Counts and sums that SQLite keeps by triggers, so that no list and no summary counts what a page doesn't show.

A tally is a table's rows grouped by one expression: how many there are in a group, and what one field adds up to in it.
They are part of the file: whoever writes a record, by whatever hand, writes them in the same transaction.
"""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backends.orchestrator.records import AuditEntry, Launch, Record, Schedule, Wallet

LOW = 4294967295
"""Sums are kept in two halves, whose sum, the first times 2**32, is exact: SQLite's own sum stops at 64 bits."""

MINUTE, TEN_MINUTES = 16, 15
"""Characters of a timestamp up to its minutes, and to the first digit of these."""

BALANCE_BITS, BALANCES = 20, 4096
"""Balances are tallied by about a thousandth of a SOL, those of 4.3 SOL and more together."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Records by `group`, SQL over a `body`; one whose group is NULL is in none. `summed` is a field. All fields are
    columns (`sqlite_queries.columns`).
    """

    name: str
    group: str
    summed: str | None = None


def _text(field: str) -> str:
    return f"ifnull(json_extract(body, '$.{field}'), '')"


_ARCHIVED = "(json_extract(body, '$.status') IS 'ARCHIVED')"

TALLIES: Mapping[type[Record], tuple[Tally, ...]] = {
    Wallet: (
        Tally("all", "''", "last_balance_lamports"),
        Tally("status", _text("status")),
        Tally("cache_class", _text("cache_class")),
        Tally("unread", "json_extract(body, '$.parts.sol_balance.as_of') IS NULL"),
        Tally(
            "read",
            f"CASE json_extract(body, '$.cache_class') WHEN 'ok' THEN {_ARCHIVED} "
            f"|| substr(json_extract(body, '$.oldest_as_of'), 1, {MINUTE}) END",
        ),
        Tally(
            "archived_unread",
            "CASE WHEN json_extract(body, '$.status') = 'ARCHIVED' "
            "AND json_extract(body, '$.parts.sol_balance.as_of') IS NULL THEN 1 END",
        ),
        Tally("failing", "json_extract(body, '$.failing')"),
        Tally(
            "idle",
            "CASE WHEN json_extract(body, '$.status') = 'FUNDED' "
            "AND json_extract(body, '$.launch_count') = 0 THEN 1 END",
        ),
        Tally("balance", f"min(json_extract(body, '$.last_balance_lamports') >> {BALANCE_BITS}, {BALANCES})"),
        Tally(
            "discovery",  # NULL where there is no `discover_after`, as all that is made of it
            f"{_ARCHIVED} || json_extract(body, '$.cache_class') "
            f"|| substr(json_extract(body, '$.discover_after'), 1, {TEN_MINUTES})",
            "known_accounts",
        ),
        Tally(
            "read_and_discovery",
            f"CASE json_extract(body, '$.cache_class') WHEN 'ok' THEN {_ARCHIVED} "
            f"|| substr(json_extract(body, '$.oldest_as_of'), 1, {MINUTE}) "
            f"|| substr(json_extract(body, '$.discover_after'), 1, {TEN_MINUTES}) END",
            "known_accounts",
        ),
    ),
    Schedule: (Tally("status", _text("status"), "amount_lamports"),),
    Launch: (Tally("all", "''"),),
    AuditEntry: (Tally("all", "''"),),
}


_FIELD = re.compile(r"json_extract\(body, '\$\.([\w.]+)'\)")

LISTED: Mapping[type[Record], tuple[str, ...]] = {Wallet: ("tags",)}
"""Fields with lists whose items are tallied too: how many records have an item, under the field's name."""


def table_of(kind: type[Record]) -> str:
    """The table of a kind's tallies."""
    return f"{kind.COLLECTION}__tallies"


def table_statement(kind: type[Record]) -> str:
    """What makes the table of a kind's tallies."""
    return (
        f"CREATE TABLE IF NOT EXISTS {table_of(kind)} (name TEXT NOT NULL, value NOT NULL, rows INTEGER NOT NULL, "
        "high INTEGER NOT NULL, low INTEGER NOT NULL, PRIMARY KEY (name, value)) WITHOUT ROWID"
    )


def is_of_another_release(kind: type[Record], trigger: str) -> bool:
    """Whether a trigger keeps a tally that is none any more."""
    name, of, rest = trigger.partition(f"{table_of(kind)}__")
    return not name and bool(of) and rest.rpartition("__")[0] not in {tally.name for tally in TALLIES.get(kind, ())}


def triggers(kind: type[Record], tally: Tally, fields: str) -> dict[str, str]:
    """By name, what makes the triggers that keep a tally, on the table of the kind's fields. (On the records' own table
    each would look into the body.)
    """
    table = table_of(kind)
    parts = tally.group, *halves(tally)
    add, drop = _change(table, tally, "NEW", "+"), _change(table, tally, "OLD", "-")
    unused = f"DELETE FROM {table} WHERE name = '{tally.name}' AND value = {_of('OLD', tally.group)} AND rows = 0"
    actions = {"insert": ("INSERT", "", add), "delete": ("DELETE", "", f"{drop}; {unused}")}
    if named := sorted({field for part in parts for field in _FIELD.findall(part)}):
        changed = " OR ".join(f"{_of('OLD', each)} IS NOT {_of('NEW', each)}" for each in parts)
        columns = ", ".join(f'"{field}"' for field in named)
        actions["update"] = (f"UPDATE OF {columns}", f"WHEN {changed}", f"{drop}; {unused}; {add}")
    return {
        f"{table}__{tally.name}__{name}": (
            f"CREATE TRIGGER {table}__{tally.name}__{name} AFTER {event} ON {fields} {when} BEGIN {done}; END"
        )
        for name, (event, when, done) in actions.items()
    }


def statements(kind: type[Record], tally: Tally, fields: str) -> Iterator[str]:
    """What makes a tally's triggers, and counts what is there already."""
    table = table_of(kind)
    group, high, low = (_of(fields, each) for each in (tally.group, *halves(tally)))
    yield f"DELETE FROM {table} WHERE name = '{tally.name}'"
    yield (
        f"INSERT INTO {table} SELECT '{tally.name}', {group}, count(*), sum({high}), sum({low}) FROM {fields} "
        f"WHERE {group} IS NOT NULL GROUP BY 2"
    )
    for trigger, create in triggers(kind, tally, fields).items():
        yield f"DROP TRIGGER IF EXISTS {trigger}"
        yield create


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
    return f"ifnull({value} >> 32, 0)", f"ifnull({value} & {LOW}, 0)"


def _of(row: str, expression: str) -> str:
    """An expression over a body as one over a row of the fields' table."""
    return "(" + _FIELD.sub(row + r'."\1"', expression) + ")"


def _change(table: str, tally: Tally, row: str, sign: str) -> str:
    group = _of(row, tally.group)
    high, low = (_of(row, half) for half in halves(tally))
    return (
        f"INSERT INTO {table} SELECT '{tally.name}', {group}, {sign}1, {sign}{high}, {sign}{low} "
        f"WHERE {group} IS NOT NULL ON CONFLICT DO UPDATE SET "
        "rows = rows + excluded.rows, high = high + excluded.high, low = low + excluded.low"
    )
