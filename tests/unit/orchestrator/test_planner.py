"""A refresh costs what the formula says, to the call (rules 1, 3; the planner).

For N wallets: ceil(N/100) getMultipleAccounts for balances, 2N getTokenAccountsByOwner, ceil(2M/100)
getMultipleAccounts for the names of M mints never seen, one getSignaturesForAddress for each wallet whose balance moved
(or whose sweep is due), one getTransaction for each new transaction.
"""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from backends.errors import ChainTimeout, ChainUnavailable
from backends.orchestrator.ports import TokenName
from generated_models import RefreshOperation
from tests.support.fakes import START, address
from tests.support.rig import BALANCE, HISTORY, TOKENS, Rig, with_policy

A = address("A")


def formula(wallets: int, *, mints: int = 0, histories: int = 0, transactions: int = 0) -> dict[str, int]:
    calls = {
        "getMultipleAccounts": math.ceil(wallets / 100) + math.ceil(2 * mints / 100),
        "getTokenAccountsByOwner": 2 * wallets,
        "getSignaturesForAddress": histories,
        "getTransaction": transactions,
    }
    return {method: count for method, count in calls.items() if count}


async def run(rig: Rig) -> RefreshOperation:
    rig.chain.sent.clear()
    operation = await rig.finished((await rig.refresh_all()).operation_id)
    assert operation.complete == operation.total
    rig.chain.sent.pop("getGenesisHash", None)
    calls = dict(operation.rpc_calls)
    calls.pop("getGenesisHash", None)
    assert calls == rig.chain.sent  # what the operation says is what was sent
    return operation


@pytest.mark.parametrize("wallets", [1, 100, 250])
async def test_cold_and_idle(wallets: int) -> None:
    # One shard, so that mints are shared by all wallets.
    rig = Rig(policy=with_policy(shard_wallets=300))
    addresses = await rig.create_many(wallets)
    for number, each in enumerate(addresses):
        rig.chain.pay(each, lamports=10**9)
        rig.chain.set_tokens(each, common=5, **{f"own{number}": 7})
    async with rig.running():
        await run(rig)
        mints = wallets + 1
        assert rig.chain.sent == formula(wallets, mints=mints, histories=wallets, transactions=wallets)
        rig.clock.move(60)
        await run(rig)
        assert rig.chain.sent == formula(wallets)
    for each in addresses:
        wallet = (await rig.get(each)).value.wallet
        assert (wallet.last_balance_lamports, len(wallet.token_holdings or [])) == ("1000000000", 2)


async def test_shards_cost_the_same_but_for_mints_met_twice(rig: Rig) -> None:
    for each in await rig.create_many(250):
        rig.chain.pay(each, lamports=10**9)
    async with rig.running():
        await run(rig)
        assert rig.chain.sent == formula(250, histories=250, transactions=250)
        rig.clock.move(60)
        await run(rig)
        assert rig.chain.sent == formula(250)


async def test_a_shared_transaction_is_fetched_once(rig: Rig) -> None:
    addresses = await rig.create_many(40)
    rig.chain.pay(*addresses, lamports=5)
    async with rig.running():
        await run(rig)
    assert rig.chain.sent == formula(40, histories=40, transactions=1)
    for each in addresses:
        assert [f.amount_lamports for f in (await rig.get(each)).value.wallet.recent_funding or []] == ["5"]


async def test_names_are_asked_once_for_good_also_by_another_process(rig: Rig) -> None:
    rig.chain.names = {address(f"mint{number}"): TokenName(f"N{number}", f"T{number}") for number in range(120)}
    await rig.create(A)
    rig.chain.set_tokens(A, **{f"mint{number}": 1 for number in range(120)})
    assert (await rig.refresh(A)).rpc_calls == {"getGenesisHash": 1} | formula(1, mints=120, histories=1)
    rig.clock.move(days=400)
    other = rig.again()
    answer = await other.refresh(A, TOKENS)
    assert answer.rpc_calls == {"getGenesisHash": 1, "getTokenAccountsByOwner": 2}
    assert {holding.ticker for holding in answer.wallet.token_holdings or []} == {f"T{n}" for n in range(120)}


