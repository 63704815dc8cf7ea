"""The audit trail: every write says who did it, in the same commit; and the list of what was done."""

from __future__ import annotations

import generated_models
from backends.base import CALLER, Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Put
from backends.orchestrator.records import AuditEntry
from backends.orchestrator.storage.paging import list_records, open_page
from backends.orchestrator.timestamps import format_timestamp
from generated_models import AuditPage


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


class AuditTrail:
    """Lists what `audited` has recorded."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def page(self, *, subject: str | None, page_size: int, page_token: str | None) -> Answer[AuditPage]:
        """Entries about everything or about one subject, the newest first."""
        context = self._context
        page = await open_page(
            context,
            "audit",
            {"subject": subject},
            defaults={"subject": None},
            size=page_size,
            token=page_token,
        )
        listing = await list_records(context, "audit", page, queries.audit(subject=page.pins["subject"]))
        items = [
            generated_models.AuditEntry(
                audit_id=entry.audit_id,
                at=format_timestamp(entry.at),
                actor=entry.actor,
                request_id=entry.request_id or None,
                action=entry.action,
                subject=entry.subject,
                detail=entry.detail,
            )
            for entry in listing.records
        ]
        return Answer(
            AnswerKind.OK,
            AuditPage(items=items, next_page_token=listing.next_page_token, total_size=listing.total_size),
        )
