"""Wall clocks that jump: nobody waits longer than the rules say, and no reading is fresh because of one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from backends.errors import ChainUnavailable, Throttled
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import RefreshShard, Schedule
from generated_models import (
    FreshnessState,
    OperationState,
    ProblemCode,
    RefreshDepth,
    RefreshScope,
    ScheduleStatus,
    WalletPart,
    WalletSort,
)
from tests.support.fakes import address
from tests.support.rig import Rig, refused, turns, with_policy

A = address("A")
KEY = "0d9f4a3e-6f0e-4c55-9d3b-6c1f0a8f2b11"


@pytest.fixture
def rig() -> Rig:
    return Rig(policy=with_policy(refresh_cooldown=timedelta(seconds=10)))


@pytest.mark.parametrize("seconds", [1, 5, 9, 10])
async def test_a_clock_set_back_a_little_keeps_the_cooldown(rig: Rig, seconds: float) -> None:
    await rig.create(A)
    await rig.refreshed(A)
    rig.clock.move(-seconds)
    with pytest.raises(Throttled) as caught:
        await rig.refreshed(A)
    assert caught.value.retry_after == 10


@pytest.mark.parametrize("move", [{"hours": -1}, {"days": -1}, {"days": -4000}])
async def test_a_clock_set_back_makes_nobody_wait(rig: Rig, move: dict[str, float]) -> None:
    await rig.create(A)
    await rig.refreshed(A)
    rig.clock.move(**move)
    assert (await rig.get(A)).value.cache.next_refresh_allowed_at is None
    await rig.refreshed(A)


async def test_nothing_was_tried_before_it_was_read_nor_written_before_it_was_created(rig: Rig) -> None:
    """The contract promises it (`x-relations`), whatever a clock does meanwhile."""
    await rig.create(A)
    schedules = [await rig.schedule(A, str(amount)) for amount in (1, 2)]
    as_of = (await rig.refreshed(A)).value.cache.parts.sol_balance.as_of
    rig.clock.move(hours=-1)
    rig.chain.fail("getMultipleAccounts", ChainUnavailable())
    assert (await rig.refresh(A)).cache.parts.sol_balance.last_attempt_at == as_of
    wallet = (await rig.put(A, label="then")).value.wallet
    assert wallet.updated_at == wallet.created_at
    await rig.cancel(schedules[0].schedule_id)
    await rig.delete(A, force=True)
    for each in await rig.schedules(ScheduleStatus.CANCELLED):
        assert each.updated_at == each.created_at


async def test_a_reading_of_tomorrow_is_not_fresh(rig: Rig) -> None:
    await rig.create(A)
    rig.clock.move(days=1)
    await rig.refreshed(A)
    rig.clock.move(days=-1)
    assert (await rig.get(A)).value.cache.state is FreshnessState.stale
    await rig.refreshed(A)
    assert (await rig.get(A)).value.cache.state is FreshnessState.fresh


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=400)])
async def test_readings_of_a_future_are_listed_counted_and_refreshed_as_stale(rig: Rig, ahead: timedelta) -> None:
    """By lists, the summary, estimates and refresh-all as by the wallet itself. (Half a second below is a clock's
    difference.)
    """
    near, far, now = await rig.create_many(3)
    rig.clock.move(ahead.total_seconds() - 0.5)
    await rig.refreshed(near)
    rig.clock.move(0.5)
    await rig.refreshed(far)
    rig.clock.move(-ahead.total_seconds())
    await rig.refreshed(now)
    fresh = {now, near} if ahead == timedelta(hours=1) else {now}
    stale = {near, far, now} - fresh
    states = {each: (await rig.get(each)).value.cache.state for each in (near, far, now)}
    assert {each for each, state in states.items() if state is FreshnessState.fresh} == fresh
    assert set(await rig.walk(freshness=FreshnessState.fresh)) == fresh
    assert set(await rig.walk(freshness=FreshnessState.stale, sort=WalletSort.label)) == stale
    summary = (await rig.backend.get_portfolio_summary()).value
    assert (summary.wallets_by_freshness.fresh, summary.wallets_by_freshness.stale) == (len(fresh), len(stale))
    estimate = await rig.backend.estimate_refresh(scope=RefreshScope.stale, depth=RefreshDepth.known)
    assert estimate.value.wallets == len(stale)
    async with rig.running():
        operation = await rig.finished((await rig.refresh_all(scope=RefreshScope.stale)).operation_id)
    assert (operation.total, operation.complete) == (len(stale), len(stale))
    assert set(await rig.walk(freshness=FreshnessState.fresh)) == {near, far, now}


async def test_a_history_swept_in_a_future_is_swept_again(rig: Rig) -> None:
    await rig.create(A)
    rig.clock.move(days=400)
    await rig.refreshed(A)
    rig.clock.move(days=-400)
    rig.chain.sent.clear()
    await rig.refreshed(A)
    assert rig.chain.sent["getSignaturesForAddress"] == 1
    rig.clock.move(60)
    await rig.refreshed(A)
    assert rig.chain.sent["getSignaturesForAddress"] == 1


async def test_what_is_not_read_again_is_no_longer_of_a_future(rig: Rig) -> None:
    """It was read before now: as if the time to live had just ended, and so it stays stale."""
    await rig.create(A)
    rig.clock.move(days=400)
    await rig.refreshed(A)
    rig.clock.move(days=-400)
    parts = (await rig.refresh(A, WalletPart.sol_balance)).cache.parts
    assert (parts.sol_balance.state, parts.token_holdings.state) == (FreshnessState.fresh, FreshnessState.stale)
    assert parts.token_holdings.stale_after == parts.sol_balance.as_of
    assert parts.token_holdings.discovered_at == parts.token_holdings.as_of
    assert await rig.walk(freshness=FreshnessState.stale) == [A]
    assert await rig.walk(freshness=FreshnessState.fresh) == []


@pytest.mark.parametrize("move", [{"hours": -1}, {"days": -30}])
async def test_a_refresh_all_whose_worker_died_goes_on_although_the_clock_was_set_back(
    rig: Rig, move: dict[str, float]
) -> None:
    addresses = await rig.create_many(3)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    found = await rig.store.store.get(RefreshShard, RefreshShard.key_of(operation_id, 0))
    assert found
    dead = rig.again().backend._recovery._worker
    leased = await dead._lease(found.record.key)  # and then it dies
    assert leased is not None
    assert await dead._lease(found.record.key) is None
    rig.clock.move(**move)
    survivor = rig.again().backend._recovery
    await survivor.recover()
    await survivor.work(operation_id, 0)
    operation = await rig.operation(operation_id)
    assert (operation.state, operation.complete) == (OperationState.COMPLETED, 3)


async def test_a_stalled_operation_is_sent_again_although_the_clock_was_set_back(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    recovery = rig.again().backend._recovery
    await recovery._worker._lease(RefreshShard.key_of(operation_id, 0))
    assert not await recovery._is_stalled(operation_id, rig.clock.now())
    rig.clock.move(hours=-1)
    assert await recovery._is_stalled(operation_id, rig.clock.now())


async def test_a_key_whose_request_died_is_free_although_the_clock_was_set_back(rig: Rig) -> None:
    await rig.create(A)
    dying = rig.again()

    async def die(method: str, writes: Sequence[Write]) -> None:
        if any(isinstance(write, Put) and isinstance(write.record, Schedule) for write in writes):
            await asyncio.Event().wait()

    dying.store.before = die
    lost = asyncio.ensure_future(dying.schedule(A, "1", key=KEY))
    await turns()
    await refused(rig.schedule(A, "1", key=KEY), ProblemCode.idempotency_key_in_use)
    rig.clock.move(hours=-1)
    await rig.schedule(A, "1", key=KEY)
    lost.cancel()
