"""A shard is worked on by one worker at a time, and nothing of it is lost or counted twice (rule 8)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from backends.orchestrator.ports import Put, ShardLeased, Write
from backends.orchestrator.records import RefreshShard
from tests.support.rig import Rig, turns


async def shard_of(rig: Rig, operation_id: str) -> RefreshShard:
    found = await rig.store.store.get(RefreshShard, RefreshShard.key_of(operation_id, 0))
    assert found
    return found.record


async def test_a_leased_shard_is_left_alone(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    hold = rig.chain.hold("getTokenAccountsByOwner")
    first = asyncio.ensure_future(rig.backend._recovery.work(operation_id, 0))
    await hold.reached.wait()
    calls = rig.chain.sent.total()
    with pytest.raises(ShardLeased):
        await rig.again().backend._recovery.work(operation_id, 0)  # delivered a second time
    assert rig.chain.sent.total() == calls
    hold.release.set()
    await first
    assert (await rig.operation(operation_id)).complete == 3


async def test_a_worker_that_lost_its_lease_writes_no_results(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    # A process that was frozen: time went on for the others only.
    frozen = Rig(store=rig.store.store, chain=rig.chain, ids=rig.ids)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[0])
    late = asyncio.ensure_future(frozen.backend._recovery.work(operation_id, 0))
    await hold.reached.wait()
    await turns()  # the other wallets are read
    rig.clock.move(6)
    next_hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[1])
    next_one = asyncio.ensure_future(rig.backend._recovery.work(operation_id, 0))
    await next_hold.reached.wait()
    leased = await shard_of(rig, operation_id)
    assert (leased.attempts, leased.done) == (2, 0)
    hold.release.set()
    with pytest.raises(ShardLeased):
        await late
    assert await shard_of(rig, operation_id) == leased
    next_hold.release.set()
    await next_one
    done = await shard_of(rig, operation_id)
    assert (done.finished, done.done, done.owner) == (True, 3, leased.owner)
    assert (await rig.operation(operation_id)).complete == 3


async def test_a_checkpoint_committed_late_costs_nothing(rig: Rig) -> None:
    """A store can't always be stopped: a checkpoint that was given up for the shard's end may be written before it."""
    addresses = await rig.create_many(3)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    checkpoints = 0

    async def commit_a_checkpoint(method: str, writes: Sequence[Write]) -> None:
        nonlocal checkpoints
        for write in writes:
            if isinstance(write, Put) and isinstance(write.record, RefreshShard) and write.record.finished:
                found = await rig.store.store.get(RefreshShard, write.record.key)
                if found and not checkpoints:
                    checkpoints += 1
                    await rig.store.store.commit([Put(found.record, found.version)])

    rig.store.before = commit_a_checkpoint
    await rig.backend._recovery.work(operation_id, 0)
    shard = await shard_of(rig, operation_id)
    assert checkpoints == 1
    assert (shard.finished, shard.attempts, shard.done) == (True, 1, 3)
    assert (await rig.operation(operation_id)).complete == 3


async def test_a_checkpoint_under_way_does_not_take_a_handed_back_shard_again(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[2])
    working = asyncio.ensure_future(rig.backend._recovery.work(operation_id, 0))
    await hold.reached.wait()
    await turns()
    checkpoint, release = asyncio.Event(), asyncio.Event()

    async def slow_at_first(method: str, writes: Sequence[Write]) -> None:
        if method == "commit" and not checkpoint.is_set():
            checkpoint.set()
            await release.wait()

    async def let_it_go(method: str, writes: Sequence[Write]) -> None:
        if method == "commit":
            release.set()
            await asyncio.sleep(0.05)

    rig.store.before, rig.store.after = slow_at_first, let_it_go
    rig.clock.move(2)  # a checkpoint is due
    await checkpoint.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    shard = await shard_of(rig, operation_id)
    assert shard.leased_until == rig.clock.now(), "free for the next worker at once"
    assert shard.done == 2


async def test_a_fast_worker_stores_results_before_its_checkpoint_is_due(rig: Rig) -> None:
    addresses = await rig.create_many(60)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[59])
    working = asyncio.ensure_future(rig.backend._recovery.work(operation_id, 0))
    await hold.reached.wait()
    await turns(200)  # the other wallets are read; no time passes
    assert 25 <= (await shard_of(rig, operation_id)).done <= 59
    hold.release.set()
    await working
    assert (await rig.operation(operation_id)).complete == 60


async def test_calls_of_all_attempts_are_counted(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[2])
    first = asyncio.ensure_future(rig.backend._recovery.work(operation_id, 0))
    await hold.reached.wait()
    await turns()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    hold.release.set()
    await rig.backend._recovery.work(operation_id, 0)
    operation = await rig.operation(operation_id)
    assert (operation.complete, operation.rpc_calls) == (3, dict(rig.chain.sent))


async def test_a_shard_of_an_operation_that_ended_is_not_begun(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    await rig.backend.cancel_refresh_operation(operation_id=operation_id, idempotency_key=None)
    await rig.backend._recovery.work(operation_id, 0)
    assert not rig.chain.sent


async def test_a_running_operation_is_never_dropped(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    rig.clock.move(days=30)
    await rig.backend._housekeeping.sweep()
    async with rig.running():
        assert (await rig.finished(operation_id)).complete == 3
