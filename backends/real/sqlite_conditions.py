"""Conditions of queries in SQLite's language, with their parameters."""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from backends.orchestrator.ports import Op, Query, Value, Where
from backends.orchestrator.timestamps import format_timestamp
from backends.real.sqlite_layout import SideTable, column, field_table

Parameter: TypeAlias = str | int | None

_LAST_CHARACTER = "\U0010ffff"
"""Behind all that a word can have."""


def parameter(value: Value | tuple[datetime, datetime]) -> Parameter:
    """A value as it is bound; never the two of a condition that has two."""
    if isinstance(value, tuple):
        raise TypeError("two values are bound one by one")
    return format_timestamp(value) if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL and its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


def all_of(clauses: list[Clause]) -> Clause:
    """Both of two conditions, and so on; true if there are none."""
    sql = " AND ".join(clause.sql for clause in clauses) or "TRUE"
    return Clause(sql, tuple(value for clause in clauses for value in clause.parameters))


def where(query: Query[Any], *, walk: bool = False) -> Clause:
    """The query's conditions; with `walk` in words that leave the choice of the index to the order."""
    clauses = []
    for each in query.where:
        if each.op.is_of_list:
            side, owner = SideTable(query.kind, each.field).name, f"{field_table(query.kind)}.id"
            item = item_condition(each)
            clauses.append(
                Clause(f"EXISTS (SELECT 1 FROM {side} WHERE {item.sql} AND {side}.id = {owner})", item.parameters)
            )
        else:
            plain = each.op is Op.EQ or not walk or each.field == query.full_order[0].field
            clauses.append(comparison(each, plain=plain))
    return all_of(clauses)


def comparison(where: Where, *, plain: bool = True) -> Clause:
    """A condition of a field that is no list; unless it is `plain`, no index is looked for it."""
    field = column(where.field)
    if where.op is Op.OUTSIDE:
        low, high = where.outside
        # By an index for each side its rows would have to be sorted.
        return Clause(f"(+{field} <= ? OR +{field} >= ?)", (parameter(low), parameter(high)))
    if where.value is None:
        return Clause(f"{field} IS NULL")
    # A unary plus takes a condition away from the planner, not from the rows.
    return Clause(f"{'' if plain else '+'}{field} {where.op.value} ?", (parameter(where.value),))


def item_condition(where: Where) -> Clause:
    """Which rows of a side table have the item that a condition names, or begin as it says."""
    value = parameter(where.value)
    if where.op is Op.CONTAINS:
        return Clause("value = ?", (value,))
    return Clause("value >= ? AND value < ?", (value, f"{value}{_LAST_CHARACTER}"))
