"""Queries of the audit trail."""

from __future__ import annotations

from datetime import datetime

from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import AuditEntry


def audit(
    equal: tuple[str, str] | None = None, *, since: datetime | None = None, until: datetime | None = None
) -> Query[AuditEntry]:
    """The audit trail, the newest first; `equal` is a field (subject, actor or action) and its value."""
    where: tuple[Where, ...] = (Where(equal[0], Op.EQ, equal[1]),) if equal is not None else ()
    if since is not None:
        where += (Where("at", Op.GE, since),)
    if until is not None:
        where += (Where("at", Op.LT, until),)
    return Query(AuditEntry, where, (OrderBy("at", "desc"),))
