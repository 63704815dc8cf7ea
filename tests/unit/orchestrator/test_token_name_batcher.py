"""Names of mints, asked for in as few requests as can be; transactions, asked for once; batches of what is ready."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from backends.errors import ChainUnavailable
from backends.orchestrator.ports import TokenName
from backends.orchestrator.refresh import transaction_cache
from backends.orchestrator.refresh.batching import in_batches
from backends.orchestrator.refresh.token_name_batcher import TokenNameBatcher
from backends.orchestrator.refresh.token_name_cache import TokenNameCache
from backends.orchestrator.refresh.transaction_cache import TransactionCache
from generated_models import TokenHolding, TokenProgram
from tests.support.fakes import ScriptedChain, address
from tests.support.rig import Rig, turns


def mints(first: int, count: int) -> dict[str, TokenProgram]:
    return {address(f"mint {number}"): TokenProgram.spl_token for number in range(first, first + count)}


@pytest.fixture
def chain(rig: Rig) -> ScriptedChain:
    for number in range(500):
        rig.chain.names[address(f"mint {number}")] = TokenName(f"Name {number}", None)
    return rig.chain


@pytest.fixture
def batcher(rig: Rig, chain: ScriptedChain) -> TokenNameBatcher:
    return TokenNameBatcher(TokenNameCache(rig.context))


def requests(chain: ScriptedChain) -> int:
    return chain.sent["getMultipleAccounts"]


async def test_new_mints_of_several_refreshes_travel_in_full_requests(
    batcher: TokenNameBatcher, chain: ScriptedChain
) -> None:
    one, other = batcher.open_ticket(chain, 3, immediate=False), batcher.open_ticket(chain, 3, immediate=False)
    asking = [asyncio.ensure_future((one, other)[n % 2].names(mints(n * 20, 20))) for n in range(6)]
    answers = await asyncio.gather(*asking)
    assert requests(chain) == 3  # 120 mints
    assert answers[5] == {address(f"mint {n}"): TokenName(f"Name {n}", None) for n in range(100, 120)}
    one.close()
    other.close()


async def test_a_request_that_is_not_full_waits_for_wallets_to_come(
    batcher: TokenNameBatcher, chain: ScriptedChain
) -> None:
    ticket = batcher.open_ticket(chain, 3, immediate=False)
    first = asyncio.ensure_future(ticket.names(mints(0, 5)))
    second = asyncio.ensure_future(ticket.names(mints(3, 5)))
    await turns()
    assert not requests(chain)
    ticket.skip()
    assert len((await first) | (await second)) == 8
    assert requests(chain) == 1
    ticket.close()


async def test_it_does_not_wait_for_a_refresh_that_ended(batcher: TokenNameBatcher, chain: ScriptedChain) -> None:
    one, other = batcher.open_ticket(chain, 1, immediate=False), batcher.open_ticket(chain, 100, immediate=False)
    asking = asyncio.ensure_future(one.names(mints(0, 5)))
    await turns()
    assert not requests(chain)
    other.close()
    other.close()
    assert len(await asking) == 5
    one.close()


async def test_it_does_not_wait_for_ever(
    batcher: TokenNameBatcher, chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backends.orchestrator.refresh.token_name_batcher._MAX_WAIT", 0.01)
    ticket = batcher.open_ticket(chain, 2, immediate=False)
    assert len(await ticket.names(mints(0, 5))) == 5
    ticket.close()


async def test_who_asks_at_once_takes_others_along(batcher: TokenNameBatcher, chain: ScriptedChain) -> None:
    patient = batcher.open_ticket(chain, 2, immediate=False)
    waiting = asyncio.ensure_future(patient.names(mints(0, 5)))
    await turns()
    assert len(await batcher.open_ticket(chain, 1, immediate=True).names(mints(100, 3))) == 3
    assert len(await waiting) == 5
    assert requests(chain) == 1
    patient.close()


async def test_what_nobody_waits_for_any_more_is_not_asked(batcher: TokenNameBatcher, chain: ScriptedChain) -> None:
    ticket = batcher.open_ticket(chain, 2, immediate=False)
    asking = asyncio.ensure_future(ticket.names(mints(0, 5)))
    await turns()
    asking.cancel()
    ticket.close()
    await turns()
    assert not requests(chain)
    assert len(await batcher.open_ticket(chain, 1, immediate=True).names(mints(0, 5))) == 5


async def test_a_name_that_could_not_be_read_is_asked_again_later(
    batcher: TokenNameBatcher, chain: ScriptedChain
) -> None:
    chain.fail("getMultipleAccounts", ChainUnavailable(), times=1)
    assert await batcher.open_ticket(chain, 1, immediate=True).names(mints(0, 2)) == {}
    assert len(await batcher.open_ticket(chain, 1, immediate=True).names(mints(0, 2))) == 2
    assert len(await batcher.open_ticket(chain, 1, immediate=True).names(mints(0, 2))) == 2
    assert requests(chain) == 2


async def test_a_request_that_fails_is_told_once_however_many_wait(
    batcher: TokenNameBatcher, chain: ScriptedChain, caplog: pytest.LogCaptureFixture
) -> None:
    chain.fail("getMultipleAccounts", ChainUnavailable(), times=1)
    with closing(batcher.open_ticket(chain, 30, immediate=False)) as ticket:
        assert await asyncio.gather(*(ticket.names(mints(n % 2, 2)) for n in range(30))) == [{}] * 30
    assert [record.getMessage() for record in caplog.records] == [
        "the names of 3 mints could not be read: chain_unavailable"
    ]


async def test_a_transaction_is_asked_for_once(chain: ScriptedChain) -> None:
    signature = chain.pay(address("a"), lamports=5)
    transactions = TransactionCache(2)
    answers = await asyncio.gather(*(transactions.transaction(chain, signature) for _ in range(50)))
    assert all(answer == answers[0] for answer in answers)
    assert await transactions.transaction(chain, signature) == answers[0]
    assert chain.sent["getTransaction"] == 1


async def test_a_transaction_that_failed_is_asked_for_again(chain: ScriptedChain) -> None:
    signature = chain.pay(address("a"), lamports=5)
    chain.fail("getTransaction", ChainUnavailable(), times=1)
    transactions = TransactionCache()
    with pytest.raises(ChainUnavailable):
        await transactions.transaction(chain, signature)
    assert len((await transactions.transaction(chain, signature)).transfers) == 1


async def test_a_transaction_goes_on_while_somebody_waits(chain: ScriptedChain) -> None:
    signature = chain.pay(address("a"), lamports=5)
    held = chain.hold("getTransaction")
    transactions = TransactionCache()
    first = asyncio.ensure_future(transactions.transaction(chain, signature))
    second = asyncio.ensure_future(transactions.transaction(chain, signature))
    await held.reached.wait()
    first.cancel()
    await turns()
    held.release.set()
    assert len((await second).transfers) == 1
    assert chain.sent["getTransaction"] == 1
    third = asyncio.ensure_future(transactions.transaction(chain, chain.pay(address("b"), lamports=5)))
    await turns()
    third.cancel()
    await turns()
    assert not transactions._under_way


async def test_few_transactions_are_remembered(chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction_cache, "_ENTRIES_IN_MEMORY", 10)
    transactions = TransactionCache()
    for number in range(30):
        await transactions.transaction(chain, chain.pay(address(number), address("x"), lamports=5))
    assert transactions._size <= 10


async def _numbers(count: int, error: Exception | None = None) -> AsyncIterator[int]:
    for number in range(count):
        yield number
    if error is not None:
        raise error


async def test_what_is_ready_comes_together() -> None:
    batches = [batch async for batch in in_batches(_numbers(45), 20)]
    assert [number for batch in batches for number in batch] == list(range(45))
    assert [len(batch) for batch in batches] == [20, 20, 5]
    assert [batch async for batch in in_batches(_numbers(0), 20)] == []


async def test_a_failure_comes_behind_what_was_ready() -> None:
    came: list[int] = []

    async def listen() -> None:
        async for batch in in_batches(_numbers(5, ZeroDivisionError()), 3):
            came.extend(batch)

    with pytest.raises(ZeroDivisionError):
        await listen()
    assert came == [0, 1, 2, 3, 4]


async def test_a_wallet_does_not_wait_for_slow_names_to_be_stored(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backends.orchestrator.refresh.holdings_naming._LONGEST_WAIT", 0.0)
    wallets = await rig.create_many(3)
    for wallet in wallets:
        rig.chain.set_tokens(wallet, coin=7, newcoin=9)
    rig.chain.names[address("coin")] = TokenName("Coin", "C")
    slow = rig.chain.hold("getMultipleAccounts", subject=min(address("coin"), address("newcoin")))
    async with rig.running():
        operation = await rig.refresh_all()
        await slow.reached.wait()
        held: list[list[TokenHolding] | None] = [None]
        while None in held:
            await turns()
            held = [(await rig.get(wallet)).value.wallet.token_holdings for wallet in wallets]
        assert {token.name for each in held for token in each or ()} == {None}
        slow.release.set()
        done = await rig.finished(operation.operation_id)
        assert (done.complete, done.done) == (3, 3)
    names = {token.name for wallet in wallets for token in (await rig.get(wallet)).value.wallet.token_holdings or ()}
    assert names == {"Coin", None}
    assert len(await rig.results(operation.operation_id)) == 3
