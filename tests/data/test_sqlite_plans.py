"""By what SQLite serves a filtered query: by the filter that leaves the fewest; and by whichever, the same is found."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backends.orchestrator import queries
from backends.orchestrator.policy import FreshWindow, Policy
from backends.orchestrator.ports import Cursor, FieldTest, Op, Put, Query, Test, Where, narrowed
from backends.orchestrator.records import Parts, PartState, Wallet
from backends.orchestrator.wallets.filters import WalletFilters
from backends.orchestrator.wallets.state import with_derived_fields
from backends.real.sqlite import SqliteWalletsDataService
from backends.real.sqlite_estimates import Estimates
from backends.real.sqlite_plans import Plan, path_to, plan
from backends.real.sqlite_queries import AccessPath, selections
from generated_models import FreshnessState, SortDirection, WalletSort, WalletStatus
from tests.support.records import T0, wallet

LIMIT, MOST = 5, 40
COMMON, RARE, NEVER = "lau", "rar", "zzz"
FUNDED = Where("status", Op.EQ, WalletStatus.FUNDED.value)
OVERRIDDEN = Where("status", Op.EQ, WalletStatus.ARCHIVED.value)
EVERYWHERE, SELDOM = Where("tags", Op.CONTAINS, "ops"), Where("tags", Op.CONTAINS, "few")
GOES_ON = Where("search_terms", Op.CONTAINS_BEGINNING, "laur")
RICH = Where("last_balance_lamports", Op.GE, 600 * 10**9)
FRESH = queries.freshness_filter(FreshnessState.fresh, FreshWindow(T0 - timedelta(hours=1), T0 + timedelta(hours=1)))
FEW_SO_RICH = (
    Where("last_balance_lamports", Op.GE, 600 * 10**9),
    Where("last_balance_lamports", Op.LE, 604 * 10**9),
)


def _laurel(number: int) -> list[str]:
    return ["laurel", "Laura"][: number % 3] if number % 110 == 8 else []


def _wallet(number: int) -> Wallet:
    read = PartState(as_of=T0 if number % 220 == 9 else T0 - timedelta(days=1), slot=1)
    words = ["Launch", *(["rarely"] if number % 150 == 7 else []), *_laurel(number), f"{number % 17}"]
    made = wallet(
        f"{number * 7919 % 1000:03}",
        label=" ".join(words),
        tags=("ops", "few") if number % 200 == 3 else ("ops",),
        status_override=WalletStatus.ARCHIVED if number % 90 == 1 else None,
        last_balance_lamports=number * 7907 % 1000 * 10**9,
        parts=Parts(sol_balance=read, token_holdings=read, funding_transactions=read),
        created_at=T0 + timedelta(seconds=number * 31 % 500),
        updated_at=T0 + timedelta(seconds=number * 17 % 500),
    )
    return with_derived_fields(made, Policy())


WALLETS = [_wallet(number) for number in range(880)]


@pytest.fixture(name="path", scope="module")
def _path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plans") / "wallets.sqlite3"


@pytest.fixture(name="store")
async def _store(path: Path) -> AsyncIterator[SqliteWalletsDataService]:
    store = SqliteWalletsDataService(path, deadline=60)
    if not await store.count(queries.wallets()):  # the first that uses the file
        for start in (0, 440):
            await store.commit([Put(each) for each in WALLETS[start : start + 440]])
    yield store
    await store.aclose()


def _planned(path: Path, query: Query[Wallet], *tests: Test) -> Plan[Wallet]:
    with closing(sqlite3.connect(path)) as connection:
        return plan(connection, query, tests, Estimates(), limit=LIMIT, most=MOST)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("sort", WalletSort)
def test_the_filter_that_leaves_the_fewest_serves_the_query(path: Path, sort: WalletSort) -> None:
    by_common, by_rare = (queries.wallets(sort=sort, term=term) for term in (COMMON, RARE))
    (rare,) = by_rare.where

    def served_by(query: Query[Wallet], *tests: Test) -> tuple[Where, ...]:
        chosen = _planned(path, query, *tests)
        assert {*chosen.query.where, *chosen.tests} == {*query.where, *tests}
        assert chosen.query.order == query.order
        return chosen.query.where

    assert served_by(by_rare) == (rare,)
    assert served_by(by_rare, EVERYWHERE, FUNDED) == (rare,)
    assert served_by(by_common, SELDOM) == (SELDOM,)
    assert served_by(by_common, Where("search_terms", Op.CONTAINS, NEVER)) == (
        Where("search_terms", Op.CONTAINS, NEVER),
    )
    few_go_on_so = FieldTest(("label_order",), lambda label: "laurel" in label.casefold(), (GOES_ON,))
    (found,) = _planned(path, by_common, few_go_on_so, EVERYWHERE).query.where
    assert found == GOES_ON
    if sort is not WalletSort.last_balance:
        assert served_by(by_common, *FEW_SO_RICH) == (*FEW_SO_RICH, *by_common.where)
        assert served_by(queries.wallets(sort=sort), *FEW_SO_RICH, EVERYWHERE) == FEW_SO_RICH
        assert served_by(queries.wallets(sort=sort, status=WalletStatus.FUNDED), *FEW_SO_RICH) == FEW_SO_RICH
        assert served_by(queries.wallets(sort=sort), RICH) == (RICH,)
    assert {*served_by(by_common, *FRESH)} == {*FRESH}
    archived = served_by(by_common, OVERRIDDEN)
    assert OVERRIDDEN in archived
    if sort is WalletSort.last_balance:  # where the order begins, or ends, with those that pass
        assert RICH in served_by(by_common, RICH)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("sort", [each for each in WalletSort if each is not WalletSort.last_balance])
def test_what_is_beyond_bounds_is_passed_by_without_a_look_at_its_row(path: Path, sort: WalletSort) -> None:
    many = Where("last_balance_lamports", Op.GE, 200 * 10**9)
    for term in (None, COMMON) if sort is WalletSort.updated_at else (None,):  # the others are kept for each word, too
        chosen = _planned(path, queries.wallets(sort=sort, term=term), many)
        assert many in chosen.query.where
        assert chosen.path is AccessPath.ORDER
        (found,) = selections(chosen.query, None, chosen.path)
        with closing(sqlite3.connect(path)) as connection:
            steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {found.sql}", (*found.parameters, 5, 0))]
        assert steps[0].startswith("SCAN wallets__fields USING COVERING INDEX"), steps


@pytest.mark.usefixtures("store")
def test_an_order_that_begins_and_ends_at_bounds_is_not_left_for_a_condition_that_many_meet(path: Path) -> None:
    """All fresh wallets were sorted for the five of them that have so much: 40 times as long as the list takes."""
    by_balance = queries.wallets(sort=WalletSort.last_balance).order
    many, few = Where("updated_at", Op.GE, T0), Where("updated_at", Op.GE, T0 + timedelta(seconds=499))
    with closing(sqlite3.connect(path)) as connection:
        assert (
            path_to(connection, Query(Wallet, (many, *FEW_SO_RICH), by_balance), MOST, Estimates()) is AccessPath.ORDER
        )
        assert path_to(connection, Query(Wallet, (few, RICH), by_balance), MOST, Estimates()) is AccessPath.INDEX


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("sort", [WalletSort.created_at, WalletSort.label])
def test_those_within_bounds_are_gathered_for_a_word_that_is_kept_in_the_lists_order(
    path: Path, sort: WalletSort
) -> None:
    """Words of labels lie together in the order of labels: on the way through all rows they may come last."""
    few = Where("last_balance_lamports", Op.GE, 950 * 10**9)
    chosen = _planned(path, queries.wallets(sort=sort, term=COMMON), few)
    assert (chosen.path, set(chosen.query.where) - {few}) == (
        AccessPath.INDEX,
        {Where("search_terms", Op.CONTAINS, COMMON)},
    )
    (found,) = selections(chosen.query, None, chosen.path)
    with closing(sqlite3.connect(path)) as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {found.sql}", (*found.parameters, 5, 0))]
    assert "LIST SUBQUERY" in steps[1], steps
    assert "USING COVERING INDEX wallets__by__last_balance_lamports" in steps[2], steps


@pytest.mark.usefixtures("store")
def test_what_was_counted_for_a_plan_is_kept_for_some_seconds(path: Path) -> None:
    now = 0.0
    estimates = Estimates(lambda: now)
    query = queries.wallets(term=COMMON)
    with closing(sqlite3.connect(path)) as connection:
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        counts = []
        for moment in (T0, T0 + timedelta(seconds=9), T0 + timedelta(minutes=9)):
            by_time = replace(query, where=(*query.where, Where("updated_at", Op.OUTSIDE, (T0, moment))))
            counts.append([estimates.matches(connection, each, MOST) for each in (query, by_time)])
        assert counts == [[MOST, MOST], [MOST, MOST], [MOST, 2]]
        assert len(asked) == 3, "the same minute is the same"
        now = 11.0
        estimates.matches(connection, query, MOST)
        assert len(asked) == 4
        for most in range(2_000):
            estimates.matches(connection, query, most)
        assert len(estimates._kept) <= 1_000


@pytest.mark.parametrize("sort", WalletSort)
@pytest.mark.parametrize("direction", SortDirection)
async def test_whatever_serves_it_the_same_is_found(
    store: SqliteWalletsDataService, sort: WalletSort, direction: SortDirection
) -> None:
    odd = FieldTest(("key",), lambda key: int(key) % 2 == 1)
    laurel = WalletFilters(q="laurel lau").tests(queries.ANY_TIME)
    for term in (None, COMMON, RARE):
        query = queries.wallets(sort=sort, term=term, direction=direction)
        everything = [stored.record for stored in await store.query(query, limit=1000)]
        choices: list[list[Test]] = [
            [],
            [SELDOM],
            [OVERRIDDEN],
            [RICH],
            [*FEW_SO_RICH, EVERYWHERE],
            [FUNDED, EVERYWHERE],
            [FUNDED, RICH, odd],
            laurel,
        ]
        for tests in choices:
            expected = [each.key for each in everything if all(_passes(each, test) for test in tests)]
            found = await _found(store, query, tests)
            assert found == expected, (term, tests)


async def test_any_filters_in_any_order_find_the_same(store: SqliteWalletsDataService) -> None:
    """Chosen by chance, with the bounds of the order as conditions, as lists have them; and in the order of keys, as an
    export does.
    """
    some = random.Random(5)
    odd = FieldTest(("key",), lambda key: int(key) % 2 == 1)
    ways: list[list[Test]] = [[SELDOM], [OVERRIDDEN], [RICH], [*FEW_SO_RICH], [FUNDED], [EVERYWHERE], [odd]]
    for _ in range(120):
        sort, way = some.choice([*WalletSort]), some.choice([*SortDirection])
        status, term = some.choice([None, WalletStatus.FUNDED]), some.choice([None, COMMON, RARE])
        query = some.choice([queries.wallets(sort=sort, direction=way, status=status, term=term), Query(Wallet)])
        tests = [test for chosen in some.sample(ways, some.randint(0, 4)) for test in chosen]
        everything = await store.query(query, limit=1000)
        expected = [each.record.key for each in everything if all(_passes(each.record, test) for test in tests)]
        within, rest = narrowed(query, tests)
        found = await _found(store, within, rest)
        assert found == expected, (query, tests)


async def _found(store: SqliteWalletsDataService, query: Query[Wallet], tests: Sequence[Test]) -> list[str]:
    """The keys of all matches that pass, page by page."""
    found: list[str] = []
    after: Cursor | None = None
    while True:
        page = await store.query_filtered(query, tests, limit=LIMIT * 9, most=MOST * 9, after=after)
        found += [stored.record.key for stored in page.found]
        if (after := page.end) is None:
            return found


def _passes(record: Wallet, test: Any) -> bool:
    if isinstance(test, FieldTest):
        fields = {"key": record.key, "label_order": record.label_order, "tags": record.tags}
        return bool(test.accepts(*[fields[name] for name in test.fields]))
    value = getattr(record, test.field)
    if test.op is Op.CONTAINS:
        return test.value in value
    if test.op is Op.EQ:
        return bool(value == test.value)
    return value is not None and (value >= test.value if test.op is Op.GE else value <= test.value)
