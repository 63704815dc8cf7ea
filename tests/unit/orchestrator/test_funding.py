"""Scheduled funding: a record of intent that transfers complete (rule 9)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.orchestrator.amounts import lamports_of, sol_text
from backends.orchestrator.records import Funding, Schedule
from backends.orchestrator.refresh.reconciliation import reconcile
from backends.orchestrator.timestamps import format_timestamp
from generated_models import ProblemCode, ScheduleStatus
from tests.support.fakes import START, address, signature_of
from tests.support.rig import Rig, refused, turns, with_policy

A, B = address("A"), address("B")
OPEN, DONE, GIVEN_UP = ScheduleStatus.SCHEDULED, ScheduleStatus.COMPLETED, ScheduleStatus.CANCELLED


async def test_a_schedule_is_noted_exactly(rig: Rig) -> None:
    await rig.create(A)
    made = await rig.schedule(A, "1.500000000", when="2026-11-25T09:00:00Z", note="rent")
    assert (made.amount_sol, made.scheduled_for) == ("1.5", "2026-11-25T09:00:00.000Z")
    assert (made.status, made.overdue, made.note, made.matched_signature) == (OPEN, False, "rent", None)
    assert made.created_at == made.updated_at == "2026-11-22T16:10:00.000Z"
    assert await rig.schedules() == [made]
    assert await rig.schedules(wallet_address=A) == [made]
    assert await rig.schedules(wallet_address=B) == []
    assert not rig.chain.sent


async def test_an_unknown_wallet_is_a_conflict(rig: Rig) -> None:
    await refused(rig.schedule(A, "1"), ProblemCode.unknown_wallet)


async def test_a_transfer_completes_the_schedule(rig: Rig) -> None:
    await rig.create(A)
    made = await rig.schedule(A, "0.5")
    rig.clock.move(60)
    signature = rig.chain.pay(A, lamports=500_000_000, at=rig.clock.now())
    rig.clock.move(60)
    answer = await rig.refresh(A)
    assert answer.changes.completed_schedules == [made.schedule_id]
    assert answer.changes.new_funding == [signature]
    completed = (await rig.schedules(DONE))[0]
    assert (completed.matched_signature, completed.updated_at) == (signature, "2026-11-22T16:12:00.000Z")
    assert (
        completed.model_copy(update={"status": OPEN, "matched_signature": None, "updated_at": made.updated_at}) == made
    )
    assert await rig.schedules() == []
    assert (await rig.stored(A)).open_schedules == 0
    assert (await rig.refresh(A)).changes.completed_schedules == []


async def test_a_refresh_all_reconciles_too(rig: Rig) -> None:
    await rig.create(A)
    await rig.schedule(A, "0.5")
    rig.chain.pay(A, lamports=600_000_000)
    async with rig.running():
        await rig.finished((await rig.refresh_all()).operation_id)
    assert len(await rig.schedules(DONE)) == 1


async def test_too_little_completes_nothing(rig: Rig) -> None:
    await rig.create(A)
    await rig.schedule(A, "0.5")
    rig.chain.pay(A, lamports=499_999_999)
    rig.chain.pay(A, lamports=499_999_999)
    assert (await rig.refresh(A)).changes.completed_schedules == []


async def test_a_transfer_from_before_completes_nothing(rig: Rig) -> None:
    await rig.create(A)
    rig.clock.move(30)
    await rig.schedule(A, "0.5")
    rig.chain.pay(A, lamports=10**9, at=START)
    assert (await rig.refresh(A)).changes.completed_schedules == []


async def test_a_transfer_in_the_schedules_own_second_counts(rig: Rig) -> None:
    """Block times are whole seconds, rounded down."""
    await rig.create(A)
    rig.clock.move(0.7)
    made = await rig.schedule(A, "0.5")
    rig.chain.pay(A, lamports=10**9, at=START)
    assert (await rig.refresh(A)).changes.completed_schedules == [made.schedule_id]


async def test_transfers_by_slot_each_to_the_oldest_that_fits(rig: Rig) -> None:
    await rig.create(A)
    ids = []
    for amount in ("0.3", "0.1", "0.2"):
        ids.append((await rig.schedule(A, amount)).schedule_id)
        rig.clock.move(1)
    big, small, other = ids
    now = rig.clock.now()
    first = rig.chain.pay(A, lamports=150_000_000, at=now)  # too little for the oldest: goes to 0.1
    second = rig.chain.pay(A, lamports=900_000_000, at=now)  # the oldest open one is 0.3
    third = rig.chain.pay(A, lamports=900_000_000, at=now)
    fourth = rig.chain.pay(A, lamports=900_000_000, at=now)  # nothing left
    answer = await rig.refresh(A)
    matched = {each.schedule_id: each.matched_signature for each in await rig.schedules(DONE)}
    assert matched == {small: first, big: second, other: third}
    assert answer.changes.new_funding == [fourth, third, second, first]


async def test_a_signature_counts_once(rig: Rig) -> None:
    await rig.create(A)
    await rig.schedule(A, "0.5")
    rig.chain.pay(A, lamports=10**9)
    await rig.refresh(A)
    await rig.schedule(A, "0.5")
    for _ in range(25):  # push it out of what the wallet remembers
        rig.chain.pay(A, lamports=1)
    await rig.refresh(A)
    rig.clock.move(hours=25)
    rig.chain.histories[A] = rig.chain.histories[A][-1:]  # a node that knows none but the matched one
    await rig.refresh(A)
    assert len(await rig.schedules()) == 1


async def test_a_signature_counts_once_over_the_lives_of_a_wallet(rig: Rig) -> None:
    await rig.create(A)
    await rig.schedule(A, "0.5")
    signature = rig.chain.pay(A, lamports=10**9)
    await rig.refresh(A)
    await rig.delete(A)
    await rig.create(A)
    await rig.schedule(A, "0.5")  # in the same second as the transfer
    answer = await rig.refresh(A)
    assert answer.changes.new_funding == [signature]
    assert answer.changes.completed_schedules == []


async def test_a_transaction_that_pays_two_wallets_completes_one_schedule_of_each(rig: Rig) -> None:
    for each in (A, B):
        await rig.create(each)
        await rig.schedule(each, "0.5")
    rig.chain.pay(A, B, lamports=10**9)
    for each in (A, B):
        assert len((await rig.refresh(each)).changes.completed_schedules) == 1


async def test_at_most_a_hundred_are_open(rig: Rig) -> None:
    await rig.create(A)
    ids = [(await rig.schedule(A, "0.1")).schedule_id for _ in range(100)]
    await refused(rig.schedule(A, "0.1"), ProblemCode.open_schedules)
    await rig.create(B)
    await rig.schedule(B, "0.1")
    await rig.cancel(ids[0])
    await rig.schedule(A, "0.1")
    await refused(rig.schedule(A, "0.1"), ProblemCode.open_schedules)
    rig.chain.pay(A, lamports=10**9)
    await rig.refresh(A)
    await rig.schedule(A, "0.1")


async def test_many_at_once_never_pass_the_limit() -> None:
    rig = Rig(policy=with_policy(max_open_schedules=5))
    await rig.create(A)
    answers = await asyncio.gather(*(rig.schedule(A, "0.1") for _ in range(12)), return_exceptions=True)
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 5
    assert len(await rig.schedules()) == (await rig.stored(A)).open_schedules == 5


async def test_cancelling_again_changes_nothing(rig: Rig) -> None:
    await rig.create(A)
    made = await rig.schedule(A, "0.1")
    rig.clock.move(5)
    await rig.cancel(made.schedule_id)
    cancelled = await rig.schedules(GIVEN_UP)
    rig.clock.move(5)
    await rig.cancel(made.schedule_id)
    assert await rig.schedules(GIVEN_UP) == cancelled
    assert (cancelled[0].updated_at, cancelled[0].overdue) == ("2026-11-22T16:10:05.000Z", False)
    assert (await rig.stored(A)).open_schedules == 0
    await refused(rig.cancel("sch_" + "0" * 32), ProblemCode.schedule_not_found)


async def test_a_cancelled_schedule_is_never_completed(rig: Rig) -> None:
    await rig.create(A)
    await rig.cancel((await rig.schedule(A, "0.1")).schedule_id)
    rig.chain.pay(A, lamports=10**9)
    assert (await rig.refresh(A)).changes.completed_schedules == []


async def test_a_completed_schedule_can_not_be_cancelled(rig: Rig) -> None:
    await rig.create(A)
    made = await rig.schedule(A, "0.1")
    rig.chain.pay(A, lamports=10**9)
    await rig.refresh(A)
    await refused(rig.cancel(made.schedule_id), ProblemCode.schedule_completed)


async def test_cancelling_while_a_refresh_completes_has_one_winner(rig: Rig) -> None:
    await rig.create(A)
    made = await rig.schedule(A, "0.1")
    rig.chain.pay(A, lamports=10**9)
    hold = rig.chain.hold("getTokenAccountsByOwner")
    refresh = asyncio.ensure_future(rig.refresh(A))
    await hold.reached.wait()
    await turns()
    await rig.cancel(made.schedule_id)
    hold.release.set()
    assert (await refresh).changes.completed_schedules == []
    assert (await rig.schedules(GIVEN_UP))[0].matched_signature is None
    assert (await rig.stored(A)).open_schedules == 0


async def test_overdue_while_open_past_its_time(rig: Rig) -> None:
    await rig.create(A)
    made = await rig.schedule(A, "0.1", when=format_timestamp(START + timedelta(seconds=10)))
    rig.clock.move(10)
    assert not (await rig.schedules())[0].overdue
    rig.clock.move(0.001)
    assert (await rig.schedules())[0].overdue
    rig.chain.pay(A, lamports=10**9, at=rig.clock.now())
    await rig.refresh(A)
    assert not (await rig.schedules(DONE))[0].overdue
    past = await rig.schedule(A, "0.1", when="1999-01-01T00:00:00Z")
    assert past.overdue
    assert past.schedule_id != made.schedule_id


async def test_deleting_a_wallet_with_open_schedules_needs_force(rig: Rig) -> None:
    await rig.create(A)
    made = [await rig.schedule(A, "0.1") for _ in range(3)]
    await rig.cancel(made[0].schedule_id)
    await refused(rig.delete(A), ProblemCode.open_schedules)
    commits = len(rig.store.commits)
    rig.clock.move(5)
    await rig.delete(A, force=True)
    assert len(rig.store.commits) == commits + 1  # cancelled in the same commit
    assert await rig.schedules() == []
    assert len(await rig.schedules(GIVEN_UP, A)) == 3
    await rig.create(A)
    assert (await rig.stored(A)).open_schedules == 0


async def test_the_list_is_by_time_and_pages_hold_each_once(rig: Rig) -> None:
    await rig.create(A)
    times = [START + timedelta(hours=hour % 7) for hour in range(23)]
    for each in times:
        await rig.schedule(A, "0.1", when=format_timestamp(each))
    found: list[str] = []
    token = None
    while True:
        page = (
            await rig.backend.list_scheduled_funding(status=OPEN, wallet_address=None, page_size=5, page_token=token)
        ).value
        assert page.total_size == 23
        found += [item.scheduled_for for item in page.items]
        token = page.next_page_token
        if token is None:
            break
    assert found == sorted(map(format_timestamp, times))


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=12),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=12),
    st.sets(st.integers(0, 11)),
)
def test_reconciliation_is_a_matching(
    payments: list[tuple[int, int]], wishes: list[tuple[int, int]], counted: set[int]
) -> None:
    def at(second: int) -> datetime:
        return START + timedelta(seconds=second)

    fundings = [
        Funding(signature=signature_of(n), lamports=lamports, sender=B, slot=second, block_time=at(second))
        for n, (second, lamports) in enumerate(payments)
    ]
    schedules = [
        Schedule(
            schedule_id=f"sch_{n:032x}",
            wallet_address=A,
            amount_lamports=lamports,
            scheduled_for=START,
            status=OPEN,
            note=None,
            created_at=at(second),
            updated_at=at(second),
        )
        for n, (second, lamports) in enumerate(sorted(wishes))
    ]
    spent = {signature_of(n) for n in counted}
    done = reconcile(reversed(fundings), schedules, spent, at(99))
    used = [each.matched_signature for each in done]
    assert len(set(used)) == len(used)
    assert len({each.schedule_id for each in done}) == len(done)
    assert not spent & set(used)
    by_signature = {funding.signature: funding for funding in fundings}
    for each in done:
        funding = by_signature[each.matched_signature or ""]
        assert each.amount_lamports <= funding.lamports
        assert funding.block_time
        assert each.created_at <= funding.block_time
    # Whatever is left open fits no transfer that is left over.
    left = [each for each in schedules if each.schedule_id not in {d.schedule_id for d in done}]
    for funding in fundings:
        if funding.signature in spent or funding.signature in used:
            continue
        assert funding.block_time
        for each in left:
            assert each.amount_lamports > funding.lamports or each.created_at > funding.block_time


@pytest.mark.parametrize("amount", ["0.000000001", "1000000000", "1000000000.000000000", "999999999.999999999"])
async def test_amounts_at_the_limits(rig: Rig, amount: str) -> None:
    await rig.create(A)
    made = await rig.schedule(A, amount)
    assert made.amount_sol == sol_text(lamports_of(amount))
