"""The launch group: which tokens were launched from which wallet (rule 10)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from backends.answers import Answer, AnswerKind
from backends.errors import Conflict, NotFound
from backends.orchestrator import queries
from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import CounterChanges
from backends.orchestrator.counters.epochs import epochs, recount_if_uncounted
from backends.orchestrator.ports import ABSENT, Delete, Put, Stored, Write
from backends.orchestrator.records import Launch, Wallet, WalletTombstone
from backends.orchestrator.storage.idempotency import Completion, idempotent
from backends.orchestrator.storage.paging import list_records, open_page
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.timestamps import format_timestamp, parse_timestamp
from backends.orchestrator.wallets.errors import unknown_wallet
from backends.orchestrator.wallets.mappers import launch_info
from backends.orchestrator.wallets.state import revise
from generated_models import LaunchInfo, LaunchPage, ProblemCode, RecordLaunchRequest, UpdateLaunchRequest

_AHEAD = timedelta(days=1)
"""How far in the future a launch may be: a plan for tomorrow is one, a slip of the year is not."""


def launch_id_of(wallet_address: str, mint_address: str) -> str:
    """The id of a launch follows from its wallet and its mint, so recording it again finds the first record."""
    return "lch_" + hashlib.sha256(f"{wallet_address}\0{mint_address}".encode()).hexdigest()[:32]


class Launches:
    """Record and list. The record and the wallet's count are one commit."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def page(self, *, wallet_address: str | None, page_size: int, page_token: str | None) -> Answer[LaunchPage]:
        """Launches of all wallets or of one address (known or not), the newest first."""
        context = self._context
        pins = {"wallet_address": wallet_address}
        page = await open_page(context, "launches", pins, defaults={}, size=page_size, token=page_token)
        query = queries.launches(wallet_address=page.pins["wallet_address"])
        listing = await list_records(context, "launches", page, query)
        items = [launch_info(launch) for launch in listing.records]
        return Answer(
            AnswerKind.OK,
            LaunchPage(items=items, next_page_token=listing.next_page_token, total_size=listing.total_size),
        )

    async def record(self, body: RecordLaunchRequest, idempotency_key: str | None) -> Answer[LaunchInfo]:
        """Record a launch; the same content again answers with what is stored."""

        async def effect(completion: Completion[LaunchInfo]) -> Answer[LaunchInfo]:
            return await retry_on_conflict(lambda: self._record(body, completion))

        return await idempotent(self._context, "recordLaunch", idempotency_key, [body], LaunchInfo, effect)

    async def _record(self, body: RecordLaunchRequest, completion: Completion[LaunchInfo]) -> Answer[LaunchInfo]:
        context = self._context
        stored = await context.store.get(Wallet, body.wallet_address)
        if stored is None:
            raise unknown_wallet(body.wallet_address)
        launch_id = launch_id_of(body.wallet_address, body.mint_address)
        now = context.clock.now()
        _require_past(parse_timestamp(body.launched_at), now)
        launch = Launch(
            launch_id=launch_id,
            wallet_address=body.wallet_address,
            mint_address=body.mint_address,
            token_name=body.token_name,
            token_ticker=body.token_ticker,
            launched_at=parse_timestamp(body.launched_at),
            signature=body.signature,
            created_at=now,
            counted_in=(await epochs(context)).target,
        )
        known = await context.store.get(Launch, launch_id)
        if known is not None:
            if _content(known.record) != _content(launch):
                raise Conflict(
                    ProblemCode.launch_conflict,
                    "This mint's launch from this wallet is recorded with other content.",
                )
            return Answer(AnswerKind.OK, launch_info(known.record))
        wallet = stored.record
        answer = Answer(AnswerKind.CREATED, launch_info(launch))
        revised = revise(wallet, now, context.policy, launch_count=wallet.launch_count + 1)
        changes = CounterChanges()
        changes.wallet(wallet, revised, now)
        changes.launch(None, launch, wallet.label)
        await context.store.commit(
            [
                Put(launch, ABSENT),
                Put(revised, stored.version),
                *changes.writes(),
                *await recount_if_uncounted(context, wallet),
                audited(context, "recordLaunch", body.wallet_address, after=launch_values(launch), launch_id=launch_id),
                *await completion.writes(answer),
            ]
        )
        return answer

    async def update(self, launch_id: str, body: UpdateLaunchRequest) -> Answer[LaunchInfo]:
        """Replace what a record says. Raises `NotFound`, `Conflict` (launch_in_future)."""

        async def attempt() -> Answer[LaunchInfo]:
            context = self._context
            stored = await self._stored(launch_id)
            launched_at = parse_timestamp(body.launched_at)
            _require_past(launched_at, context.clock.now())
            changed = replace(
                stored.record,
                token_name=body.token_name,
                token_ticker=body.token_ticker,
                launched_at=launched_at,
                signature=body.signature,
            )
            entry = audited(
                context,
                "updateLaunch",
                changed.wallet_address,
                before=launch_values(stored.record),
                after=launch_values(changed),
                launch_id=launch_id,
            )
            owner = await context.store.get(Wallet, changed.wallet_address)
            changes = CounterChanges()
            changes.launch(stored.record, changed, owner.record.label if owner else None)
            await context.store.commit([Put(changed, stored.version), entry, *changes.writes()])
            return Answer(AnswerKind.OK, launch_info(changed))

        return await retry_on_conflict(attempt)

    async def delete(self, launch_id: str) -> Answer[None]:
        """Remove a record, and take it out of the count of its wallet, or of what is kept of a deleted one. Raises
        `NotFound`.
        """

        async def attempt() -> Answer[None]:
            context = self._context
            stored = await self._stored(launch_id)
            launch = stored.record
            writes: list[Write] = [Delete(Launch, launch_id, stored.version)]
            changes = CounterChanges()
            changes.launch(launch, None)
            # In this order: who registers the wallet in between writes the tombstone, too.
            tombstone = await context.store.get(WalletTombstone, launch.wallet_address)
            owner = await context.store.get(Wallet, launch.wallet_address)
            if owner is not None:
                count = owner.record.launch_count - 1
                now = context.clock.now()
                revised = revise(owner.record, now, context.policy, launch_count=count)
                changes.wallet(owner.record, revised, now)
                writes += [Put(revised, owner.version), *await recount_if_uncounted(context, owner.record)]
            elif tombstone is not None:
                fewer = replace(tombstone.record, launch_count=max(tombstone.record.launch_count - 1, 0))
                writes.append(Put(fewer, tombstone.version))
            writes.append(
                audited(
                    context, "deleteLaunch", launch.wallet_address, before=launch_values(launch), launch_id=launch_id
                )
            )
            await context.store.commit([*writes, *changes.writes()])
            return Answer(AnswerKind.EMPTY, None)

        return await retry_on_conflict(attempt)

    async def _stored(self, launch_id: str) -> Stored[Launch]:
        stored = await self._context.store.get(Launch, launch_id)
        if stored is None:
            raise NotFound(ProblemCode.launch_not_found, f"There is no launch {launch_id}.")
        return stored


def _require_past(launched_at: datetime, now: datetime) -> None:
    if launched_at > now + _AHEAD:
        raise Conflict(ProblemCode.launch_in_future, "A launch can be recorded a day ahead, at most.")


def launch_values(launch: Launch) -> dict[str, object]:
    """What the audit trail keeps of a launch."""
    return {
        "token_name": launch.token_name,
        "token_ticker": launch.token_ticker,
        "launched_at": format_timestamp(launch.launched_at),
        "signature": launch.signature,
    }


def _content(launch: Launch) -> tuple[object, ...]:
    return launch.token_name, launch.token_ticker, launch.launched_at, launch.signature
