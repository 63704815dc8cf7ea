"""The audit trail: every write says who did it, in the same commit."""

from __future__ import annotations

from backends.base import CALLER

from .context import Context
from .records import AuditEntry
from .services import ABSENT, Put


def audited(context: Context, action: str, subject: str, **detail: str) -> Put:
    """The write that records an action on `subject` by the current caller."""
    caller = CALLER.get()
    now = context.clock.now()
    entry = AuditEntry(
        audit_id=context.ids.new("aud", action, subject, now),
        at=now,
        actor=caller.actor,
        request_id=caller.request_id,
        action=action,
        subject=subject,
        detail=detail,
    )
    return Put(entry, ABSENT)
