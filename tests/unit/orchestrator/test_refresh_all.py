"""Refresh-all: what it covers, one at a time, cancelled, carried on after any death (rule 8)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from backends.answers import AnswerKind
from backends.errors import ChainTimeout, ChainUnavailable, StoreUnavailable
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import NamedValue, RefreshOperationRecord, RefreshShard, Wallet
from generated_models import (
    OperationState,
    ProblemCode,
    RefreshAllRequest,
    RefreshItemOutcome,
    RefreshScope,
    WalletPart,
)
from tests.support.fakes import address
from tests.support.rig import BALANCE, HISTORY, TOKENS, Rig, refused, turns, with_policy

A, B = address("A"), address("B")


async def covered(rig: Rig, scope: RefreshScope) -> set[str]:
    operation = await rig.finished((await rig.refresh_all(scope=scope)).operation_id)
    found = [item.wallet_address for item in await rig.results(operation.operation_id)]
    assert len(found) == len(set(found)) == operation.total == operation.done
    return set(found)


async def test_each_scope_covers_its_wallets(rig: Rig) -> None:
    never, failed, stale, fresh = (address(name) for name in ("never", "failed", "stale", "fresh"))
    for each in (never, failed, stale):
        await rig.create(each)
    await rig.refresh(stale)
    await rig.refresh(failed)
    rig.clock.move(minutes=30)
    fault = rig.chain.fail("getTokenAccountsByOwner", ChainTimeout(), subject=failed)
    await rig.refresh(failed)
    rig.clock.move(minutes=30)
    await rig.create(fresh)
    await rig.refresh(fresh)
    async with rig.running():
        assert await covered(rig, RefreshScope.stale) == {stale}
        assert await covered(rig, RefreshScope.stale) == set()
        assert await covered(rig, RefreshScope.failed) == {failed}
        rig.chain.faults.remove(fault)
        assert await covered(rig, RefreshScope.failed) == {failed}
        assert await covered(rig, RefreshScope.failed) == set()
        rig.chain.fail("getTokenAccountsByOwner", ChainTimeout(), subject=never, times=1)
        assert await covered(rig, RefreshScope.never) == {never}
        assert await covered(rig, RefreshScope.failed) == set()  # overall it is `never`, as long as a part is
        assert await covered(rig, RefreshScope.never) == {never}
        assert await covered(rig, RefreshScope.never) == set()
        assert await covered(rig, RefreshScope.all) == {never, failed, stale, fresh}


async def test_an_operation_adds_up(rig: Rig) -> None:
    addresses = await rig.create_many(230)
    rig.chain.fail("getTokenAccountsByOwner", ChainUnavailable(), subject=addresses[7])
    rig.chain.fail("*", ChainTimeout(), subject=addresses[9])
    async with rig.running():
        started = await rig.refresh_all()
        assert started.state is OperationState.RUNNING
        assert started.scope is RefreshScope.all
        assert started.parts == list(WalletPart)
        assert (started.done, started.finished_at) == (0, None)
        operation = await rig.finished(started.operation_id)
    assert operation.state is OperationState.COMPLETED
    assert (operation.total, operation.done, operation.partial) == (230, 230, 2)
    assert operation.complete + operation.partial + operation.failed == operation.done
    assert operation.finished_at
    assert operation.created_at <= (operation.started_at or "") <= operation.finished_at <= operation.updated_at
    results = {item.wallet_address: item for item in await rig.results(operation.operation_id)}
    assert set(results) == set(addresses)
    assert Counter(item.outcome for item in results.values()) == {"complete": 228, "partial": 2}
    tokens = results[addresses[7]].results.token_holdings
    assert tokens
    assert tokens.error
    assert tokens.error.code is ProblemCode.chain_unavailable


async def test_all_parts_failing_is_a_failed_wallet(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.fail("*", ChainTimeout())
    async with rig.running():
        operation = await rig.finished((await rig.refresh_all()).operation_id)
    assert (operation.complete, operation.partial, operation.failed) == (0, 0, 1)
    assert (await rig.get(A)).value.cache.parts.sol_balance.last_error is not None


async def test_parts_can_be_chosen(rig: Rig) -> None:
    await rig.create(A)
    async with rig.running():
        operation = await rig.finished((await rig.refresh_all(parts=[BALANCE])).operation_id)
    assert operation.parts == [BALANCE]
    assert operation.rpc_calls == {"getGenesisHash": 1, "getMultipleAccounts": 1}
    results = (await rig.results(operation.operation_id))[0].results
    assert (results.token_holdings, results.funding_transactions) == (None, None)


async def test_nothing_to_refresh_is_soon_done(rig: Rig) -> None:
    async with rig.running():
        operation = await rig.finished((await rig.refresh_all()).operation_id)
    assert (operation.state, operation.total) == (OperationState.COMPLETED, 0)
    assert await rig.results(operation.operation_id) == []


async def test_one_at_a_time(rig: Rig) -> None:
    await rig.create_many(3)
    hold = rig.chain.hold("getTokenAccountsByOwner")
    async with rig.running():
        first = await rig.refresh_all()
        await hold.reached.wait()
        assert (await rig.refresh_all()).operation_id == first.operation_id
        assert (await rig.refresh_all(scope=RefreshScope.all)).operation_id == first.operation_id
        assert (await rig.refresh_all(parts=[*WalletPart][::-1])).operation_id == first.operation_id
        for other in (
            rig.refresh_all(scope=RefreshScope.stale),
            rig.refresh_all(parts=[TOKENS]),
            rig.refresh_all(addresses=[address("many 0")]),
        ):
            conflict = await refused(other, ProblemCode.refresh_all_running)
            assert conflict.members["operation_id"] == first.operation_id
        hold.release.set()
        await rig.finished(first.operation_id)
        second = await rig.refresh_all(scope=RefreshScope.never)
        assert second.operation_id != first.operation_id


async def test_the_same_addresses_in_another_order_are_the_same_request(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    first = await rig.refresh_all(addresses=addresses)
    assert (await rig.refresh_all(addresses=addresses[::-1])).operation_id == first.operation_id
    assert (first.scope, first.total) == (None, 3)


async def test_an_unknown_address_refuses_the_whole_list(rig: Rig) -> None:
    await rig.create(A)
    await refused(rig.refresh_all(addresses=[A, B]), ProblemCode.unknown_wallet)
    async with rig.running():
        await rig.finished((await rig.refresh_all(addresses=[A])).operation_id)  # nothing was left running


async def test_500_addresses_are_one_operation(rig: Rig) -> None:
    addresses = await rig.create_many(500)
    async with rig.running():
        operation = await rig.finished((await rig.refresh_all(addresses=addresses[::-1])).operation_id)
    assert (operation.total, operation.complete) == (500, 500)
    assert sorted(item.wallet_address for item in await rig.results(operation.operation_id)) == sorted(addresses)


async def test_a_wallet_deleted_meanwhile_is_skipped(rig: Rig) -> None:
    addresses = await rig.create_many(3)
    rig.chain.hold("getGenesisHash").release.set()
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[1])
    async with rig.running():
        operation = await rig.refresh_all(addresses=addresses)
        await rig.delete(addresses[0])  # before it was begun
        await hold.reached.wait()
        await rig.delete(addresses[1])  # while it was read
        hold.release.set()
        operation = await rig.finished(operation.operation_id)
    assert (operation.total, operation.done, operation.complete, operation.failed) == (3, 3, 1, 0)
    results = {item.wallet_address: item for item in await rig.results(operation.operation_id)}
    for each in addresses[:2]:
        assert results[each].outcome is RefreshItemOutcome.skipped
        assert results[each].error
        await refused(rig.get(each), ProblemCode.wallet_not_found)


@pytest.mark.parametrize("prefer", ["wait=0", "wait=1"])
async def test_prefer_wait_waits_for_the_end(rig: Rig, prefer: str) -> None:
    await rig.create(A)
    async with rig.running():
        answer = await rig.backend.refresh_all_wallets(body=None, prefer=prefer, idempotency_key=None)
        assert answer.headers["Preference-Applied"] == prefer
        finished = prefer == "wait=1"
        assert answer.kind is (AnswerKind.OK if finished else AnswerKind.ACCEPTED)
        assert (answer.value.finished_at is not None) is finished


async def test_cancel_keeps_what_is_finished(rig: Rig) -> None:
    addresses = await rig.create_many(6)
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[4])
    async with rig.running():
        operation = await rig.refresh_all(addresses=addresses)
        await hold.reached.wait()
        for _ in range(8):
            await turns()
            rig.clock.move(1)  # checkpoints
        before = await rig.operation(operation.operation_id)
        assert before.done == 5
        cancelled = await rig.backend.cancel_refresh_operation(
            operation_id=operation.operation_id, idempotency_key=None
        )
        assert cancelled.value.state is OperationState.CANCELLED
        assert cancelled.value.finished_at is not None
        assert cancelled.value.done == 5
        for _ in range(4):
            await turns()
            rig.clock.move(1)
        hold.release.set()
        await turns()
        after = await rig.operation(operation.operation_id)
        assert (after.state, after.done, after.complete) == (OperationState.CANCELLED, 5, 5)
        results = [item.wallet_address for item in await rig.results(operation.operation_id)]
        assert set(results) == {*addresses} - {addresses[4]}
        again = rig.backend.cancel_refresh_operation(operation_id=operation.operation_id, idempotency_key=None)
        conflict = await refused(again, ProblemCode.operation_finished)
        assert conflict.members["operation_id"] == operation.operation_id
        await rig.finished((await rig.refresh_all()).operation_id)  # and the way is free
    untouched = (await rig.get(addresses[0])).value
    assert untouched.wallet.last_balance_lamports == "0"


async def test_a_finished_operation_can_not_be_cancelled(rig: Rig) -> None:
    async with rig.running():
        operation = await rig.finished((await rig.refresh_all()).operation_id)
    cancel = rig.backend.cancel_refresh_operation(operation_id=operation.operation_id, idempotency_key=None)
    await refused(cancel, ProblemCode.operation_finished)


async def test_unknown_operations_are_not_found(rig: Rig) -> None:
    unknown = "op_" + "0" * 32
    backend = rig.backend
    await refused(backend.get_refresh_operation(operation_id=unknown), ProblemCode.operation_not_found)
    await refused(
        backend.list_refresh_results(operation_id=unknown, only=None, page_size=50, page_token=None),
        ProblemCode.operation_not_found,
    )
    await refused(
        backend.stream_refresh_events(operation_id=unknown, last_event_id=None), ProblemCode.operation_not_found
    )
    await refused(
        backend.cancel_refresh_operation(operation_id=unknown, idempotency_key=None), ProblemCode.operation_not_found
    )


@pytest.mark.parametrize("deaths", [1, 3])
async def test_killed_in_the_middle_it_is_carried_on(rig: Rig, deaths: int) -> None:
    addresses = await rig.create_many(1_050)
    rig.chain.fail("getTokenAccountsByOwner", ChainUnavailable(), subject=addresses[500])
    worker = rig.again()
    await worker.backend.start()
    operation_id = (await worker.refresh_all()).operation_id
    for death in range(deaths):
        goal = rig.chain.sent["getTokenAccountsByOwner"] + 300 + death
        while rig.chain.sent["getTokenAccountsByOwner"] < goal:
            await turns(5)
            rig.clock.move(0.3)
        await worker.kill()
        worker = rig.again()
        await worker.backend.start()
    operation = await worker.finished(operation_id)
    await worker.backend.aclose()
    assert (operation.total, operation.done, operation.complete, operation.partial) == (1_050, 1_050, 1_049, 1)
    results = [item.wallet_address for item in await rig.results(operation_id)]
    assert sorted(results) == sorted(addresses)  # none lost, none twice
    for each in addresses:
        assert (await rig.stored(each)).last_balance_lamports == 0


async def test_killed_while_planning_the_shards_made_so_far_are_sent_at_once(rig: Rig) -> None:
    await rig.create_many(700)
    dying = rig.again()
    planned = asyncio.Event()

    async def die(method: str, writes: Sequence[Write]) -> None:
        if any(isinstance(write, Put) and isinstance(write.record, RefreshShard) for write in writes):
            planned.set()
            await asyncio.Event().wait()

    dying.store.after = die  # with the first 500 planned, before any is sent
    operation_id = (await dying.refresh_all()).operation_id
    await planned.wait()
    await dying.kill()
    begun = rig.clock.now()
    async with rig.running():
        for _ in range(500):
            if (await rig.operation(operation_id)).finished_at:
                break
            await turns(5)
    assert (await rig.operation(operation_id)).complete == 700
    assert rig.clock.now() == begun


async def test_killed_right_after_the_answer_it_is_carried_on(rig: Rig) -> None:
    await rig.create_many(250)
    dying = rig.again()
    operation_id = (await dying.refresh_all()).operation_id  # never started its background work
    await dying.kill()
    async with rig.running():
        operation = await rig.finished(operation_id)
    assert (operation.total, operation.complete) == (250, 250)


async def test_several_processes_share_the_work(rig: Rig) -> None:
    addresses = await rig.create_many(800)
    others = [rig.again(with_policy(shard_wallets=50)) for _ in range(3)]
    for other in others:
        await other.backend.start()
    operation = await others[0].finished((await others[0].refresh_all()).operation_id)
    for other in others:
        await other.backend.aclose()
    assert (operation.total, operation.done, operation.complete) == (800, 800, 800)
    assert sorted(item.wallet_address for item in await rig.results(operation.operation_id)) == sorted(addresses)
    assert rig.chain.sent["getTokenAccountsByOwner"] == 1_600  # no shard twice


async def test_a_closed_process_hands_its_shards_back_at_once(rig: Rig) -> None:
    addresses = await rig.create_many(10)
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[5])
    leaving = rig.again()
    await leaving.backend.start()
    operation_id = (await leaving.refresh_all(addresses=addresses)).operation_id
    await hold.reached.wait()
    await turns()
    await leaving.backend.aclose()
    assert (await rig.operation(operation_id)).done == 9
    hold.release.set()
    begun = rig.clock.now()
    async with rig.running():
        for _ in range(200):
            if (await rig.operation(operation_id)).finished_at:
                break
            await turns(2)
    assert rig.clock.now() == begun  # without waiting for a lease to run out
    operation = await rig.operation(operation_id)
    assert (operation.state, operation.complete) == (OperationState.COMPLETED, 10)
    asked = Counter(subject for method, subject in rig.chain.log if method == "getTokenAccountsByOwner")
    assert all(asked[each] == 2 for each in addresses if each != addresses[5])  # those were not read again


async def test_a_store_that_fails_for_a_while_loses_nothing(rig: Rig) -> None:
    addresses = await rig.create_many(150)
    worker = rig.again()
    outage = 0

    async def flaky(method: str, writes: Sequence[Write]) -> None:
        nonlocal outage
        if any(isinstance(write, Put) and isinstance(write.record, Wallet) for write in writes):
            outage += 1
            if 3 <= outage < 6:
                raise StoreUnavailable

    worker.store.before = flaky
    async with worker.running():
        operation = await worker.finished((await worker.refresh_all()).operation_id)
    assert outage > 6
    assert (operation.total, operation.complete) == (150, 150)
    assert sorted(item.wallet_address for item in await rig.results(operation.operation_id)) == sorted(addresses)


async def test_a_keeper_that_breaks_does_not_finish_its_shard(rig: Rig) -> None:
    addresses = await rig.create_many(5)
    worker = rig.again()
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[2])
    broken = True

    async def breaking(method: str, writes: Sequence[Write]) -> None:
        saved = [write.record for write in writes if isinstance(write, Put)]
        if broken and any(isinstance(record, RefreshShard) and record.results for record in saved):
            raise RuntimeError("a bug")

    worker.store.before = breaking
    async with worker.running():
        operation_id = (await worker.refresh_all(addresses=addresses)).operation_id
        await hold.reached.wait()
        for _ in range(4):
            await turns()
            worker.clock.move(1)
        assert (await rig.operation(operation_id)).finished_at is None
        broken = False
        hold.release.set()
        operation = await worker.finished(operation_id)
    assert (operation.done, operation.complete) == (5, 5)


@pytest.mark.slow
async def test_a_wallet_that_grows_less_stale_is_not_taken_twice(rig: Rig) -> None:
    """`stale` walks by the oldest reading; a refresh of one part moves a wallet on in that order, not out of it. Nor is
    what it reads of a future, when it lasts longer than a reading is fresh.
    """
    addresses = await rig.create_many(600)
    for each in addresses:
        await rig.refresh(each, BALANCE)
    rig.clock.move(60)
    for each in addresses:
        await rig.refresh(each, TOKENS, HISTORY)
    rig.clock.move(hours=2)
    worker = rig.again(with_policy(shard_wallets=10))
    pages = 0

    async def slow_plan(method: str, writes: Sequence[Write]) -> None:
        nonlocal pages
        if any(isinstance(write, Put) and isinstance(write.record, RefreshOperationRecord) for write in writes):
            pages += 1
            if pages == 2:  # the first 500 are planned: let them be refreshed before the rest is
                rig.clock.move(hours=2)
                for _ in range(300):
                    await turns()

    worker.store.after = slow_plan
    async with worker.running():
        operation = await worker.finished(
            (await worker.refresh_all(scope=RefreshScope.stale, parts=[BALANCE])).operation_id
        )
    assert (operation.total, operation.done) == (600, 600)
    assert sorted(item.wallet_address for item in await rig.results(operation.operation_id)) == sorted(addresses)


async def test_old_operations_are_dropped_with_their_results(rig: Rig) -> None:
    await rig.create_many(3)
    async with rig.running():
        operation = await rig.finished((await rig.refresh_all()).operation_id)
    rig.clock.move(days=6)
    await rig.backend._housekeeping.sweep()
    assert len(await rig.results(operation.operation_id)) == 3
    rig.clock.move(days=2)
    await rig.backend._housekeeping.sweep()
    await refused(rig.operation(operation.operation_id), ProblemCode.operation_not_found)
    assert await rig.store.store.get(RefreshShard, RefreshShard.key_of(operation.operation_id, 0)) is None


async def test_two_starts_at_once_are_one_operation(rig: Rig) -> None:
    await rig.create_many(3)
    body = RefreshAllRequest()
    answers = await asyncio.gather(
        *(
            each.backend.refresh_all_wallets(body=body, prefer=None, idempotency_key=None)
            for each in (rig, rig.again(), rig.again())
        )
    )
    assert len({answer.value.operation_id for answer in answers}) == 1
    pointer = await rig.store.store.get(NamedValue, "refresh_all")
    assert pointer
    assert pointer.record.value == answers[0].value.operation_id


async def test_an_error_that_nobody_expected_ends_no_work_in_the_background(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that refuses what it is asked, say: it ended the recovery and the housekeeping until a restart."""
    await rig.create(A)

    async def refuse(method: str, writes: Sequence[Write]) -> None:
        raise ValueError("Firestore refuses what it was asked")

    async with rig.running():
        await turns()
        rig.store.before = refuse
        for _ in range(11):
            rig.clock.move(minutes=1)
            await turns()
        rig.store.before = None
        assert {"housekeeping has failed", "the running refresh-all could not be recovered"} <= {
            record.getMessage().partition(";")[0] for record in caplog.records if record.exc_info
        }
        assert not any(task.done() for task in rig.backend._background)
        assert (await rig.finished((await rig.refresh_all()).operation_id)).complete == 1
