"""Corrections while others write: whatever they are overtaken by, nothing counts twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import pytest

from backends.errors import Conflict
from backends.orchestrator.ports import Write
from generated_models import CompleteScheduledFundingRequest, ScheduledFundingInfo, ScheduleStatus
from tests.support.fakes import address, signature_of
from tests.support.rig import Rig

A = address("A")
MINT = address("mint")
CALLS = range(8)
"""Calls of the store before which another request comes in between; no correction makes more."""


def between(rig: Rig, call: int, other: Callable[[], Awaitable[object]]) -> None:
    """Have `other` done by another process before this one's next but `call` calls of the store."""
    left = call

    async def before(method: str, writes: Sequence[Write]) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            with suppress(Conflict):
                await other()

    rig.store.before = before


async def complete(rig: Rig, schedule: ScheduledFundingInfo, signature: str) -> None:
    body = CompleteScheduledFundingRequest(signature=signature)
    await rig.backend.complete_scheduled_funding(schedule_id=schedule.schedule_id, body=body, idempotency_key=None)


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("call", CALLS)
async def test_a_transaction_completes_one_schedule_whatever_comes_in_between(
    rig: Rig, call: int, by_hand: bool
) -> None:
    await rig.create(A)
    first, second = await rig.schedule(A, "0.5"), await rig.schedule(A, "0.6")
    rig.clock.move(60)
    signature = rig.chain.pay(A, lamports=500_000_000, at=rig.clock.now()) if not by_hand else signature_of("paid")
    other = rig.again()
    between(rig, call, (lambda: complete(other, first, signature)) if by_hand else (lambda: other.refresh(A)))
    with suppress(Conflict):  # by the transaction, which counted already
        await complete(rig, second, signature)
    done = [each.matched_signature for each in await rig.schedules(ScheduleStatus.COMPLETED)]
    assert done == [signature]


@pytest.mark.parametrize("call", CALLS)
async def test_a_launch_that_is_removed_while_its_wallet_comes_back_is_not_counted(rig: Rig, call: int) -> None:
    await rig.create(A)
    launch = (await rig.launched(A, MINT)).value
    await rig.delete(A)
    other = rig.again()
    between(rig, call, lambda: other.create(A))
    await rig.backend.delete_launch(launch_id=launch.launch_id)
    rig.store.before = None
    if not await rig.walk():
        await rig.create(A)  # the removal was over before
    assert (await rig.get(A)).value.wallet.launch_count == 0
