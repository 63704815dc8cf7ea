"""What every part of the orchestrator works with."""

from __future__ import annotations

from dataclasses import dataclass

from backends.meter import NO_METER, Meter
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Clock, Ids, ShardQueue, SolanaDataService, WalletsDataService


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A world: its services, its time, its ids, and the numbers its rules use."""

    store: WalletsDataService
    chain: SolanaDataService
    clock: Clock
    ids: Ids
    queue: ShardQueue
    policy: Policy
    meter: Meter = NO_METER
    mocked_groups: tuple[str, ...] = ()
    """Groups of operations that a real server leaves to the mock."""
