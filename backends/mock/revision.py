"""What every read of a world depends on, as one small value: its records, and what time changes about them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable
from datetime import UTC, datetime, time, timedelta

from backends.orchestrator.records import Schedule, Wallet
from backends.orchestrator.timestamps import EPOCH
from generated_models import ScheduleStatus, WalletPart

from .clock import MockClock
from .store import MemoryWalletsDataService

_LEAST = timedelta(milliseconds=1)


class WorldRevision:
    """The revision of one world (`backends.revision`). Costs a few microseconds, more after a write."""

    def __init__(self, store: MemoryWalletsDataService, clock: MockClock, cache_ttl: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._cache_ttl = cache_ttl
        self._seen: Hashable = None
        self._changes: list[datetime] = []
        self._current: Hashable = None
        self._since = self._until = EPOCH
        """From when until when the current one is, while nothing is written and nobody sets the clock."""

    def current(self) -> Hashable:
        """Changes with every write, at every moment at which a reading turns stale, a schedule overdue or the day
        ends, and when somebody sets the clock.
        """
        seen, now = (self._clock.setting, self._store.revision), self._clock.now()
        if seen != self._seen:
            self._changes = self._time_changes(now)
            self._seen = seen
            self._until = now
        if not self._since <= now < self._until:
            passed = bisect_right(self._changes, now)
            begin, end = (datetime.combine(now.date(), at, UTC) for at in (time.min, time.max))
            self._since = max([begin, *self._changes[max(passed - 1, 0) : passed]])
            self._until = min([end, *self._changes[passed : passed + 1]])
            self._current = *seen, passed, now.toordinal()
        return self._current

    def _time_changes(self, now: datetime) -> list[datetime]:
        """The moments from which on the same records read differently."""
        ttl = self._cache_ttl
        read = {
            as_of
            for wallet in self._store.all(Wallet)
            for part in WalletPart
            if (as_of := wallet.parts.of(part).as_of) is not None
        }
        changes = {as_of + ttl for as_of in read}
        changes |= {as_of - ttl + _LEAST for as_of in read if as_of - ttl >= now}  # of a clock that was wrong
        changes |= {
            schedule.scheduled_for + _LEAST
            for schedule in self._store.all(Schedule)
            if schedule.status is ScheduleStatus.SCHEDULED
        }
        return sorted(changes)
