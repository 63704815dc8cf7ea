"""By which of its conditions a filtered query is served: the cheapest, to judge by how many records each leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from backends.orchestrator.ports import FieldTest, Op, Query, Test, Where
from backends.orchestrator.queries import TABLE
from backends.orchestrator.records import Record
from backends.real import sqlite_queries as sql
from backends.real.sqlite_estimates import Estimates
from backends.real.sqlite_layout import BOUNDED
from backends.real.sqlite_queries import AccessPath
from backends.real.sqlite_shares import LOOK, Shares, rows

R = TypeVar("R", bound=Record)

_ASKED = 2
"""What it takes to ask a row within bounds for an item."""
_GATHERED = 0.5
"""What it takes to gather a row within bounds, or to ask whether one is among them."""
_PASSED_BY = 0.1
"""What it takes to pass by a row whose bounded field the index in order has."""


@dataclass(frozen=True, slots=True)
class Plan(Generic[R]):
    """Matches of `query`, come by on a path, gone through in its order and tested: together the same as what was asked
    for.
    """

    query: Query[R]
    tests: tuple[Test, ...]
    path: AccessPath
    cost: float = 0


def plan(
    connection: sqlite3.Connection,
    query: Query[R],
    tests: Sequence[Test],
    estimates: Estimates,
    *,
    limit: int,
    most: int,
) -> Plan[R]:
    """How to find the first `limit` matches that pass, when at most `most` are looked at. A plan that would end before
    it has so many costs as much as if it went on: the client does.
    """
    shares = Shares(connection, query.kind, most, estimates)
    bounds = _bounds(query, tests)
    within = shares.rows_within(bounds) if bounds else shares.too_many_within
    items = [where for where in query.where if where.op is Op.CONTAINS]
    if len(items) == 1 and not any(where.op is Op.EQ for where in query.where):
        tests = [*(where for where in query.where if where not in items), *tests]
        query = Query(query.kind, tuple(items), query.order)
        together = _together(query.kind, tests)
        within_both = shares.rows_with_all(together) if together else shares.too_many
        given = Plan(query, tuple(tests), path_to(connection, query, most, estimates))
        plans = list(_plans(shares, given, limit))
        if within_both < shares.too_many:
            cost = sql.SORTED * within_both + LOOK * min(within_both, limit / shares.of(items[0]))
            by_both = Query(query.kind, together, query.order)
            plans.append(Plan(by_both, (*_without(tests, together), *items), AccessPath.INDEX, cost))
        if within < shares.too_many_within:
            found = within * shares.of(items[0])
            cost = _ASKED * within + sql.SORTED * found + LOOK * min(found, limit)
            by_bounds = Query(query.kind, (*bounds, *items), query.order)
            plans.append(Plan(by_bounds, _without(tests, bounds), AccessPath.BOUNDS, cost))
    else:
        looked_at = limit * shares.rows / within
        plans = [Plan(query, tuple(tests), path_to(connection, query, most, estimates), LOOK * looked_at)]
        if within < shares.too_many:
            others = (*query.where, *_without(tests, bounds))
            cost = sql.SORTED * within + LOOK * min(within, limit)
            plans.append(Plan(Query(query.kind, bounds, query.order), others, AccessPath.INDEX, cost))
        in_order = plans[0].path is AccessPath.ORDER or not sql.has_no_index(query)
        if in_order and (passable := _passable(query, tests)):
            plans.append(_walk(shares, plans[0], [*query.where, *passable], limit))
    return min(plans, key=lambda each: each.cost)


def _bounds(query: Query[R], tests: Sequence[Test]) -> tuple[Where, ...]:
    """Tests that bound a field by which the kind is ordered, too, and so has an index of its own."""
    ordered = _ordered(query.kind)
    ranges = [test for test in tests if isinstance(test, Where) and test.op.is_range and test.field in ordered]
    return tuple(test for test in ranges if test.field == ranges[0].field)


@cache
def _ordered(kind: type[Record]) -> frozenset[str]:
    """Fields in whose order the table's queries list all records of a kind."""
    return frozenset(
        each.order[0].field for each in TABLE if each.kind is kind and len(each.order) == 1 and not each.where
    )


def _together(kind: type[Record], tests: Sequence[Test]) -> tuple[Where, ...]:
    """Tests that a query of the table has together, an equality and ranges of a field: by an index they are found."""
    told = {_but_bounds(test): test for test in tests if isinstance(test, Where)}
    found = next((each for each in _ranged(kind) if told.keys() >= set(each)), ())
    return tuple(told[each] for each in found)


@cache
def _ranged(kind: type[Record]) -> tuple[tuple[Hashable, ...], ...]:
    """What the table's queries have together of one equality and ranges of one field."""
    wheres = [each.where for each in TABLE if each.kind is kind]
    found = [
        tuple(map(_but_bounds, where))
        for where in wheres
        if sum(each.op is Op.EQ for each in where) == 1 and len({each.field for each in where if each.op.is_range}) == 1
    ]
    return tuple(dict.fromkeys(found))


