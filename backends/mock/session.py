"""One session: a world of its own with a clock of its own, and what it was asked."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter, deque
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime

from backends.meter import Meter
from backends.session_control import ServedRequest

from .backend import MockBackend
from .clock import MockClock
from .factory import MockWorld
from .world_cache import WorldCache, WorldSource

MOST_REQUESTS = 200
MOST_SNAPSHOTS = 20
_MOST_COUNTED = 1000

_begun = itertools.count()


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot. `world` is None where nothing had begun it."""

    taken_at: datetime
    source: WorldSource
    world: MockWorld | None
    begun_at: datetime | None
    clock: MockClock


class Session:
    """Begins its world when somebody first asks for its backend. `name` is empty for the one of requests without."""

    def __init__(self, name: str, source: WorldSource, worlds: WorldCache, meter: Meter) -> None:
        self.name = name
        self.source = source
        self.clock = MockClock()
        self.world: MockWorld | None = None
        self.begun_at: datetime | None = None
        """The moment as of which the world was made."""
        self.requests: deque[tuple[ServedRequest, datetime]] = deque(maxlen=MOST_REQUESTS)
        self.snapshots: dict[str, Kept] = {}
        self.used_at = time.monotonic()
        self._worlds = worlds
        self._meter = meter
        self._backend: MockBackend | None = None
        self._begun = -1
        self._fresh: int | None = None
        """The store's revision when the world began."""
        self._failures: Counter[str] = Counter()
        self._lock = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def backend(self) -> MockBackend:
        """The world's backend, started."""
        if self._backend is not None:
            return self._backend
        async with self._lock:
            while self._backend is None:
                if self.world is None:
                    source, setting = self.source, self.clock.setting
                    pristine = await self._worlds.world(source, self.clock)
                    if (source, setting) != (self.source, self.clock.setting):
                        continue  # somebody changed his mind meanwhile
                    self.world = replace(pristine.fork(self.name), clock=self.clock, meter=self._meter)
                    self.begun_at = pristine.clock.now()
                    self._fresh = self.world.store.revision
                backend = self.world.backend()
                await backend.start()
                self._backend, self._begun = backend, next(_begun)
        return self._backend

    def contents(self) -> Hashable | None:
        """See `backends.revision`."""
        return None if self._backend is None else (self._begun, self._backend.contents())

    def begin(self, source: WorldSource) -> None:
        """Another world, or the same anew, at the next request; the clock stays."""
        self.source = source
        self.world = self.begun_at = None
        self._failures.clear()
        self.requests.clear()
        self._leave()

    def revise(self, source: WorldSource) -> bool:
        """Take a changed world over. Where nothing was written it begins anew; otherwise all records stay, the weather
        is the new one from now on, and what a world begins with counts from the next reset: False.
        """
        self.source = source
        written = self.world is not None and self.world.store.revision != self._fresh
        if self.world is not None:
            self.world = replace(self.world, spec=source.spec) if written else None
            self._leave()
        return not written

    def save(self, name: str) -> Kept:
        """Take a snapshot."""
        self.snapshots.pop(name, None)
        world = None if self.world is None else self.world.fork(self.name)
        kept = Kept(self.clock.now(), self.source, world, self.begun_at, self.clock.copy())
        self.snapshots[name] = kept
        if len(self.snapshots) > MOST_SNAPSHOTS:
            del self.snapshots[next(iter(self.snapshots))]
        return kept

    def restore(self, kept: Kept) -> None:
        """Go back to a snapshot."""
        self.source, self.clock = kept.source, kept.clock.copy()
        self.world = None if kept.world is None else replace(kept.world.fork(self.name), clock=self.clock)
        self.begun_at = kept.begun_at
        self._fresh = None
        self._failures.clear()
        self._leave()

    def fails(self, what: str, times: int) -> bool:
        """See `backends.session_control.SessionControl.fails`."""
        if self._failures[what] >= times:
            return False
        if len(self._failures) > _MOST_COUNTED:
            self._failures.clear()
        self._failures[what] += 1
        return True

    async def aclose(self) -> None:
        """End what runs in the background."""
        self._leave()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _leave(self) -> None:
        """Close the present backend in the background; requests that it is answering go on with it."""
        if self._backend is not None:
            task = asyncio.ensure_future(self._backend.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
            self._backend = None
