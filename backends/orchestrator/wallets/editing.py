"""Editing many wallets at once, or only saying what would happen."""

from __future__ import annotations

import asyncio
from collections import Counter

from backends.answers import Answer, AnswerKind
from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.counters.epochs import changed_counts
from backends.orchestrator.ports import Put
from backends.orchestrator.records import Wallet
from backends.orchestrator.storage.idempotency import Completion, idempotent
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.wallets.state import metadata_values, revise_metadata
from generated_models import (
    EditedWallet,
    EditOutcome,
    EditWalletsRequest,
    EditWalletsResponse,
    ProblemError,
    ProblemRule,
)

_MAX_TAGS = 20
_AT_ONCE = 10
"""Wallets edited at the same time."""


class BulkEdit:
    """Each wallet by itself: one commit, one outcome."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self, body: EditWalletsRequest, idempotency_key: str | None) -> Answer[EditWalletsResponse]:
        """What becomes of each wallet. Writes nothing in a dry run."""

        async def effect(_: Completion[EditWalletsResponse]) -> Answer[EditWalletsResponse]:
            return await self._edit_all(body)

        return await idempotent(self._context, "editWallets", idempotency_key, [body], EditWalletsResponse, effect)

    async def _edit_all(self, body: EditWalletsRequest) -> Answer[EditWalletsResponse]:
        free = asyncio.Semaphore(_AT_ONCE)

        async def edit(number: int, address: str) -> EditedWallet:
            async with free:
                return await retry_on_conflict(lambda: self._edit(number, address, body))

        items = await asyncio.gather(*(edit(number, address) for number, address in enumerate(body.addresses)))
        counts = Counter(item.outcome for item in items)
        return Answer(
            AnswerKind.OK,
            EditWalletsResponse(
                dry_run=body.dry_run,
                changed=counts[EditOutcome.changed],
                unchanged=counts[EditOutcome.unchanged],
                missing=counts[EditOutcome.missing],
                invalid=counts[EditOutcome.invalid],
                items=items,
            ),
        )

    async def _edit(self, number: int, address: str, body: EditWalletsRequest) -> EditedWallet:
        context = self._context
        stored = await context.store.get(Wallet, address)
        if stored is None:
            return EditedWallet(
                wallet_address=address, outcome=EditOutcome.missing, tags=None, status_override=None, errors=[]
            )
        wallet = stored.record
        # A tag that is removed and added stays in its place, so that the same edit again changes nothing.
        kept = [tag for tag in wallet.tags if tag not in body.remove_tags or tag in body.add_tags]
        tags = (*kept, *(tag for tag in body.add_tags if tag not in kept))
        override = wallet.status_override
        if body.set_status_override is not None:
            override = body.set_status_override
        elif body.clear_status_override:
            override = None
        errors = []
        if len(tags) > _MAX_TAGS:
            error = ProblemError(
                where=f"/body/addresses/{number}",
                rule=ProblemRule.too_many,
                expected=f"at most {_MAX_TAGS} tags afterwards",
                got=str(len(tags)),
            )
            errors, tags, override = [error], wallet.tags, wallet.status_override
        changed = (tags, override) != (wallet.tags, wallet.status_override)
        if changed and not body.dry_run:
            edited = revise_metadata(
                wallet, context.clock.now(), context.policy, tags=tuple(tags), status_override=override
            )
            entry = audited(
                context, "editWallets", address, before=metadata_values(wallet), after=metadata_values(edited)
            )
            increments = await changed_counts(context, wallet, edited)
            await context.store.commit([Put(edited, stored.version), entry, *increments])
        outcome = EditOutcome.changed if changed else EditOutcome.invalid if errors else EditOutcome.unchanged
        return EditedWallet(
            wallet_address=address, outcome=outcome, tags=list(tags), status_override=override, errors=errors
        )
