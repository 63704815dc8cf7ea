"""Corrections of scheduled fundings: read one, change it while it is open, complete it by hand."""

from __future__ import annotations

from backends.answers import Answer, AnswerKind
from backends.errors import Conflict, NotFound
from backends.orchestrator import queries
from backends.orchestrator.amounts import lamports_of
from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.counters.epochs import changed_counts
from backends.orchestrator.funding import schedule_values
from backends.orchestrator.ports import Put, Stored, Write
from backends.orchestrator.records import Schedule, Wallet
from backends.orchestrator.storage.idempotency import Completion, idempotent
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.timestamps import parse_timestamp
from backends.orchestrator.wallets.mappers import scheduled_funding
from backends.orchestrator.wallets.state import revise
from generated_models import (
    CompleteScheduledFundingRequest,
    ProblemCode,
    ScheduledFundingInfo,
    ScheduleStatus,
    UpdateScheduledFundingRequest,
)


class FundingCorrections:
    """Every change goes through the wallet's compare-and-set, as those of a refresh do: the two never both count."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def get(self, schedule_id: str) -> Answer[ScheduledFundingInfo]:
        """One schedule, in whatever state. Raises `NotFound`."""
        return await self._answer((await self._stored(schedule_id)).record)

    async def update(self, schedule_id: str, body: UpdateScheduledFundingRequest) -> Answer[ScheduledFundingInfo]:
        """Replace what an open schedule says. Raises `NotFound`, `Conflict`."""

        async def attempt() -> Answer[ScheduledFundingInfo]:
            stored = await self._stored(schedule_id)
            _require_open(stored.record)
            changed = stored.record.revised(
                self._context.clock.now(),
                amount_lamports=lamports_of(body.amount_sol),
                scheduled_for=parse_timestamp(body.scheduled_for),
                source_address=body.source_address,
                note=body.note or None,
            )
            await self._context.store.commit(
                [
                    *await self._writes(stored, changed, await self._owner(changed), closed=False),
                    self._audit("updateScheduledFunding", stored, changed),
                ]
            )
            return await self._answer(changed)

        return await retry_on_conflict(attempt)

    async def complete(
        self, schedule_id: str, body: CompleteScheduledFundingRequest, idempotency_key: str | None
    ) -> Answer[ScheduledFundingInfo]:
        """Say which transaction paid an open schedule. Raises `NotFound`, `Conflict`."""

        async def effect(completion: Completion[ScheduledFundingInfo]) -> Answer[ScheduledFundingInfo]:
            return await retry_on_conflict(lambda: self._complete(schedule_id, body.signature, completion))

        return await idempotent(
            self._context,
            "completeScheduledFunding",
            idempotency_key,
            [schedule_id, body],
            ScheduledFundingInfo,
            effect,
        )

    async def _complete(
        self, schedule_id: str, signature: str, completion: Completion[ScheduledFundingInfo]
    ) -> Answer[ScheduledFundingInfo]:
        stored = await self._stored(schedule_id)
        schedule = stored.record
        if schedule.status is ScheduleStatus.COMPLETED and schedule.matched_signature == signature:
            return await self._answer(schedule)
        _require_open(schedule)
        # Read before it is asked which transactions count: whatever counts one afterwards writes the wallet, too.
        owner = await self._owner(schedule)
        if await self._context.store.count(queries.schedules_matched(schedule.wallet_address, signature)):
            raise Conflict(
                ProblemCode.signature_used, "The transaction completed another scheduled funding of this wallet."
            )
        completed = schedule.revised(
            self._context.clock.now(), status=ScheduleStatus.COMPLETED, matched_signature=signature
        )
        answer = await self._answer(completed)
        await self._context.store.commit(
            [
                *await self._writes(stored, completed, owner, closed=True),
                self._audit("completeScheduledFunding", stored, completed),
                *await completion.writes(answer),
            ]
        )
        return answer

    async def _stored(self, schedule_id: str) -> Stored[Schedule]:
        stored = await self._context.store.get(Schedule, schedule_id)
        if stored is None:
            raise NotFound(ProblemCode.schedule_not_found, f"There is no scheduled funding {schedule_id}.")
        return stored

    async def _owner(self, schedule: Schedule) -> Stored[Wallet] | None:
        return await self._context.store.get(Wallet, schedule.wallet_address)

    async def _writes(
        self, stored: Stored[Schedule], changed: Schedule, owner: Stored[Wallet] | None, *, closed: bool
    ) -> list[Write]:
        """The schedule, and its wallet (that of an open schedule is there), which everybody else writes too."""
        writes: list[Write] = [Put(changed, stored.version)]
        if owner is not None:
            left = owner.record.open_schedules - closed
            revised = revise(owner.record, changed.updated_at, self._context.policy, open_schedules=left)
            writes += [Put(revised, owner.version), *await changed_counts(self._context, owner.record, revised)]
        return writes

    def _audit(self, action: str, stored: Stored[Schedule], changed: Schedule) -> Put:
        return audited(
            self._context,
            action,
            changed.wallet_address,
            before=schedule_values(stored.record),
            after=schedule_values(changed),
            schedule_id=changed.schedule_id,
        )

    async def _answer(self, schedule: Schedule) -> Answer[ScheduledFundingInfo]:
        owner = await self._owner(schedule)
        wallet = owner.record if owner else None
        return Answer(AnswerKind.OK, scheduled_funding(schedule, self._context.clock.now(), wallet))


def _require_open(schedule: Schedule) -> None:
    if schedule.status is ScheduleStatus.COMPLETED:
        raise Conflict(ProblemCode.schedule_completed, "The scheduled funding was completed by another transaction.")
    if schedule.status is ScheduleStatus.CANCELLED:
        raise Conflict(ProblemCode.schedule_cancelled, "The scheduled funding was cancelled.")
