"""Reading the counters, and counting everything anew: where it never was, or where a count is lost."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TypeAlias, TypeVar

from backends.errors import BackendError, StoreUnavailable
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import CounterChanges, TooManyCounters, shard_keys
from backends.orchestrator.counters.epochs import KNOWN_FOR, ask_for_recount, epochs, recount_done
from backends.orchestrator.ports import Delete, Put, Stored, VersionConflict, Write
from backends.orchestrator.records import CounterShard, Launch, Wallet
from backends.orchestrator.records.counters import OVERFLOWS
from backends.orchestrator.storage.commit_rules import MAX_HOLDINGS, MAX_WALLETS
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.wallets.holdings import holdings_lost, holdings_of

_log = logging.getLogger(__name__)

RECOUNTS_APART = timedelta(minutes=10)
"""How far apart recounts are of what was not counted. While servers of an earlier version run beside this one,
something is missing again at once, and each recount writes every wallet.
"""
_FIRST_SECONDS = 20
"""How long a reader waits for the first count of all."""
_AT_ONCE = 8
_PAGE = 100
_LAUNCHES = 50
"""In one commit."""
_COMMIT_BYTES = 2_500_000  # a commit may have 3 MiB (`WalletsDataService.commit`)


C = TypeVar("C", Wallet, Launch)
_Records: TypeAlias = Sequence[Stored[C]]
_Counted: TypeAlias = Callable[[_Records[C], int], Awaitable[list[Write]]]


@dataclass(frozen=True, slots=True)
class Counts:
    """A family of counters, added up, without those that are 0. Of several texts under one name it is one that says
    more.
    """

    numbers: Counter[str]
    texts: dict[str, str]

    def under(self, prefix: str) -> dict[str, int]:
        """The counters whose names begin so, by the rest of the name."""
        return {name[len(prefix) :]: number for name, number in self.numbers.items() if name.startswith(prefix)}


class Counting:
    """The counters as of the last epoch that is whole; a recount that is due is begun by whoever notices."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._recount: asyncio.Task[None] | None = None

    async def read(self, family: str, *, year: int | None = None) -> Counts:
        """A family of counters (`counters.changes.SHARDS`). Raises `StoreUnavailable` while they were never counted."""
        epoch = await self._epoch()
        shards = await self._shards(shard_keys(family, epoch, year))
        if shards is None:
            raise await self.lost()
        numbers: Counter[str] = Counter()
        texts: dict[str, str] = {}
        for shard in shards:
            numbers.update(shard.counts)
            texts |= {name: text for name, text in shard.texts.items() if name not in texts or _says_more(text)}
        del numbers[OVERFLOWS]
        return Counts(Counter({name: number for name, number in numbers.items() if number}), texts)

    async def lost(self) -> StoreUnavailable:
        """Have everything counted anew, because counters are damaged in the store; the error to raise meanwhile."""
        await self._ask(timedelta(0))
        return _being_counted()

    async def incomplete(self) -> None:
        """Have everything counted anew in the background, because something was not counted: once in `RECOUNTS_APART`,
        however many readers say so, at however many servers.
        """
        await self._ask(RECOUNTS_APART)

    async def _ask(self, apart: timedelta) -> None:
        if await retry_on_conflict(lambda: ask_for_recount(self._context, apart=apart)):
            self._begin()

    async def _shards(self, keys: Sequence[str]) -> list[CounterShard] | None:
        """Those that are there, and what they have no room for; None if one of them can't be read."""
        store = self._context.store
        found = await store.get_many(CounterShard, keys)
        missing = [key for key, stored in zip(keys, found, strict=True) if stored is None]
        if missing and await store.existing(CounterShard, missing):
            return None
        shards = [stored.record for stored in found if stored is not None]
        if beside := [key for shard in shards for key in shard.overflow_keys]:
            more = await self._shards(beside)
            return None if more is None else [*shards, *more]
        return shards

    async def _epoch(self) -> int:
        known = await epochs(self._context)
        if known.served == known.target:
            return known.served
        recount = self._begin()
        if not known.served:
            await _patiently(recount)
            known = await epochs(self._context)
        if not known.served:
            raise _being_counted()
        return known.served

    def _begin(self) -> asyncio.Task[None]:
        if self._recount is None or self._recount.done():
            self._recount = asyncio.ensure_future(self.recount())
            self._recount.add_done_callback(_logged)
        return self._recount

    async def ensure(self) -> None:
        """Do the recount that is due, if one is."""
        known = await epochs(self._context, fresh=True)
        if known.served != known.target:
            await asyncio.shield(self._begin())

    async def aclose(self) -> None:
        """End the recount under way; the next one goes on where it was."""
        if self._recount is not None:
            self._recount.cancel()
            await asyncio.gather(self._recount, return_exceptions=True)

    async def recount(self) -> None:
        """Move every wallet and launch into the target epoch, and serve that. May be broken off at any point, and done
        by several processes at once: a record is moved in the same commit as its counts.
        """
        context = self._context
        known = await epochs(context, fresh=True)
        while known.served != known.target:
            target = known.target
            if known.served:  # until then others may create wallets in the epoch that they know
                await context.clock.sleep(KNOWN_FOR.total_seconds())
            await self._count_all(target)
            try:
                await retry_on_conflict(lambda target=target: recount_done(context, target))  # type: ignore[misc]
            except StoreUnavailable as error:
                _log.warning("that everything is counted could not be stored: %s", error.code)
                return
            known = await epochs(context, fresh=True)

    async def _count_all(self, target: int) -> None:
        store = self._context.store
        async for wallets in scan(store, queries.wallets_by_address(), page=_PAGE):
            left = [stored for stored in wallets if stored.record.counted_in < target]
            await self._count(_together(left), target, self._counted_wallets)
        async for launches in scan(store, queries.launches_by_id(), page=_PAGE):
            recorded = [stored for stored in launches if stored.record.counted_in < target]
            batches = [recorded[start : start + _LAUNCHES] for start in range(0, len(recorded), _LAUNCHES)]
            await self._count(batches, target, self._counted_launches)

    async def _count(self, batches: Sequence[_Records[C]], target: int, counted: _Counted[C]) -> None:
        """Move the records of each batch in one commit, with their counts; each in one of its own, as it is by then,
        where one of them is not what was read.
        """
        store = self._context.store
        free = asyncio.Semaphore(_AT_ONCE)

        async def alone(kind: type[C], key: str) -> None:
            stored = await store.get(kind, key)
            if stored is not None and stored.record.counted_in < target:
                await store.commit(await counted([stored], target))

        async def together(batch: _Records[C]) -> None:
            async with free:
                try:
                    await store.commit(await counted(batch, target))
                except (VersionConflict, TooManyCounters):
                    for stored in batch:
                        await retry_on_conflict(partial(alone, type(stored.record), stored.record.key))

        await asyncio.gather(*map(together, batches))

    async def _counted_wallets(self, wallets: _Records[Wallet], target: int) -> list[Write]:
        """Wallets moved into the target epoch, and what they add to it. Raises `VersionConflict` if the holdings of one
        were replaced since it was read.
        """
        context, changes = self._context, CounterChanges()
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

    async def _counted_launches(self, launches: _Records[Launch], target: int) -> list[Write]:
        """The same of launches."""
        changes = CounterChanges()
        owners = await self._context.store.get_many(Wallet, [stored.record.wallet_address for stored in launches])
        moved: list[Write] = []
        for stored, owner in zip(launches, owners, strict=True):
            launch = replace(stored.record, counted_in=target)
            changes.launch(None, launch, owner.record.label if owner else None)
            moved.append(Put(launch, stored.version))
        return [*moved, *changes.writes()]

    async def tidy(self) -> None:
        """Remove earlier epochs, and the mints that nobody holds any more. Raises `VersionConflict` when somebody
        counts at this moment: there will be another time.
        """
        context = self._context
        known = await epochs(context, fresh=True)
        if known.served != known.target:
            return
        if known.since is not None and context.clock.now() - known.since > 2 * KNOWN_FOR:  # nobody reads them now
            async for page in scan(context.store, queries.counter_shards(), page=_PAGE):
                old = [stored.record.key for stored in page if int(stored.record.key.split(":")[1]) < known.served]
                await context.store.commit([Delete(CounterShard, key) for key in old])
        await self._compact(shard_keys("tokens", known.served))

    async def _compact(self, keys: Sequence[str]) -> None:
        """Drop what adds up to nothing over all documents of a family."""
        store = self._context.store
        shards = [stored for stored in await store.get_many(CounterShard, keys) if stored is not None]
        if beside := [key for stored in shards for key in stored.record.overflow_keys]:
            shards += [stored for stored in await store.get_many(CounterShard, beside) if stored is not None]
        numbers: Counter[str] = Counter()
        for stored in shards:
            numbers.update(stored.record.counts)
        kept = {name.partition(":")[2] for name, number in numbers.items() if number}
        writes: list[Put] = []
        size = 0
        for stored in shards:
            counts = {name: number for name, number in stored.record.counts.items() if numbers[name]}
            texts = {name: text for name, text in stored.record.texts.items() if name in kept}
            if (counts, texts) != (stored.record.counts, stored.record.texts):
                writes.append(Put(replace(stored.record, counts=counts, texts=texts), stored.version))
                size += stored.record.size
        if writes and size <= _COMMIT_BYTES:  # all at once, for what adds up to nothing lies in several; or not at all
            await store.commit(writes)


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


async def _patiently(recount: asyncio.Task[None]) -> None:
    try:
        async with asyncio.timeout(_FIRST_SECONDS):
            await asyncio.shield(recount)
    except TimeoutError:
        raise _being_counted() from None


def _says_more(text: str) -> bool:
    return not text.startswith("[null,")


def _being_counted() -> StoreUnavailable:
    return StoreUnavailable("The totals are being counted anew.", retry_after=5)


def _logged(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        level = logging.WARNING if isinstance(error, BackendError) else logging.ERROR
        _log.log(level, "the recount is put off: %r", error)