def _but_bounds(where: Where) -> Hashable:
    return where.field, where.op, None if where.op.is_range else where.value


def path_to(connection: sqlite3.Connection, query: Query[Any], limit: int, estimates: Estimates) -> AccessPath:
    """How the first `limit` matches are come by: in the order of the rows, if so many match that they are met soon; or
    if the order begins and ends at bounds, and without these so many match that they are not worth sorting.
    """
    if not sql.has_no_index(query):
        return AccessPath.INDEX
    few = sql.few(limit, rows(connection, query.kind))
    others = tuple(where for where in query.where if not where.op.is_range or where.field != query.full_order[0].field)
    is_many = estimates.matches(connection, Query(query.kind, others), few) >= few
    return AccessPath.ORDER if is_many else AccessPath.INDEX


def _plans(shares: Shares, given: Plan[R], limit: int) -> Iterator[Plan[R]]:
    """The ways to serve a query by an item of a list: by that item, or by an equality or an item of the tests."""
    (item,) = given.query.where
    kind, order = given.query.kind, given.query.order
    told = [test for test in given.tests if isinstance(test, Where)]
    implied = {
        each: rows
        for test in given.tests
        if isinstance(test, FieldTest)
        for each in test.implied
        if (rows := shares.rows_with(each)) < shares.too_many
    }
    # Of the item, whose beginning is a shorter one, it leaves a part.
    parts = {each: min(1.0, rows / shares.rows_with(item)) for each, rows in implied.items()}
    passing = {test: shares.of(test) for test in (item, *told)} | parts
    passable = _passable(given.query, told)
    # A range of the field that rows are ordered by is met by beginning and ending there.
    ranged = [test for test in told if test.op.is_range and order and test.field == order[0].field]

    def looked_at(by: Sequence[Where]) -> float:
        """Matches of some conditions that are looked at until enough of them pass the others."""
        others = [share for test, share in passing.items() if test not in by]
        return min(_product(passing[test] for test in by) * shares.rows, limit / _product(others))

    for test in (item, *told):
        others = _without(given.tests, [test]) if test != item else given.tests
        if test.op is Op.CONTAINS:
            also = (item,) if test != item else ()
            by_item = Query(kind, (test, *ranged), order)
            looked = LOOK * looked_at([test])
            sorting = sql.SORTED * passing[test] * shares.rows if sql.has_no_index(by_item) else 0
            yield Plan(by_item, (*_without(others, ranged), *also), AccessPath.INDEX, cost=looked + sorting)
        elif test.op is Op.EQ:
            yield _walk(shares, given, [test, item, *ranged, *passable], looked_at([test, item, *passable]))
    for test, rows in implied.items():
        further = [share for other, share in passing.items() if other not in (item, test)]
        looked = min(rows, limit / _product(further))
        tests = (item, *_without(given.tests, ranged))
        cost = LOOK * looked + sql.SORTED * rows
        yield Plan(Query(kind, (test, *ranged), order), tests, AccessPath.INDEX, cost=cost)
    if shares.are_few(passable) and sql.in_side_order(given.query):
        by_item = Query(kind, (item, *passable), order)
        within, looked = _product(map(shares.of, passable)), looked_at([item, *passable])
        cost = _GATHERED * (within * shares.rows + looked / within) + LOOK * looked
        yield Plan(by_item, _without(given.tests, passable), AccessPath.INDEX, cost)
    if sql.has_no_index(given.query) or passable:
        yield _walk(shares, given, [item, *ranged, *passable], looked_at([item, *passable]))


def _passable(query: Query[Any], tests: Sequence[Test]) -> list[Where]:
    """Tests that bound a field which the indexes in the query's order have besides."""
    field = BOUNDED.get(query.kind)
    if not query.order or query.order[0].field == field:
        return []
    return [test for test in tests if isinstance(test, Where) and test.op.is_range and test.field == field]


def _walk(shares: Shares, given: Plan[R], by: Sequence[Where], looked_at: float) -> Plan[R]:
    """Go through the rows in their order, of those that meet the equalities of `by`, and past those beyond bounds that
    the index tells, until so many that meet all of `by` are looked at.
    """
    query = given.query
    where = tuple(dict.fromkeys(by))
    passable = _passable(query, where)
    equal = _product(shares.of(each) for each in where if each.op is Op.EQ)
    within = _product(shares.of(each) for each in passable)
    items = _product(shares.of(each) for each in where if each.op.is_of_list)
    steps = min(shares.rows * equal, looked_at / within / items)
    cost = (_PASSED_BY + _ASKED * within) * steps if passable else steps
    by_order = Query(query.kind, where, query.order)
    return Plan(by_order, _without(given.tests, where), AccessPath.ORDER, cost + LOOK * looked_at)


def _without(tests: Sequence[Test], told: Sequence[Where]) -> tuple[Test, ...]:
    return tuple(test for test in tests if test not in told)


def _product(shares: Iterator[float] | Sequence[float]) -> float:
    product = 1.0
    for share in shares:
        product *= share
    return product
