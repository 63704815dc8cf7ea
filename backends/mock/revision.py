"""What every read of a world depends on, as one small value: its records, and the judgements that time turns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable
from datetime import datetime, timedelta

from backends.orchestrator.records import Schedule, Wallet
from generated_models import ScheduleStatus, WalletPart

from .clock import MockClock
from .store import MemoryWalletsDataService

_LEAST = timedelta(milliseconds=1)


class Contents:
    """Vouches for one world (`backends.revision`). Costs a few microseconds, but for the first time after a write."""

    def __init__(self, store: MemoryWalletsDataService, clock: MockClock, cache_ttl: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._cache_ttl = cache_ttl
        self._revision = -1
        self._turns: list[datetime] = []

    def version(self) -> Hashable:
        """Changes with every write, at every moment at which a reading turns stale, a schedule overdue or the day
        ends, and when somebody sets the clock.
        """
        revision = self._store.revision
        if revision != self._revision:
            self._turns = self._judgements()
            self._revision = revision
        now = self._clock.now()
        return self._clock.setting, revision, bisect_right(self._turns, now), now.toordinal()

    def _judgements(self) -> list[datetime]:
        """The moments from which on the same records read differently."""
        ttl = self._cache_ttl
        turns = {
            as_of + ttl
            for wallet in self._store.all(Wallet)
            for part in WalletPart
            if (as_of := wallet.parts.of(part).as_of) is not None
        }
        turns |= {
            schedule.scheduled_for + _LEAST
            for schedule in self._store.all(Schedule)
            if schedule.status is ScheduleStatus.SCHEDULED
        }
        return sorted(turns)
