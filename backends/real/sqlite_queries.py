"""The closed table of queries in SQLite's language.

A record lies in its kind's table as (key, revision, body); the body is its document as JSON. The fields that queries
name are generated columns beside it, called as the field is, so that an index holds all that a query filters by.
Datetimes are UTC text of one width, so text order is time order. SQLite sorts NULL first and text by UTF-8 bytes, as
the port wants it. (Only a NUL character, which the contract admits in no text, is more than `json_extract` can read.)
"""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from backends.orchestrator.ports import Cursor, Op, OrderBy, Query, Value
from backends.orchestrator.queries import TABLE
from backends.orchestrator.records import Record
from backends.orchestrator.timestamps import format_timestamp
from backends.real import sqlite_tallies
from backends.real.document_codec import encode
from backends.real.expiry_queries import EXPIRY_QUERIES

Parameter: TypeAlias = str | int | None

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")


def expression(field: str) -> str:
    """What computes a field's value from the body."""
    if not _FIELD.match(field):
        raise ValueError(f"Not the path of a field: {field!r}")
    return f"json_extract(body, '$.{field}')"


@cache
def columns(kind: type[Record]) -> tuple[str, ...]:
    """The fields of a kind that are columns: those that a query of the closed table filters or sorts by."""
    named = {
        field
        for query in (*TABLE, *EXPIRY_QUERIES)
        if query.kind is kind
        for field in (*(by.field for by in query.order), *(w.field for w in query.where if w.op is not Op.CONTAINS))
    }
    return tuple(sorted(named - {"key"}))


def column(kind: type[Record], field: str) -> str:
    """How a field's value is read."""
    if field == "key":
        return "key"
    return f'"{field}"' if field in columns(kind) else expression(field)


def side_table(kind: type[Record], field: str) -> str:
    """The table with one row (value, key) for each item of a list that is queried by CONTAINS."""
    return f"{kind.COLLECTION}__{field}"


def to_json(record: Record) -> str:
    """A record's body."""
    return json.dumps(encode(record), default=format_timestamp, ensure_ascii=False, separators=(",", ":"))


def parameter(value: Value) -> Parameter:
    """A value as it is bound."""
    return format_timestamp(value) if isinstance(value, datetime) else value


FEW = 200
"""Rows that are sorted sooner than all are gone through."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL and its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


def _all(clauses: list[Clause]) -> Clause:
    sql = " AND ".join(clause.sql for clause in clauses) or "TRUE"
    return Clause(sql, tuple(value for clause in clauses for value in clause.parameters))


def where(query: Query[Any], *, walk: bool = False) -> Clause:
    """The query's conditions; with `walk` in words that leave the choice of the index to the order."""
    clauses = []
    for each in query.where:
        value = parameter(each.value)
        field = column(query.kind, each.field)
        if each.op is Op.CONTAINS:
            clauses.append(_contains(query.kind, each.field, value, walk=walk))
        elif value is None:
            clauses.append(Clause(f"{field} IS NULL"))
        else:
            # A unary plus takes a condition away from the planner, not from the rows.
            plain = each.op is Op.EQ or not walk or each.field == query.full_order[0].field
            clauses.append(Clause(f"{'' if plain else '+'}{field} {each.op.value} ?", (value,)))
    return _all(clauses)


def _contains(kind: type[Record], field: str, value: Parameter, *, walk: bool) -> Clause:
    side = side_table(kind, field)
    if walk:
        owner = f"{kind.COLLECTION}.key"
        return Clause(f"EXISTS (SELECT 1 FROM {side} WHERE {side}.value = ? AND {side}.key = {owner})", (value,))
    return Clause(f"key IN (SELECT key FROM {side} WHERE value = ?)", (value,))


def filtered_first(query: Query[Any]) -> Clause | None:
    """How many rows, up to `FEW`, a filter leaves that the order's own index does not have in front.

    None for a query whose index serves filter and order together.
    """
    others = [each for each in query.where if each.op is not Op.EQ and each.field != query.full_order[0].field]
    if not others:
        return None
    rows = _matching_keys(query)
    return Clause(f"SELECT count(*) FROM ({rows.sql} LIMIT {FEW})", rows.parameters)


def _matching_keys(query: Query[Any]) -> Clause:
    """The keys of all matches, in no order."""
    if len(query.where) == 1 and query.where[0].op is Op.CONTAINS:
        only = query.where[0]
        return Clause(f"SELECT key FROM {side_table(query.kind, only.field)} WHERE value = ?", (parameter(only.value),))
    conditions = where(query)
    return Clause(f"SELECT key FROM {query.kind.COLLECTION} WHERE {conditions.sql}", conditions.parameters)


