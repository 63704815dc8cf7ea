"""Money that came into a wallet, and money that is meant to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from backends.orchestrator import bounds
from generated_models import ScheduleStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """One incoming transfer: the System Program transfers to the wallet from others in one transaction, summed.
    `sender` is None if there were several.
    """

    signature: bounds.Signature
    lamports: bounds.Lamports
    sender: bounds.Address | None
    slot: bounds.Slot
    block_time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A scheduled funding: a record of intent, completed by a matching transfer that a refresh sees."""

    COLLECTION: ClassVar[str] = "scheduled_funding"

    schedule_id: bounds.Identifier
    wallet_address: bounds.Address
    amount_lamports: bounds.Lamports
    scheduled_for: datetime
    status: ScheduleStatus
    note: bounds.LongText | None
    created_at: datetime
    updated_at: datetime
    matched_signature: bounds.Signature | None = None
    source_address: bounds.Address | None = None

    @property
    def key(self) -> str:
        return self.schedule_id

    def revised(self, now: datetime, **changes: Any) -> Schedule:
        """As it is after a write. Not before it was created, if the clock was set back since."""
        return replace(self, **changes, updated_at=max(now, self.created_at))
