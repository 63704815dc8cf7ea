"""Faults of the faked chain: when they hold, and what waits for their end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backends.errors import ChainRateLimited, ChainTimeout
from backends.mock.clock import MockClock
from backends.mock.fault_injector import Fault, FaultInjector
from backends.mock.seed import Seed

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ONE = timedelta(hours=1)
MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("at", "fails"),
    [(NOON - MILLISECOND, False), (NOON, True), (NOON + ONE - MILLISECOND, True), (NOON + ONE, False)],
)
async def test_a_fault_holds_from_its_beginning_up_to_its_end(at: datetime, fails: bool) -> None:
    clock = MockClock(frozen_at=at)
    faults = FaultInjector(Seed(1), clock, [Fault(failure="timeout", since=NOON, until=NOON + ONE)])
    if fails:
        with pytest.raises(ChainTimeout):
            await faults.before("getBalance", "a")
    else:
        await faults.before("getBalance", "a")


async def test_what_is_late_is_answered_when_the_fault_ends() -> None:
    clock = MockClock(frozen_at=NOON)
    faults = FaultInjector(Seed(1), clock, [Fault(failure="late", until=NOON + ONE)])
    asked = asyncio.ensure_future(faults.before("getBalance", "a"))
    await asyncio.sleep(60)
    assert not asked.done()
    clock.move(ONE - MILLISECOND)
    await asyncio.sleep(60)
    assert not asked.done()
    clock.move(MILLISECOND)
    await asyncio.wait_for(asked, 1)


async def test_what_is_late_without_an_end_is_answered_at_once() -> None:
    faults = FaultInjector(Seed(1), MockClock(frozen_at=NOON), [Fault(failure="late")])
    await asyncio.wait_for(faults.before("getBalance", "a"), 1)


async def test_what_was_late_may_fail_then() -> None:
    clock = MockClock(frozen_at=NOON)
    later = Fault(failure="timeout", since=NOON + ONE)
    faults = FaultInjector(Seed(1), clock, [Fault(failure="late", until=NOON + ONE), later])
    asked = asyncio.ensure_future(faults.before("getBalance", "a"))
    await asyncio.sleep(1)
    clock.move(ONE)
    with pytest.raises(ChainTimeout):
        await asked


@pytest.mark.parametrize(("lasting", "seconds"), [(True, 5), (False, 0.8)])
async def test_a_limit_says_when_it_is_over(lasting: bool, seconds: float) -> None:
    clock = MockClock(frozen_at=NOON + timedelta(seconds=14.2))
    faults = FaultInjector(Seed(1), clock, [Fault(failure="rate_limited", lasting=lasting)])
    with pytest.raises(ChainRateLimited) as raised:
        await faults.before("getBalance", "a")
    assert raised.value.retry_after == seconds
