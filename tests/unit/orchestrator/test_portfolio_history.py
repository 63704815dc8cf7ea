"""What all wallets added up to: a point when a refresh-all ends, at most one in a quarter of an hour from looking."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backends.errors import StoreUnavailable
from backends.orchestrator.history.points import MAX_POINTS, PortfolioPoint, pack_points, unpack_points, with_point
from backends.orchestrator.ports import VersionConflict, Write
from backends.orchestrator.records import PortfolioMonth
from generated_models import FreshnessState, OperationState
from tests.support.fakes import START, address
from tests.support.rig import BALANCE, Rig, with_policy

A, B = address("A"), address("B")


async def looked_at(rig: Rig) -> None:
    await rig.backend.get_portfolio_summary()


async def points(rig: Rig, since: str | None = None, until: str | None = None) -> list[tuple[str, str]]:
    found = await rig.portfolio_history(since=since, until=until)
    return [(each.at[5:16], each.total_balance_lamports) for each in found.points]


async def test_looking_keeps_a_point_each_quarter_of_an_hour(rig: Rig) -> None:
    await rig.create(A)
    for lamports in range(7):
        rig.chain.lamports[A] = lamports
        await rig.refresh(A, BALANCE)
        await looked_at(rig)
        await looked_at(rig.again())
        rig.clock.move(minutes=6)
    assert await points(rig) == [("11-22T16:10", "0"), ("11-22T16:28", "3"), ("11-22T16:46", "6")]


async def test_a_point_of_a_clock_that_was_ahead_is_not_the_newest(rig: Rig) -> None:
    """Each of several servers took it for long ago, and kept a point of its own whenever it was asked."""
    await rig.create(A)
    await looked_at(rig)
    rig.clock.move(hours=-5)
    for _ in range(8):
        for server in (rig, rig.again()):
            await looked_at(server)
        rig.clock.move(minutes=5)
    assert [at for at, _ in await points(rig)] == ["11-22T11:10", "11-22T11:25", "11-22T11:40", "11-22T16:10"]


async def test_the_end_of_every_refresh_all_is_a_point(rig: Rig) -> None:
    await rig.create(A)
    await looked_at(rig)
    rig.chain.lamports[A] = 5
    async with rig.running():
        for _ in range(2):
            await rig.finished((await rig.refresh_all()).operation_id)
        held = rig.chain.hold("getMultipleAccounts")
        operation = await rig.refresh_all()
        await rig.backend.cancel_refresh_operation(operation_id=operation.operation_id, idempotency_key=None)
        held.release.set()
    assert (await rig.operation(operation.operation_id)).state is OperationState.CANCELLED
    assert [lamports for _, lamports in await points(rig)] == ["0", "5", "5", "5"]


async def test_a_point_says_what_it_is_worth(rig: Rig) -> None:
    for each in (A, B):
        await rig.create(each)
    rig.chain.lamports[A] = 7 * 10**8
    await rig.refresh(A)
    rig.clock.move(hours=2)
    await looked_at(rig)
    [point] = (await rig.portfolio_history()).points
    assert point.model_dump() == {
        "at": "2026-11-22T18:10:00.000Z",
        "total_balance_lamports": "700000000",
        "total_balance_sol": "0.7",
        "wallets": 2,
        "wallets_missing": 1,
        "wallets_by_freshness": {"never": 1, "error": 0, "stale": 1, "fresh": 0},
        "oldest_as_of": "2026-11-22T16:10:00.000Z",
    }


async def test_a_range_and_what_is_kept(rig: Rig) -> None:
    rig = rig.again(with_policy(history_months=1))
    for _ in range(100):
        await looked_at(rig)
        rig.clock.move(days=1)
    assert [at[:5] for at, _ in await points(rig, since="2027-02-27T00:00:00Z")] == ["02-27", "02-28", "03-01"]
    assert [at[:5] for at, _ in await points(rig, until="2027-02-02T00:00:00Z")] == ["02-01"]
    assert await points(rig, since="2027-02-01T16:10:00Z", until="2027-02-01T16:10:00Z") == [("02-01T16:10", "0")]
    before = await rig.portfolio_history()
    assert before.recorded_since == "2027-02-01T16:10:00.000Z"
    assert {each.at[:7] for each in before.points} == {"2027-02", "2027-03"}
    await rig.backend._housekeeping.sweep()
    months = {
        month
        for month in ("2026-11", "2026-12", "2027-01", "2027-02", "2027-03")
        if await rig.store.store.get(PortfolioMonth, month)
    }
    assert months == {"2027-02", "2027-03"}
    assert await rig.portfolio_history() == before
    few = await rig.portfolio_history(points=4)
    assert few.thinned
    assert len(few.points) <= 4
    assert (few.points[0], few.points[-1]) == (before.points[0], before.points[-1])


async def test_a_month_begins_within_a_quarter_of_an_hour(rig: Rig) -> None:
    rig.clock.move((datetime(2026, 11, 30, 23, 55, tzinfo=UTC) - START).total_seconds())
    await looked_at(rig)
    for _ in range(3):
        rig.clock.move(minutes=6)
        await looked_at(rig.again())
    assert [at for at, _ in await points(rig)] == ["11-30T23:55", "12-01T00:13"]


async def test_a_clock_set_back_stops_nothing(rig: Rig) -> None:
    await looked_at(rig)
    rig.clock.move(hours=-2)
    await looked_at(rig)
    rig.clock.move(hours=3)
    assert [at for at, _ in await points(rig)] == ["11-22T14:10", "11-22T16:10"]


async def test_whoever_looks_is_answered_though_nothing_can_be_written(rig: Rig) -> None:
    for error in (StoreUnavailable("down"), VersionConflict()):

        async def fails(method: str, writes: Sequence[Write], error: Exception = error) -> None:
            if method == "commit":
                raise error

        rig.store.before = fails
        assert (await rig.backend.get_portfolio_summary()).value.total_wallets == 0
    rig.store.before = None
    assert await points(rig) == []
    await looked_at(rig)
    assert len(await points(rig)) == 1


async def test_processes_that_look_at_once_keep_one(rig: Rig) -> None:
    await rig.create(A)
    await asyncio.gather(*(looked_at(rig.again()) for _ in range(8)))
    assert len(await points(rig)) == 1


def _points(count: int, *, apart: timedelta) -> list[PortfolioPoint]:
    some = random.Random(3)
    return [
        PortfolioPoint(
            at=datetime(2026, 11, 1, tzinfo=UTC) + number * apart,
            lamports=some.randrange(10**29),
            missing=some.randrange(10**9),
            freshness={state: some.randrange(10**9) for state in FreshnessState},
            oldest_as_of=some.choice([None, START, START - timedelta(milliseconds=some.randrange(10**9))]),
        )
        for number in range(count)
    ]


def test_what_was_packed_is_unpacked() -> None:
    some = _points(300, apart=timedelta(minutes=7, milliseconds=1))
    assert unpack_points(pack_points(some)) == some
    assert unpack_points(pack_points([])) == []


@pytest.mark.parametrize("text", ["x", "AQ", "====", "", "AgAA", "AQE=", "Af///////////////////////////w==", "é"])
def test_damaged_texts_hold_nothing(text: str) -> None:
    assert unpack_points(text) == []


def test_a_month_is_bounded() -> None:
    some = _points(MAX_POINTS + 1, apart=timedelta(minutes=10))
    month = PortfolioMonth(month="2026-11", starts_at=START, newest_at=START, points=pack_points(some[:-1]))
    assert len(month.points) < 400_000
    assert not with_point(replace(month, points=pack_points(some[:-2])), some[-2]).thinned
    month = with_point(month, some[-1])
    kept = unpack_points(month.points)
    assert (month.thinned, month.newest_at) == (True, some[-1].at)
    assert len(kept) <= MAX_POINTS * 2 // 3
    assert (kept[0], kept[-1]) == (some[0], some[-1])
    assert max(each.lamports for each in kept) == max(each.lamports for each in some)
