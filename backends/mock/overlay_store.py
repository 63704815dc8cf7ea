"""The store of mocked groups in real mode: wallets exist because the real store says so, everything else is seeded.

For gradual replacement: a group that is still mocked needs wallets to speak of. The real store is only ever read; what
a mocked group writes stays in this process's memory and is gone with it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from backends.orchestrator import queries
from backends.orchestrator.counters.changes import CounterChanges, counted
from backends.orchestrator.history import months
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import (
    ABSENT,
    Clock,
    Cursor,
    Delete,
    Filtered,
    Put,
    Query,
    Stored,
    Test,
    WalletsDataService,
    Write,
)
from backends.orchestrator.records import CounterShard, Launch, Record, Schedule, Wallet
from backends.orchestrator.storage import chunked_list
from backends.orchestrator.wallets.holdings import holdings_of
from backends.orchestrator.wallets.state import with_derived_fields
from generated_models import ScheduleStatus

from .store import MemoryWalletsDataService

R = TypeVar("R", bound=Record)

_log = logging.getLogger(__name__)

_PAGE = 200
_OF_WALLETS: tuple[type[Record], ...] = (Wallet, Schedule, Launch)
"""The kinds of which a wallet has records before anybody writes one."""
_EPOCH = 1
"""Of the own store's counters, which begin and end with this process."""


class WalletSeeder(Protocol):
    """Makes the records that the mock has of a wallet."""

    async def seed_wallet(self, wallet: Wallet) -> tuple[Wallet, list[Write]]:
        """A wallet of the real store as its address and the seed say it is, and the records beside it."""
        ...


class OverlayWalletsDataService:
    """A `WalletsDataService` over a real one that it never writes to.

    A single wallet is looked up in the real store each time. Lists and sums go by a copy of the real store's list of
    wallets, at most `most` of them, taken anew after `seconds`.
    """

    def __init__(
        self,
        real: WalletsDataService,
        seeder: WalletSeeder,
        own: MemoryWalletsDataService,
        clock: Clock,
        policy: Policy,
        *,
        most: int = 2000,
        seconds: float = 2,
    ) -> None:
        self._real = real
        self._seeder = seeder
        self._own = own
        self._clock = clock
        self._policy = policy
        self._most = most
        self._seconds = seconds
        self._listed_at: float | None = None
        self._lock = asyncio.Lock()

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        return (await self.get_many(kind, [key]))[0]

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        if kind is Wallet:
            real = await self._real.get_many(Wallet, keys)
            async with self._lock:
                for key, stored in zip(keys, real, strict=True):
                    await self._follow(key, stored.record if stored else None)
        elif kind in _OF_WALLETS or kind is CounterShard:
            await self._list()
        return await self._own.get_many(kind, keys)

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        found = await self.get_many(kind, keys)
        return {key for key, stored in zip(keys, found, strict=True) if stored is not None}

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        if query.kind in _OF_WALLETS:
            await self._list()
        return await self._own.query(query, limit=limit, after=after)

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        if query.kind in _OF_WALLETS:
            await self._list()
        return await self._own.query_filtered(query, tests, limit=limit, most=most, after=after)

    async def count(self, query: Query[R]) -> int:
        if query.kind in _OF_WALLETS:
            await self._list()
        return await self._own.count(query)

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        if query.kind in _OF_WALLETS:
            await self._list()
        return await self._own.sums(query, fields)

    async def commit(self, writes: Sequence[Write]) -> None:
        await self._own.commit(writes)

    async def ping(self) -> None:
        await self._real.ping()

    async def aclose(self) -> None:
        """The real store belongs to the real backend."""
        await self._own.aclose()

    async def _list(self) -> None:
        """Follow the real store's list of wallets, unless that was done a moment ago."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            if self._listed_at is not None and loop.time() - self._listed_at < self._seconds:
                return
            listed: dict[str, Wallet] = {}
            after: Cursor | None = None
            while len(listed) < self._most:
                page = await self._real.query(queries.wallets_by_address(), limit=_PAGE, after=after)
                listed.update((stored.record.key, stored.record) for stored in page)
                if len(page) < _PAGE:
                    break
                after = (page[-1].record.key,)
            else:
                _log.warning("mocked groups see only the first %d wallets of the store", len(listed))
            own = await self._own.query(queries.wallets_by_address(), limit=self._most)
            for key in {*listed, *(stored.record.key for stored in own)}:
                await self._follow(key, listed.get(key))
                await asyncio.sleep(0)  # seeding a wallet takes about a millisecond: let other tasks run
            self._listed_at = loop.time()

    async def _follow(self, address: str, real: Wallet | None) -> None:
        """Make the own wallet exist when the real one does, in the same generation and with the same metadata."""
        held = await self._own.get(Wallet, address)
        if held is not None and (real is None or real.generation != held.record.generation):
            await self._forget(held.record)
            held = None
        if real is None:
            return
        if held is None:
            wallet, beside = await self._seeder.seed_wallet(real)
            await self._own.commit(beside)
            launched = await self._own.count(queries.launches(wallet_address=address))
            wallet = self._like(real, replace(wallet, launch_count=launched, counted_in=_EPOCH))
            await self._own.commit([Put(wallet, ABSENT), *await self._counted(wallet, beside)])
        elif (wallet := self._like(real, held.record)) != held.record:
            increments = counted(held.record, wallet, self._clock.now())
            await self._own.commit([Put(wallet, held.version), *increments])

    async def _counted(self, wallet: Wallet, beside: Sequence[Write]) -> list[Write]:
        """What counts a seeded wallet and its launches."""
        changes = CounterChanges()
        changes.wallet(None, wallet, self._clock.now())
        changes.holdings(_EPOCH, wallet.key, None, await holdings_of(self._own, wallet))
        launches = [
            replace(write.record, counted_in=_EPOCH)
            for write in beside
            if isinstance(write, Put) and isinstance(write.record, Launch)
        ]
        for launch in launches:
            changes.launch(None, launch, wallet.label)
        return [*map(Put, launches), *changes.writes()]

    def _like(self, real: Wallet, wallet: Wallet) -> Wallet:
        """The own wallet with all that the real store alone decides."""
        same = replace(
            wallet,
            generation=real.generation,
            metadata_version=real.metadata_version,
            label=real.label,
            notes=real.notes,
            tags=real.tags,
            status_override=real.status_override,
            created_at=real.created_at,
        )
        return with_derived_fields(same, self._policy)

    async def _forget(self, wallet: Wallet) -> None:
        """What deleting a wallet does: its launches stay, its open schedules are cancelled."""
        now = self._clock.now()
        changes = CounterChanges()
        changes.wallet(wallet, None, now)
        changes.holdings(_EPOCH, wallet.key, await holdings_of(self._own, wallet), None)
        found = await self._own.query(queries.open_schedules_of(wallet.key), limit=self._policy.max_open_schedules)
        await self._own.commit(
            [
                Delete(Wallet, wallet.key),
                *chunked_list.removal_writes(wallet.key, wallet.holdings),
                *months.removal_writes(wallet),
                *changes.writes(),
                *(Put(replace(stored.record, status=ScheduleStatus.CANCELLED, updated_at=now)) for stored in found),
            ]
        )
