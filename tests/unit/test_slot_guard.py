"""Slots that can't be true are refused; a chain that really is elsewhere is believed in the end."""

from __future__ import annotations

import pytest

from backends.errors import ChainUnavailable
from backends.orchestrator.bounds import latest_slot
from backends.real.rpc.slots import SlotGuard

WALL = 1_795_000_000.0
SLOT = 250_000_000


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.wall = WALL

    def move(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guard(clock: Clock) -> SlotGuard:
    return SlotGuard(lambda: clock.seconds, lambda: clock.wall)


def refused(guard: SlotGuard, slot: int) -> bool:
    try:
        return guard.check(slot) != slot
    except ChainUnavailable:
        return True


@pytest.mark.parametrize("slot", [2**53 - 1, 2**40, latest_slot(WALL) + 1])
def test_a_slot_that_no_chain_has_reached(guard: SlotGuard, slot: int) -> None:
    assert refused(guard, slot)
    assert not refused(guard, SLOT), "and it left no trace"


def test_slots_that_go_on(guard: SlotGuard, clock: Clock) -> None:
    for hour in range(48):
        assert not refused(guard, SLOT + hour * 9_000)
        assert not refused(guard, SLOT + hour * 9_000 - 1_000), "a node that is behind"
        clock.move(3600)


@pytest.mark.parametrize("slot", [SLOT + 10_000_000, SLOT - 10_000_000, 0])
def test_one_that_jumps_is_refused(guard: SlotGuard, clock: Clock, slot: int) -> None:
    guard.check(SLOT)
    for _ in range(20):
        clock.move(1)
        assert refused(guard, slot)
        assert not refused(guard, SLOT)


def test_a_lie_at_the_start_does_not_lock_the_truth_out(guard: SlotGuard, clock: Clock) -> None:
    guard.check(SLOT + 100_000_000)
    answers = []
    for second in range(10):
        answers.append(refused(guard, SLOT + second))
        clock.move(1)
    assert answers == [True] * 5 + [False] * 5
    assert refused(guard, SLOT + 100_000_000)


def test_a_wall_clock_that_jumps_moves_nothing(guard: SlotGuard, clock: Clock) -> None:
    guard.check(SLOT)
    for jump in (-3600, 7200, -86_400 * 365 * 20, 86_400 * 365 * 20):
        clock.wall += jump
        assert not refused(guard, SLOT + 10)
        assert refused(guard, SLOT + 10_000_000)
        assert not refused(guard, SLOT + 10)


def test_what_has_happened_is_not_ahead_of_the_chain(guard: SlotGuard, clock: Clock) -> None:
    assert guard.check_past(SLOT) == SLOT
    with pytest.raises(ChainUnavailable):
        guard.check_past(latest_slot(WALL) + 1)
    guard.check(SLOT)
    assert guard.check_past(5) == 5
    assert guard.check_past(SLOT + 100) == SLOT + 100, "of a node that is ahead"
    with pytest.raises(ChainUnavailable):
        guard.check_past(SLOT + 1_000_000)
    assert not refused(guard, SLOT + 1), "and it left no trace"
