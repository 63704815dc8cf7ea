"""Counting everything anew, into the next epoch of the counters, while it changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeVar

from backends.errors import StoreUnavailable
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import CounterChanges, TooManyCounters
from backends.orchestrator.counters.epochs import KNOWN_FOR, epochs, recount_done
from backends.orchestrator.ports import Put, Stored, VersionConflict, Write
from backends.orchestrator.records import Launch, Wallet
from backends.orchestrator.storage.commit_rules import MAX_HOLDINGS, MAX_WALLETS
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.wallets.holdings import holdings_lost, holdings_of

_log = logging.getLogger(__name__)

_AT_ONCE = 8
_PAGE = 100
_LAUNCHES = 50
"""In one commit."""

C = TypeVar("C", Wallet, Launch)
_Records: TypeAlias = Sequence[Stored[C]]
_Counted: TypeAlias = Callable[[_Records[C]], Awaitable[list[Write]]]


async def recount(context: Context) -> None:
    """Move every wallet and launch into the target epoch, and serve that. May be broken off at any point, and done
    by several processes at once: a record is moved in the same commit as its counts.
    """
    known = await epochs(context, fresh=True)
    while known.served != known.target:
        target = known.target
        if known.served:  # until then others may create wallets in the epoch that they know
            await context.clock.sleep(KNOWN_FOR.total_seconds())
        await _Recount(context, target).run()
        try:
            await retry_on_conflict(lambda target=target: recount_done(context, target))  # type: ignore[misc]
        except StoreUnavailable as error:
            _log.warning("that everything is counted could not be stored: %s", error.code)
            return
        known = await epochs(context, fresh=True)


class _Recount:
    """One, into one epoch."""

    def __init__(self, context: Context, target: int) -> None:
        self._context = context
        self._target = target

    async def run(self) -> None:
        """Move everything that is not there yet."""
        target = self._target
        store = self._context.store
        async for wallets in scan(store, queries.wallets_by_address(), page=_PAGE):
            left = [stored for stored in wallets if stored.record.counted_in < target]
            await self._count(_together(left), self._counted_wallets)
        async for launches in scan(store, queries.launches_by_id(), page=_PAGE):
            recorded = [stored for stored in launches if stored.record.counted_in < target]
            batches = [recorded[start : start + _LAUNCHES] for start in range(0, len(recorded), _LAUNCHES)]
            await self._count(batches, self._counted_launches)

    async def _count(self, batches: Sequence[_Records[C]], counted: _Counted[C]) -> None:
        """Move the records of each batch in one commit, with their counts; each in one of its own, as it is by then,
        where one of them is not what was read.
        """
        store = self._context.store
        free = asyncio.Semaphore(_AT_ONCE)

        async def alone(kind: type[C], key: str) -> None:
            stored = await store.get(kind, key)
            if stored is not None and stored.record.counted_in < self._target:
                await store.commit(await counted([stored]))

        async def together(batch: _Records[C]) -> None:
            async with free:
                try:
                    await store.commit(await counted(batch))
                except (VersionConflict, TooManyCounters):
                    for stored in batch:
                        await retry_on_conflict(partial(alone, type(stored.record), stored.record.key))

        await asyncio.gather(*map(together, batches))

    async def _counted_wallets(self, wallets: _Records[Wallet]) -> list[Write]:
        """Wallets moved into the target epoch, and what they add to it. Raises `VersionConflict` if the holdings of one
        were replaced since it was read.
        """
        context, target, changes = self._context, self._target, CounterChanges()
        moved: list[Write] = []
        for stored in wallets:
            wallet = replace(stored.record, counted_in=target)
            holdings = await holdings_of(context.store, wallet)
            if holdings is None and wallet.holdings is not None and not await holdings_lost(context.store, stored):
                raise VersionConflict
            changes.wallet(None, wallet, context.clock.now())
            changes.holdings(target, wallet.key, None, holdings)
            moved.append(Put(wallet, stored.version))
        return [*moved, *changes.writes()]

    async def _counted_launches(self, launches: _Records[Launch]) -> list[Write]:
        """The same of launches."""
        changes = CounterChanges()
        owners = await self._context.store.get_many(Wallet, [stored.record.wallet_address for stored in launches])
        moved: list[Write] = []
        for stored, owner in zip(launches, owners, strict=True):
            launch = replace(stored.record, counted_in=self._target)
            changes.launch(None, launch, owner.record.label if owner else None)
            moved.append(Put(launch, stored.version))
        return [*moved, *changes.writes()]


def _together(wallets: _Records[Wallet]) -> list[list[Stored[Wallet]]]:
    """Wallets as they may be committed together."""
    batches: list[list[Stored[Wallet]]] = []
    holdings = 0
    for stored in wallets:
        held = stored.record.holdings.count if stored.record.holdings else 0
        if not batches or len(batches[-1]) == MAX_WALLETS or holdings + held > MAX_HOLDINGS:
            batches.append([])
            holdings = 0
        batches[-1].append(stored)
        holdings += held
    return batches