def _after(field: str, direction: str, value: Parameter) -> Clause:
    """Strictly behind a value in one sort field."""
    match direction, value:
        case "asc", None:
            return Clause(f"{field} IS NOT NULL")
        case "desc", None:
            return Clause("FALSE")
        case "asc", _:
            return Clause(f"{field} > ?", (value,))
        case _:
            return Clause(f"({field} < ? OR {field} IS NULL)", (value,))


def _behind(kind: type[Record], order: tuple[OrderBy, ...], values: list[Parameter]) -> Clause:
    """Behind the cursor: behind it in a field, and level with it in all fields before."""
    level: list[Clause] = []
    ways = []
    for by, value in zip(order, values, strict=True):
        field = column(kind, by.field)
        ways.append(_all([*level, _after(field, by.direction, value)]))
        level.append(Clause(f"{field} IS ?", (value,)))
    sql = " OR ".join(f"({way.sql})" for way in ways)
    return Clause(f"({sql})", tuple(value for way in ways for value in way.parameters))


def _is_range(query: Query[Any], field: str) -> bool:
    """Whether the query bounds a field, so that no match is without it."""
    return any(each.field == field and each.op not in (Op.EQ, Op.CONTAINS) for each in query.where)


def selections(query: Query[Any], after: Cursor | None, *, walk: bool = False) -> Iterator[Clause]:
    """The statements that, one after another, give all matches behind the cursor, to be limited by `LIMIT ? OFFSET ?`.

    There are two where NULLs begin or end the order: a range and NULL in one condition would cost the index. With
    `walk` rows are gone through in their order until enough of them match; else those that match are sorted.
    """
    order = query.full_order
    start = f"SELECT key, revision FROM {query.kind.COLLECTION}"
    conditions = where(query, walk=walk)

    def select(order: tuple[OrderBy, ...], *more: Clause) -> Clause:
        clause = _all([conditions, *more])
        ordering = ", ".join(f"{column(query.kind, by.field)} {by.direction}" for by in order)
        return Clause(f"{start} WHERE {clause.sql} ORDER BY {ordering} LIMIT ? OFFSET ?", clause.parameters)

    if after is None:
        yield select(order)
        return
    values = [parameter(value) for value in after]
    field, descending = column(query.kind, order[0].field), order[0].direction == "desc"
    nullable = field != "key" and not _is_range(query, order[0].field)
    null = Clause(f"{field} IS NULL")
    if values[0] is None and nullable:
        yield select(order[1:], null, _behind(query.kind, order[1:], values[1:]))
        if not descending:
            yield select(order, Clause(f"{field} IS NOT NULL"))
    elif values[0] is not None:
        bound = Clause(f"{field} {'<=' if descending else '>='} ?", (values[0],))
        yield select(order, bound, _behind(query.kind, order, values))
        if descending and nullable:
            yield select(order[1:], null)


def least(query: Query[Any]) -> Clause:
    """The first match's value of the field that the query is ordered by; read from the index alone."""
    field, conditions = column(query.kind, query.order[0].field), where(query)
    select = f"SELECT {field} FROM {query.kind.COLLECTION} WHERE {conditions.sql} ORDER BY {field} LIMIT 1"
    return Clause(select, conditions.parameters)


def count(query: Query[Any]) -> Clause:
    """How many match."""
    if (tally := sqlite_tallies.count(query)) is not None:
        return Clause(*tally)
    rows = _matching_keys(query)
    return Clause(f"SELECT count(*) FROM ({rows.sql})", rows.parameters)


def sums(query: Query[Any], fields: list[str]) -> Clause:
    """For each field two numbers whose sum, the first times 2**32, is exact: SQLite's own sum stops at 64 bits."""
    if (tally := sqlite_tallies.sums(query, fields)) is not None:
        return Clause(*tally)
    conditions = where(query)
    halves = [
        half
        for field in (column(query.kind, field) for field in fields)
        for half in (f"ifnull(sum({field} >> 32), 0)", f"ifnull(sum({field} & 4294967295), 0)")
    ]
    table = query.kind.COLLECTION
    return Clause(f"SELECT {', '.join(halves)} FROM {table} WHERE {conditions.sql}", conditions.parameters)
