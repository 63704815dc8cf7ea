"""Reading the counters, and having everything counted anew: where it never was, or where a count is lost."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from backends.errors import BackendError, StoreUnavailable
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import shard_keys
from backends.orchestrator.counters.epochs import ask_for_recount, epochs
from backends.orchestrator.records import CounterShard
from backends.orchestrator.records.counters import OVERFLOWS
from backends.orchestrator.recount import recount
from backends.orchestrator.storage.retry import retry_on_conflict

_log = logging.getLogger(__name__)

RECOUNTS_APART = timedelta(minutes=10)
"""How far apart recounts are of what was not counted. While servers of an earlier version run beside this one,
something is missing again at once, and each recount writes every wallet.
"""
_FIRST_SECONDS = 20
"""How long a reader waits for the first count of all."""


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
