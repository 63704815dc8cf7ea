"""What the clock alone will change next: the first reading to turn stale, the first schedule to get overdue."""

from __future__ import annotations

from datetime import datetime

from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import Schedule, Wallet
from backends.orchestrator.timestamps import EPOCH
from generated_models import ScheduleStatus, WalletPart


def readings_after(part: WalletPart, since: datetime) -> Query[Wallet]:
    """Wallets whose part was read after a moment, the earliest reading first."""
    field = f"parts.{part.value}.as_of"
    return Query(Wallet, (Where(field, Op.GT, since),), (OrderBy(field, "asc"),))


def schedules_due_from(since: datetime) -> Query[Schedule]:
    """Open schedules for a moment or later, the soonest first."""
    return Query(
        Schedule,
        (Where("status", Op.EQ, ScheduleStatus.SCHEDULED.value), Where("scheduled_for", Op.GE, since)),
        (OrderBy("scheduled_for", "asc"),),
    )


EXPIRY_QUERIES: tuple[Query[Wallet] | Query[Schedule], ...] = (
    *(readings_after(part, EPOCH) for part in WalletPart),
    schedules_due_from(EPOCH),
)
"""One of each shape, for which a SQLite file has indexes."""
