"""Whether a slot that an answer names can be true."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from backends.errors import ChainUnavailable
from backends.orchestrator.bounds import latest_slot

_SHORTEST_SLOT = 0.004
"""Seconds: a hundredth of a real one, for local chains are quicker."""
_BEHIND = 9_000
"""Slots, about an hour, that one node may be behind another."""
_AHEAD = 9_000
_CONFIRMATIONS = 3
_CONFIRMED_AFTER = 5.0
"""Seconds: so often, and for so long, an answer that contradicts all before has to be repeated to be believed."""


@dataclass(slots=True)
class _AgreedSlots:
    """The newest of some answers that agree with each other."""

    slot: int
    at: float
    since: float
    answers: int = 1

    def agrees(self, slot: int, now: float) -> bool:
        return self.slot - _BEHIND <= slot <= self.furthest(now)

    def furthest(self, now: float) -> float:
        return self.slot + _AHEAD + (now - self.at) / _SHORTEST_SLOT

    def learn(self, slot: int, now: float) -> None:
        self.answers += 1
        if slot >= self.slot:
            self.slot, self.at = slot, now


class SlotGuard:
    """Compares each slot with those before it and with the clock.

    One answer that contradicts them is refused. If the contradiction goes on, then it is the earlier answers that were
    wrong (or the chain is another one, or was set back), and the newer ones are believed.

    Args:
        now: a monotonic clock, in seconds: what happens to the wall clock moves no bound between two answers.
        wall: the Unix time, for the bound that no chain has reached.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._now = now
        self._wall = wall
        self._believed: _AgreedSlots | None = None
        self._doubted: _AgreedSlots | None = None

    def check(self, slot: int) -> int:
        """The slot, if it can be true. Raises `ChainUnavailable`."""
        now = self._now()
        if slot > latest_slot(self._wall()):
            raise _implausible()
        if self._believed is None:
            self._believed = _AgreedSlots(slot, now, now)
        elif self._believed.agrees(slot, now):
            self._believed.learn(slot, now)
            self._doubted = None
        else:
            self._doubt(slot, now)
        return slot

    def check_past(self, slot: int) -> int:
        """The slot of something that has happened, if it can be true. Raises `ChainUnavailable`."""
        believed, now = self._believed, self._now()
        if slot > latest_slot(self._wall()) or (believed is not None and slot > believed.furthest(now)):
            raise _implausible()
        return slot

    def _doubt(self, slot: int, now: float) -> None:
        doubted = self._doubted
        if doubted is None or not doubted.agrees(slot, now):
            self._doubted = _AgreedSlots(slot, now, now)
            raise _implausible()
        doubted.learn(slot, now)
        if doubted.answers < _CONFIRMATIONS or now - doubted.since < _CONFIRMED_AFTER:
            raise _implausible()
        self._believed, self._doubted = doubted, None


def _implausible() -> ChainUnavailable:
    return ChainUnavailable("The Solana RPC named a slot that can't be, by those before it or by the clock.")
