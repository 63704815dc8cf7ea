"""Conditions of queries in SQLite's language, with their parameters."""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from backends.orchestrator.ports import Op, Query, Value, Where
from backends.orchestrator.timestamps import format_timestamp
from backends.real.sqlite_layout import SideTable, column, field_table, narrow_table

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
        # Each of the `sides` has an index; together they have none.
        return Clause(f"(+{field} <= ? OR +{field} >= ?)", (parameter(low), parameter(high)))
    if where.value is None:
        return Clause(f"{field} IS NULL")
    # A unary plus takes a condition away from the planner, not from the rows.
    return Clause(f"{'' if plain else '+'}{field} {where.op.value} ?", (parameter(where.value),))


def sides(query: Query[Any]) -> list[Query[Any]]:
    """The queries that share a query's matches among them, the lower side of what is `OUTSIDE` first; the query itself,
    if nothing is.
    """
    for place, each in enumerate(query.where):
        if each.op is Op.OUTSIDE:
            before, behind = query.where[:place], query.where[place + 1 :]
            bounds = zip((Op.LE, Op.GE), each.outside, strict=True)
            return [replace(query, where=(*before, Where(each.field, op, bound), *behind)) for op, bound in bounds]
    return [query]


def of_sides(query: Query[Any], selected: str) -> Clause:
    """A row for each match, in no order, by an index of each side of what is `OUTSIDE`."""
    conditions = [where(side) for side in sides(query)]
    select = f"SELECT {selected} FROM {narrow_table(query.kind)} WHERE "
    sql = " UNION ALL ".join(select + each.sql for each in conditions)
    return Clause(sql, tuple(value for each in conditions for value in each.parameters))


def item_condition(where: Where) -> Clause:
    """Which rows of a side table have the item that a condition names, or begin as it says."""
    value = parameter(where.value)
    if where.op is Op.CONTAINS:
        return Clause("value = ?", (value,))
    return Clause("value >= ? AND value < ?", (value, f"{value}{_LAST_CHARACTER}"))
