"""The default world as of one moment: made once a process, and forked for each who asks."""

from __future__ import annotations

from backends.mock.clock import MockClock
from backends.mock.factory import MockWorld, build_world
from backends.mock.world import WORLDS
from backends.orchestrator.policy import Policy
from backends.orchestrator.timestamps import parse_timestamp

_made: list[MockWorld] = []


async def default_world() -> MockWorld:
    """A world of one's own, of seed 42, whose clock stands still."""
    if not _made:
        clock = MockClock(frozen_at=parse_timestamp("2026-11-22T16:10:00Z"))
        _made.append(await build_world(WORLDS["default"], seed=42, policy=Policy(), clock=clock))
    return _made[0].fork("")
