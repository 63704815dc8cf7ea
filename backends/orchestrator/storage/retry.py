"""Optimistic concurrency: read, decide, commit; on a version conflict, again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from backends.errors import StoreUnavailable
from backends.orchestrator.ports import VersionConflict

T = TypeVar("T")

_ATTEMPTS = 40
_LONGEST_PAUSE = 0.1  # seconds


async def retry_on_conflict(attempt: Callable[[], Awaitable[T]]) -> T:
    """Run a read-decide-commit cycle until its commit meets the state that it read.

    Optimistic, because Firestore's contended transactions are slow and contention on one wallet is rare. The pause
    between two attempts is random, so that writers in conflict don't meet again.

    Args:
        attempt: one whole cycle; what it has read before a conflict must not be used again.

    Raises:
        StoreUnavailable: 40 attempts in a row met a conflict.
    """
    for number in range(_ATTEMPTS):
        try:
            return await attempt()
        except VersionConflict:
            await asyncio.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.002 * 2**number)))
    raise StoreUnavailable("The record is being changed by too many others at once.", retry_after=1)
