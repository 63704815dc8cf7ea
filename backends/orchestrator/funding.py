"""The funding group: scheduled funding is a record of intent; nothing here signs or sends (rule 9)."""

from __future__ import annotations

from collections.abc import Sequence

from backends.answers import Answer, AnswerKind
from backends.errors import Conflict, NotFound
from backends.orchestrator import queries
from backends.orchestrator.amounts import lamports_of, sol_text
from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.counters.epochs import changed_counts
from backends.orchestrator.ports import ABSENT, Put, Write
from backends.orchestrator.records import Schedule, Wallet
from backends.orchestrator.storage.idempotency import Completion, idempotent
from backends.orchestrator.storage.paging import list_records, open_page
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.timestamps import format_timestamp, parse_timestamp
from backends.orchestrator.wallets.errors import unknown_wallet
from backends.orchestrator.wallets.mappers import scheduled_funding
from backends.orchestrator.wallets.state import revise
from generated_models import (
    ProblemCode,
    ScheduledFundingInfo,
    ScheduledFundingPage,
    ScheduleFundingRequest,
    ScheduleStatus,
)


class ScheduledFunding:
    """Schedule, cancel, list. A wallet's record counts its open schedules, so every change of a schedule writes the
    wallet too, with the version that it read.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    async def page(
        self, *, status: ScheduleStatus, wallet_address: str | None, page_size: int, page_token: str | None
    ) -> Answer[ScheduledFundingPage]:
        """Schedules of one status, the soonest first."""
        context = self._context
        page = await open_page(
            context,
            "scheduled-funding",
            {"status": status.value, "wallet_address": wallet_address},
            defaults={"status": ScheduleStatus.SCHEDULED.value, "wallet_address": None},
            size=page_size,
            token=page_token,
        )
        query = queries.schedules(
            status=ScheduleStatus(page.pinned("status")), wallet_address=page.pins["wallet_address"]
        )
        listing = await list_records(context, "scheduled-funding", page, query)
        wallets = await self._wallets(listing.records)
        items = [
            scheduled_funding(schedule, listing.now, wallets.get(schedule.wallet_address))
            for schedule in listing.records
        ]
        return Answer(
            AnswerKind.OK,
            ScheduledFundingPage(items=items, next_page_token=listing.next_page_token, total_size=listing.total_size),
        )

    async def _wallets(self, schedules: Sequence[Schedule]) -> dict[str, Wallet]:
        """The wallets of open schedules, which tell how much of their history was read."""
        waiting = {each.wallet_address for each in schedules if each.status is ScheduleStatus.SCHEDULED}
        found = await self._context.store.get_many(Wallet, sorted(waiting)) if waiting else []
        return {stored.record.key: stored.record for stored in found if stored is not None}

    async def schedule(self, body: ScheduleFundingRequest, idempotency_key: str | None) -> Answer[ScheduledFundingInfo]:
        """Record an intent to fund a wallet."""

        async def effect(completion: Completion[ScheduledFundingInfo]) -> Answer[ScheduledFundingInfo]:
            return await retry_on_conflict(lambda: self._schedule(body, completion))

        return await idempotent(self._context, "scheduleFunding", idempotency_key, [body], ScheduledFundingInfo, effect)

    async def _schedule(
        self, body: ScheduleFundingRequest, completion: Completion[ScheduledFundingInfo]
    ) -> Answer[ScheduledFundingInfo]:
        context = self._context
        stored = await context.store.get(Wallet, body.wallet_address)
        if stored is None:
            raise unknown_wallet(body.wallet_address)
        wallet = stored.record
        if wallet.open_schedules >= context.policy.max_open_schedules:
            raise Conflict(
                ProblemCode.open_schedules,
                f"The wallet has {wallet.open_schedules} open scheduled fundings already, the most it may have.",
            )
        now = context.clock.now()
        schedule = Schedule(
            schedule_id=context.ids.new("sch", body.wallet_address, body.amount_sol, body.scheduled_for, now),
            wallet_address=body.wallet_address,
            amount_lamports=lamports_of(body.amount_sol),
            scheduled_for=parse_timestamp(body.scheduled_for),
            status=ScheduleStatus.SCHEDULED,
            note=body.note or None,
            source_address=body.source_address,
            created_at=now,
            updated_at=now,
        )
        answer = Answer(AnswerKind.CREATED, scheduled_funding(schedule, now, wallet))
        revised = revise(wallet, now, context.policy, open_schedules=wallet.open_schedules + 1)
        await context.store.commit(
            [
                Put(schedule, ABSENT),
                Put(revised, stored.version),
                *await changed_counts(context, wallet, revised),
                audited(
                    context,
                    "scheduleFunding",
                    body.wallet_address,
                    after=schedule_values(schedule),
                    schedule_id=schedule.schedule_id,
                ),
                *await completion.writes(answer),
            ]
        )
        return answer

    async def cancel(self, schedule_id: str) -> Answer[None]:
        """Cancel an intent; doing so again changes nothing."""

        async def attempt() -> Answer[None]:
            context = self._context
            stored = await context.store.get(Schedule, schedule_id)
            if stored is None:
                raise NotFound(ProblemCode.schedule_not_found, f"There is no scheduled funding {schedule_id}.")
            schedule = stored.record
            if schedule.status is ScheduleStatus.COMPLETED:
                raise Conflict(
                    ProblemCode.schedule_completed,
                    "The scheduled funding was completed by a transfer and can't be cancelled.",
                )
            if schedule.status is ScheduleStatus.CANCELLED:
                return Answer(AnswerKind.EMPTY, None)
            now = context.clock.now()
            writes: list[Write] = [
                Put(schedule.revised(now, status=ScheduleStatus.CANCELLED), stored.version),
                audited(
                    context,
                    "cancelScheduledFunding",
                    schedule.wallet_address,
                    before={"status": schedule.status.value},
                    after={"status": ScheduleStatus.CANCELLED.value},
                    schedule_id=schedule_id,
                ),
            ]
            owner = await context.store.get(Wallet, schedule.wallet_address)
            if owner is not None:
                revised = revise(owner.record, now, context.policy, open_schedules=owner.record.open_schedules - 1)
                writes += [Put(revised, owner.version), *await changed_counts(context, owner.record, revised)]
            await context.store.commit(writes)
            return Answer(AnswerKind.EMPTY, None)

        return await retry_on_conflict(attempt)


def schedule_values(schedule: Schedule) -> dict[str, object]:
    """What the audit trail keeps of a schedule."""
    return {
        "amount_sol": sol_text(schedule.amount_lamports),
        "scheduled_for": format_timestamp(schedule.scheduled_for),
        "source_address": schedule.source_address,
        "note": schedule.note,
        "status": schedule.status.value,
        "matched_signature": schedule.matched_signature,
    }
