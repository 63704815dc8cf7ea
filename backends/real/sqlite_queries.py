"""The closed table of queries in SQLite's language.

A record lies in its kind's table as (key, revision, body); the body is its document as JSON. The fields that queries
name lie in a narrow table beside it, in columns called as the field is: no query reads a body, and none is parsed for
one. (Generated columns would not do: SQLite computes them from the body although an index has them.)
Datetimes are UTC text of one width, so text order is time order. SQLite sorts NULL first and text by UTF-8 bytes, as
the port wants it. (Only a NUL character, which the contract admits in no text, is more than `json_extract` can read.)
"""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from backends.orchestrator.ports import Cursor, Op, OrderBy, Query, Value, Where
from backends.orchestrator.queries import TABLE
from backends.orchestrator.records import Record, Schedule, Wallet
from backends.orchestrator.timestamps import format_timestamp
from backends.real import sqlite_tally_queries
from backends.real.expiry_queries import EXPIRY_QUERIES

Parameter: TypeAlias = str | int | None

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")


def expression(field: str) -> str:
    """What computes a field's value from the body."""
    if not _FIELD.match(field):
        raise ValueError(f"Not the path of a field: {field!r}")
    return f"json_extract(body, '$.{field}')"


SUMMED: Mapping[str, str] = {"discover_after": "known_accounts"}
"""What is added up over ranges of a field."""

BESIDE: Mapping[type[Record], tuple[str, ...]] = {
    Wallet: ("known_accounts", "tags"),
    Schedule: ("amount_lamports",),
}
"""Fields that are columns too, since they are added up or tested over many records. A list is one as JSON."""


@cache
def columns(kind: type[Record]) -> tuple[str, ...]:
    """The fields of a kind that are columns: those that a query of the closed table filters or sorts by, and those of
    `BESIDE`.
    """
    named = {
        field
        for query in (*TABLE, *EXPIRY_QUERIES)
        if query.kind is kind
        for field in (*(by.field for by in query.order), *(w.field for w in query.where if w.op is not Op.CONTAINS))
    }
    return tuple(sorted((named | {*BESIDE.get(kind, ())}) - {"key"}))


def column(field: str) -> str:
    """A field in statements."""
    return "key" if field == "key" else f'"{field}"'


def field_table(kind: type[Record]) -> str:
    """The table with one row for each record: its key, its revision, and the fields in `columns`."""
    return f"{kind.COLLECTION}__fields"


def sort_index(kind: type[Record]) -> str:
    """The index of the fields' table that has the revision and what sorting needs, by key: far narrower than the
    table, let alone than the records.
    """
    return f"{field_table(kind)}__by__key"


@cache
def sorted_fields(kind: type[Record]) -> tuple[str, ...]:
    """What is in that index: the fields by which records found in a side table are sorted."""
    found = {
        by.field
        for query in TABLE
        if query.kind is kind and any(each.op is Op.CONTAINS for each in query.where)
        for by in query.order
    }
    return tuple(sorted(found))


def revisions(kind: type[Record]) -> str:
    """The statement on the key and the revision of each record in a list of keys, from the narrowest there is."""
    return f"SELECT key, revision FROM {_narrowest(kind)} WHERE key IN (SELECT value FROM json_each(?))"


def _narrowest(kind: type[Record], alias: str = "") -> str:
    """The narrowest that has the revisions."""
    if not sorted_fields(kind):
        return f"{kind.COLLECTION}{alias}"
    return f"{field_table(kind)}{alias} INDEXED BY {sort_index(kind)}"


def _revision(kind: type[Record], source: str) -> str:
    """The revision of a row of `source`, looked up for the rows that are found. (As a column of a table without row ids
    SQLite reads it for every row that it goes through.)
    """
    return f"(SELECT revision FROM {_narrowest(kind, ' AS one')} WHERE one.key = {source}.key)"


def _source(query: Query[Any]) -> str:
    """The table that a query goes through."""
    return field_table(query.kind) if query.where or query.order else query.kind.COLLECTION


SIDE_ORDER: Mapping[type[Record], tuple[str, ...]] = {Wallet: ("created_at", "label_order")}
"""Fields that side tables have beside, each with an index: those that change as seldom as their lists do. (What changes
with every reading of a wallet would have to be written for each of its words.)
"""


