"""Portfolio reads: totals that say how complete they are (rule 11), and no read that asks the chain (rule 1)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from backends.errors import BackendError, ChainTimeout, ChainUnavailable
from backends.orchestrator.ports import Put, TokenBalance, TokenName, Write
from backends.orchestrator.records import Wallet
from generated_models import (
    LaunchAnalytics,
    PortfolioSummary,
    PortfolioToken,
    PortfolioTokenPage,
    ProblemCode,
    RefreshDepth,
    ScheduleStatus,
    TokenProgram,
    WalletSort,
    WalletStatus,
)
from tests.support.fakes import address
from tests.support.rig import BALANCE, TOKENS, Rig, refused, with_policy

A, B, C = address("A"), address("B"), address("C")


async def summary(rig: Rig) -> PortfolioSummary:
    return (await rig.backend.get_portfolio_summary()).value


async def tokens(rig: Rig, size: int = 200, token: str | None = None) -> PortfolioTokenPage:
    return (await rig.backend.list_portfolio_tokens(page_size=size, page_token=token)).value


async def analytics(rig: Rig, days: int = 30) -> LaunchAnalytics:
    return (await rig.backend.get_launch_analytics(days=days)).value


async def test_an_empty_portfolio_is_complete(rig: Rig) -> None:
    answer = await summary(rig)
    assert (answer.total_wallets, answer.total_balance_lamports, answer.total_balance_sol) == (0, "0", "0")
    assert (answer.complete, answer.wallets_missing, answer.oldest_as_of) == (True, 0, None)
    page = await tokens(rig)
    assert (page.items, page.total_size, page.complete, page.oldest_as_of) == ([], 0, True, None)


async def test_totals_are_exact_sums(rig: Rig) -> None:
    for each, lamports in ((A, 2**63), (B, 1), (C, 10**9)):
        await rig.create(each)
        rig.chain.lamports[each] = lamports
    await rig.refresh(A)
    rig.clock.move(minutes=59)
    await rig.refresh(B)
    rig.clock.move(minutes=2)
    await rig.schedule(A, "1.25")
    await rig.schedule(B, "0.000000001")
    cancelled = await rig.schedule(B, "7")
    await rig.cancel(cancelled.schedule_id)
    await rig.launched(B, address("mint"))
    await rig.put(A, override=WalletStatus.ARCHIVED)
    answer = await summary(rig)
    assert answer.total_wallets == 3
    assert answer.wallets_by_status.model_dump() == {
        "UNFUNDED": 0,
        "FUNDED": 0,
        "LAUNCHED": 1,
        "ARCHIVED": 1,
        "UNKNOWN": 1,
    }
    assert answer.balance_sol_by_status is not None
    assert answer.balance_sol_by_status.model_dump() == {
        "UNFUNDED": "0",
        "FUNDED": "0",
        "LAUNCHED": "0.000000001",
        "ARCHIVED": "9223372036.854775808",
        "UNKNOWN": "0",
    }
    assert answer.wallets_by_freshness.model_dump() == {"never": 1, "error": 0, "stale": 1, "fresh": 1}
    assert answer.total_balance_lamports == str(2**63 + 1)
    assert answer.total_balance_sol == "9223372036.854775809"
    assert (answer.open_schedules, answer.scheduled_sol, answer.total_launches) == (2, "1.250000001", 1)
    assert (answer.complete, answer.wallets_missing) == (False, 1)
    assert answer.oldest_as_of == "2026-11-22T16:10:00.000Z"
    assert answer.computed_at == "2026-11-22T17:11:00.000Z"
    await rig.refresh(C)
    assert (await summary(rig)).complete


async def test_freshness_is_counted_as_lists_show_it(rig: Rig) -> None:
    for each in (A, B, C):
        await rig.create(each)
    await rig.refresh(A)
    await rig.refresh(B)
    rig.chain.fail("getTokenAccountsByOwner", ChainTimeout())
    await rig.refresh(B)
    await rig.refresh(C)
    counted = (await summary(rig)).wallets_by_freshness.model_dump()
    shown = [item.cache.state.value for item in (await rig.page()).items]
    assert counted == {state: shown.count(state) for state in counted}
    assert counted == {"never": 1, "error": 1, "stale": 0, "fresh": 1}


async def test_launches_of_a_deleted_wallet_still_count(rig: Rig) -> None:
    await rig.create(A)
    await rig.launched(A, address("mint"))
    await rig.delete(A)
    assert (await summary(rig)).total_launches == 1
    by_wallet = (await analytics(rig)).by_wallet
    assert [(row.wallet_address, row.label, row.launches) for row in by_wallet] == [(A, None, 1)]


async def test_token_totals_add_up(rig: Rig) -> None:
    rig.chain.names[address("bonk")] = TokenName("Bonk", "BONK")
    for each, held in ((A, {"bonk": 5, "newpump": 1}), (B, {"bonk": 2**64 - 1})):
        await rig.create(each)
        rig.chain.set_tokens(each, **held)
        await rig.refresh(each)
        rig.clock.move(10)
    await rig.create(C)
    page = await tokens(rig)
    assert page.items == [
        PortfolioToken(
            mint_address=address("bonk"),
            name="Bonk",
            ticker="BONK",
            decimals=6,
            token_program=TokenProgram.spl_token,
            amount="18446744073709551620",
            balance="18446744073709.55162",
            wallets_holding=2,
        ),
        PortfolioToken(
            mint_address=address("newpump"),
            name=None,
            ticker=None,
            decimals=6,
            token_program=TokenProgram.token_2022,
            amount="1",
            balance="0.000001",
            wallets_holding=1,
        ),
    ]
    assert (page.total_size, page.complete, page.wallets_missing) == (2, False, 1)
    assert (page.oldest_as_of, page.computed_at) == ("2026-11-22T16:10:00.000Z", "2026-11-22T16:10:20.000Z")


async def test_a_balance_read_alone_says_nothing_of_tokens(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A, BALANCE)
    assert (await tokens(rig)).wallets_missing == 1
    assert (await summary(rig)).wallets_missing == 0


async def test_the_snapshot_is_rebuilt_at_most_every_minute(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    await rig.refresh(A, TOKENS)
    first = await tokens(rig)
    rig.chain.set_tokens(A, bonk=6)
    await rig.refresh(A, TOKENS)
    rig.clock.move(59.999)
    assert await tokens(rig) == first
    assert await tokens(rig.again()) == first
    rig.clock.move(0.001)
    second = await tokens(rig)
    assert [item.amount for item in second.items] == ["6"]


async def test_many_readers_at_once_share_one_build(rig: Rig) -> None:
    await rig.create(A)
    await summary(rig)  # which has counted all
    commits = len(rig.store.commits)
    answers = await asyncio.gather(*(tokens(rig) for _ in range(20)))
    assert len({answer.model_dump_json() for answer in answers}) == 1
    assert len(rig.store.commits) == commits + 1


@pytest.mark.parametrize("processes", [2, 5])
async def test_builders_in_several_processes_agree(rig: Rig, processes: int) -> None:
    await rig.create(A)
    await rig.refresh(A)
    others = [rig.again() for _ in range(processes)]

    async def slowly(method: str, writes: Sequence[Write]) -> None:
        await asyncio.sleep(0)

    for other in others:
        other.store.before = slowly
    answers = await asyncio.gather(*(tokens(other) for other in others))
    assert len({answer.computed_at for answer in answers}) == 1


async def test_without_a_time_to_live_builders_still_agree(rig: Rig) -> None:
    await rig.create(A)
    others = [rig.again(with_policy(portfolio_ttl=timedelta(0))) for _ in range(3)]

    async def slowly(method: str, writes: Sequence[Write]) -> None:
        await asyncio.sleep(0)

    for other in others:
        other.store.before = slowly
    await asyncio.gather(*(tokens(other) for other in others))


async def test_pages_are_of_one_snapshot(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, **{f"mint{number}": 1 for number in range(10)})
    await rig.refresh(A, TOKENS)
    page = await tokens(rig, size=4)
    rig.chain.set_tokens(A, **{f"mint{number}": 2 for number in range(7)})
    rig.clock.move(120)
    await rig.refresh(A, TOKENS)
    assert (await tokens(rig)).total_size == 7
    seen = [item.mint_address for item in page.items]
    computed_at = page.computed_at
    while page.next_page_token is not None:
        page = await tokens(rig, size=4, token=page.next_page_token)
        assert (page.computed_at, page.total_size) == (computed_at, 10)
        assert {item.amount for item in page.items} == {"1"}
        seen += [item.mint_address for item in page.items]
    assert len(seen) == len(set(seen)) == 10


async def test_a_snapshot_long_gone_is_an_invalid_token(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, **{f"mint{number}": 1 for number in range(10)})
    await rig.refresh(A, TOKENS)
    page = await tokens(rig, size=4)
    rig.clock.move(hours=2)
    await rig.backend._housekeeping.sweep()
    await tokens(rig, size=4, token=page.next_page_token)  # still the current one
    await tokens(rig)
    await rig.backend._housekeeping.sweep()
    await tokens(
        rig, size=4, token=page.next_page_token
    )  # replaced this moment, and good enough for `max_age` until then
    rig.clock.move(minutes=59)
    await rig.backend._housekeeping.sweep()
    await tokens(rig, size=4, token=page.next_page_token)
    rig.clock.move(minutes=1)
    await rig.backend._housekeeping.sweep()
    await refused(tokens(rig, size=4, token=page.next_page_token), ProblemCode.invalid_page_token)


async def test_a_whale_is_added_up_exactly(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.tokens[A] = {
        (mint := address(f"mint {number}")): TokenBalance(
            mint_address=mint, amount=number + 1, decimals=0, token_program=TokenProgram.spl_token
        )
        for number in range(3_000)
    }
    await rig.refresh(A, TOKENS)
    page, total, seen = await tokens(rig), 0, 0
    while True:
        total += sum(int(item.amount) for item in page.items)
        seen += len(page.items)
        if page.next_page_token is None:
            break
        page = await tokens(rig, token=page.next_page_token)
    assert (seen, total) == (3_000, 3_000 * 3_001 // 2)


async def test_launches_by_day_and_wallet(rig: Rig) -> None:
    await rig.create(A, label="first")
    await rig.create(B)
    for number, (each, when) in enumerate(
        [
            (A, "2026-11-22T00:00:00Z"),
            (A, "2026-11-22T23:59:59.999Z"),  # later today
            (B, "2026-11-21T23:59:59.999Z"),
            (B, "2026-11-20T00:00:00Z"),
            (B, "2026-11-19T23:59:59.999Z"),
            (A, "2026-11-23T00:00:00Z"),  # tomorrow
        ]
    ):
        await rig.launched(each, address(f"mint {number}"), when=when)
    answer = await analytics(rig, days=3)
    assert [(row.day, row.launches) for row in answer.by_day] == [
        ("2026-11-20", 1),
        ("2026-11-21", 1),
        ("2026-11-22", 2),
    ]
    assert answer.total_launches == 4
    assert [(row.wallet_address, row.label, row.launches, row.last_launched_at) for row in answer.by_wallet] == sorted(
        [
            (A, "first", 2, "2026-11-22T23:59:59.999Z"),
            (B, None, 2, "2026-11-21T23:59:59.999Z"),
        ]
    )
    assert len((await analytics(rig, days=365)).by_day) == 365
    assert [row.day for row in (await analytics(rig, days=1)).by_day] == ["2026-11-22"]


async def test_a_launch_of_next_year_follows_its_wallets_label(rig: Rig) -> None:
    await rig.create(A, label="before")
    rig.clock.move(days=39)  # to 31 December
    await rig.launched(A, address("mint"), when="2027-01-01T00:00:00Z")
    await rig.put(A, label="after")
    rig.clock.move(days=1)
    assert [row.label for row in (await analytics(rig, days=1)).by_wallet] == ["after"]


async def test_funded_but_never_launched(rig: Rig) -> None:
    addresses = await rig.create_many(105)
    for each in addresses:
        rig.chain.lamports[each] = 10**9
        await rig.refresh(each, BALANCE)
    await rig.launched(addresses[0], address("mint"))
    answer = await analytics(rig)
    assert answer.funded_never_launched.total == 104
    assert answer.funded_never_launched.wallets == sorted(addresses[1:])[:10]
    assert (answer.complete, answer.wallets_missing) == (True, 0)
    await rig.create(A)
    assert (await analytics(rig)).wallets_missing == 1


async def test_no_read_asks_the_chain_or_writes_a_wallet(rig: Rig) -> None:
    for each in (A, B):
        await rig.create(each)
        rig.chain.pay(each, lamports=10**9)
        rig.chain.set_tokens(each, bonk=5)
        await rig.refresh(each)
        await rig.schedule(each, "1")
        await rig.launched(each, address("mint"))
    async with rig.running():
        operation_id = (await rig.finished((await rig.refresh_all()).operation_id)).operation_id
    rig.chain.sent.clear()
    rig.store.commits.clear()
    rig.chain.fail("*", ChainUnavailable("no read may come here"))
    rig.clock.move(days=2)
    backend = rig.backend
    await backend.ready()
    for address_ in (A, C):
        try:
            await backend.get_wallet(wallet_address=address_)
        except BackendError as error:
            assert error.code is ProblemCode.wallet_not_found  # noqa: PT017
    for sort in WalletSort:
        await rig.walk(size=1, sort=sort)
    for status in ScheduleStatus:
        await rig.schedules(status)
    await backend.list_launches(page_size=50, page_token=None)
    await backend.list_wallet_launches(wallet_address=A, page_size=50, page_token=None)
    await summary(rig)
    await tokens(rig)
    await analytics(rig)
    await rig.operation(operation_id)
    await rig.results(operation_id)
    stream = await backend.stream_refresh_events(operation_id=operation_id, last_event_id=None)
    assert [event.event async for event in stream.value][-1] == "done"
    await rig.put(A, label="x")
    await rig.delete(B, force=True)
    assert not rig.chain.sent
    written = [write.record for writes in rig.store.commits[:-2] for write in writes if isinstance(write, Put)]
    assert not any(isinstance(record, Wallet) for record in written)


@pytest.mark.parametrize("number", range(4))  # which documents the counters of these wallets lie in, chance decides
async def test_decimals_that_the_chain_corrects_are_corrected_in_the_totals(rig: Rig, number: int) -> None:
    wallets = [address(f"{name}{number}") for name in "ABC"]
    for each in wallets:
        await rig.create(each)
        rig.chain.set_tokens(each, bonk=5_000_000)
        right = rig.chain.tokens[each]
        rig.chain.tokens[each] = {mint: replace(held, decimals=2) for mint, held in right.items()}
        await rig.refresh(each, TOKENS)
        rig.chain.tokens[each] = right
    assert [each.balance for each in (await tokens(rig)).items] == ["150000"]
    rig.clock.move(120)
    async with rig.running():  # read together, and so counted in one document
        await rig.finished((await rig.refresh_all(depth=RefreshDepth.full)).operation_id)
    assert [(each.decimals, each.balance) for each in (await tokens(rig)).items] == [(6, "15")]
