"""The transactions of a wallet: what each changed, how far back the list is complete, and that it adds up."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from backends.orchestrator.history.activity import ActivityEntry, pack_activity, unpack_activity
from backends.orchestrator.history.months import MAX_ACTIVITY, month_start, with_more
from backends.orchestrator.ports import Delete, Put, SystemTransfer, TokenMove
from backends.orchestrator.records import WalletMonth
from generated_models import ProblemCode
from tests.support.fakes import START, address, signature_of
from tests.support.process_cost import StallWatch
from tests.support.rig import Rig, refused, with_policy

A = address("A")


async def test_a_wallet_never_read_has_no_activity(rig: Rig) -> None:
    await refused(rig.activity(A), ProblemCode.wallet_not_found)
    await rig.create(A)
    page = await rig.activity(A)
    assert (page.items, page.total_size, page.as_of, page.complete_since) == ([], 0, None, None)


async def test_what_a_transaction_changed(rig: Rig) -> None:
    await rig.create(A)
    paid = rig.chain.pay(A, lamports=300)
    spent = rig.chain.spend(A, 40, at=START + timedelta(seconds=60))
    rig.chain.token_moves[spent] = {A: (TokenMove(address("bonk"), 1_500_000, 6),), address("B"): ()}
    several = rig.chain.pay(A, lamports=7, at=START + timedelta(seconds=90))
    rig.chain.transactions[several].append(SystemTransfer(address("another"), A, 1))
    failed = rig.chain.pay(A, lamports=9, failed=True, at=None)
    await rig.refresh(A)
    page = await rig.activity(A)
    assert [(each.signature, each.change_lamports, each.counterparty) for each in page.items] == [
        (failed, None, None),
        (several, "8", None),
        (spent, "-40", address("shop")),
        (paid, "300", address("somebody")),
    ]
    assert (page.items[0].failed, page.items[0].block_time, page.items[0].token_changes) == (True, None, None)
    assert [(move.mint_address, move.amount, move.balance) for move in page.items[2].token_changes or []] == [
        (address("bonk"), "1500000", "1.5")
    ]
    assert (page.items[2].change_sol, page.items[3].token_changes) == ("-0.00000004", [])
    assert (page.as_of, page.complete_since, page.total_size) == ("2026-11-22T16:10:00.000Z", None, 4)


async def test_it_says_how_far_back_it_is_complete_and_goes_on(rig: Rig) -> None:
    rig = rig.again(with_policy(history_transactions=10))
    await rig.create(A)
    paid = [rig.chain.pay(A, lamports=number + 1, at=START + timedelta(seconds=number)) for number in range(60)]
    await rig.refresh(A)
    page = await rig.activity(A)
    assert page.complete_since == page.items[8].block_time  # the tenth that was read is the first of all
    assert page.items[9].signature == paid[0]
    while (page := await rig.activity(A)).complete_since is not None:
        seen = [each for each in page.items if (each.block_time or "") > page.complete_since]
        assert [each.signature for each in seen] == paid[: -len(seen) - 1 : -1]
        await rig.refresh(A)
    assert [each.signature for each in page.items] == paid[::-1]
    balance = (await rig.get(A)).value.wallet.last_balance_lamports
    assert sum(int(each.change_lamports or 0) for each in page.items) == int(balance or 0)


async def test_pages_bring_each_transaction_once(rig: Rig) -> None:
    await rig.create(A)
    paid = []
    for number in range(45):  # over two months, and in the wallet's own document
        at = START + timedelta(hours=15 * number)
        rig.clock.move(hours=15)
        paid.append(rig.chain.pay(A, lamports=1, at=at))
        await rig.refresh(A)
    for size in (1, 7, 44, 45, 200):
        assert [each.signature for each in await rig.transactions(A, size=size)] == paid[::-1]
    first = await rig.activity(A, size=7)
    assert first.total_size == 45
    await refused(rig.activity(A, size=7, token="A" * 40), ProblemCode.invalid_page_token)
    await rig.create(address("B"))
    await refused(rig.activity(address("B"), token=first.next_page_token), ProblemCode.invalid_page_token)


async def test_a_list_is_as_of_the_last_time_that_it_was_asked_for(rig: Rig) -> None:
    """A failed transaction of somebody else, or one of tokens alone, leaves the balance as it was: no refresh meets it
    for a day.
    """
    await rig.create(A)
    rig.chain.pay(A, lamports=5)
    await rig.refresh(A)
    rig.clock.move(hours=23)
    hidden = rig.chain.pay(A, lamports=5, at=rig.clock.now(), failed=True)
    rig.clock.move(minutes=59)
    answer = await rig.refresh(A)
    assert answer.cache.parts.funding_transactions.as_of == "2026-11-23T16:09:00.000Z"
    page = await rig.activity(A)
    assert (page.total_size, page.as_of) == (1, "2026-11-22T16:10:00.000Z")
    rig.clock.move(minutes=1)
    await rig.refresh(A)
    page = await rig.activity(A)
    assert (page.items[0].signature, page.as_of) == (hidden, "2026-11-23T16:10:00.000Z")


async def test_dust_never_pushes_funding_out(rig: Rig) -> None:
    await rig.create(A)
    real = rig.chain.pay(A, lamports=10**9)
    dust = [rig.chain.pay(A, lamports=1) for _ in range(24)]
    answer = await rig.refresh(A)
    shown = [funding.signature for funding in answer.wallet.recent_funding or []]
    assert shown == [*dust[:4:-1], real]
    assert len(await rig.transactions(A)) == 25


async def test_what_is_older_than_is_kept_is_read_and_not_listed(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=5, at=START - timedelta(days=700))
    new = rig.chain.pay(A, lamports=6, at=START - timedelta(days=10))
    answer = await rig.refresh(A)
    assert answer.wallet.first_funded_at == "2024-12-22T16:10:00.000Z"
    page = await rig.activity(A)
    assert ([each.signature for each in page.items], page.complete_since) == ([new], "2024-12-22T16:10:00.000Z")


async def test_what_was_dropped_is_said_to_be_missing(rig: Rig) -> None:
    """Whether its month was dropped long ago, or it became too old in the wallet's own document."""
    rig = rig.again(with_policy(history_months=1))
    await rig.create(A)

    async def paid_each(days: float, times: int) -> None:
        for _ in range(times):
            rig.clock.move(hours=24 * days)
            rig.chain.pay(A, lamports=5, at=rig.clock.now())
            await rig.refresh(A)
        await rig.backend._housekeeping.sweep()

    await paid_each(2, 35)  # to 31 January: November is dropped, and December when February comes
    assert (await rig.activity(A)).complete_since == "2026-12-01T00:00:00.000Z"
    await paid_each(2, 20)
    page = await rig.activity(A)
    assert (page.items[-1].block_time or "", page.complete_since) > ("2027-02-01", "2027-02-01T00:00:00.000Z")
    await paid_each(40, 8)
    await paid_each(1, 16)
    page = await rig.activity(A)
    assert page.complete_since is not None
    assert (page.items[-1].block_time or "") > page.complete_since
    assert min((await rig.stored(A)).history_months) >= "2027-12", "the month before that of the last move"


