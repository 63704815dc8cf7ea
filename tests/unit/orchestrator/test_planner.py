"""A refresh costs what the formula says, to the call (rules 1, 3; the planner).

For N wallets, A known token accounts, W associated accounts of launched mints that are not known, D wallets whose
accounts are looked for, and M mints never seen: ceil((N + A + W)/100) + ceil(2M/100) getMultipleAccounts, 2D
getTokenAccountsByOwner, one getSignaturesForAddress for each wallet whose balance moved (or whose sweep is due), one
getTransaction for each new transaction. (Known accounts: test_known_accounts.)
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from backends.errors import ChainTimeout, ChainUnavailable
from backends.orchestrator.ports import Put, TokenName
from backends.orchestrator.records import Wallet
from generated_models import RefreshOperation, ScheduleStatus
from tests.support.fakes import START, address
from tests.support.rig import BALANCE, HISTORY, RARELY, TOKENS, Rig, with_policy

A = address("A")


@pytest.fixture
def rig() -> Rig:
    return Rig(policy=RARELY)


def formula(
    wallets: int,
    *,
    accounts: int = 0,
    discoveries: int = 0,
    mints: int = 0,
    histories: int = 0,
    transactions: int = 0,
) -> dict[str, int]:
    calls = {
        "getMultipleAccounts": math.ceil((wallets + accounts) / 100) + math.ceil(2 * mints / 100),
        "getTokenAccountsByOwner": 2 * discoveries,
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
async def test_reading_costs_what_the_formula_says_cold_and_idle(wallets: int) -> None:
    # One shard, so that mints are shared by all wallets.
    rig = Rig(policy=replace(RARELY, shard_wallets=300))
    addresses = await rig.create_many(wallets)
    for number, each in enumerate(addresses):
        rig.chain.pay(each, lamports=10**9)
        rig.chain.set_tokens(each, common=5, **{f"own{number}": 7})
    async with rig.running():
        await run(rig)
        mints = wallets + 1
        assert rig.chain.sent == formula(
            wallets, discoveries=wallets, mints=mints, histories=wallets, transactions=wallets
        )
        rig.clock.move(60)
        await run(rig)
        assert rig.chain.sent == formula(wallets, accounts=2 * wallets)
    for each in addresses:
        wallet = (await rig.get(each)).value.wallet
        assert (wallet.last_balance_lamports, len(wallet.token_holdings or [])) == ("1000000000", 2)


async def test_shards_cost_the_same_but_for_mints_met_twice(rig: Rig) -> None:
    for each in await rig.create_many(250):
        rig.chain.pay(each, lamports=10**9)
    async with rig.running():
        await run(rig)
        assert rig.chain.sent == formula(250, discoveries=250, histories=250, transactions=250)
        rig.clock.move(60)
        await run(rig)
        assert rig.chain.sent == formula(250)


async def test_a_shared_transaction_is_fetched_once(rig: Rig) -> None:
    addresses = await rig.create_many(40)
    rig.chain.pay(*addresses, lamports=5)
    async with rig.running():
        await run(rig)
    assert rig.chain.sent == formula(40, discoveries=40, histories=40, transactions=1)
    for each in addresses:
        assert [f.amount_lamports for f in (await rig.get(each)).value.wallet.recent_funding or []] == ["5"]


async def test_names_are_asked_once_for_good_also_by_another_process(rig: Rig) -> None:
    rig.chain.names = {address(f"mint{number}"): TokenName(f"N{number}", f"T{number}") for number in range(120)}
    await rig.create(A)
    rig.chain.set_tokens(A, **{f"mint{number}": 1 for number in range(120)})
    assert (await rig.refresh(A)).rpc_calls == {"getGenesisHash": 1} | formula(1, discoveries=1, mints=120, histories=1)
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
    assert rig.chain.sent == formula(5, discoveries=1, histories=1, transactions=1)
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
    assert answer.rpc_calls == formula(1, discoveries=1, histories=1, transactions=2)


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


async def test_a_reading_is_bounded_says_so_and_the_next_ones_go_on(rig: Rig) -> None:
    rig = rig.again(with_policy(history_limit=10, history_transactions=4))
    await rig.create(A)
    signatures = [rig.chain.pay(A, lamports=20_000) for _ in range(15)]
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getTransaction"] == 4
    assert [funding.signature for funding in answer.wallet.recent_funding or []] == signatures[:10:-1]
    assert answer.cache.parts.funding_transactions.truncated
    assert answer.wallet.first_funded_at is None  # nobody has seen the beginning
    signatures.append(rig.chain.pay(A, lamports=20_000))
    calls = []
    for _ in range(3):
        answer = await rig.refresh(A)
        calls.append((answer.rpc_calls["getSignaturesForAddress"], answer.rpc_calls["getTransaction"]))
        assert (answer.wallet.first_funded_at is None) is answer.cache.parts.funding_transactions.truncated
    # The new one and three of the old; then the old ones alone: the balance has not moved.
    assert calls == [(2, 4), (1, 4), (1, 4)]
    assert [funding.signature for funding in answer.wallet.recent_funding or []] == signatures[::-1]
    assert not answer.cache.parts.funding_transactions.truncated
    assert "getSignaturesForAddress" not in (await rig.refresh(A)).rpc_calls


async def test_the_oldest_transaction_tells_when_a_whole_history_began(rig: Rig) -> None:
    rig = rig.again(with_policy(history_limit=10, history_transactions=4))
    await rig.create(A)
    rig.chain.pay(A, lamports=1, at=START - timedelta(days=31), failed=True)
    rig.chain.pay(A, lamports=1, at=START - timedelta(days=30))
    for _ in range(7):
        rig.chain.pay(A, lamports=1)
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getTransaction"] == 4
    assert answer.wallet.first_funded_at == "2026-10-23T16:10:00.000Z"
    assert answer.cache.parts.funding_transactions.truncated  # some in the middle were not looked into
    assert (await rig.refresh(A)).rpc_calls["getTransaction"] == 4
    assert not (await rig.get(A)).value.cache.parts.funding_transactions.truncated


async def test_an_oldest_transaction_that_brought_nothing_does_not_tell(rig: Rig) -> None:
    rig = rig.again(with_policy(history_transactions=2))
    await rig.create(A)
    rig.chain.lamports[A] = 5
    rig.chain.spend(A, 1, at=START - timedelta(days=31))
    rig.chain.pay(A, lamports=1, at=START - timedelta(days=30))
    for _ in range(3):
        rig.chain.pay(A, lamports=1)
    assert (await rig.refresh(A)).wallet.first_funded_at is None
    assert (await rig.refresh(A)).wallet.first_funded_at is None
    assert (await rig.refresh(A)).wallet.first_funded_at == "2026-10-23T16:10:00.000Z"


async def test_a_long_history_is_listed_a_thousand_at_a_time_to_its_beginning(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=1, at=START - timedelta(days=30))
    for _ in range(2_400):
        rig.chain.pay(A, lamports=1, failed=True)
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getSignaturesForAddress"] == 3
    assert answer.wallet.first_funded_at == "2026-10-23T16:10:00.000Z"


async def test_a_hundred_and_thirty_one_transactions_are_all_read_in_the_end(rig: Rig) -> None:
    """A wallet whose first funding lay behind the newest hundred had a wrong date for good."""
    await rig.create(A)
    for number in range(131):
        rig.chain.pay(A, lamports=1_000_000 + number, at=START - timedelta(days=131 - number))
    answer = await rig.refresh(A)
    calls = [answer.rpc_calls["getTransaction"]]
    assert answer.wallet.first_funded_at == "2026-07-14T16:10:00.000Z"
    while answer.cache.parts.funding_transactions.truncated:
        answer = await rig.refresh(A)
        calls.append(answer.rpc_calls["getTransaction"])
    assert calls == [25, 25, 25, 25, 25, 6]
    assert answer.wallet.first_funded_at == "2026-07-14T16:10:00.000Z"
    assert rig.chain.sent["getTransaction"] == 131  # each of them once


async def test_many_gaps_are_joined_and_nothing_is_lost(rig: Rig) -> None:
    rig = rig.again(with_policy(history_transactions=2))
    await rig.create(A)
    await rig.schedule(A, "0.5")
    rig.clock.move(60)
    first = rig.chain.pay(A, lamports=500_000_000, at=rig.clock.now())
    for _ in range(30):
        for _ in range(4):
            rig.chain.pay(A, lamports=20_000, at=rig.clock.now())
        await rig.refresh(A)
    history = (await rig.stored(A)).history
    assert history is not None
    assert len(history.gaps) == 16
    while (answer := await rig.refresh(A)).cache.parts.funding_transactions.truncated:
        assert answer.rpc_calls["getTransaction"] <= 2
    assert {subject for method, subject in rig.chain.log if method == "getTransaction"} == set(rig.chain.transactions)
    completed = await rig.schedules(ScheduleStatus.COMPLETED)
    assert [schedule.matched_signature for schedule in completed] == [first]


async def test_a_node_that_lost_its_place_is_asked_again_later(rig: Rig) -> None:
    rig = rig.again(with_policy(history_transactions=2))
    await rig.create(A)
    for _ in range(6):
        rig.chain.pay(A, lamports=1)
    await rig.refresh(A)
    kept = rig.chain.histories[A]
    rig.chain.histories[A] = kept[1:]  # without the signature behind which the reading goes on
    assert (await rig.refresh(A)).cache.parts.funding_transactions.truncated
    rig.chain.histories[A] = kept
    while (answer := await rig.refresh(A)).cache.parts.funding_transactions.truncated:
        pass
    assert len(answer.wallet.recent_funding or []) == 6


async def test_what_an_earlier_release_left_unread_is_read(rig: Rig) -> None:
    await rig.create(A)
    for number in range(40):
        rig.chain.pay(A, lamports=20_000, at=START - timedelta(days=40 - number))
    await rig.refresh(A)
    stored = await rig.store.store.get(Wallet, A)
    assert stored is not None
    assert stored.record.history is not None
    wrong = START - timedelta(days=3)
    before = replace(stored.record.history, gaps=(), earliest_funding_at=None)
    await rig.store.store.commit([Put(replace(stored.record, history=before, first_funded_at=wrong))])
    assert (await rig.refresh(A)).wallet.first_funded_at is None
    answer = await rig.refresh(A)
    assert not answer.cache.parts.funding_transactions.truncated
    assert answer.wallet.first_funded_at == "2026-10-13T16:10:00.000Z"


async def test_a_whole_history_is_not_truncated(rig: Rig) -> None:
    rig = rig.again(with_policy(history_limit=10, history_transactions=4))
    await rig.create(A)
    for _ in range(5):
        rig.chain.pay(A, lamports=1)
    rig.chain.pay(A, lamports=1, failed=True)  # costs no call
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getTransaction"] == 4
    assert answer.cache.parts.funding_transactions.truncated
    assert not (await rig.refresh(A)).cache.parts.funding_transactions.truncated


async def test_failed_transactions_are_never_asked_for(rig: Rig) -> None:
    rig = rig.again(with_policy(history_transactions=2))
    await rig.create(A)
    paid = [rig.chain.pay(A, lamports=1, failed=failed) for failed in (False, True, False, True, True)]
    await rig.refresh(A)
    assert sorted(subject for method, subject in rig.chain.log if method == "getTransaction") == sorted(paid[0::2][:2])


async def test_a_transfer_behind_a_hundred_small_ones_still_completes_its_schedule(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=1)
    await rig.refresh(A)
    await rig.schedule(A, "1")
    rig.clock.move(60)
    match = rig.chain.pay(A, lamports=10**9, at=rig.clock.now())
    for _ in range(105):
        rig.chain.pay(A, lamports=1_000, at=rig.clock.now())
    [waiting] = await rig.schedules()
    assert waiting.history_unread_before is None
    for _ in range(4):
        assert (await rig.refresh(A)).rpc_calls["getTransaction"] == 25
        [waiting] = await rig.schedules()
        assert waiting.history_unread_before == "2026-11-22T16:11:00.000Z"
    answer = await rig.refresh(A)
    assert answer.rpc_calls["getTransaction"] == 6
    assert answer.changes.completed_schedules == [waiting.schedule_id]
    assert [each.matched_signature for each in await rig.schedules(ScheduleStatus.COMPLETED)] == [match]
    # Dust did not push it out of what the wallet shows.
    assert match in [funding.signature for funding in answer.wallet.recent_funding or []]


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
