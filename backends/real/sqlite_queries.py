"""The closed table of queries in SQLite's language.

A record lies in its kind's table as (key, revision, body); the body is its document as JSON. Fields are read by
`json_extract`, always in the same words, so that the indexes on these expressions serve. Datetimes are UTC text of
one width, so text order is time order. SQLite sorts NULL first and text by UTF-8 bytes, as the port wants it. (Only a
NUL character, which the contract admits in no text, is more than `json_extract` can read.)
"""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from backends.orchestrator.ports import Cursor, Op, OrderBy, Query, Value
from backends.orchestrator.records import Record
from backends.orchestrator.timestamps import format_timestamp
from backends.real.document_codec import encode

Parameter: TypeAlias = str | int | None

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")


def expression(field: str) -> str:
    """How a field's value is read."""
    if field == "key":
        return "key"
    if not _FIELD.match(field):
        raise ValueError(f"Not the path of a field: {field!r}")
    return f"json_extract(body, '$.{field}')"


def side_table(kind: type[Record], field: str) -> str:
    """The table with one row (value, key) for each item of a list that is queried by CONTAINS."""
    expression(field)
    return f"{kind.COLLECTION}__{field}"


def to_json(record: Record) -> str:
    """A record's body."""
    return json.dumps(encode(record), default=format_timestamp, ensure_ascii=False, separators=(",", ":"))


def parameter(value: Value) -> Parameter:
    """A value as it is bound."""
    return format_timestamp(value) if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL and its parameters."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


def _all(clauses: list[Clause]) -> Clause:
    sql = " AND ".join(clause.sql for clause in clauses) or "TRUE"
    return Clause(sql, tuple(value for clause in clauses for value in clause.parameters))


def where(query: Query[Any]) -> Clause:
    """The query's conditions."""
    clauses = []
    for each in query.where:
        value = parameter(each.value)
        if each.op is Op.CONTAINS:
            table = side_table(query.kind, each.field)
            clauses.append(Clause(f"key IN (SELECT key FROM {table} WHERE value = ?)", (value,)))
        elif value is None:
            clauses.append(Clause(f"{expression(each.field)} IS NULL"))
        else:
            clauses.append(Clause(f"{expression(each.field)} {each.op.value} ?", (value,)))
    return _all(clauses)


def _after(by: OrderBy, value: Parameter) -> Clause:
    """Strictly behind a value in one sort field."""
    field = expression(by.field)
    match by.direction, value:
        case "asc", None:
            return Clause(f"{field} IS NOT NULL")
        case "desc", None:
            return Clause("FALSE")
        case "asc", _:
            return Clause(f"{field} > ?", (value,))
        case _:
            return Clause(f"({field} < ? OR {field} IS NULL)", (value,))


def _behind(order: tuple[OrderBy, ...], values: list[Parameter]) -> Clause:
    """Behind the cursor: behind it in a field, and level with it in all fields before."""
    level: list[Clause] = []
    ways = []
    for by, value in zip(order, values, strict=True):
        ways.append(_all([*level, _after(by, value)]))
        level.append(Clause(f"{expression(by.field)} IS ?", (value,)))
    sql = " OR ".join(f"({way.sql})" for way in ways)
    return Clause(f"({sql})", tuple(value for way in ways for value in way.parameters))


def selections(query: Query[Any], after: Cursor | None) -> Iterator[Clause]:
    """The statements that, one after another, give all matches behind the cursor, to be limited by `LIMIT ? OFFSET ?`.

    There are two where NULLs begin or end the order: a range and NULL in one condition would cost the index.
    """
    order = query.full_order
    start = f"SELECT key, revision FROM {query.kind.COLLECTION}"
    conditions = where(query)

    def select(order: tuple[OrderBy, ...], *more: Clause) -> Clause:
        clause = _all([conditions, *more])
        ordering = ", ".join(f"{expression(by.field)} {by.direction}" for by in order)
        return Clause(f"{start} WHERE {clause.sql} ORDER BY {ordering} LIMIT ? OFFSET ?", clause.parameters)

    if after is None:
        yield select(order)
        return
    values = [parameter(value) for value in after]
    field, descending = expression(order[0].field), order[0].direction == "desc"
    null = Clause(f"{field} IS NULL")
    if values[0] is None:
        yield select(order[1:], null, _behind(order[1:], values[1:]))
        if not descending:
            yield select(order, Clause(f"{field} IS NOT NULL"))
    else:
        bound = Clause(f"{field} {'<=' if descending else '>='} ?", (values[0],))
        yield select(order, bound, _behind(order, values))
        if descending and field != "key":
            yield select(order[1:], null)


def least(query: Query[Any]) -> Clause:
    """The first match's value of the field that the query is ordered by; read from the index alone."""
    field, conditions = expression(query.order[0].field), where(query)
    select = f"SELECT {field} FROM {query.kind.COLLECTION} WHERE {conditions.sql} ORDER BY {field} LIMIT 1"
    return Clause(select, conditions.parameters)


def count(query: Query[Any]) -> Clause:
    """How many match."""
    conditions = where(query)
    return Clause(f"SELECT count(*) FROM {query.kind.COLLECTION} WHERE {conditions.sql}", conditions.parameters)


def sums(query: Query[Any], fields: list[str]) -> Clause:
    """For each field two numbers whose sum, the first times 2**32, is exact: SQLite's own sum stops at 64 bits."""
    conditions = where(query)
    columns = [
        half
        for field in map(expression, fields)
        for half in (f"ifnull(sum({field} >> 32), 0)", f"ifnull(sum({field} & 4294967295), 0)")
    ]
    table = query.kind.COLLECTION
    return Clause(f"SELECT {', '.join(columns)} FROM {table} WHERE {conditions.sql}", conditions.parameters)
