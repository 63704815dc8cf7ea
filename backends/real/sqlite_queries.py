"""The closed table of queries in SQLite's language.

Datetimes are UTC text of one width, so text order is time order. SQLite sorts NULL first and text by UTF-8 bytes, as
the port wants it. (Only a NUL character, which the contract admits in no text, is more than `json_extract` can read.)
"""

# ruff: noqa: S608 - statements are made of our own names; values are always bound

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any

from backends.orchestrator.ports import Cursor, Op, OrderBy, Query
from backends.orchestrator.records import Record
from backends.real.sqlite_conditions import (
    Clause,
    Parameter,
    all_of,
    comparison,
    item_condition,
    of_sides,
    parameter,
    sides,
    where,
)
from backends.real.sqlite_layout import (
    SIDE_ORDER,
    SideTable,
    column,
    field_table,
    narrow_table,
)


class AccessPath(Enum):
    """How the matches of a query are come by: `INDEX`, by that of an item of a list or of a condition, and sorted where
    it does not have them in order; `ORDER`, by going through the rows in their order until enough match; `BOUNDS`, by
    the index of a field that the query bounds, whatever items it names besides, and sorted.
    """

    INDEX = auto()
    ORDER = auto()
    BOUNDS = auto()


def revisions(kind: type[Record]) -> str:
    """The statement on the key and the revision of each record in a list of keys."""
    return f"SELECT key, revision FROM {narrow_table(kind)} WHERE key IN (SELECT value FROM json_each(?))"


def has_no_index(query: Query[Any]) -> bool:
    """Whether no index serves the query's filter and its order together, so that its matches are either sorted, or met
    by going through all rows in their order.
    """
    if in_side_order(query):
        return False
    return any(each.op is not Op.EQ and each.field != query.full_order[0].field for each in query.where)


def in_side_order(query: Query[Any]) -> bool:
    """Whether the items of the list that a query names are kept in its order."""
    return any(
        each.op is Op.CONTAINS and query.full_order[0].field in SIDE_ORDER.get(query.kind, ()) for each in query.where
    )


SORTED = 4
"""What it takes to find and sort a match, where a step in an index in order is 1."""


def few(limit: int, rows: int) -> int:
    """Matches that are sorted sooner than enough of them are met: among so many rows, the first `limit` of n matches
    are met within limit * rows / n.
    """
    return math.isqrt(limit * rows // SORTED) + 1


def _found_in_side_table(query: Query[Any]) -> Clause | None:
    """The start of a statement on all matches of a query by one item of a list, up to its next conditions. There may be
    ranges besides.
    """
    items = [each for each in query.where if each.op.is_of_list]
    ranges = [each for each in query.where if each.op.is_range]
    if len(items) != 1 or len(ranges) != len(query.where) - 1:
        return None
    only, kind = items[0], query.kind
    item = item_condition(only)
    if in_side_order(query):
        ordered = SideTable(kind, only.field, query.full_order[0].field).name
        start = Clause(f"SELECT id FROM {ordered} WHERE {item.sql}", item.parameters)
        if not ranges:
            return start
        # All that lie within bounds of another field are gathered first, from its index.
        within = all_of([comparison(each) for each in ranges])
        gathered = f"id IN (SELECT id FROM {field_table(kind)} WHERE {within.sql})"
        return all_of([start, Clause(gathered, within.parameters)])
    bounds = [comparison(each, plain=False) for each in ranges]
    # Of what begins alike a record may have several.
    each = "DISTINCT id" if only.op is Op.CONTAINS_BEGINNING else "id"
    start = Clause(
        f"SELECT id FROM (SELECT {each} AS match FROM {SideTable(kind, only.field).name} WHERE {item.sql}) "
        f"CROSS JOIN {field_table(kind)} WHERE id = match",
        item.parameters,
    )
    return all_of([start, *bounds])


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
        ways.append(all_of([*level, _after(field, by.direction, value)]))
        level.append(Clause(f"{field} IS ?", (value,)))
    sql = " OR ".join(f"({way.sql})" for way in ways)
    return Clause(f"({sql})", tuple(value for way in ways for value in way.parameters))


def _is_range(query: Query[Any], field: str) -> bool:
    """Whether the query bounds a field, so that no match is without it."""
    return any(each.field == field and each.op.is_range for each in query.where)


def selections(query: Query[Any], after: Cursor | None, path: AccessPath = AccessPath.INDEX) -> Iterator[Clause]:
    """The statements that, one after another, give the numbers (`id`) of all matches behind the cursor, to be limited
    by `LIMIT ? OFFSET ?`. What else is wanted of them, `of_each` reads.

    There are two where NULLs begin or end the order: a range and NULL in one condition would cost the index.
    """
    order = query.full_order
    if len(by_side := sides(query)) > 1 and not has_no_index(query):  # one side comes after the other
        for side in by_side if order[0].direction == "asc" else reversed(by_side):
            yield from selections(side, after, path)
        return
    in_order = not has_no_index(query) and path is not AccessPath.BOUNDS
    walk = path is AccessPath.ORDER
    plus = "" if in_order or walk else "+"
    start = _found_in_side_table(query) if not walk and (in_order or path is AccessPath.INDEX) else None
    source = narrow_table(query.kind)
    if start is None and len(by_side) > 1 and not walk:
        found = of_sides(query, "rowid")
        start = Clause(f"SELECT rowid AS id FROM {source} WHERE rowid IN ({found.sql})", found.parameters)
    elif start is None:
        conditions = where(query, walk=walk)
        start = Clause(f"SELECT rowid AS id FROM {source} WHERE {conditions.sql}", conditions.parameters)

    def select(order: tuple[OrderBy, ...], *more: Clause) -> Clause:
        clause = all_of([start, *more])
        ordering = ", ".join(f"{plus}{column(by.field)} {by.direction}" for by in order)
        return Clause(f"{clause.sql} ORDER BY {ordering} LIMIT ? OFFSET ?", clause.parameters)

    if after is None:
        yield select(order)
        return
    values = [parameter(value) for value in after]
    field, descending = column(order[0].field), order[0].direction == "desc"
    nullable = field != "key" and not _is_range(query, order[0].field) and (walk or not in_side_order(query))
    if values[0] is None:
        if nullable:
            null = Clause(f"{field} IS NULL")
            yield select(order[1:], null, _behind(order[1:], values[1:]))
        if not descending:
            yield select(order, Clause(f"{field} IS NOT NULL"))
    else:
        bound = Clause(f"{plus}{field} {'<=' if descending else '>='} ?", (values[0],))
        yield select(order, bound, _behind(order, values))
        if descending and nullable:
            yield select(order[1:], Clause(f"{field} IS NULL"))


def of_each(kind: type[Record], found: Clause, *more: Clause) -> Clause:
    """Key, revision and more of each record whose number a statement gives, in its order."""
    # Of a cross join SQLite takes the left side as the outer loop, so it goes no further than it is asked for rows.
    table = narrow_table(kind)
    selected = ", ".join(["key", "revision", *(clause.sql for clause in more)])
    return Clause(
        f"SELECT {selected} FROM ({found.sql}) AS found CROSS JOIN {table} WHERE {table}.rowid = found.id",
        (*(value for clause in more for value in clause.parameters), *found.parameters),
    )


def least(query: Query[Any]) -> Clause:
    """The first match's value of the field that the query is ordered by; read from the index alone."""
    field, conditions = column(query.order[0].field), where(query)
    select = f"SELECT {field} FROM {narrow_table(query.kind)} WHERE {conditions.sql} ORDER BY {field} LIMIT 1"
    return Clause(select, conditions.parameters)
