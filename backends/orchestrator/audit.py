"""The audit trail: every write says who did it, in the same commit; and the list of what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import generated_models
from backends.answers import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Op, Put, Where
from backends.orchestrator.records import AuditEntry
from backends.orchestrator.storage.paging import list_matching, list_records, open_page
from backends.orchestrator.timestamps import format_timestamp, parse_timestamp
from backends.request_context import CALLER
from generated_models import AuditPage

_SHOWN = 200
"""Characters of a value that an entry keeps."""

Values = Mapping[str, object]
"""Fields by name, as they were or are; None for no value."""


def audited(
    context: Context,
    action: str,
    subject: str,
    *,
    before: Values | None = None,
    after: Values | None = None,
    related: Sequence[str] = (),
    **detail: str,
) -> Put:
    """The write that records an action on `subject` by the current caller.

    `before` and `after` are the fields of what it changed; only those that differ are kept. None: there was nothing,
    or nothing is left.
    """
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
        before=_kept(before, after),
        after=_kept(after, before),
        related=tuple(related),
    )
    return Put(entry, ABSENT)


def _kept(values: Values | None, others: Values | None) -> dict[str, str] | None:
    if values is None:
        return None
    differ = {name: value for name, value in values.items() if others is None or others.get(name) != value}
    return {name: _text(value) for name, value in differ.items() if value not in (None, (), "")}


def _text(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


class AuditTrail:
    """Lists what `audited` has recorded."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def page(
        self,
        *,
        subject: str | None,
        actor: str | None,
        action: str | None,
        since: str | None,
        until: str | None,
        page_size: int,
        page_token: str | None,
    ) -> Answer[AuditPage]:
        """Entries that meet all filters, the newest first."""
        context = self._context
        pins = {"subject": subject, "actor": actor, "action": action, "since": since, "until": until}
        page = await open_page(
            context,
            "audit",
            pins,
            defaults=dict.fromkeys(pins),
            size=page_size,
            token=page_token,
        )
        equal = {name: value for name in ("subject", "actor", "action") if (value := page.pins[name]) is not None}
        # The store finds them by one; the first is the one that leaves the fewest.
        found_by = next(iter(equal.items()), None)
        query = queries.audit(found_by, since=_moment(page.pins["since"]), until=_moment(page.pins["until"]))
        total: int | None = None
        if len(equal) > 1:
            found, token = await list_matching(
                context,
                "audit",
                page,
                query,
                [Where(name, Op.EQ, value) for name, value in equal.items()],
            )
        else:
            listing = await list_records(context, "audit", page, query)
            found, token, total = listing.found, listing.next_page_token, listing.total_size
        items = [_entry(stored.record) for stored in found]
        return Answer(AnswerKind.OK, AuditPage(items=items, next_page_token=token, total_size=total))


def _in_order(values: Mapping[str, str] | None) -> dict[str, str] | None:
    """Fields by name: not every store keeps the order in which they were written."""
    return None if values is None else dict(sorted(values.items()))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_timestamp(text)


def _entry(entry: AuditEntry) -> generated_models.AuditEntry:
    return generated_models.AuditEntry(
        audit_id=entry.audit_id,
        at=format_timestamp(entry.at),
        actor=entry.actor,
        request_id=entry.request_id or None,
        action=entry.action,
        subject=entry.subject,
        detail=entry.detail,
        before=_in_order(entry.before),
        after=_in_order(entry.after),
        related=list(entry.related),
    )
