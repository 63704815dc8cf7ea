"""The mock's clock: the system's or a file's, until somebody freezes or moves it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta

from backends.orchestrator.timestamps import truncate_to_milliseconds

_settings = itertools.count()
_MICROSECONDS = [timedelta(microseconds=count) for count in range(1000)]
"""What is taken off a moment to make whole milliseconds: `replace` takes several times as long, and every request asks
for the time.
"""


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
    ) -> None:
        """`source` tells the time, in UTC, when it is neither frozen nor moved; one of one's own only jumps."""
        self._frozen_at = None if frozen_at is None else truncate_to_milliseconds(frozen_at)
        self._offset = offset
        self._source = source
        self._set = next(_settings)

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
        now = self._source() + self._offset
        return now - _MICROSECONDS[now.microsecond % 1000]  # in UTC already

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, at `at` or now."""
        self._frozen_at = self.now() if at is None else truncate_to_milliseconds(at)
        self._set = next(_settings)

    def move(self, by: timedelta) -> None:
        """Jump forwards or backwards; a frozen clock stays frozen."""
        if self._frozen_at is None:
            self._offset += by
        else:
            self._frozen_at = truncate_to_milliseconds(self._frozen_at + by)
        self._set = next(_settings)

    def run(self) -> None:
        """Go on from the moment shown."""
        if self._frozen_at is not None:
            self._offset = self._frozen_at - self._source()
            self._frozen_at = None
            self._set = next(_settings)

    def reset(self) -> None:
        """Back to its source's time."""
        self._frozen_at, self._offset = None, timedelta()
        self._set = next(_settings)

    def copy(self) -> MockClock:
        """A clock that shows the same and goes its own way from here."""
        return MockClock(frozen_at=self._frozen_at, offset=self._offset, source=self._source)
