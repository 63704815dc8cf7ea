"""Which incoming transfer completes which scheduled funding (rule 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from backends.orchestrator.records import Funding, Schedule
from generated_models import ScheduleStatus


def reconcile(
    fundings: Iterable[Funding], open_schedules: Sequence[Schedule], matched: Collection[str], now: datetime
) -> list[Schedule]:
    """The schedules that the transfers complete, as completed.

    Transfers go by ascending slot, each to the oldest open schedule that was created before it and asks for at most
    its amount. `open_schedules` are the oldest first; a signature in `matched` has completed a schedule already.
    """
    waiting = list(open_schedules)
    completed: list[Schedule] = []
    for funding in sorted(fundings, key=lambda each: (each.slot, each.signature)):
        if funding.signature in matched:
            continue
        match = next((schedule for schedule in waiting if _fits(schedule, funding)), None)
        if match is not None:
            waiting.remove(match)
            completed.append(match.revised(now, status=ScheduleStatus.COMPLETED, matched_signature=funding.signature))
    return completed


def _fits(schedule: Schedule, funding: Funding) -> bool:
    # Block times are whole seconds, rounded down: one in the schedule's own second counts as after it.
    return (
        schedule.amount_lamports <= funding.lamports
        and schedule.source_address in (None, funding.sender)
        and funding.block_time is not None
        and schedule.created_at.replace(microsecond=0) <= funding.block_time
    )
