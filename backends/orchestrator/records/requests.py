"""What a request leaves behind: its idempotency record and its entry in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from backends.orchestrator import bounds
from backends.orchestrator.records.base import ChunkedListRef


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """One use of an `Idempotency-Key` by the request `owner`. `answer` is None while the request runs; then it
    names the answer to replay.
    """

    COLLECTION: ClassVar[str] = "idempotency_claims"

    record_id: str
    fingerprint: str
    owner: str
    answer: ChunkedListRef | None
    expires_at: datetime

    @property
    def key(self) -> str:
        return self.record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who changed what, committed with the change itself. `subject` is the resource's id or address; `before` and
    `after` have the fields that changed, `related` what else was changed with it.
    """

    COLLECTION: ClassVar[str] = "audit"

    audit_id: bounds.Identifier
    at: datetime
    actor: bounds.Actor
    request_id: bounds.RequestId
    action: bounds.AuditText
    subject: bounds.AuditText
    detail: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] | None = None
    after: dict[str, str] | None = None
    related: Annotated[tuple[bounds.Identifier, ...], Field(max_length=100)] = ()

    @property
    def key(self) -> str:
        return self.audit_id
