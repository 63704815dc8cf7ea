"""One session: a world of its own with a clock of its own, and what it was asked."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime

from backends.meter import Meter
from backends.orchestrator.orchestrator import WalletManagementOrchestrator

from .armed_answers import ArmedAnswers
from .clock import MockClock
from .factory import MockWorld
from .journal import Journal
from .world_cache import WorldCache, WorldSource

MOST_SNAPSHOTS = 20
_MOST_COUNTED = 1000

_generations = itertools.count()


@dataclass(frozen=True, slots=True)
class SessionSnapshot:
    """A snapshot. `world` is None where nothing had begun it."""

    taken_at: datetime
    source: WorldSource
    world: MockWorld | None
    begun_at: datetime | None
    clock: MockClock


class Session:
    """Begins its world when somebody first asks for its backend. `name` is empty for the one of requests without."""

    def __init__(self, name: str, source: WorldSource, worlds: WorldCache, meter: Meter, clock: MockClock) -> None:
        self.name = name
        self.source = source
        self.clock = clock
        self.world: MockWorld | None = None
        self.begun_at: datetime | None = None
        """The moment as of which the world was made."""
        self.requests = Journal()
        self.snapshots: dict[str, SessionSnapshot] = {}
        self.used_at = time.monotonic()
        self._worlds = worlds
        self._meter = meter
        self._backend: WalletManagementOrchestrator | None = None
        self._generation = -1
        self._initial_revision: int | None = None
        """The store's revision when the world began."""
        self.armed = ArmedAnswers()
        self._failure_counts: Counter[str] = Counter()
        self._lock = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def backend(self) -> WalletManagementOrchestrator:
        """The world's backend, started."""
        if self._backend is not None:
            return self._backend
        async with self._lock:
            while self._backend is None:
                if self.world is None:
                    source, setting = self.source, self.clock.setting
                    unused = await self._worlds.world(source, self.clock)
                    if (source, setting) != (self.source, self.clock.setting):
                        continue  # the world or the clock was changed meanwhile
                    self.world = replace(unused.fork(self.name), clock=self.clock, meter=self._meter)
                    self.begun_at = unused.clock.now()
                    self._initial_revision = self.world.store.revision
                backend = self.world.backend()
                await backend.start()
                self._backend, self._generation = backend, next(_generations)
        return self._backend

    def revision(self) -> Hashable | None:
        """See `backends.revision`."""
        return None if self._backend is None else (self._generation, self._backend.revision())

    def begin(self, source: WorldSource) -> None:
        """Another world, or the same anew, at the next request; the clock stays."""
        self.source = source
        self.world = self.begun_at = None
        self._failure_counts.clear()
        self.requests.clear()
        self.armed.clear()
        self._close_backend()

    def revise(self, source: WorldSource) -> bool:
        """Take a changed world over. Where nothing was written it begins anew; otherwise all records stay, its
        faults and latency hold from now on, and what it begins with counts from the next reset: False.
        """
        self.source = source
        written = self.world is not None and self.world.store.revision != self._initial_revision
        if self.world is not None:
            self.world = replace(self.world, spec=source.spec) if written else None
            self._close_backend()
        return not written

    def save(self, name: str) -> SessionSnapshot:
        """Take a snapshot."""
        self.snapshots.pop(name, None)
        world = None if self.world is None else self.world.fork(self.name)
        snapshot = SessionSnapshot(self.clock.now(), self.source, world, self.begun_at, self.clock.copy())
        self.snapshots[name] = snapshot
        if len(self.snapshots) > MOST_SNAPSHOTS:
            del self.snapshots[next(iter(self.snapshots))]
        return snapshot

    def restore(self, snapshot: SessionSnapshot) -> None:
        """Go back to a snapshot."""
        self.source, self.clock = snapshot.source, snapshot.clock.copy()
        self.world = None if snapshot.world is None else replace(snapshot.world.fork(self.name), clock=self.clock)
        self.begun_at = snapshot.begun_at
        self._initial_revision = None
        self._failure_counts.clear()
        self._close_backend()

    def fails(self, what: str, times: int) -> bool:
        """See `backends.session_control.SessionControl.fails`."""
        if self._failure_counts[what] >= times:
            return False
        if len(self._failure_counts) > _MOST_COUNTED:
            self._failure_counts.clear()
        self._failure_counts[what] += 1
        return True

    async def aclose(self) -> None:
        """End what runs in the background."""
        self._close_backend()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _close_backend(self) -> None:
        """Close the present backend in the background; requests that it is answering go on with it."""
        if self._backend is not None:
            task = asyncio.ensure_future(self._backend.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
            self._backend = None
