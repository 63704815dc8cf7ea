"""A circuit breaker around a store: while the store is down, nobody waits for it.

Two circuits. `reads` opens when reads fail, and then nothing is asked of the store at all; `writes` opens when commits
fail although reads work (a full disk, a lock that another process keeps), and then only commits are refused. An open
circuit is tried by the breaker itself, never by a request, and closes with the first answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar

from backends.errors import StoreUnavailable
from backends.meter import NO_METER, Meter
from backends.orchestrator.ports import Cursor, Delete, Filtered, Put, Query, Stored, Test, WalletsDataService, Write
from backends.orchestrator.records import NamedValue, Record

R = TypeVar("R", bound=Record)

_log = logging.getLogger(__name__)

_FAILURES = 3
"""Outages in a row that open a circuit."""
_SLOW = 0.4
"""Seconds after which a single outage opens it: the next request would wait as long."""
_PAUSE = 0.5
"""Seconds between two tries of an open circuit."""
_PROBE = "breaker"
"""The record that is written, and removed again, to see whether the store takes writes. A commit that changes nothing
succeeds on a full disk too.
"""
_PROBE_CHARACTERS = 65_536
"""About as much as a refresh writes of a wallet with many tokens: a full disk may still have room for less."""


class Circuit:
    """Closed: calls pass. Open: they fail at once, while `probe` is tried until it answers."""

    def __init__(self, name: str, probe: Callable[[], Awaitable[object]], *, pause: float, meter: Meter) -> None:
        self._name = name
        self._probe = probe
        self._pause = pause
        self._meter = meter
        self._failures = 0
        self._trying: asyncio.Task[None] | None = None
        self._closed_for_good = False
        meter.circuit(name, is_open=False)

    @property
    def is_open(self) -> bool:
        """Whether calls fail at once."""
        return self._trying is not None

    def check(self) -> None:
        """Raises `StoreUnavailable` while the circuit is open."""
        if self._trying is not None:
            raise StoreUnavailable(
                f"The wallet store does not answer ({self._name}). It is tried again all the time.",
                retry_after=2,
            )

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[None]:
        """Let one call through, and learn from how it ends. What is no outage (`VersionConflict`, say) is an answer."""
        self.check()
        started = asyncio.get_running_loop().time()
        try:
            yield
        except StoreUnavailable:
            self._meter.store_error(self._name)
            self._failures += 1
            if self._failures >= _FAILURES or asyncio.get_running_loop().time() - started >= _SLOW:
                self._open()
            raise
        except Exception:
            self._failures = 0
            raise
        self._failures = 0

    def _open(self) -> None:
        if self._trying is None and not self._closed_for_good:
            _log.warning("the store does not answer: %s fail at once until it does", self._name)
            self._meter.circuit(self._name, is_open=True)
            self._trying = asyncio.ensure_future(self._try())

    async def _try(self) -> None:
        while True:
            try:
                await self._probe()
                break
            except StoreUnavailable:
                await asyncio.sleep(self._pause)
            except Exception:  # noqa: BLE001 (whatever it is, the store has to be tried again)
                _log.exception("trying whether the store answers again (%s) failed", self._name)
                await asyncio.sleep(self._pause)
        _log.warning("the store answers again: %s go on", self._name)
        self._meter.circuit(self._name, is_open=False)
        self._failures = 0
        self._trying = None

    async def aclose(self) -> None:
        """Stop trying."""
        self._closed_for_good = True
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.gather(self._trying, return_exceptions=True)


class StoreBreaker:
    """`WalletsDataService` over another one, which it owns. `pause`: seconds between two tries of an open circuit."""

    def __init__(self, store: WalletsDataService, *, pause: float = _PAUSE, meter: Meter = NO_METER) -> None:
        self._store = store
        self._reads = Circuit("reads", store.ping, pause=pause, meter=meter)
        self._writes = Circuit("writes", self._write, pause=pause, meter=meter)

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        async with self._reads.watch():
            return await self._store.get(kind, key)

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        async with self._reads.watch():
            return await self._store.get_many(kind, keys)

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        async with self._reads.watch():
            return await self._store.existing(kind, keys)

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        async with self._reads.watch():
            return await self._store.query(query, limit=limit, after=after)

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        async with self._reads.watch():
            return await self._store.query_filtered(query, tests, limit=limit, most=most, after=after)

    async def count(self, query: Query[R]) -> int:
        async with self._reads.watch():
            return await self._store.count(query)

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        async with self._reads.watch():
            return await self._store.sums(query, fields)

    async def commit(self, writes: Sequence[Write]) -> None:
        self._reads.check()
        if not writes:
            self._writes.check()
            return
        async with self._writes.watch():
            await self._store.commit(writes)

    async def _write(self) -> None:
        value = NamedValue(name=_PROBE, value="x" * _PROBE_CHARACTERS, updated_at=datetime.now(UTC))
        await self._store.commit([Put(value)])
        await self._store.commit([Delete(NamedValue, _PROBE)])

    async def ping(self) -> None:
        """Whether reads are answered; a store that takes no writes still serves most requests."""
        async with self._reads.watch():
            await self._store.ping()

    async def aclose(self) -> None:
        await self._reads.aclose()
        await self._writes.aclose()
        await self._store.aclose()
