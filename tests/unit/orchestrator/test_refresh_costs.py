"""What a whole refresh-all costs the store when nothing has moved: each wallet is read once and written once."""

from __future__ import annotations

import asyncio
import os

import pytest

from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.ports import Put, Stored, VersionConflict
from backends.orchestrator.records import RefreshOperationRecord, Wallet
from backends.orchestrator.refresh.read_ahead import MOST, ReadAhead
from backends.orchestrator.wallets.state import with_derived_fields
from generated_models import OperationState
from tests.support import records as make
from tests.support.counting_store import CountingStore
from tests.support.fakes import START, ScriptedChain, address
from tests.support.rig import RARELY, Rig, turns

WALLETS = 10_000 if os.environ.get("NIGHTLY") == "1" else 1_000
READS, WRITES = 1.2, 1.15
"""A wallet, at most: 12,000 and 11,500 for 10,000 wallets."""


async def _finished(rig: Rig) -> RefreshOperationRecord:
    """A refresh-all, when it has ended. The clock stands still: nothing but the work is counted."""
    operation_id = (await rig.refresh_all()).operation_id
    while True:
        await turns(100)
        found = next(each for each in _operations(rig) if each.operation_id == operation_id)
        if found.state is not OperationState.RUNNING:
            return found


def _operations(rig: Rig) -> list[RefreshOperationRecord]:
    counting = rig.store.store
    assert isinstance(counting, CountingStore)
    assert isinstance(counting.store, MemoryWalletsDataService)
    return list(counting.store.all(RefreshOperationRecord))


@pytest.mark.slow
async def test_an_idle_refresh_of_all_reads_and_writes_each_wallet_once() -> None:
    memory, chain = MemoryWalletsDataService(), ScriptedChain()
    for first in range(0, WALLETS, 100):
        wallets = [make.wallet(address(number)) for number in range(first, first + 100)]
        await memory.commit([Put(with_derived_fields(wallet, RARELY)) for wallet in wallets])
        for wallet in wallets:
            chain.set_tokens(wallet.wallet_address, **{f"{wallet.wallet_address} {place}": 1 for place in range(3)})
    store = CountingStore(memory)
    rig = Rig(store=store, chain=chain, policy=RARELY)
    async with rig.running():
        await _finished(rig)
        await turns()
        rig.clock.move(60)
        await turns()
        store.reads = store.writes = 0
        chain.sent.clear()
        operation = await _finished(rig)
    assert operation.counts is not None
    assert (operation.total, operation.counts["complete"]) == (WALLETS, WALLETS)
    assert chain.sent == {"getMultipleAccounts": WALLETS * 4 // 100}
    assert store.reads <= READS * WALLETS
    assert store.writes <= WRITES * WALLETS
    assert all(wallet.parts.token_holdings.as_of != START for wallet in memory.all(Wallet))


async def test_a_planner_is_ahead_of_the_work_by_so_much_and_waits_for_it() -> None:
    ahead = ReadAhead()
    wallets = [Stored(make.wallet(address(number)), number) for number in range(MOST)]
    ahead.put(wallets[:-1])
    await ahead.wait_for_room(5)
    ahead.put(wallets[-1:])
    waiting = asyncio.ensure_future(ahead.wait_for_room(5))
    await turns()
    assert not waiting.done()
    assert ahead.take([address(7), "unknown"]) == {address(7): wallets[7]}
    await turns()
    assert waiting.done()
    assert ahead.take([address(7)]) == {}


async def test_a_planner_does_not_wait_for_work_that_others_do() -> None:
    ahead = ReadAhead()
    ahead.put(Stored(make.wallet(address(number)), number) for number in range(MOST))
    await ahead.wait_for_room(5)
    assert ahead.take([address(number) for number in range(MOST)]) == {}


async def test_wallets_whose_shards_could_not_be_stored_are_not_kept() -> None:
    ahead = ReadAhead()
    wallets = [Stored(make.wallet(address(number)), number) for number in range(3)]
    names = [each.record.wallet_address for each in wallets]
    with pytest.raises(VersionConflict), ahead.of(wallets):
        raise VersionConflict("another process plans")
    assert ahead.take(names) == {}
    with ahead.of(wallets):
        assert list(ahead.take(names[:1])) == names[:1], "a worker may be as quick as that"
    assert list(ahead.take(names)) == names[1:]
