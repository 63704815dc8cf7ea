"""The triggers on the records' tables, which keep the narrow tables beside them true: no writer can forget them.

A kind has few triggers for all that is beside it, since each trigger parses a record's document anew. An update
sets what changes with every reading of a wallet apart from the rest, and the rest only where it changed: SQLite
rewrites every index of a column that a statement sets, also where the value stays.
"""

# ruff: noqa: S608 - statements are made of our own names

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backends.orchestrator.records import Record, Wallet
from backends.real.sqlite_layout import SIDE_ORDER, SideTable, column, columns, expression, field_table, side_tables

READ_ANEW: Mapping[type[Record], tuple[str, ...]] = {
    Wallet: (
        "oldest_as_of",
        "parts.funding_transactions.as_of",
        "parts.sol_balance.as_of",
        "parts.token_holdings.as_of",
        "updated_at",
    )
}
"""Fields that change with every reading. (Any other one may change with them.)"""


def triggers(kind: type[Record]) -> dict[str, str]:
    """By name, what makes the triggers on a kind's table."""
    events: dict[str, tuple[str, Iterator[str]]] = {
        "insert": ("INSERT", _inserted(kind)),
        "update": ("UPDATE", _updated(kind)),
        "update__lists": ("UPDATE", _lists_updated(kind)),
        "delete": ("DELETE", _deleted(kind)),
    }
    table, found = kind.COLLECTION, {}
    for name, (event, actions) in events.items():
        if statements := "; ".join(actions):
            when = f" WHEN {_changed(*_listed(kind))}" if name == "update__lists" else ""
            create = f"CREATE TRIGGER {table}__{name} AFTER {event} ON {table}{when} BEGIN {statements}; END"
            found[f"{table}__{name}"] = create
    return found


def _inserted(kind: type[Record]) -> Iterator[str]:
    if fields := columns(kind):
        names = ", ".join(["key", "revision", *map(column, fields)])
        yield f"INSERT INTO {field_table(kind)} ({names}) VALUES (NEW.key, NEW.revision, {_values(fields)})"
    for side in side_tables(kind):
        yield _addition(side)


def _updated(kind: type[Record]) -> Iterator[str]:
    read_anew = [field for field in columns(kind) if field in READ_ANEW.get(kind, ())]
    others = [field for field in columns(kind) if field not in read_anew]
    if read_anew or others:
        names, values = ", ".join(["revision", *map(column, read_anew)]), _values(read_anew, "NEW.revision")
        yield f"UPDATE {field_table(kind)} SET ({names}) = ({values}) WHERE key = NEW.key"
    if others:
        names, values = ", ".join(map(column, others)), _values(others)
        yield (
            f"UPDATE {field_table(kind)} SET ({names}) = ({values}) WHERE key = NEW.key AND ({names}) IS NOT ({values})"
        )


def _lists_updated(kind: type[Record]) -> Iterator[str]:
    """In a trigger of its own, whose condition SQLite looks at once, and not for each statement."""
    for side in side_tables(kind):
        changed = _changed(side.field, *SIDE_ORDER.get(kind, ()))
        yield f"{_removal(side)} AND ({changed})"
        yield f"{_addition(side)} AND ({changed})"


def _listed(kind: type[Record]) -> Iterator[str]:
    """The fields that side tables have something of."""
    yield from (side.field for side in side_tables(kind))
    yield from SIDE_ORDER.get(kind, ())


def _changed(*fields: str) -> str:
    return " OR ".join(f"{_of('OLD', field)} IS NOT {_of('NEW', field)}" for field in fields)


def _deleted(kind: type[Record]) -> Iterator[str]:
    for side in side_tables(kind):
        yield _removal(side)
    if columns(kind):
        yield f"DELETE FROM {field_table(kind)} WHERE key = OLD.key"


def _addition(side: SideTable) -> str:
    """Adds the items of the new document's list."""
    order = "" if side.order is None else f", {_of('NEW', side.order)}, NEW.key"
    # Of a document that can't be read there may be no order.
    condition = "TRUE" if side.order is None else f"{_of('NEW', side.order)} IS NOT NULL"
    items = f"json_each(NEW.body, '$.{side.field}') AS item"
    row = f"item.value{order}, {_number(side.kind, 'NEW')}"
    return f"INSERT INTO {side.name} SELECT DISTINCT {row} FROM {items} WHERE {condition}"


def _removal(side: SideTable) -> str:
    """Removes the items of the old document's list."""
    items = f"value IN (SELECT value FROM json_each(OLD.body, '$.{side.field}'))"
    if side.order is None:
        return f"DELETE FROM {side.name} WHERE {items} AND id = {_number(side.kind, 'OLD')}"
    return f"DELETE FROM {side.name} WHERE {items} AND {side.order} = {_of('OLD', side.order)} AND key = OLD.key"


def _number(kind: type[Record], row: str) -> str:
    return f"(SELECT id FROM {field_table(kind)} WHERE key = {row}.key)"


def _of(row: str, field: str) -> str:
    return expression(field).replace("(body,", f"({row}.body,")


def _values(fields: Sequence[str], *first: str) -> str:
    return ", ".join([*first, *(_of("NEW", field) for field in fields)])
