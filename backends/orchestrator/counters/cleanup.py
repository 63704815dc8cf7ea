"""Removing counters that nobody reads any more: those of earlier epochs, and of mints that nobody holds.

All counters are about a megabyte for every thousand mints, so that one document at a time is in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from typing import TypeAlias

from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import shard_keys
from backends.orchestrator.counters.epochs import KNOWN_FOR, epochs
from backends.orchestrator.counters.values import HOLDERS, LARGE_WALLETS, holders_counter
from backends.orchestrator.ports import Delete, Increment, Put, Stored, Version, VersionConflict
from backends.orchestrator.records import CounterShard
from backends.orchestrator.storage.commit_rules import MAX_COUNTERS
from backends.orchestrator.storage.scan import scan

_PAGE = 2

_Counts: TypeAlias = dict[str, dict[str, int]]
"""Counters that are not 0, by document and name."""


class CounterCleanup:
    """Runs beside everything else, in any number of processes: what is removed adds up to nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._only_epoch = 0

    async def run(self) -> None:
        """Remove what can be removed now. Raises `VersionConflict` when somebody counts at this moment: there will be
        another time.
        """
        known = await epochs(self._context, fresh=True)
        if known.served != known.target:
            return
        if known.since is not None and self._context.clock.now() - known.since > 2 * KNOWN_FOR:  # nobody reads them now
            await self._remove_epochs_before(known.served)
        await self._remove_unheld(known.served)

    async def _remove_epochs_before(self, served: int) -> None:
        if self._only_epoch == served:
            return
        store = self._context.store
        async for page in scan(store, queries.counter_shards(), page=_PAGE):
            old = [stored.record.key for stored in page if int(stored.record.key.split(":")[1]) < served]
            await store.commit([Delete(CounterShard, key) for key in old])
        self._only_epoch = served

    async def _remove_unheld(self, epoch: int) -> None:
        """In two steps, of which each run takes one. What adds up to nothing over all documents becomes 0 in each, by
        increments, which hold whatever is counted meanwhile. Then each loses what is 0 in it, and its texts.
        """
        versions, unheld = await self._survey(epoch)
        if not unheld:
            return
        left = await self._left_of(unheld, epoch, versions)
        drops = _drops(left)
        if drops:
            await self._context.store.commit([Increment(key, counts, in_place=True) for key, counts in drops.items()])
        else:
            await self._forget(unheld - left.keys(), epoch, versions)

    async def _survey(self, epoch: int) -> tuple[dict[str, Version], set[str]]:
        """The documents' versions, and the counters of holders that add up to nothing."""
        holders: Counter[str] = Counter()
        versions: dict[str, Version] = {}
        async for stored in self._documents(epoch):
            shard = stored.record
            versions[shard.key] = stored.version
            holders.update(
                {name: number for name, number in shard.counts.items() if name.startswith((HOLDERS, LARGE_WALLETS))}
            )
            holders.update(dict.fromkeys((f"{HOLDERS}{mint}" for mint in shard.texts), 0))
        return versions, {name for name, number in holders.items() if not number}

    async def _left_of(
        self, unheld: Collection[str], epoch: int, versions: Mapping[str, Version]
    ) -> dict[str, _Counts]:
        """What is not 0 in the documents of what nobody holds, by the counter of its holders. Raises `VersionConflict`
        if the documents are not those of the survey: then what was read may not be of one moment.
        """
        left: dict[str, _Counts] = {}
        async for stored in self._documents(epoch, versions):
            for name, number in stored.record.counts.items():
                if number and (holders := holders_counter(name)) in unheld:
                    left.setdefault(holders, {}).setdefault(stored.record.key, {})[name] = number
        return left

    async def _forget(self, unheld: Collection[str], epoch: int, versions: Mapping[str, Version]) -> None:
        """Drop what is 0, and what is known of mints that nobody holds. Raises `VersionConflict` as `_left_of`."""
        async for stored in self._documents(epoch, versions):
            shard = stored.record
            counts = {name: number for name, number in shard.counts.items() if number}
            texts = {mint: text for mint, text in shard.texts.items() if f"{HOLDERS}{mint}" not in unheld}
            if (counts, texts) != (shard.counts, shard.texts):
                await self._context.store.commit([Put(replace(shard, counts=counts, texts=texts), stored.version)])

    async def _documents(
        self, epoch: int, versions: Mapping[str, Version] | None = None
    ) -> AsyncIterator[Stored[CounterShard]]:
        """Those with the counters of mints, one after the other; of certain `versions`, or else `VersionConflict`."""
        left = shard_keys("tokens", epoch)
        while left:
            key = left.pop()
            stored = await self._context.store.get(CounterShard, key)
            if versions is not None and (stored.version if stored else None) != versions.get(key):
                raise VersionConflict
            if stored is not None:
                left += stored.record.overflow_keys
                yield stored


def _drops(left: Mapping[str, _Counts]) -> _Counts:
    """What makes counters 0 that add up to nothing: as many as one commit takes."""
    drops: _Counts = {}
    for documents in left.values():
        sums: Counter[str] = Counter()
        for counts in documents.values():
            sums.update(counts)
        if any(sums.values()):
            continue  # a count is lost: not for us to mend
        if any(len(drops.get(key, ())) + len(counts) > MAX_COUNTERS for key, counts in documents.items()):
            break
        for key, counts in documents.items():
            drops.setdefault(key, {}).update((name, -number) for name, number in counts.items())
    return drops
