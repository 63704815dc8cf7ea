"""What a refresh-all asks of wallets whose token accounts are known, and when it looks for accounts anew."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backends.errors import ChainUnavailable
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import FoundTokenAccount, Put, TokenAccount, TokenBalance
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh.known_accounts import (
    MOST_ACCOUNTS,
    add_up,
    discovery_is_due,
    next_discovery,
    pack_accounts,
    unpack_accounts,
)
from generated_models import OperationState, PartOutcome, RefreshDepth, RefreshOperation, RefreshScope, TokenProgram
from tests.support import records as make
from tests.support.fakes import START, address, token_account
from tests.support.rig import BALANCE, HISTORY, RARELY, TOKENS, Rig, with_policy

A, B = address("A"), address("B")


@pytest.fixture
def rig() -> Rig:
    return Rig(policy=RARELY)


async def refresh_all(rig: Rig, **choice: Any) -> RefreshOperation:
    """A refresh-all, when it has ended; `rig.chain.sent` and `log` have what it asked."""
    rig.chain.sent.clear()
    rig.chain.log.clear()
    rig.chain.accounts_asked.clear()
    operation = await rig.finished((await rig.refresh_all(**choice)).operation_id)
    assert operation.state is OperationState.COMPLETED
    rig.chain.sent.pop("getGenesisHash", None)
    return operation


async def amounts(rig: Rig, wallet_address: str) -> dict[str, int]:
    holdings = (await rig.get(wallet_address)).value.wallet.token_holdings
    assert holdings is not None
    return {holding.mint_address: int(holding.amount) for holding in holdings}


async def looked_for(rig: Rig) -> set[str]:
    """The wallets whose accounts the last refresh-all looked for."""
    return {subject for method, subject in rig.chain.log if method == "getTokenAccountsByOwner"}


async def test_only_known_accounts_are_asked_for_and_amounts_are_exact(rig: Rig) -> None:
    for each in (A, B):
        await rig.create(each)
    rig.chain.set_tokens(A, bonk=5, new_coin=2**64 - 1)
    rig.chain.set_tokens(B, bonk=7)
    async with rig.running():
        await refresh_all(rig)
        assert await looked_for(rig) == {A, B}
        rig.chain.set_tokens(A, bonk=4, new_coin=2**64 - 1)
        rig.clock.move(60)
        operation = await refresh_all(rig)
    assert rig.chain.sent == {"getMultipleAccounts": 1}
    program = TokenProgram.token_2022
    assert set(rig.chain.accounts_asked) == {
        A,
        B,
        token_account(A, address("bonk")).address,
        token_account(A, address("new_coin"), program).address,
        token_account(B, address("bonk")).address,
    }
    assert await amounts(rig, A) == {address("bonk"): 4, address("new_coin"): 2**64 - 1}
    assert await amounts(rig, B) == {address("bonk"): 7}
    changed, same = sorted(await rig.results(operation.operation_id), key=lambda item: item.changes is None)
    assert changed.changes is not None
    assert changed.changes.tokens_changed == [address("bonk")]
    assert same.results.token_holdings is not None
    assert same.results.token_holdings.outcome is PartOutcome.unchanged


async def test_the_wire_says_when_accounts_were_last_looked_for(rig: Rig) -> None:
    await rig.create(A)
    assert (await rig.get(A)).value.cache.parts.token_holdings.discovered_at is None
    await rig.refresh(A)
    rig.clock.move(60)
    async with rig.running():
        await refresh_all(rig)
    parts = (await rig.get(A)).value.cache.parts
    assert parts.token_holdings.as_of is not None
    assert parts.token_holdings.as_of >= "2026-11-22T16:11:00.000Z"
    assert parts.token_holdings.discovered_at == "2026-11-22T16:10:00.000Z"
    assert (parts.sol_balance.discovered_at, parts.funding_transactions.discovered_at) == (None, None)


async def test_a_closed_account_holds_nothing_and_one_that_comes_back_is_seen(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5, cat=1)
    async with rig.running():
        await refresh_all(rig)
        rig.chain.set_tokens(A, cat=1)
        await refresh_all(rig)
        assert await amounts(rig, A) == {address("cat"): 1}
        rig.chain.set_tokens(A, bonk=9, cat=1)
        await refresh_all(rig)
    assert await amounts(rig, A) == {address("bonk"): 9, address("cat"): 1}
    assert "getTokenAccountsByOwner" not in rig.chain.sent


async def test_a_strangers_account_is_found_by_the_next_discovery(rig: Rig) -> None:
    await rig.create(A)
    async with rig.running():
        await refresh_all(rig)
        rig.chain.set_tokens(A, spam=5)
        await refresh_all(rig)
        assert await amounts(rig, A) == {}
        await refresh_all(rig, depth=RefreshDepth.full)
    assert await amounts(rig, A) == {address("spam"): 5}


async def test_a_single_refresh_always_looks_for_accounts(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    rig.chain.set_tokens(A, spam=5)
    assert (await rig.refresh(A)).rpc_calls["getTokenAccountsByOwner"] == 2
    assert await amounts(rig, A) == {address("spam"): 5}


async def test_new_transactions_have_accounts_looked_for(rig: Rig) -> None:
    for each in (A, B):
        await rig.create(each)
    async with rig.running():
        await refresh_all(rig)
        rig.chain.pay(A, lamports=5)
        rig.chain.set_tokens(A, bought=5)
        await refresh_all(rig)
        assert await looked_for(rig) == {A}
        rig.chain.pay(A, lamports=5, failed=True)  # opened nothing
        rig.chain.lamports[A] += 1
        await refresh_all(rig)
        assert await looked_for(rig) == set()
    assert await amounts(rig, A) == {address("bought"): 5}


@pytest.mark.parametrize("missed", ["failed", "not asked for", "behind"])
async def test_accounts_that_could_not_be_looked_for_in_time_are_looked_for_next_time(rig: Rig, missed: str) -> None:
    await rig.create(A)
    async with rig.running():
        await refresh_all(rig)
        rig.chain.pay(A, lamports=5)
        rig.chain.set_tokens(A, bought=5)
        if missed == "failed":
            rig.chain.fail("getTokenAccountsByOwner", ChainUnavailable(), times=1)
            await refresh_all(rig)
        elif missed == "not asked for":
            await rig.refresh(A, BALANCE, HISTORY)
        else:
            rig.chain.slot -= 1  # the node that is asked has not got the transaction's slot yet
            bought = rig.chain.tokens.pop(A)
            await refresh_all(rig)
            rig.chain.slot += 1
            rig.chain.tokens[A] = bought
        assert await amounts(rig, A) == {}
        await refresh_all(rig)
        assert await looked_for(rig) == {A}
        assert await amounts(rig, A) == {address("bought"): 5}
        await refresh_all(rig)
        assert await looked_for(rig) == set()


async def test_accounts_of_launched_mints_are_asked_for_of_every_wallet(rig: Rig) -> None:
    for each in (A, B):
        await rig.create(each)
    await rig.launched(A, address("ours"))
    rig.chain.set_tokens(A, ours=5)
    async with rig.running():
        await refresh_all(rig)
        await refresh_all(rig)
        programs = set(TokenProgram)
        assert set(rig.chain.accounts_asked) == {
            A,
            B,
            *(token_account(each, address("ours"), program).address for each in (A, B) for program in programs),
        }
        assert rig.chain.sent == {"getMultipleAccounts": 1}
        rig.chain.set_tokens(B, ours=0, spam=3)
        await refresh_all(rig)
        assert await looked_for(rig) == {B}
        assert rig.chain.sent["getTokenAccountsByOwner"] == 2
        assert await amounts(rig, B) == {address("spam"): 3}
        await refresh_all(rig)
        assert await looked_for(rig) == set()
        await rig.launched(A, address("late"))
        rig.chain.set_tokens(B, late=1)
        await refresh_all(rig)
    assert await amounts(rig, B) == {address("late"): 1}


async def test_no_more_launched_mints_are_asked_for_than_the_policy_says() -> None:
    rig = Rig(policy=replace(RARELY, launched_mints=2))
    await rig.create(A)
    for number in range(4):
        await rig.launched(A, address(f"ours {number}"), when=f"2026-11-2{number}T10:00:00Z")
    async with rig.running():
        await refresh_all(rig)
        await refresh_all(rig)
    mints = [address("ours 2"), address("ours 3")]
    assert set(rig.chain.accounts_asked) - {A} == {
        token_account(A, mint, program).address for mint in mints for program in TokenProgram
    }


async def test_a_failed_request_fails_its_parts_and_nothing_else(rig: Rig) -> None:
    addresses = await rig.create_many(60)
    for each in addresses:
        rig.chain.set_tokens(each, one=1, two=2)
    async with rig.running():
        await refresh_all(rig)
        order = [wallet.wallet_address for wallet in await _in_order(rig)]
        # 180 accounts: the first request ends within the 34th wallet.
        fault = rig.chain.fail("getMultipleAccounts", ChainUnavailable(), subject=order[0])
        operation = await refresh_all(rig)
        rig.chain.faults.remove(fault)
        # Their histories were asked for all the same.
        assert (operation.failed, operation.partial, operation.complete) == (0, 34, 26)
    cut = (await rig.get(order[33])).value
    assert (cut.cache.parts.sol_balance.state, cut.cache.parts.token_holdings.state) == ("error", "fresh")
    for each in addresses:
        assert await amounts(rig, each) == {address("one"): 1, address("two"): 2}


async def _in_order(rig: Rig) -> list[Wallet]:
    """The wallets as a refresh-all takes them."""
    from backends.orchestrator import queries

    found = await rig.store.store.query(queries.wallets_in_scope(RefreshScope.all, queries.ANY_TIME), limit=1000)
    return [stored.record for stored in found]


@pytest.mark.parametrize("wallets", [1, 33, 34, 101, 250])
async def test_the_formula_with_known_accounts_and_discoveries(wallets: int) -> None:
    rig = Rig(policy=replace(RARELY, shard_wallets=300))
    addresses = await rig.create_many(wallets)
    for number, each in enumerate(addresses):
        rig.chain.set_tokens(each, **{f"mint{number} {place}": 1 for place in range(number % 4)})
    await rig.launched(addresses[0], address("ours"))
    async with rig.running():
        await refresh_all(rig)
        known = sum(number % 4 for number in range(wallets))
        moved = addresses[::50]
        for each in moved:
            rig.chain.pay(each, lamports=1)
        await refresh_all(rig)
    asked = wallets + known + 2 * wallets
    assert rig.chain.sent == {
        "getMultipleAccounts": math.ceil(asked / 100),
        "getTokenAccountsByOwner": 2 * len(moved),
        "getSignaturesForAddress": len(moved),
        "getTransaction": len(moved),
    }


async def test_a_wallet_with_very_many_accounts_is_looked_into_every_time(rig: Rig) -> None:
    for each in (A, B):
        await rig.create(each)
    rig.chain.set_tokens(A, **{f"mint{number}": 1 for number in range(MOST_ACCOUNTS + 1)})
    rig.chain.set_tokens(B, **{f"mint{number}": 1 for number in range(MOST_ACCOUNTS)})
    async with rig.running():
        await refresh_all(rig)
        await refresh_all(rig)
    assert await looked_for(rig) == {A}
    assert rig.chain.sent == {"getMultipleAccounts": 2, "getTokenAccountsByOwner": 2}
    assert len(await amounts(rig, A)) == MOST_ACCOUNTS + 1


async def test_holdings_alone_of_a_wallet_without_any_are_looked_for(rig: Rig) -> None:
    """Nothing else could be asked, and not asking says nothing."""
    for each in (A, B):
        await rig.create(each)
    rig.chain.set_tokens(B, bonk=1)
    async with rig.running():
        await refresh_all(rig)
        await refresh_all(rig, parts=[TOKENS])
    assert await looked_for(rig) == {A}
    assert rig.chain.sent == {"getMultipleAccounts": 1, "getTokenAccountsByOwner": 2}


async def test_known_accounts_of_an_older_slot_are_superseded(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    async with rig.running():
        await refresh_all(rig)
        rig.chain.slot -= 5
        rig.chain.set_tokens(A, bonk=1)
        operation = await refresh_all(rig)
    [item] = await rig.results(operation.operation_id)
    assert item.results.token_holdings is not None
    assert item.results.token_holdings.outcome is PartOutcome.superseded
    assert await amounts(rig, A) == {address("bonk"): 5}


async def test_a_discovery_meanwhile_is_not_undone_by_what_was_known_before(rig: Rig) -> None:
    """A single refresh finds an account while a refresh-all has read the others at the same slot."""
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    async with rig.running():
        await refresh_all(rig)
        read = False

        async def meanwhile(method: str, writes: object) -> None:
            nonlocal read
            if method == "commit" and not read and _is_of(writes, A):
                read = True
                rig.chain.set_tokens(A, bonk=6, spam=1)
                await rig.again().refresh(A)

        rig.store.before = meanwhile
        started = await rig.refresh_all()
        await asyncio.sleep(1)  # a conflict is tried again after a pause
        operation = await rig.finished(started.operation_id)
        rig.store.before = None
    assert read
    [item] = await rig.results(operation.operation_id)
    assert item.results.token_holdings is not None
    assert item.results.token_holdings.outcome is PartOutcome.superseded
    assert await amounts(rig, A) == {address("bonk"): 6, address("spam"): 1}


def _is_of(writes: Any, wallet_address: str) -> bool:
    return any(
        isinstance(write, Put) and isinstance(write.record, Wallet) and write.record.wallet_address == wallet_address
        for write in writes
    )


async def test_missing_names_are_asked_for_with_the_next_reading(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    rig.chain.names[address("bonk")] = replace(make_name(), name="Bonk")
    rig.chain.fail("getMultipleAccounts", ChainUnavailable(), subject=address("bonk"), times=1)
    async with rig.running():
        await refresh_all(rig)
        [holding] = (await rig.get(A)).value.wallet.token_holdings or []
        assert holding.name is None
        await refresh_all(rig)
    [holding] = (await rig.get(A)).value.wallet.token_holdings or []
    assert holding.name == "Bonk"


def make_name() -> Any:
    from backends.orchestrator.ports import TokenName

    return TokenName(None, None)


async def test_more_of_a_mint_than_there_can_be_is_no_reading(rig: Rig) -> None:
    program = TokenProgram.spl_token
    two = [FoundTokenAccount(TokenAccount(a, A, "mint", program), 2**63, 6) for a in ("x", "y")]
    with pytest.raises(ChainUnavailable):
        add_up(two)
    [held] = add_up([two[0], replace(two[1], amount=2**63 - 1)])
    assert held == TokenBalance("mint", 2**64 - 1, 6, program)


async def test_what_is_kept_can_be_read_and_what_is_damaged_is_looked_for() -> None:
    accounts = tuple(
        FoundTokenAccount(token_account(A, address(f"mint {n}"), program), amount, decimals)
        for n, (program, amount, decimals) in enumerate(
            [(TokenProgram.spl_token, 0, 0), (TokenProgram.token_2022, 2**64 - 1, 255)]
        )
    )
    text = pack_accounts(accounts)
    wallet = make.wallet(A, token_accounts=text)
    assert set(unpack_accounts(wallet) or ()) == set(accounts)
    assert pack_accounts(accounts * 50) is not None
    assert pack_accounts((*accounts * 50, accounts[0])) is None
    assert unpack_accounts(make.wallet(A, token_accounts="")) == ()
    for damaged in (None, "x", "a b 0 6", "a b 7 6 1", "a b 0 6 x", f"{text}\nx"):
        assert unpack_accounts(make.wallet(A, token_accounts=damaged)) is None


async def test_discoveries_are_spread_evenly_and_come_once_in_a_period() -> None:
    policy = Policy()
    addresses = [address(number) for number in range(2400)]
    due = [next_discovery(each, START, policy) for each in addresses]
    assert all(START < moment <= START + timedelta(days=1) for moment in due)
    hours = [int((moment - START).total_seconds() // 3600) for moment in due]
    assert all(60 < hours.count(hour) < 145 for hour in range(24))  # a hundred each, give or take
    for each, moment in zip(addresses[:50], due, strict=False):
        assert next_discovery(each, moment, policy) == moment + timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (None, True),
        (START - timedelta(seconds=1), True),
        (START, True),
        (START + timedelta(seconds=1), False),
        (START + timedelta(days=1), False),
        (START + timedelta(days=1, seconds=1), True),  # by a clock that was wrong
    ],
)
async def test_when_a_discovery_is_due(after: Any, due: bool) -> None:
    wallet = make.wallet(A, token_accounts="", discover_after=after)
    assert discovery_is_due(wallet, START, Policy()) is due
    assert discovery_is_due(replace(wallet, token_accounts=None), START, Policy())


async def test_due_discoveries_are_made_and_with_none_between_them_all_are() -> None:
    rig = Rig(policy=with_policy(discovery=timedelta(hours=24)))
    addresses = await rig.create_many(48)
    async with rig.running():
        await refresh_all(rig)
        found: list[str] = []
        for _ in range(24):
            rig.clock.move(hours=1)
            await refresh_all(rig, parts=[BALANCE, TOKENS])
            assert len(await looked_for(rig)) < 12
            found += await looked_for(rig)
        assert set(found) == set(addresses)
        always = rig.again(with_policy(discovery=timedelta(0)))
    async with always.running():
        await refresh_all(always)
    assert await looked_for(always) == set(addresses)


async def test_an_estimate_knows_accounts_discoveries_and_launched_mints() -> None:
    rig = Rig(policy=RARELY)
    addresses = await rig.create_many(150)
    for each in addresses:
        rig.chain.set_tokens(each, one=1, two=2)

    async def least(depth: RefreshDepth = RefreshDepth.known) -> tuple[int, int, int]:
        answer = (await rig.backend.estimate_refresh(scope=RefreshScope.all, depth=depth)).value
        return answer.wallets, answer.discoveries, answer.calls_at_least

    assert await least() == (150, 150, 302)
    async with rig.running():
        await refresh_all(rig)
        assert await least() == (150, 0, math.ceil(450 / 100))
        assert await least(RefreshDepth.full) == (150, 150, 302)
        await refresh_all(rig)
        # Each shard begins its own request.
        assert rig.chain.sent == {"getMultipleAccounts": math.ceil(300 / 100) + math.ceil(150 / 100)}
        await rig.launched(addresses[0], address("ours"))
        assert await least() == (150, 0, math.ceil((450 + 150) / 100))


async def test_an_estimate_knows_whose_accounts_are_too_many_to_be_known() -> None:
    rig = Rig(policy=RARELY)
    await rig.create(A)
    rig.chain.set_tokens(A, **{f"mint{number}": 1 for number in range(MOST_ACCOUNTS + 1)})
    async with rig.running():
        await refresh_all(rig)
        answer = (await rig.backend.estimate_refresh(scope=RefreshScope.all, depth=RefreshDepth.known)).value
        await refresh_all(rig)
        assert (answer.discoveries, answer.calls_at_least) == (1, rig.chain.sent.total())