async def test_a_month_that_can_not_be_read_is_missing(rig: Rig) -> None:
    await rig.create(A)
    for _ in range(35):
        rig.clock.move(hours=24)
        rig.chain.pay(A, lamports=5, at=rig.clock.now())
        await rig.refresh(A)
    assert (await rig.activity(A)).complete_since is None
    await rig.store.store.commit([Delete(WalletMonth, WalletMonth.key_of(A, 1, "2026-11"))])
    assert (await rig.activity(A)).complete_since == "2026-12-01T00:00:00.000Z"
    await rig.store.store.commit([Delete(WalletMonth, WalletMonth.key_of(A, 1, "2026-12"))])
    page = await rig.activity(A)
    assert page.complete_since == page.as_of


async def test_wallets_of_an_earlier_release_begin_now(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.pay(A, lamports=5)
    await rig.refresh(A)
    stored = await rig.stored(A)
    assert stored.history is not None
    before = replace(
        stored,
        recent_activity="",
        recent_changes="",
        recorded_since=None,
        history=replace(stored.history, activity_recorded=False),
    )
    await rig.store.store.commit([Put(before)])
    assert (await rig.activity(A)).complete_since == "2026-11-22T16:10:00.000Z"
    rig.clock.move(hours=1)
    new = rig.chain.pay(A, lamports=6, at=rig.clock.now())
    await rig.refresh(A)
    page = await rig.activity(A)
    assert ([each.signature for each in page.items], page.complete_since) == ([new], "2026-11-22T16:10:00.000Z")
    assert (await rig.history(A)).recorded_since == "2026-11-22T17:10:00.000Z"


async def test_a_history_of_a_wrong_answer_heals(rig: Rig) -> None:
    """An RPC once listed a transaction of a slot that the chain has not come to: then nothing ever seemed newer."""
    await rig.create(A)
    paid = rig.chain.pay(A, lamports=5)
    honest = (await rig.refresh(A)).wallet
    stored = await rig.stored(A)
    assert stored.history is not None
    ahead = stored.history.newest_slot + 10**6
    (funding,) = stored.recent_funding or ()
    wrong = ActivityEntry(signature="wrong", slot=ahead, block_time=START, failed=False)
    await rig.store.store.commit(
        [
            Put(
                replace(
                    stored,
                    history=replace(stored.history, newest="wrong", newest_slot=ahead),
                    recent_activity=pack_activity([wrong]),
                    recent_funding=(replace(funding, signature="wrong", slot=ahead),),
                    first_funded_at=START - timedelta(days=900),
                )
            )
        ]
    )
    rig.clock.move(minutes=1)
    new = rig.chain.pay(A, lamports=6, at=rig.clock.now())
    healed = await rig.refresh(A)
    assert healed.results.funding_transactions is not None
    assert healed.results.funding_transactions.outcome == "updated"
    assert [each.signature for each in healed.wallet.recent_funding or ()] == [new, paid]
    assert healed.wallet.first_funded_at == honest.first_funded_at
    assert [each.signature for each in await rig.transactions(A)] == [new, paid]


async def test_a_history_ahead_of_the_balance_hides_nothing_that_comes(rig: Rig) -> None:
    """A node may list what the one that told the balance has not seen yet, so a wrong one may be ahead by as much."""
    await rig.create(A)
    rig.chain.pay(A, lamports=5)
    honest = rig.chain.histories[A]
    wrong = replace(honest[0], signature=signature_of(99), slot=rig.chain.slot + 8_000)
    rig.chain.histories[A], rig.chain.transactions[wrong.signature] = [wrong], []
    await rig.refresh(A)
    rig.chain.histories[A] = honest
    new = rig.chain.pay(A, lamports=6)
    await rig.refresh(A)
    assert new in [each.signature for each in await rig.transactions(A)]


@pytest.mark.slow
async def test_a_long_past_keeps_nobody_waiting(rig: Rig) -> None:
    """Anybody can send a wallet dust: 1,500 transactions a month, for as long as they are kept."""
    await rig.create(A)
    stored = await rig.stored(A)
    months = []
    for number in range(12):
        start = START - timedelta(days=31 * number)
        entries = [
            replace(entry, block_time=start, signature=signature_of(number * 2_000 + place))
            for place, entry in enumerate(_entries(1_500))
        ]
        name = f"{start:%Y-%m}"
        month = WalletMonth(wallet_address=A, generation=stored.generation, month=name, starts_at=month_start(name))
        months.append(replace(month, activity=pack_activity(entries)))
    wallet = replace(stored, history_months=tuple(sorted(month.month for month in months)))
    await rig.store.store.commit([Put(wallet), *(Put(month) for month in months)])
    watch = StallWatch()
    watching = asyncio.create_task(watch.run())
    await asyncio.sleep(0.01)
    page = await rig.activity(A)
    await asyncio.sleep(0.01)
    watching.cancel()
    assert page.total_size == 18_000
    before = time.thread_time()
    for month in months:
        unpack_activity(month.activity)
    unpacking = time.thread_time() - before
    assert watch.stall_cpu < unpacking / 2, "of the loop's own processor time: it unpacks elsewhere"


def _entries(count: int) -> list[ActivityEntry]:
    return [
        ActivityEntry(
            signature=f"{number:088}",
            slot=1_000 + number,
            block_time=START + timedelta(seconds=number) if number % 5 else None,
            failed=number % 7 == 0,
            lamports=(-1) ** number * number if number % 7 else None,
            tokens=(TokenMove(A, -number - 1, 6), TokenMove(A, 2**64, 0))[: number % 3] if number % 7 else None,
            fee=5_000 if number % 7 else None,
            counterparty=A if number % 3 and number % 7 else None,
        )
        for number in range(count)
    ]


def test_what_was_packed_is_unpacked() -> None:
    entries = _entries(200)
    assert unpack_activity(pack_activity(entries)) == entries
    assert unpack_activity(pack_activity([])) == []


@pytest.mark.parametrize("text", ["x", "AQ", "AQE=", "AQH/", "Af//", "é", "AQBYAAAA"])
def test_damaged_texts_hold_nothing(text: str) -> None:
    assert unpack_activity(text) == []


def test_a_month_keeps_its_newest_transactions() -> None:
    month = WalletMonth(wallet_address=A, generation=1, month="2026-11", starts_at=START)
    entries = _entries(2_000)
    month, dropped = with_more(month, (), entries)
    kept = unpack_activity(month.activity)
    assert len(kept) <= MAX_ACTIVITY
    assert len(month.activity) <= 400_000
    assert kept == entries[: -len(kept) - 1 : -1]
    assert dropped == max(entry.block_time for entry in entries[: -len(kept)] if entry.block_time)
    assert with_more(month, (), kept[:10])[0] == month  # the same ones again are the same ones
