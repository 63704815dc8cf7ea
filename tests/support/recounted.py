"""The counters as a store has them, beside what counting all wallets and launches of the store gives."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from backends.orchestrator import queries
from backends.orchestrator.counters.changes import CounterChanges
from backends.orchestrator.ports import Increment, WalletsDataService
from backends.orchestrator.records import CounterShard
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.wallets.holdings import holdings_of

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _by_family(shards: list[Any]) -> dict[str, dict[str, int]]:
    """Added up by family, and year if there is one, without zeros."""
    families: dict[str, Counter[str]] = {}
    for shard in shards:
        name = shard.key.rpartition(":")[0]
        families.setdefault(name, Counter()).update(shard.counts)
    sums = {family: {name: number for name, number in counts.items() if number} for family, counts in families.items()}
    return {family: counts for family, counts in sums.items() if counts}


async def counters(store: WalletsDataService, epoch: int) -> dict[str, dict[str, int]]:
    """What the store's counters of an epoch say."""
    shards = [
        stored.record
        async for page in scan(store, queries.counter_shards())
        for stored in page
        if stored.record.key.split(":")[1] == str(epoch)
    ]
    return _by_family(shards)


async def recounted(store: WalletsDataService, epoch: int) -> dict[str, dict[str, int]]:
    """What they should say."""
    increments: list[Increment] = []
    async for wallets in scan(store, queries.wallets_by_address()):
        for stored in wallets:
            assert stored.record.counted_in == epoch, stored.record.key
            changes = CounterChanges()
            changes.wallet(None, stored.record, _NOW)
            changes.holdings(epoch, stored.record.key, None, await holdings_of(store, stored.record))
            increments += changes.writes()
    async for launches in scan(store, queries.launches_by_id()):
        for launch in launches:
            assert launch.record.counted_in == epoch, launch.record.key
            changes = CounterChanges()
            changes.launch(None, launch.record)
            increments += changes.writes()
    return _by_family([CounterShard(name=each.key, counts=dict(each.counts)) for each in increments])
