"""What a wallet was: only what refreshes found changed, nothing twice, nothing lost, and gaps where nobody looked."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backends.errors import ChainTimeout, ChainUnavailable, StoreUnavailable
from backends.orchestrator.history.changes import BalanceChange, TokenCounts, pack_changes, unpack_changes
from backends.orchestrator.history.months import MAX_CHANGES, with_more
from backends.orchestrator.history.thinning import thinned
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import Wallet, WalletMonth
from backends.orchestrator.timestamps import format_timestamp
from generated_models import ExportFormat, ProblemCode, WalletStatus
from tests.support.fakes import START, address
from tests.support.rig import BALANCE, TOKENS, Rig, refused, with_policy

A = address("A")


async def test_a_wallet_never_read_has_no_history(rig: Rig) -> None:
    await refused(rig.history(A), ProblemCode.wallet_not_found)
    await rig.create(A)
    history = await rig.history(A)
    assert (history.entries, history.recorded_since, history.thinned) == ([], None, False)


async def test_an_entry_is_what_a_refresh_found_changed(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5, old=7)
    first = rig.chain.pay(A, lamports=300_000_000)
    await rig.refresh(A)
    rig.clock.move(hours=1)
    await rig.refresh(A)  # nothing new: no entry, but a confirmation
    rig.clock.move(hours=1)
    rig.chain.set_tokens(A, bonk=6, new=1)
    second = rig.chain.pay(A, lamports=5, at=rig.clock.now())
    await rig.refresh(A)
    rig.clock.move(hours=1)
    await rig.put(A, label="a label is no change of the wallet")
    history = await rig.history(A)
    assert [
        (each.first_seen_at[11:16], each.confirmed_until[11:16], each.balance_lamports, each.new_funding)
        for each in history.entries
    ] == [("16:10", "17:10", "300000000", [first]), ("18:10", "18:10", "300000005", [second])]
    assert [(each.tokens_added, each.tokens_removed, each.tokens_changed) for each in history.entries] == [
        (None, None, None),  # there is nothing to compare the first holdings with
        (1, 1, 1),
    ]
    assert history.entries[1].status is WalletStatus.FUNDED
    assert history.entries[1].balance_sol == "0.300000005"
    assert history.entries[1].slot == rig.chain.slot
    assert history.recorded_since == "2026-11-22T16:10:00.000Z"


async def test_failed_refreshes_are_gaps(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.lamports[A] = 5
    await rig.refresh(A)
    rig.chain.lamports[A] = 6
    rig.chain.fail("*", ChainUnavailable(), times=10)
    for _ in range(2):
        rig.clock.move(hours=1)
        await refused(rig.refresh(A), ProblemCode.chain_unavailable)
    rig.chain.faults.clear()
    rig.clock.move(hours=1)
    await rig.refresh(A)
    assert [
        (each.first_seen_at[11:16], each.confirmed_until[11:16], each.balance_lamports)
        for each in (await rig.history(A)).entries
    ] == [("16:10", "16:10", "5"), ("19:10", "19:10", "6")]


async def test_a_balance_that_was_not_read_is_unknown_until_it_is_again(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.lamports[A] = 5
    await rig.refresh(A)
    rig.clock.move(60)
    rig.chain.set_tokens(A, bonk=1)
    rig.chain.fail("getMultipleAccounts", ChainTimeout(), subject=A, times=1)
    await rig.refresh(A)
    rig.clock.move(60)
    await rig.refresh(A)
    rig.clock.move(60)
    await rig.refresh(A)
    entries = (await rig.history(A)).entries
    assert [
        (each.balance_lamports, each.tokens_added, each.first_seen_at[14:19], each.confirmed_until[14:19])
        for each in entries
    ] == [("5", None, "10:00", "10:00"), (None, 1, "11:00", "11:00"), ("5", 0, "12:00", "13:00")]


async def test_parts_asked_alone(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.lamports[A] = 5
    rig.chain.set_tokens(A, bonk=1)
    await rig.refresh(A, TOKENS)
    await rig.refresh(A, BALANCE)
    await rig.refresh(A, TOKENS)
    [tokens, balance] = (await rig.history(A)).entries
    assert (tokens.balance_lamports, tokens.tokens_added, tokens.status) == (None, None, None)
    assert (balance.balance_lamports, balance.tokens_added, balance.new_funding_count) == ("5", None, 0)


async def test_holdings_that_were_none_when_they_were_first_read_are_no_change(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A, BALANCE)
    rig.clock.move(60)
    await rig.refresh(A, TOKENS)
    rig.clock.move(60)
    rig.chain.set_tokens(A, bonk=1)
    await rig.refresh(A, TOKENS)
    assert [each.tokens_added for each in (await rig.history(A)).entries] == [None, 1]


async def test_what_was_read_while_the_clock_was_ahead_is_not_hidden(rig: Rig) -> None:
    await rig.create(A)
    await changed(rig, 3)
    await rig.backend.get_portfolio_summary()
    rig.clock.move(hours=-2)
    history, portfolio = await rig.history(A), await rig.portfolio_history()
    assert [each.balance_lamports for each in history.entries][-1] == str(rig.chain.lamports[A])
    assert [each.at for each in portfolio.points] == [history.entries[-1].first_seen_at]


async def test_a_name_that_came_late_is_no_change(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    rig.chain.fail("getMultipleAccounts", ChainUnavailable(), subject=address("bonk"), times=1)
    await rig.refresh(A)
    rig.clock.move(hours=25)
    await rig.refresh(A)
    assert len((await rig.history(A)).entries) == 1


async def test_old_funding_that_a_budget_had_left_unread_is_no_change(rig: Rig) -> None:
    rig = rig.again(with_policy(history_transactions=2))
    await rig.create(A)
    for _ in range(9):
        rig.chain.pay(A, lamports=20_000)
    for _ in range(5):
        await rig.refresh(A)
        rig.clock.move(60)
    [entry] = (await rig.history(A)).entries
    assert (entry.balance_lamports, entry.new_funding_count) == ("180000", 2)


async def changed(rig: Rig, times: int, *, hours: float = 1) -> list[str]:
    """So many changes, each found by a refresh; the balances that it found."""
    found = []
    for number in range(times):
        rig.clock.move(hours=hours)
        rig.chain.lamports[A] = rig.chain.lamports.get(A, 0) + 1 + number
        await rig.refresh(A, BALANCE)
        found.append(str(rig.chain.lamports[A]))
    return found


async def test_changes_move_into_months_and_none_is_lost(rig: Rig) -> None:
    await rig.create(A)
    found = await changed(rig, 100, hours=24)
    history = await rig.history(A)
    assert [each.balance_lamports for each in history.entries] == found
    for earlier, later in zip(history.entries, history.entries[1:], strict=False):
        assert earlier.first_seen_at <= earlier.confirmed_until < later.first_seen_at
    stored = await rig.stored(A)
    assert stored.history_months == ("2026-11", "2026-12", "2027-01", "2027-02")
    assert len(unpack_changes(stored.recent_changes)) <= 16
    assert len(stored.recent_changes) <= 16 * 40  # characters; 26 bytes each, and nothing of them is indexed


async def test_sixteen_changes_cost_one_write_more(rig: Rig) -> None:
    """At most 2 % at 10,000 wallets that are refreshed hourly, of which a fifth change between two refreshes; beside
    that, a point for every wallet and refresh would be a write each.
    """
    await rig.create(A)
    await changed(rig, 1)
    rig.store.commits.clear()
    await changed(rig, 160)
    written = [write.record for writes in rig.store.commits for write in writes if isinstance(write, Put)]
    wallets, months = (sum(isinstance(record, kind) for record in written) for kind in (Wallet, WalletMonth))
    assert (wallets, months) == (160, 10)
    refreshed, a_fifth = 11_100, 2_000  # writes of an hourly refresh-all (docs/operations.md), and changes in it
    assert a_fifth * months / wallets <= 0.02 * refreshed


async def test_deleting_a_wallet_deletes_its_past(rig: Rig) -> None:
    await rig.create(A)
    await changed(rig, 80, hours=24)
    months = (await rig.stored(A)).history_months
    await rig.delete(A)
    for month in months:
        assert await rig.store.store.get(WalletMonth, WalletMonth.key_of(A, 1, month)) is None
    await rig.create(A)
    assert (await rig.history(A)).entries == []


async def test_housekeeping_drops_what_is_too_old(rig: Rig) -> None:
    rig = rig.again(with_policy(history_months=1))
    await rig.create(A)
    await changed(rig, 100, hours=24)
    assert (await rig.history(A)).recorded_since == "2027-02-01T00:00:00.000Z"
    await rig.backend._housekeeping.sweep()
    entries = (await rig.history(A)).entries
    assert {each.first_seen_at[:7] for each in entries} == {"2027-02", "2027-03"}
    await changed(rig, 50, hours=24)
    assert (await rig.stored(A)).history_months == ("2027-03", "2027-04")


async def test_the_newest_changes_are_dropped_too_once_they_are_too_old(rig: Rig) -> None:
    rig = rig.again(with_policy(history_months=1))
    await rig.create(A)
    await changed(rig, 3)
    rig.clock.move(hours=24 * 90)  # they still lie in the wallet's own document
    assert (await rig.history(A)).entries == []
    await rig.refresh(A)
    in_force = (await rig.history(A)).entries
    assert [each.first_seen_at for each in in_force] == ["2026-11-22T19:10:00.000Z"]
    await changed(rig, 1)
    history = await rig.history(A)
    assert (history.entries[:-1], history.recorded_since) == (in_force, "2027-01-01T00:00:00.000Z")
    download = (await rig.backend.export_wallets(format=ExportFormat.jsonl, history=True)).value
    [line] = [json.loads(piece) async for piece in download.pieces]
    assert line["history"] == [each.model_dump(mode="json") for each in history.entries]


async def test_what_was_in_force_outlives_its_month(rig: Rig) -> None:
    rig = rig.again(with_policy(history_months=1))
    await rig.create(A)
    await changed(rig, 20)
    [lasting] = (await rig.history(A)).entries[-1:]
    for _ in range(5):
        rig.clock.move(hours=24 * 20)
        await rig.refresh(A, BALANCE)  # to 2 March
    confirmed = format_timestamp(rig.clock.now())
    await changed(rig, 20)
    await rig.backend._housekeeping.sweep()
    first = (await rig.history(A)).entries[0]
    assert (first.first_seen_at, first.confirmed_until) == (lasting.first_seen_at, confirmed)


async def test_a_range_begins_with_what_was_in_force(rig: Rig) -> None:
    await rig.create(A)
    await changed(rig, 10)  # 17:10 to 02:10
    rig.clock.move(hours=5)
    await rig.refresh(A, BALANCE)
    found = await rig.history(A, since="2026-11-22T18:30:00Z", until="2026-11-22T20:30:00Z")
    assert [each.first_seen_at[11:16] for each in found.entries] == ["19:10", "20:10"]
    found = await rig.history(A, since="2026-11-23T05:00:00Z")
    assert [(each.first_seen_at[11:16], each.confirmed_until[11:16]) for each in found.entries] == [("02:10", "07:10")]
    assert (await rig.history(A, since="2026-11-24T05:00:00Z")).entries == []
    assert (await rig.history(A, until="2026-11-22T05:00:00Z")).entries == []
    found = await rig.history(A, since="2026-11-23T06:00:00Z", until="2026-11-23T05:00:00Z")
    assert found.entries == [], "from is later than to"


@pytest.mark.parametrize("points", [4, 10, 50, 99])
async def test_few_points_keep_the_extremes(rig: Rig, points: int) -> None:
    await rig.create(A)
    some = random.Random(7)
    balances = [some.randrange(1, 10**12) for _ in range(100)]
    for balance in balances:
        rig.clock.move(hours=3)
        rig.chain.lamports[A] = balance
        await rig.refresh(A, BALANCE)
    history = await rig.history(A, points=points)
    shown = [int(each.balance_lamports or 0) for each in history.entries]
    assert len(shown) <= points
    assert history.thinned
    assert {min(balances), max(balances)} <= set(shown)
    assert (shown[0], shown[-1]) == (balances[0], balances[-1])
    assert not (await rig.history(A, points=100)).thinned


def _changes(count: int, *, apart: timedelta) -> list[BalanceChange]:
    some = random.Random(3)
    start = datetime(2026, 11, 1, tzinfo=UTC)
    return [
        BalanceChange(
            first_seen_at=start + number * apart,
            confirmed_until=start + number * apart,
            slot=number,
            lamports=some.choice([None, some.randrange(10**18)]),
            tokens=some.choice([None, TokenCounts(added=1, removed=0, changed=2)]),
            status=some.choice([None, *WalletStatus]),
            fundings=number % 3,
            signatures=("s" * 88,) * (number % 3),
        )
        for number in range(count)
    ]


def test_what_was_packed_is_unpacked() -> None:
    changes = _changes(500, apart=timedelta(minutes=7, milliseconds=1))
    assert unpack_changes(pack_changes(changes)) == changes
    assert unpack_changes(pack_changes([])) == []


@pytest.mark.parametrize("text", ["x", "AQ", "====", "AgAA", "AX8=", "Af///////////////////////////w==", "é"])
def test_damaged_texts_hold_nothing_and_harm_nobody(text: str) -> None:
    assert unpack_changes(text) == []


def test_a_month_is_bounded() -> None:
    changes = _changes(9_000, apart=timedelta(minutes=4))
    month = WalletMonth(wallet_address=A, generation=1, month="2026-11", starts_at=changes[0].first_seen_at)
    for start in range(0, len(changes), 1_500):
        month, _ = with_more(month, changes[start : start + 1_500], ())
        assert len(month.changes) <= 400_000
    kept = unpack_changes(month.changes)
    assert month.thinned
    assert len(kept) <= MAX_CHANGES
    lamports = [change.lamports for change in changes if change.lamports is not None]
    shown = [change.lamports for change in kept if change.lamports is not None]
    assert (min(shown), max(shown)) == (min(lamports), max(lamports))
    assert (kept[0].first_seen_at, kept[-1].first_seen_at) == (changes[0].first_seen_at, changes[-1].first_seen_at)
    again = thinned(kept, timedelta(hours=1))
    assert thinned(again, timedelta(hours=1)) == again


def test_a_month_has_all_changes_up_to_its_bound_however_many_transfers_they_name() -> None:
    changes = [
        replace(change, fundings=5, signatures=("s" * 88,) * 5)
        for change in _changes(MAX_CHANGES + 1, apart=timedelta(minutes=5))
    ]
    month = WalletMonth(wallet_address=A, generation=1, month="2026-11", starts_at=changes[0].first_seen_at)
    for start in range(0, MAX_CHANGES, 1_000):
        month, _ = with_more(month, changes[start : start + 1_000], ())
        assert len(month.changes) <= 400_000
    kept = unpack_changes(month.changes)
    bare = [replace(change, signatures=()) for change in changes]
    assert ([replace(change, signatures=()) for change in kept], month.thinned) == (bare[:MAX_CHANGES], False)
    month, _ = with_more(month, changes[MAX_CHANGES:], ())
    assert month.thinned
    assert len(unpack_changes(month.changes)) < MAX_CHANGES


async def test_a_damaged_month_stays_and_another_one_is_begun(rig: Rig) -> None:
    await rig.create(A)
    found = await changed(rig, 20)
    stored = await rig.store.store.get(WalletMonth, WalletMonth.key_of(A, 1, "2026-11"))
    assert stored is not None
    await rig.store.store.commit([Put(replace(stored.record, changes="damaged"))])
    found = found[16:] + await changed(rig, 20)
    assert [each.balance_lamports for each in (await rig.history(A)).entries] == found


async def test_two_processes_record_every_change_once(rig: Rig) -> None:
    other = rig.again()
    await rig.create(A)
    for number in range(40):
        rig.clock.move(60)
        rig.chain.lamports[A] = number + 1
        await asyncio.gather(rig.refresh(A, BALANCE), other.refresh(A, BALANCE), return_exceptions=True)
    assert [each.balance_lamports for each in (await rig.history(A)).entries] == [str(n + 1) for n in range(40)]


async def test_a_process_that_dies_loses_and_doubles_nothing(rig: Rig) -> None:
    """Before the commit nothing was found; after it everything was, also when nobody heard of it."""
    await rig.create(A)
    await rig.refresh(A, BALANCE)
    some = random.Random(11)

    async def dies(method: str, writes: Sequence[Write]) -> None:
        if method == "commit" and writes:
            raise StoreUnavailable("dead")

    found = [0]
    for number in range(60):
        process = rig.again()
        rig.clock.move(60)
        rig.chain.lamports[A] = number + 1
        death = some.choice(["before", "after", None])
        if death:
            setattr(process.store, death, dies)
            await refused(process.refresh(A, BALANCE), ProblemCode.store_unavailable)
        else:
            await process.refresh(A, BALANCE)
        if death != "before":
            found.append(number + 1)
    assert [int(each.balance_lamports or 0) for each in (await rig.history(A)).entries] == found


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_of_readings_gives_what_the_model_says(seed: int) -> None:  # noqa: PLR0915
    """Successful, failed, partial and superseded readings, in any order, against a model in a few lines."""
    rig = Rig(policy=with_policy(history_months=60))
    some = random.Random(seed)
    await rig.create(A)
    entries: list[list[object]] = []  # first seen, confirmed, lamports, tokens
    balance: int | None = None
    holdings: int | None = None
    as_of = {"balance": START, "tokens": START}
    slots = {"balance": 0, "tokens": 0}
    for _ in range(120):
        rig.clock.move(some.choice([1, 60, 3_600, 86_400]))
        now = rig.clock.now()
        rig.chain.slot += 10
        if some.random() < 0.4:
            rig.chain.lamports[A] = some.randrange(4)
        if some.random() < 0.3:
            rig.chain.set_tokens(A, bonk=some.randrange(3))
        asked = some.choice([(BALANCE, TOKENS), (BALANCE, TOKENS), (BALANCE,), (TOKENS,)])
        failing = [part for part in asked if some.random() < 0.2]
        late = some.random() < 0.15
        slot = rig.chain.slot
        rig.chain.slot = slot - 25 if late else slot
        if BALANCE in failing:
            rig.chain.fail("getMultipleAccounts", ChainTimeout(), subject=A, times=1)
        if TOKENS in failing:
            rig.chain.fail("getTokenAccountsByOwner", ChainTimeout(), times=1)
        try:
            await rig.refresh(A, *asked)
        except ChainTimeout:
            assert set(failing) == set(asked)
        finally:
            rig.chain.faults.clear()
        read_at, rig.chain.slot = rig.chain.slot, slot
        got = {part for part in asked if part not in failing}
        if BALANCE in got and read_at < slots["balance"]:
            got.remove(BALANCE)
        if TOKENS in got and read_at < slots["tokens"]:
            got.remove(TOKENS)
        lamports, amount = rig.chain.lamports.get(A, 0), rig.chain.tokens.get(A, {})
        held = sum(each.amount for each in amount.values())
        moved = TOKENS in got and held != (holdings or 0)
        if (BALANCE in got and (balance != lamports or not entries or entries[-1][2] is None)) or moved:
            if entries:
                part = "tokens" if entries[-1][2] is None else "balance"
                entries[-1][1] = max(entries[-1][1], as_of[part])  # type: ignore[call-overload]
            counted = int(moved) if TOKENS in got and holdings is not None else None
            entries.append([now, now, lamports if BALANCE in got else None, counted])
        if BALANCE in got:
            balance, as_of["balance"], slots["balance"] = lamports, now, read_at
        if TOKENS in got:
            holdings, as_of["tokens"], slots["tokens"] = held, now, read_at
    if entries:
        part = "tokens" if entries[-1][2] is None else "balance"
        entries[-1][1] = max(entries[-1][1], as_of[part])  # type: ignore[call-overload]
    found = [
        [
            datetime.fromisoformat(each.first_seen_at),
            datetime.fromisoformat(each.confirmed_until),
            None if each.balance_lamports is None else int(each.balance_lamports),
            None
            if each.tokens_added is None
            else sum((each.tokens_added, each.tokens_removed or 0, each.tokens_changed or 0)),
        ]
        for each in (await rig.history(A)).entries
    ]
    assert found == entries
