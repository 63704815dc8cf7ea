"""Idempotency keys: one effect, the same answer (rule 13)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from backends.errors import ChainUnavailable, StoreUnavailable
from backends.orchestrator.ports import Put, TokenBalance, Write
from backends.orchestrator.records import AuditEntry, Chunk, IdempotencyRecord, Launch, Schedule, Wallet
from backends.request_context import CALLER, Caller
from generated_models import CreateWalletRequest, ProblemCode, TokenProgram
from tests.support.fakes import address
from tests.support.rig import HISTORY, Rig, refused, turns, with_policy

A, B, MINT = address("A"), address("B"), address("mint")
KEY, OTHER = "0d9f4a3e-6f0e-4c55-9d3b-6c1f0a8f2b11", "7b1c2f9e-50cf-4f4f-8d0a-2f7fbc0ad001"


def kinds(writes: Sequence[Write]) -> set[type]:
    return {type(write.record) for write in writes if isinstance(write, Put)}


async def count(rig: Rig, kind: type) -> int:
    return len(rig.store.store._table(kind).rows)  # type: ignore[attr-defined]


async def test_the_same_request_again_gets_the_same_answer(rig: Rig) -> None:
    first = await rig.create(A, key=KEY, label="x")
    rig.clock.move(60)
    await rig.put(A, label="changed meanwhile")
    again = await rig.create(A, key=KEY, label="x")
    assert again == first
    assert await count(rig, Wallet) == 1


@pytest.mark.parametrize(
    "operation", ["createWallet", "scheduleFunding", "recordLaunch", "refreshWallet", "refreshAll"]
)
async def test_every_post_replays(rig: Rig, operation: str) -> None:
    if operation != "createWallet":
        await rig.create(A)

    async def ask(process: Rig) -> object:
        match operation:
            case "createWallet":
                return await process.create(A, key=KEY)
            case "scheduleFunding":
                return await process.schedule(A, "1.5", key=KEY)
            case "recordLaunch":
                return await process.launched(A, MINT, key=KEY)
            case "refreshWallet":
                return await process.refreshed(A, key=KEY)
            case _:
                return await process.refresh_all(key=KEY)

    first = await ask(rig)
    audits, calls = await count(rig, AuditEntry), rig.chain.sent.total()
    assert await ask(rig) == first
    assert await ask(rig.again()) == first  # across restarts, too
    assert await count(rig, AuditEntry) == audits
    assert rig.chain.sent.total() == calls


async def test_cancelling_replays(rig: Rig) -> None:
    await rig.create(A)  # nobody works on it, so that the operation does not end by itself
    operation = await rig.refresh_all()
    first = await rig.backend.cancel_refresh_operation(operation_id=operation.operation_id, idempotency_key=KEY)
    again = await rig.backend.cancel_refresh_operation(operation_id=operation.operation_id, idempotency_key=KEY)
    assert again == first


async def test_another_body_is_a_reuse(rig: Rig) -> None:
    await rig.create(A, key=KEY, label="x")
    await refused(rig.create(A, key=KEY, label="y"), ProblemCode.idempotency_key_reused)
    await refused(rig.create(B, key=KEY, label="x"), ProblemCode.idempotency_key_reused)
    await rig.refreshed(A, key=OTHER)
    await refused(rig.refreshed(A, HISTORY, key=OTHER), ProblemCode.idempotency_key_reused)
    await rig.create(B)
    await refused(rig.refreshed(B, key=OTHER), ProblemCode.idempotency_key_reused)


async def test_keys_are_per_operation_and_actor(rig: Rig) -> None:
    await rig.create(A, key=KEY)
    await rig.schedule(A, "1", key=KEY)
    await rig.launched(A, MINT, key=KEY)
    token = CALLER.set(Caller(actor="somebody else"))
    try:
        await refused(rig.create(A, key=KEY), ProblemCode.wallet_exists)
        await rig.schedule(A, "1", key=KEY)
    finally:
        CALLER.reset(token)
    assert len(await rig.schedules()) == 2


async def test_a_request_still_running_is_in_use(rig: Rig) -> None:
    await rig.create(A)
    hold = rig.chain.hold("getTokenAccountsByOwner")
    first = asyncio.ensure_future(rig.refreshed(A, key=KEY))
    await hold.reached.wait()
    conflict = await refused(rig.refreshed(A, key=KEY), ProblemCode.idempotency_key_in_use)
    assert conflict.retry_after
    await refused(rig.refreshed(B, key=KEY), ProblemCode.idempotency_key_reused)
    hold.release.set()
    answer = await first
    assert await rig.refreshed(A, key=KEY) == answer


async def test_a_keyed_refresh_whose_caller_goes_away_is_committed_and_replayed(rig: Rig) -> None:
    await rig.create(A)
    hold = rig.chain.hold("getTokenAccountsByOwner")
    gone = asyncio.ensure_future(rig.refreshed(A, key=KEY))
    await hold.reached.wait()
    joined = asyncio.ensure_future(rig.refreshed(A))
    await turns()
    gone.cancel()
    await turns()
    await refused(rig.refreshed(A, key=KEY), ProblemCode.idempotency_key_in_use)
    hold.release.set()
    answer = await joined
    assert await rig.refreshed(A, key=KEY) == answer


async def test_many_at_once_have_one_effect(rig: Rig) -> None:
    await rig.create(A)
    answers = await asyncio.gather(*(rig.schedule(A, "1", key=KEY) for _ in range(20)), return_exceptions=True)
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    assert {getattr(error, "code", error) for error in errors} <= {ProblemCode.idempotency_key_in_use}
    assert len(await rig.schedules()) == 1


async def test_a_record_whose_request_died_expires_after_a_minute(rig: Rig) -> None:
    await rig.create(A)
    dying = rig.again()
    rig.chain.hold("getTokenAccountsByOwner")
    lost = asyncio.ensure_future(dying.refreshed(A, key=KEY))
    await turns()

    async def dead(method: str, writes: Sequence[Write]) -> None:
        await asyncio.Event().wait()

    dying.store.before = dead  # its process is gone: no clean-up
    rig.chain.faults.clear()
    rig.clock.move(59.999)
    await refused(rig.refreshed(A, key=KEY), ProblemCode.idempotency_key_in_use)
    rig.clock.move(0.001)
    answer = await rig.refreshed(A, key=KEY)
    assert answer.value.wallet.last_balance_lamports == "0"
    assert await rig.refreshed(A, key=KEY) == answer
    lost.cancel()


async def test_one_that_outlives_its_record_has_no_effect_of_its_own(rig: Rig) -> None:
    await rig.create(A)
    slow, quick = rig.again(), rig.again()
    paused, go_on = asyncio.Event(), asyncio.Event()

    async def pause(method: str, writes: Sequence[Write]) -> None:
        if Schedule in kinds(writes):
            paused.set()
            await go_on.wait()

    slow.store.before = pause
    late = asyncio.ensure_future(slow.schedule(A, "1", key=KEY))
    await paused.wait()
    rig.clock.move(61)
    answer = await quick.schedule(A, "1", key=KEY)
    go_on.set()
    await refused(late, ProblemCode.idempotency_key_in_use)
    assert [each.schedule_id for each in await rig.schedules()] == [answer.schedule_id]
    assert await quick.schedule(A, "1", key=KEY) == answer


async def test_kept_for_a_day(rig: Rig) -> None:
    await rig.create(A)
    first = await rig.schedule(A, "1", key=KEY)
    rig.clock.move(hours=24, seconds=-0.001)
    assert await rig.schedule(A, "1", key=KEY) == first
    rig.clock.move(0.001)
    second = await rig.schedule(A, "1", key=KEY)
    assert second.schedule_id != first.schedule_id
    assert (await rig.schedule(A, "1", key=KEY)).schedule_id == second.schedule_id


async def test_a_failed_request_leaves_no_record(rig: Rig) -> None:
    await refused(rig.schedule(A, "1", key=KEY), ProblemCode.unknown_wallet)
    await rig.create(A)
    await rig.schedule(A, "1", key=KEY)
    rig.chain.fail("*", ChainUnavailable())
    await refused(rig.refreshed(A, key=KEY), ProblemCode.chain_unavailable)
    rig.chain.faults.clear()
    await rig.refreshed(A, key=KEY)


Effect = Callable[[Rig], Awaitable[object]]


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        (Wallet, lambda rig: rig.create(B, key=KEY)),
        (Schedule, lambda rig: rig.schedule(A, "1", key=KEY)),
        (Launch, lambda rig: rig.launched(A, MINT, key=KEY)),
        (Wallet, lambda rig: rig.refreshed(A, key=KEY)),
    ],
)
async def test_the_record_commits_with_the_effect(rig: Rig, kind: type, effect: Effect) -> None:
    await rig.create(A)
    rig.store.commits.clear()
    await effect(rig)
    with_effect = [writes for writes in rig.store.commits if kind in kinds(writes)]
    assert len(with_effect) == 1
    assert IdempotencyRecord in kinds(with_effect[0])
    assert (
        sum(IdempotencyRecord in kinds(writes) for writes in rig.store.commits) == 2
    )  # claimed; then done, with the effect


@pytest.mark.parametrize("lands", [False, True])
async def test_a_commit_of_unknown_outcome_is_settled_by_trying_again(rig: Rig, lands: bool) -> None:
    await rig.create(A)

    async def fault(method: str, writes: Sequence[Write]) -> None:
        if Schedule in kinds(writes):
            rig.store.before = rig.store.after = None
            raise StoreUnavailable

    if lands:
        rig.store.after = fault
    else:
        rig.store.before = fault
    await refused(rig.schedule(A, "1", key=KEY), ProblemCode.store_unavailable)
    await rig.schedule(A, "1", key=KEY)
    assert len(await rig.schedules()) == 1
    assert (await rig.stored(A)).open_schedules == 1


async def test_a_request_that_waited_for_the_store_in_vain_does_not_wait_again(rig: Rig) -> None:
    await rig.create(A)
    stopped = False

    async def stop(method: str, writes: Sequence[Write]) -> None:
        nonlocal stopped
        if stopped:
            await asyncio.Event().wait()
        if Schedule in kinds(writes):
            stopped = True
            raise StoreUnavailable

    rig.store.before = stop
    await asyncio.wait_for(refused(rig.schedule(A, "1", key=KEY), ProblemCode.store_unavailable), 30)


async def test_a_store_that_dies_between_leaves_effect_and_record_or_neither(rig: Rig) -> None:
    """Whichever call of the store is the last one of a process, trying again elsewhere ends in one effect."""
    for survived in range(12):
        here = Rig()
        await here.create(A)
        dying = here.again()
        left = survived

        async def die(method: str, writes: Sequence[Write]) -> None:
            nonlocal left
            if left <= 0:
                await asyncio.Event().wait()
            left -= 1

        dying.store.before = die
        lost = asyncio.ensure_future(dying.schedule(A, "1", key=KEY))
        await turns()
        here.clock.move(61)
        answer = await here.schedule(A, "1", key=KEY)
        assert [each.schedule_id for each in await here.schedules()] == [answer.schedule_id]
        assert (await here.stored(A)).open_schedules == 1
        lost.cancel()


@pytest.mark.slow
async def test_a_very_large_answer_replays(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.tokens[A] = {
        (mint := address(f"mint {number}")): TokenBalance(
            mint_address=mint, amount=2**63 + number, decimals=9, token_program=TokenProgram.spl_token
        )
        for number in range(10_000)
    }
    first = await rig.refreshed(A, key=KEY)
    assert len(first.value.wallet.token_holdings or []) == 10_000
    assert all(len(writes) <= 450 for writes in rig.store.commits)
    assert all(_weight(writes) < 3 * 2**20 for writes in rig.store.commits)
    again = await rig.again().refreshed(A, key=KEY)
    assert again == first
    assert (await rig.get(A)).value.wallet == first.value.wallet


def _weight(writes: Sequence[Write]) -> int:
    return sum(len(w.record.payload) for w in writes if isinstance(w, Put) and isinstance(w.record, Chunk))


async def test_expired_records_are_dropped_with_their_answers(rig: Rig) -> None:
    await rig.create(A, key=KEY)
    assert await count(rig, Chunk) == 1
    rig.clock.move(hours=24)
    await rig.backend._housekeeping.sweep()
    assert (await count(rig, IdempotencyRecord), await count(rig, Chunk)) == (0, 0)


async def test_an_answer_that_was_joined_replays_too(rig: Rig) -> None:
    await rig.create(A)
    hold = rig.chain.hold("getTokenAccountsByOwner")
    first = asyncio.ensure_future(rig.refreshed(A))
    await hold.reached.wait()
    joined = asyncio.ensure_future(rig.refreshed(A, key=KEY))
    await turns()
    hold.release.set()
    assert await joined == await first
    calls = rig.chain.sent.total()
    assert await rig.refreshed(A, key=KEY) == await first
    assert rig.chain.sent.total() == calls


async def test_a_replay_is_not_throttled(rig: Rig) -> None:
    rig = rig.again(with_policy(refresh_cooldown=timedelta(seconds=10)))
    await rig.create(A)
    first = await rig.refreshed(A, key=KEY)
    assert await rig.refreshed(A, key=KEY) == first
    await refused(rig.refreshed(A, key=OTHER), ProblemCode.refresh_cooldown)


async def test_defaults_written_out_are_the_same_content(rig: Rig) -> None:
    backend = rig.backend
    await backend.create_wallet(body=CreateWalletRequest(wallet_address=A), idempotency_key=KEY)
    spelled = CreateWalletRequest(wallet_address=A, label=None, notes=None, tags=[], status_override=None)
    await backend.create_wallet(body=spelled, idempotency_key=KEY)
