"""What a list of 50 from Firestore costs in processor time, beside firebase-admin's client alone, in one run.

`python -m bench.firestore_reads [--wallets 300] [--rounds 40]` needs the emulator. `changed`: every document is another
one each time, so all are decoded; `unchanged`: as operators see it most of the time.
"""

from __future__ import annotations

import argparse
import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from backends.mock.factory import build_world
from backends.mock.world import WORLDS
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Put
from backends.orchestrator.records import Chunk, Wallet
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.orchestrator.wallets.row_cache import RowCache
from backends.real.clock_and_ids import RandomIds, SystemClock
from backends.real.firebase import SimpleFirebaseService
from backends.real.record_cache import RecordCache
from emulators.firestore import firestore_emulator
from generated_models import WalletSort

_BATCH = 100


async def _cpu(rounds: int, read: Callable[[], Awaitable[Any]]) -> float:
    """Milliseconds of processor time a read."""
    await read()
    before = time.process_time()
    for _ in range(rounds):
        await read()
    return (time.process_time() - before) / rounds * 1000


async def _measure(host: str, wallets: int, rounds: int) -> None:
    policy = Policy()
    store = SimpleFirebaseService(f"bench-{uuid.uuid4().hex[:12]}", emulator_host=host, deadline=30)
    world = await build_world(replace(WORLDS["default"], wallets=wallets), seed=1, policy=policy)
    for kind in (Wallet, Chunk):
        records = list(world.store.all(kind))
        for start in range(0, len(records), _BATCH):
            await store.commit([Put(record) for record in records[start : start + _BATCH]])
    context = Context(
        store=store,
        chain=world.context().chain,
        clock=SystemClock(),
        ids=RandomIds(),
        queue=LocalShardQueue(),
        policy=policy,
        meter=world.meter,
    )
    backend = WalletManagementOrchestrator("real", context)
    await store.connect()
    client = store._client  # noqa: SLF001 (the SDK's own client, for comparison)
    assert client is not None

    async def alone() -> None:
        selection = client.api.collection(Wallet.COLLECTION).order_by("created_at", direction="DESCENDING").limit(51)
        found = [each.to_dict() async for each in selection.stream()]
        assert len(found) == 51

    async def changed() -> None:
        store._decoded = RecordCache()  # noqa: SLF001 (as if every document were another one)
        backend._wallets._rows = RowCache(policy)  # noqa: SLF001 (and every row)
        await unchanged()

    async def unchanged() -> None:
        answer = await backend.list_wallets(
            status=None, tag=None, freshness=None, sort=WalletSort.created_at, page_size=50, page_token=None
        )
        assert answer.value.model_dump_json()

    least = await _cpu(rounds, alone)
    print(f"firebase-admin's client alone: {least:.1f} ms of CPU")
    for name, read in (("the whole operation, changed", changed), ("the whole operation, unchanged", unchanged)):
        cost = await _cpu(rounds, read)
        print(f"{name}: {cost:.1f} ms of CPU, {cost / least:.2f} of it")
    query = queries.wallets()
    print(f"the store's port, unchanged: {await _cpu(rounds, lambda: store.query(query, limit=51)):.1f} ms of CPU")
    await store.aclose()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wallets", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with firestore_emulator() as emulator:
        asyncio.run(_measure(emulator, options.wallets, options.rounds))


if __name__ == "__main__":
    main()
