"""Queries of scheduled fundings."""

from __future__ import annotations

from datetime import datetime

from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import Schedule
from generated_models import ScheduleStatus


def schedules(*, status: ScheduleStatus, wallet_address: str | None = None) -> Query[Schedule]:
    """The list of scheduled fundings, the soonest first."""
    where: tuple[Where, ...] = (Where("status", Op.EQ, status.value),)
    if wallet_address is not None:
        where += (Where("wallet_address", Op.EQ, wallet_address),)
    return Query(Schedule, where, (OrderBy("scheduled_for", "asc"),))


def open_schedules_of(wallet_address: str) -> Query[Schedule]:
    """A wallet's open schedules, the oldest first: the order in which transfers complete them."""
    return Query(
        Schedule,
        (
            Where("wallet_address", Op.EQ, wallet_address),
            Where("status", Op.EQ, ScheduleStatus.SCHEDULED.value),
        ),
        (OrderBy("created_at", "asc"),),
    )


def schedules_matched(wallet_address: str, signature: str) -> Query[Schedule]:
    """The schedule of a wallet that a transaction has completed (at most one)."""
    return Query(
        Schedule,
        (Where("wallet_address", Op.EQ, wallet_address), Where("matched_signature", Op.EQ, signature)),
    )


def overdue_schedules(now: datetime) -> Query[Schedule]:
    """Open schedules past their time, the oldest first."""
    is_open = Where("status", Op.EQ, ScheduleStatus.SCHEDULED.value)
    return Query(Schedule, (is_open, Where("scheduled_for", Op.LT, now)), (OrderBy("scheduled_for", "asc"),))
