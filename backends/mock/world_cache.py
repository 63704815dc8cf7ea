"""Worlds in which nothing was done yet, kept a while, since many sessions begin in the same one."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from backends.orchestrator.policy import Policy

from .clock import MockClock
from .factory import MockWorld, build_world
from .populate import registered
from .seed import Seed
from .world import WorldSpec

_MOST = 4
_AGE = timedelta(minutes=5)
"""How old a world may be in which a session with a running clock begins."""
_BIG = 500
"""Wallets from which a world is made in a thread, so that other sessions go on meanwhile."""
_SLOW = 2000
"""Wallets from which whoever waits is told so."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorldSource:
    """What a world is made from, besides a moment."""

    spec: WorldSpec
    seed: int

    @property
    def wallets(self) -> int:
        """How many wallets the world begins with."""
        return len(registered(Seed(self.seed), self.spec)) if self.spec.named else self.spec.wallets


class WorldCache:
    """Makes worlds, and remembers the latest. None of them is ever written to: sessions fork them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._made: OrderedDict[tuple[WorldSource, datetime], MockWorld] = OrderedDict()
        self._making = asyncio.Lock()

    async def world(self, source: WorldSource, clock: MockClock) -> MockWorld:
        """The world of a source as of the clock's moment; of a little earlier, if the clock runs."""
        async with self._making:
            now = clock.now()
            known = self._known(source, now, exactly=clock.frozen)
            if known is not None:
                return known
            world = await self._make(source, now)
            self._made[source, now] = world
            if len(self._made) > _MOST:
                self._made.popitem(last=False)
            return world

    def _known(self, source: WorldSource, now: datetime, *, exactly: bool) -> MockWorld | None:
        for key in reversed(self._made):
            made_at = key[1]
            if key[0] == source and (made_at == now if exactly else now - _AGE <= made_at <= now):
                self._made.move_to_end(key)
                return self._made[key]
        return None

    async def _make(self, source: WorldSource, now: datetime) -> MockWorld:
        clock = MockClock(frozen_at=now)
        many = source.wallets
        if many <= _BIG:
            return await build_world(source.spec, seed=source.seed, policy=self._policy, clock=clock)

        if many >= _SLOW:
            _log.info("making %s wallets, a few seconds for each thousand", f"{many:,}")

        def in_thread() -> MockWorld:
            return asyncio.run(build_world(source.spec, seed=source.seed, policy=self._policy, clock=clock))

        # A bare executor, not to_thread: the request's context (who asks) is none of the world's business.
        return await asyncio.get_running_loop().run_in_executor(None, in_thread)
