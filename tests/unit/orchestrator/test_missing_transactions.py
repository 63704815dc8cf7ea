"""Transactions that a history lists and the node does not have: they hold nothing else up, are asked for again, and in
the end are told as unknown.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from backends.errors import TransactionMissing
from generated_models import PartOutcome, ScheduledFundingInfo, ScheduleStatus, WalletActivityPage
from tests.support.fakes import START, address
from tests.support.rig import HISTORY, Rig

A = address("A")


def _changes(page: WalletActivityPage) -> dict[str, str | None]:
    return {each.signature: each.change_lamports for each in page.items}


async def _schedule(rig: Rig, schedule_id: str) -> ScheduledFundingInfo:
    return (await rig.backend.get_scheduled_funding(schedule_id=schedule_id)).value


async def test_what_is_missing_holds_nothing_up_and_is_read_when_it_is_there(rig: Rig) -> None:
    await rig.create(A)
    schedule = await rig.schedule(A, "0.0000003")
    first = rig.chain.pay(A, lamports=100, at=rig.clock.now())
    missing = rig.chain.pay(A, lamports=300, at=rig.clock.now() + timedelta(seconds=5))
    newest = rig.chain.pay(A, lamports=7, at=rig.clock.now() + timedelta(seconds=9))
    rig.clock.move(seconds=10)
    fault = rig.chain.fail("getTransaction", TransactionMissing(), subject=missing)
    answer = await rig.refresh(A)
    assert answer.results.funding_transactions is not None
    assert answer.results.funding_transactions.outcome is PartOutcome.updated
    part = answer.cache.parts.funding_transactions
    assert (part.truncated, part.last_error) == (True, None)
    assert [each.signature for each in answer.wallet.recent_funding or []] == [newest, first]
    assert answer.wallet.first_funded_at == "2026-11-22T16:10:00.000Z", "of the first of all, which was read"
    page = await rig.activity(A)
    assert _changes(page) == {newest: "7", missing: None, first: "100"}
    assert page.complete_since == "2026-11-22T16:10:05.000Z"
    assert (await _schedule(rig, schedule.schedule_id)).history_unread_before == "2026-11-22T16:10:05.000Z"

    rig.chain.faults.remove(fault)
    rig.clock.move(seconds=10)
    sent = rig.chain.sent.copy()
    answer = await rig.refresh(A)  # its balance did not move: nothing but what is missing is asked for
    assert rig.chain.sent["getTransaction"] == sent["getTransaction"] + 1
    assert rig.chain.sent["getSignaturesForAddress"] == sent["getSignaturesForAddress"]
    assert [each.signature for each in answer.wallet.recent_funding or []] == [newest, missing, first]
    assert answer.changes.new_funding == [missing]
    assert answer.changes.completed_schedules == [schedule.schedule_id]
    assert not answer.cache.parts.funding_transactions.truncated
    page = await rig.activity(A)
    assert (_changes(page), page.complete_since) == ({newest: "7", missing: "300", first: "100"}, None)
    assert (await _schedule(rig, schedule.schedule_id)).status is ScheduleStatus.COMPLETED
    await rig.refresh(A)
    assert rig.chain.sent["getTransaction"] == sent["getTransaction"] + 1, "and never again"


async def test_what_stays_missing_is_given_up(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    await rig.create(A)
    missing = rig.chain.pay(A, lamports=300, at=rig.clock.now())
    rig.chain.fail("getTransaction", TransactionMissing(), subject=missing)
    for minutes in (20, 20, 19.9):
        answer = await rig.refresh(A)
        assert answer.cache.parts.funding_transactions.truncated
        assert answer.wallet.first_funded_at is None
        rig.clock.move(minutes=minutes)
    await rig.refresh(A)
    rig.clock.move(minutes=1)
    assert missing not in caplog.text
    answer = await rig.refresh(A)
    assert rig.chain.sent["getTransaction"] == 5
    assert missing in caplog.text
    assert not answer.cache.parts.funding_transactions.truncated
    page = await rig.activity(A)
    assert (_changes(page), page.complete_since) == ({missing: None}, None)
    paid = rig.chain.pay(A, lamports=5, at=rig.clock.now())
    answer = await rig.refresh(A)
    assert [each.signature for each in answer.wallet.recent_funding or []] == [paid]
    assert rig.chain.sent["getTransaction"] == 6


async def test_a_refresh_long_after_gives_up_no_sooner_than_the_third_time(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.fail("getTransaction", TransactionMissing(), subject=rig.chain.pay(A, lamports=3))
    for _ in range(5):
        await rig.refresh(A)
        rig.clock.move(days=1)
    assert rig.chain.sent["getTransaction"] == 3


async def test_what_moved_into_a_month_unread_is_read_there(rig: Rig) -> None:
    await rig.create(A)
    missing = rig.chain.pay(A, lamports=300)
    fault = rig.chain.fail("getTransaction", TransactionMissing(), subject=missing)
    await rig.refresh(A)
    paid = [rig.chain.pay(A, lamports=1, at=START + timedelta(seconds=number)) for number in range(20)]
    await rig.refresh(A)
    assert missing not in (await rig.stored(A)).recent_activity
    rig.chain.faults.remove(fault)
    await rig.refresh(A)
    for number in range(20):
        paid.append(rig.chain.pay(A, lamports=1, at=START + timedelta(minutes=number)))
        await rig.refresh(A)
        assert _changes(await rig.activity(A, size=200)) == {missing: "300", **dict.fromkeys(paid, "1")}


async def test_a_node_that_has_nothing_is_asked_for_little(rig: Rig) -> None:
    await rig.create(A)
    for number in range(200):
        rig.chain.pay(A, lamports=1, at=START + timedelta(seconds=number))
    fault = rig.chain.fail("getTransaction", TransactionMissing())
    for _ in range(12):
        before = rig.chain.sent["getTransaction"]
        await rig.refresh(A, HISTORY)
        assert rig.chain.sent["getTransaction"] - before <= 35
        known = (await rig.stored(A)).history
        assert known is not None
        assert len(known.missing) <= 50
    rig.chain.faults.remove(fault)
    for _ in range(12):
        rig.clock.move(minutes=1)
        await rig.refresh(A, HISTORY)
    assert not (await rig.get(A)).value.cache.parts.funding_transactions.truncated
    newest = [each.change_lamports for each in await rig.transactions(A, size=200)]
    assert len(newest) == 200
    assert newest.count("1") == 50