def side_table(kind: type[Record], field: str) -> str:
    """The table with one row (value, key, fields of `SIDE_ORDER`) for each item of lists queried by CONTAINS."""
    return f"{kind.COLLECTION}__{field}"


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


def where(query: Query[Any], *, walk: bool = False) -> Clause:
    """The query's conditions; with `walk` in words that leave the choice of the index to the order."""
    clauses = []
    for each in query.where:
        value = parameter(each.value)
        field = column(each.field)
        if each.op is Op.CONTAINS:
            clauses.append(_contains(query.kind, each.field, value))
        elif value is None:
            clauses.append(Clause(f"{field} IS NULL"))
        else:
            # A unary plus takes a condition away from the planner, not from the rows.
            plain = each.op is Op.EQ or not walk or each.field == query.full_order[0].field
            clauses.append(Clause(f"{'' if plain else '+'}{field} {each.op.value} ?", (value,)))
    return _all(clauses)


def _contains(kind: type[Record], field: str, value: Parameter) -> Clause:
    side, owner = side_table(kind, field), f"{field_table(kind)}.key"
    return Clause(f"EXISTS (SELECT 1 FROM {side} WHERE {side}.value = ? AND {side}.key = {owner})", (value,))


def has_no_index(query: Query[Any]) -> bool:
    """Whether no index serves the query's filter and its order together, so that its matches are either sorted, or met
    by going through all rows in their order.
    """
    if _in_side_order(query):
        return False
    return any(each.op is not Op.EQ and each.field != query.full_order[0].field for each in query.where)


def _in_side_order(query: Query[Any]) -> bool:
    return any(
        each.op is Op.CONTAINS and query.full_order[0].field in SIDE_ORDER.get(query.kind, ()) for each in query.where
    )


def rows_at_most(kind: type[Record]) -> Clause:
    """About how many records there are; no fewer."""
    return Clause(f"SELECT max(rowid) FROM {kind.COLLECTION}")


SORTED = 4
"""What it takes to find and sort a match, where a step in an index in order is 1."""


