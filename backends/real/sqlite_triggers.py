"""The triggers on the records' tables, which keep the narrow tables beside them true: no writer can forget them.

A kind has one trigger an event for everything beside it, since each trigger parses a record's document anew. An update
sets what changes with every reading of a wallet apart from the rest, and the rest only where it changed: SQLite
rewrites every index of a column that a statement sets, also where the value stays.
"""

# ruff: noqa: S608 - statements are made of our own names

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backends.orchestrator.ports import Op
from backends.orchestrator.queries import TABLE
from backends.orchestrator.records import Record, Wallet
from backends.real.sqlite_queries import SIDE_ORDER, column, columns, expression, field_table, side_table

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


def list_fields(kind: type[Record]) -> list[str]:
    """The fields with lists that have side tables."""
    return sorted(
        {each.field for query in TABLE if query.kind is kind for each in query.where if each.op is Op.CONTAINS}
    )


def triggers(kind: type[Record]) -> dict[str, str]:
    """By name, what makes the triggers on a kind's table."""
    actions = {"insert": [*_inserted(kind)], "update": [*_updated(kind)], "delete": [*_deleted(kind)]}
    return {
        f"{kind.COLLECTION}__{event}": (
            f"CREATE TRIGGER {kind.COLLECTION}__{event} AFTER {event.upper()} ON {kind.COLLECTION} "
            f"BEGIN {'; '.join(statements)}; END"
        )
        for event, statements in actions.items()
        if statements
    }


def side_rows(kind: type[Record], field: str, row: str, *tables: str) -> str:
    """A SELECT of the rows that a list's side table has for `row`: OLD, NEW, or each of a table."""
    orders = ", ".join(_of(row, order) for order in SIDE_ORDER[kind])
    source = ", ".join([*tables, f"json_each({row}.body, '$.{field}') AS item"])
    return f"SELECT DISTINCT item.value, {row}.key, {orders} FROM {source}"


def _inserted(kind: type[Record]) -> Iterator[str]:
    if fields := columns(kind):
        yield f"INSERT INTO {field_table(kind)} VALUES (NEW.key, NEW.revision, {_values(fields)})"
    for field in list_fields(kind):
        yield f"INSERT INTO {side_table(kind, field)} {side_rows(kind, field, 'NEW')}"


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
    for field in list_fields(kind):
        named = (field, *SIDE_ORDER[kind])
        changed = " OR ".join(f"{_of('OLD', each)} IS NOT {_of('NEW', each)}" for each in named)
        yield f"{_removal(kind, field)} AND ({changed})"
        yield f"INSERT INTO {side_table(kind, field)} {side_rows(kind, field, 'NEW')} WHERE {changed}"


def _deleted(kind: type[Record]) -> Iterator[str]:
    if columns(kind):
        yield f"DELETE FROM {field_table(kind)} WHERE key = OLD.key"
    for field in list_fields(kind):
        yield _removal(kind, field)


def _removal(kind: type[Record], field: str) -> str:
    values = f"SELECT value FROM json_each(OLD.body, '$.{field}')"
    return f"DELETE FROM {side_table(kind, field)} WHERE key = OLD.key AND value IN ({values})"


def _of(row: str, field: str) -> str:
    return expression(field).replace("(body,", f"({row}.body,")


def _values(fields: Sequence[str], *first: str) -> str:
    return ", ".join([*first, *(_of("NEW", field) for field in fields)])