async def test_a_nameless_mint_is_asked_for_again_after_a_sweep(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    await rig.refresh(A)
    rig.clock.move(hours=23)
    assert (await rig.refresh(A, TOKENS)).rpc_calls == {"getTokenAccountsByOwner": 2}
    rig.clock.move(hours=2)
    assert (await rig.refresh(A, TOKENS)).rpc_calls == {"getTokenAccountsByOwner": 2, "getMultipleAccounts": 1}


async def test_history_is_asked_only_where_the_balance_moved(rig: Rig) -> None:
    addresses = await rig.create_many(5)
    async with rig.running():
        await run(rig)
        rig.chain.pay(addresses[3], lamports=1)
        rig.clock.move(60)
        rig.chain.log.clear()
        await run(rig)
    assert rig.chain.sent == formula(5, histories=1, transactions=1)
    assert [subject for method, subject in rig.chain.log if method == "getSignaturesForAddress"] == [addresses[3]]


async def test_a_sweep_finds_what_left_no_trace_in_the_balance(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=100)
    await rig.refresh(A)
    signature = rig.chain.pay(A, lamports=7)
    rig.chain.spend(A, 7)
    rig.clock.move(hours=23, minutes=59)
    answer = await rig.refresh(A)
    assert answer.changes.new_funding == []
    assert "getSignaturesForAddress" not in answer.rpc_calls
    assert answer.cache.parts.funding_transactions.as_of == "2026-11-23T16:09:00.000Z"
    rig.clock.move(minutes=1)
    answer = await rig.refresh(A)
    assert answer.changes.new_funding == [signature]
    assert answer.rpc_calls == formula(1, histories=1, transactions=2)


async def test_a_balance_read_alone_does_not_hide_the_movement(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    signature = rig.chain.pay(A, lamports=100)
    await rig.refresh(A, BALANCE)
    assert (await rig.refresh(A)).changes.new_funding == [signature]


async def test_a_failed_history_is_asked_again(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    signature = rig.chain.pay(A, lamports=100)
    rig.chain.fail("getTransaction", ChainTimeout(), times=1)
    await rig.refresh(A)
    assert (await rig.refresh(A)).changes.new_funding == [signature]


async def test_a_history_that_lags_behind_the_balance_is_asked_once_more(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    signature = rig.chain.pay(A, lamports=100)
    late = rig.chain.histories.pop(A)
    assert (await rig.refresh(A)).changes.new_funding == []
    rig.chain.histories[A] = late
    assert (await rig.refresh(A)).changes.new_funding == [signature]
    rig.chain.lamports[A] += 1  # no transaction tells why, now or later
    assert "getSignaturesForAddress" in (await rig.refresh(A)).rpc_calls
    assert "getSignaturesForAddress" in (await rig.refresh(A)).rpc_calls
    assert "getSignaturesForAddress" not in (await rig.refresh(A)).rpc_calls


async def test_without_a_balance_the_history_is_asked(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    rig.chain.fail("getMultipleAccounts", ChainUnavailable(), times=1)
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getSignaturesForAddress"] == 1
    assert answer.results.funding_transactions
    assert answer.results.funding_transactions.error is None


async def test_the_first_reading_is_bounded_and_says_so(rig: Rig) -> None:
    rig = rig.again(with_policy(history_limit=10, history_transactions=4))
    await rig.create(A)
    signatures = [rig.chain.pay(A, lamports=1) for _ in range(15)]
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getTransaction"] == 4
    assert [funding.signature for funding in answer.wallet.recent_funding or []] == signatures[:10:-1]
    assert answer.cache.parts.funding_transactions.truncated
    rig.chain.pay(A, lamports=1)
    later = await rig.refresh(A)
    assert later.rpc_calls["getTransaction"] == 1
    assert later.cache.parts.funding_transactions.truncated  # the gap is still there


async def test_the_oldest_transaction_tells_when_a_whole_history_began(rig: Rig) -> None:
    rig = rig.again(with_policy(history_limit=10, history_transactions=4))
    await rig.create(A)
    rig.chain.pay(A, lamports=1, at=START - timedelta(days=30))
    for _ in range(7):
        rig.chain.pay(A, lamports=1)
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getTransaction"] == 5
    assert answer.wallet.first_funded_at == "2026-10-23T16:10:00.000Z"
    assert answer.cache.parts.funding_transactions.truncated  # some in the middle were not looked into


async def test_a_whole_history_is_not_truncated(rig: Rig) -> None:
    rig = rig.again(with_policy(history_limit=10, history_transactions=4))
    await rig.create(A)
    for _ in range(5):
        rig.chain.pay(A, lamports=1)
    rig.chain.pay(A, lamports=1, failed=True)  # costs no call
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getTransaction"] == 5
    assert not answer.cache.parts.funding_transactions.truncated


async def test_failed_transactions_are_never_asked_for(rig: Rig) -> None:
    rig = rig.again(with_policy(history_transactions=2))
    await rig.create(A)
    paid = [rig.chain.pay(A, lamports=1, failed=failed) for failed in (False, True, False, True, True)]
    await rig.refresh(A)
    assert sorted(subject for method, subject in rig.chain.log if method == "getTransaction") == sorted(paid[0::2][:2])


async def test_later_readings_say_when_they_stopped_short(rig: Rig) -> None:
    rig = rig.again(with_policy(history_limit=3))
    await rig.create(A)
    rig.chain.pay(A, lamports=1)
    assert not (await rig.refresh(A)).cache.parts.funding_transactions.truncated
    for _ in range(2):
        rig.chain.pay(A, lamports=1)
    assert not (await rig.refresh(A)).cache.parts.funding_transactions.truncated
    for _ in range(4):
        rig.chain.pay(A, lamports=1)
    assert (await rig.refresh(A)).cache.parts.funding_transactions.truncated


async def test_all_transactions_since_the_oldest_open_schedule_are_looked_into(rig: Rig) -> None:
    rig = rig.again(with_policy(history_transactions=2))
    await rig.create(A)
    rig.chain.pay(A, lamports=1, at=START - timedelta(days=1))
    await rig.refresh(A)
    for _ in range(3):
        rig.chain.pay(A, lamports=1, at=START - timedelta(hours=1))
    rig.clock.move(60)
    await rig.schedule(A, "0.000000006")
    match = rig.chain.pay(A, lamports=6, at=START + timedelta(seconds=60))
    for _ in range(4):
        rig.chain.pay(A, lamports=1, at=START + timedelta(seconds=90))
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getTransaction"] == 5
    assert match in answer.changes.new_funding
    assert len(answer.changes.completed_schedules) == 1


async def test_a_node_that_forgot_the_last_signature_repeats_nothing(rig: Rig) -> None:
    await rig.create(A)
    known = [rig.chain.pay(A, lamports=1) for _ in range(3)]
    await rig.refresh(A)
    rig.chain.histories[A].pop(0)  # the fork with the newest one was dropped
    fresh = rig.chain.pay(A, lamports=1)
    answer = await rig.refresh(A)
    assert answer.changes.new_funding == [fresh]
    assert answer.rpc_calls["getTransaction"] == 1
    assert [funding.signature for funding in answer.wallet.recent_funding or []] == [fresh, *reversed(known)]


async def test_transactions_of_one_slot_are_not_missed(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=1)
    await rig.refresh(A)
    rig.chain.slot -= 1
    same_slot = rig.chain.pay(A, lamports=1)
    assert (await rig.refresh(A)).changes.new_funding == [same_slot]


async def test_a_history_alone_needs_no_balance(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=1)
    answer = await rig.refresh(A, HISTORY)
    assert answer.rpc_calls == {"getGenesisHash": 1, "getSignaturesForAddress": 1, "getTransaction": 1}


async def test_one_failing_wallet_costs_the_others_nothing(rig: Rig) -> None:
    addresses = await rig.create_many(5)
    rig.chain.fail("getTokenAccountsByOwner", ChainUnavailable(), subject=addresses[2])
    async with rig.running():
        operation = await rig.finished((await rig.refresh_all()).operation_id)
    assert (operation.complete, operation.partial, operation.failed) == (4, 1, 0)