def few(limit: int, rows: int) -> int:
    """Matches that are sorted sooner than enough of them are met: among so many rows, the first `limit` of n matches
    are met within limit * rows / n.
    """
    return math.isqrt(limit * rows // SORTED) + 1


def has_as_many(query: Query[Any], matches: int) -> Clause:
    """A row, if there are so many matches."""
    rows = _matching_keys(query)
    return Clause(f"{rows.sql} LIMIT 1 OFFSET ?", (*rows.parameters, matches - 1))


def count_up_to(query: Query[Any], most: int) -> tuple[str, tuple[Parameter, ...]]:
    """How many match, or `most` if there are more."""
    rows = _matching_keys(query)
    return f"SELECT count(*) FROM ({rows.sql} LIMIT ?)", (*rows.parameters, most)


def _matching_keys(query: Query[Any]) -> Clause:
    """The keys of all matches, in no order."""
    if len(query.where) == 1 and query.where[0].op is Op.CONTAINS:
        only = query.where[0]
        return Clause(f"SELECT key FROM {side_table(query.kind, only.field)} WHERE value = ?", (parameter(only.value),))
    conditions = where(query)
    return Clause(f"SELECT key FROM {_source(query)} WHERE {conditions.sql}", conditions.parameters)


def _found_in_side_table(query: Query[Any], *, keys_only: bool) -> Clause | None:
    """The start of a statement on all matches of a query by one item of a list, up to its next conditions."""
    match query.where:
        case (Where(op=Op.CONTAINS, field=field, value=value),):
            kind, side = query.kind, side_table(query.kind, field)
            if _in_side_order(query):
                revision = "" if keys_only else f", {_revision(kind, side)}"
                return Clause(f"SELECT key{revision} FROM {side} WHERE value = ?", (parameter(value),))
            # By its primary key: neighbours in it are neighbours in the index of what they are sorted by.
            matches = f"(SELECT key AS match FROM {side} INDEXED BY sqlite_autoindex_{side}_1 WHERE value = ?)"
            fields = f"{field_table(kind)} INDEXED BY {sort_index(kind)}"
            select = f"SELECT key, revision FROM {matches} CROSS JOIN {fields} WHERE key = match"
            return Clause(select, (parameter(value),))
        case _:
            return None


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


def _behind(order: tuple[OrderBy, ...], values: list[Parameter]) -> Clause:
    """Behind the cursor: behind it in a field, and level with it in all fields before."""
    level: list[Clause] = []
    ways = []
    for by, value in zip(order, values, strict=True):
        field = column(by.field)
        ways.append(_all([*level, _after(field, by.direction, value)]))
        level.append(Clause(f"{field} IS ?", (value,)))
    sql = " OR ".join(f"({way.sql})" for way in ways)
    return Clause(f"({sql})", tuple(value for way in ways for value in way.parameters))


def _is_range(query: Query[Any], field: str) -> bool:
    """Whether the query bounds a field, so that no match is without it."""
    return any(each.field == field and each.op not in (Op.EQ, Op.CONTAINS) for each in query.where)


def selections(
    query: Query[Any], after: Cursor | None, *, walk: bool = False, keys_only: bool = False
) -> Iterator[Clause]:
    """The statements that, one after another, give the keys and (at no cost, or unless `keys_only`) revisions of all
    matches behind the cursor, to be limited by `LIMIT ? OFFSET ?`.

    There are two where NULLs begin or end the order: a range and NULL in one condition would cost the index. With
    `walk` rows are gone through in their order until enough of them match; else those that match are sorted.
    """
    order = query.full_order
    plus = "+" if has_no_index(query) and not walk else ""
    start = None if walk and has_no_index(query) else _found_in_side_table(query, keys_only=keys_only)
    if start is None:
        conditions = where(query, walk=walk)
        source = _source(query)
        revision = "" if keys_only else ", revision" if plus else f", {_revision(query.kind, source)}"
        start = Clause(f"SELECT key{revision} FROM {source} WHERE {conditions.sql}", conditions.parameters)

    def select(order: tuple[OrderBy, ...], *more: Clause) -> Clause:
        clause = _all([start, *more])
        ordering = ", ".join(f"{plus}{column(by.field)} {by.direction}" for by in order)
        return Clause(f"{clause.sql} ORDER BY {ordering} LIMIT ? OFFSET ?", clause.parameters)

    if after is None:
        yield select(order)
        return
    values = [parameter(value) for value in after]
    field, descending = column(order[0].field), order[0].direction == "desc"
    nullable = field != "key" and not _is_range(query, order[0].field)
    null = Clause(f"{field} IS NULL")
    if values[0] is None and nullable:
        yield select(order[1:], null, _behind(order[1:], values[1:]))
        if not descending:
            yield select(order, Clause(f"{field} IS NOT NULL"))
    elif values[0] is not None:
        bound = Clause(f"{plus}{field} {'<=' if descending else '>='} ?", (values[0],))
        yield select(order, bound, _behind(order, values))
        if descending and nullable:
            yield select(order[1:], null)


def least(query: Query[Any]) -> Clause:
    """The first match's value of the field that the query is ordered by; read from the index alone."""
    field, conditions = column(query.order[0].field), where(query)
    select = f"SELECT {field} FROM {_source(query)} WHERE {conditions.sql} ORDER BY {field} LIMIT 1"
    return Clause(select, conditions.parameters)


def count(query: Query[Any]) -> Clause:
    """How many match."""
    if (tally := sqlite_tally_queries.count(query, field_table(query.kind))) is not None:
        return Clause(*tally)
    rows = _matching_keys(query)
    return Clause(f"SELECT count(*) FROM ({rows.sql})", rows.parameters)


def sums(query: Query[Any], fields: list[str]) -> Clause:
    """For each field two numbers whose sum, the first times 2**32, is exact: SQLite's own sum stops at 64 bits."""
    if (tally := sqlite_tally_queries.sums(query, fields, field_table(query.kind))) is not None:
        return Clause(*tally)
    kind: type[Record] = query.kind
    by_columns = query.where and not set(fields) - set(columns(kind))
    halves = [
        half
        for field in map(column if by_columns else expression, fields)
        for half in (f"ifnull(sum({field} >> 32), 0)", f"ifnull(sum({field} & 4294967295), 0)")
    ]
    if by_columns:
        conditions = where(query)
        select = f"SELECT {', '.join(halves)} FROM {field_table(query.kind)} WHERE {conditions.sql}"
        return Clause(select, conditions.parameters)
    select, rows = f"SELECT {', '.join(halves)} FROM {query.kind.COLLECTION}", _matching_keys(query)
    return Clause(f"{select} WHERE key IN ({rows.sql})", rows.parameters) if query.where else Clause(select)
