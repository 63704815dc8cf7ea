"""The revision of a world: another at every moment at which a read answers something else, and the same in between."""

from __future__ import annotations

import random
from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from backends.mock.clock import MockClock
from backends.mock.revision import WorldRevision
from generated_models import CreateWalletRequest
from tests.support.default_world import default_world

_TICK = timedelta(milliseconds=1)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_000, UTC)


class _RunningClock(MockClock):
    """Nobody sets it: its time goes on, and now and then back, as a system's does."""

    at = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)

    @property
    def setting(self) -> int:
        return 0

    def now(self) -> datetime:
        return self.at


async def test_it_changes_at_each_moment_that_counts_and_at_no_other() -> None:
    world, clock = await default_world(), _RunningClock()
    revision = WorldRevision(world.store, clock, world.policy.cache_ttl)
    changes = revision._time_changes(clock.at)
    assert len(changes) > 20
    midnights = [datetime(2026, 11, 21 + days, tzinfo=UTC) for days in range(5)]
    moments = [each + way for each in [*changes, *midnights] for way in (-_TICK, timedelta(), _TICK)]
    moments += [clock.at, _LAST, datetime(1970, 1, 1, tzinfo=UTC)]
    found: dict[object, object] = {}
    revision.current()
    for clock.at in [*sorted(moments), *sorted(moments, reverse=True), *random.Random(7).sample(moments, len(moments))]:
        told = found.setdefault((bisect_right(changes, clock.at), clock.at.date()), revision.current())
        assert revision.current() == told
    assert len(set(found.values())) == len(found) > 20


async def test_it_changes_with_every_write() -> None:
    world, clock = await default_world(), _RunningClock()
    revision = WorldRevision(world.store, clock, world.policy.cache_ttl)
    before = revision.current()
    assert revision.current() is before
    body = CreateWalletRequest(wallet_address=world.seed.address(b"another", 1))
    await world.backend().create_wallet(body=body, idempotency_key=None)
    assert revision.current() != before
