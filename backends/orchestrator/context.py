"""What every part of the orchestrator works with."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from backends.errors import StoreUnavailable
from backends.meter import NO_METER, Meter
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Clock, Ids, ShardQueue, SolanaDataService, VersionConflict, WalletsDataService

T = TypeVar("T")

_ATTEMPTS = 40
_LONGEST_PAUSE = 0.1  # seconds


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


async def retry_on_conflict(attempt: Callable[[], Awaitable[T]]) -> T:
    """Run a read-decide-commit cycle until its commit meets the state that it read.

    Optimistic, because Firestore's contended transactions are slow and contention on one wallet is rare; the pause is
    random so that contenders part. Raises `StoreUnavailable` when it stays contended.
    """
    for number in range(_ATTEMPTS):
        try:
            return await attempt()
        except VersionConflict:
            await asyncio.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.002 * 2**number)))
    raise StoreUnavailable("The record is being changed by too many others at once.", retry_after=1)
