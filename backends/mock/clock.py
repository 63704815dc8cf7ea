"""The mock's clock: the system's or a file's, until somebody freezes or moves it."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Hashable
from datetime import UTC, datetime, timedelta

from backends.orchestrator.timestamps import EPOCH, truncate_to_milliseconds

_settings = itertools.count()
_MICROSECOND = timedelta(microseconds=1)


def _system() -> datetime:
    return datetime.now(UTC)


class MockClock:
    """A `Clock` that can stand still and jump, so that nobody waits an hour to see a wallet go stale."""

    def __init__(
        self,
        *,
        frozen_at: datetime | None = None,
        offset: timedelta = timedelta(),
        source: Callable[[], datetime] = _system,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`source` tells the time, in UTC, when it is neither frozen nor moved; one of one's own only jumps. `sleep` is
        how long waits take.
        """
        self._frozen_at = None if frozen_at is None else truncate_to_milliseconds(frozen_at)
        self._offset, self._offset_microseconds = offset, offset // _MICROSECOND
        self._source = source
        self._sleep = sleep
        self._set = next(_settings)
        self._latest = (-1, EPOCH)
        """What was told last: milliseconds since the epoch, and the moment."""

    @property
    def setting(self) -> Hashable:
        """Changes whenever time stops, goes on or jumps; no two clocks of a process have the same."""
        return self._set if self._source is _system else (self._set, self._source())

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen_at is not None

    def now(self) -> datetime:
        if self._frozen_at is not None:
            return self._frozen_at
        if self._source is not _system:
            return truncate_to_milliseconds(self._source() + self._offset)
        # Every request asks several times, and many come in one millisecond: making the moment takes ten times as long.
        milliseconds = (time.time_ns() // 1000 + self._offset_microseconds) // 1000
        latest, moment = self._latest
        if milliseconds != latest:
            moment = EPOCH + timedelta(milliseconds=milliseconds)
            self._latest = milliseconds, moment
        return moment

    async def sleep(self, seconds: float) -> None:
        await self._sleep(seconds)

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, at `at` or now."""
        self._frozen_at = self.now() if at is None else truncate_to_milliseconds(at)
        self._set = next(_settings)

    def move(self, by: timedelta) -> None:
        """Jump forwards or backwards; a frozen clock stays frozen."""
        if self._frozen_at is None:
            self._use(self._offset + by)
        else:
            self._frozen_at = truncate_to_milliseconds(self._frozen_at + by)
        self._set = next(_settings)

    def run(self) -> None:
        """Go on from the moment shown."""
        if self._frozen_at is not None:
            self._use(self._frozen_at - self._source())
            self._frozen_at = None
            self._set = next(_settings)

    def reset(self) -> None:
        """Back to its source's time."""
        self._frozen_at = None
        self._use(timedelta())
        self._set = next(_settings)

    def _use(self, offset: timedelta) -> None:
        self._offset, self._offset_microseconds = offset, offset // _MICROSECOND

    def copy(self) -> MockClock:
        """A clock that shows the same and goes its own way from here."""
        return MockClock(frozen_at=self._frozen_at, offset=self._offset, source=self._source, sleep=self._sleep)
