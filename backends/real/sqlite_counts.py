"""How many records match a query, and what their fields add up to, in SQLite's language."""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

from typing import Any

from backends.orchestrator.ports import Op, Query
from backends.orchestrator.records import Record
from backends.real import sqlite_tally_queries
from backends.real.sqlite_conditions import Clause, Parameter, item_condition, of_sides, where
from backends.real.sqlite_layout import SideTable, column, columns, expression, field_table


def rows_at_most(kind: type[Record]) -> Clause:
    """About how many records there are; no fewer."""
    return Clause(f"SELECT max(rowid) FROM {kind.COLLECTION}")


def count_up_to(query: Query[Any], most: int) -> tuple[str, tuple[Parameter, ...]]:
    """About how many match, or `most` if there are more: of items that begin alike each counts."""
    rows = _matches(query, each_once=False)
    return f"SELECT count(*) FROM ({rows.sql} LIMIT ?)", (*rows.parameters, most)


def _matches(query: Query[Any], *, each_once: bool = True) -> Clause:
    """A row for each match, in no order."""
    if len(query.where) == 1 and query.where[0].op.is_of_list:
        item = item_condition(query.where[0])
        of = "DISTINCT id" if each_once and query.where[0].op is Op.CONTAINS_BEGINNING else "1"
        return Clause(
            f"SELECT {of} FROM {SideTable(query.kind, query.where[0].field).name} WHERE {item.sql}", item.parameters
        )
    return of_sides(query, "1")


def count(query: Query[Any]) -> Clause:
    """How many match."""
    if (tally := sqlite_tally_queries.count(query, field_table(query.kind))) is not None:
        return Clause(*tally)
    rows = _matches(query)
    return Clause(f"SELECT count(*) FROM ({rows.sql})", rows.parameters)


def sums(query: Query[Any], fields: list[str]) -> Clause:
    """For each field two numbers whose sum, the first times 2**32, is exact: SQLite's own sum stops at 64 bits."""
    if (tally := sqlite_tally_queries.sums(query, fields, field_table(query.kind))) is not None:
        return Clause(*tally)
    kind: type[Record] = query.kind
    conditions = where(query)
    in_columns = query.where and not set(fields) - set(columns(kind))
    halves = [
        half
        for field in map(column if in_columns else expression, fields)
        for half in (f"ifnull(sum({field} >> 32), 0)", f"ifnull(sum({field} & 4294967295), 0)")
    ]
    select = f"SELECT {', '.join(halves)} FROM"
    if in_columns:
        return Clause(f"{select} {field_table(kind)} WHERE {conditions.sql}", conditions.parameters)
    keys = f" WHERE key IN (SELECT key FROM {field_table(kind)} WHERE {conditions.sql})" if query.where else ""
    return Clause(f"{select} {kind.COLLECTION}{keys}", conditions.parameters)
