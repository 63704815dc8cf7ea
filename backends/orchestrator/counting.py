"""Reading the counters, and having everything counted anew: where it never was, or where a count is lost."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from backends.errors import BackendError, StoreUnavailable
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import shard_keys
from backends.orchestrator.counters.epochs import KNOWN_FOR, ask_for_recount, epochs
from backends.orchestrator.ports import Delete, Put
from backends.orchestrator.records import CounterShard
from backends.orchestrator.records.counters import OVERFLOWS
from backends.orchestrator.recount import recount
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.storage.scan import scan

_log = logging.getLogger(__name__)

RECOUNTS_APART = timedelta(minutes=10)
"""How far apart recounts are of what was not counted. While servers of an earlier version run beside this one,
something is missing again at once, and each recount writes every wallet.
"""
_FIRST_SECONDS = 20
"""How long a reader waits for the first count of all."""
_PAGE = 100
_COMMIT_BYTES = 2_500_000  # a commit may have 3 MiB (`WalletsDataService.commit`)


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
        under_way = self._begin()
        if not known.served:
            await _patiently(under_way)
            known = await epochs(self._context)
        if not known.served:
            raise _being_counted()
        return known.served

    def _begin(self) -> asyncio.Task[None]:
        if self._recount is None or self._recount.done():
            self._recount = asyncio.ensure_future(recount(self._context))
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


async def _patiently(under_way: asyncio.Task[None]) -> None:
    try:
        async with asyncio.timeout(_FIRST_SECONDS):
            await asyncio.shield(under_way)
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
