"""Commits a reading: to the wallet as it is by then, together with the schedules that the reading completes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from backends.errors import NotFound
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.counters.changes import CounterChanges, TooManyCounters
from backends.orchestrator.counters.epochs import recount_due
from backends.orchestrator.history.recording import Recorded, record
from backends.orchestrator.ports import Put, Stored, VersionConflict, Write
from backends.orchestrator.records import ItemResult, Schedule, Wallet
from backends.orchestrator.refresh.applying import Applied, apply_reading, read_error
from backends.orchestrator.refresh.history_entry import change_found
from backends.orchestrator.refresh.reading import TokensReading, WalletReading
from backends.orchestrator.refresh.reconciliation import reconcile
from backends.orchestrator.refresh.result_changes import changes_between, stored_changes
from backends.orchestrator.storage import chunked_list
from backends.orchestrator.storage.commit_rules import MAX_HOLDINGS, MAX_WRITES
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.wallets.errors import wallet_not_found
from backends.orchestrator.wallets.holdings import holdings_of
from generated_models import RefreshItemOutcome, TokenHolding

_MAX_HISTORY = 1_000_000
"""Characters in one commit of several wallets: well below its 3 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCommit:
    """A reading about to be committed: the wallet before and after, the schedules that it completes, and what moves
    into the wallet's past. `holdings_before` are those that new ones replace; None if there are none, or none readable.
    """

    before: Stored[Wallet]
    applied: Applied
    completed: list[tuple[Schedule, Stored[Schedule]]]
    holdings_before: list[TokenHolding] | None
    recorded: Recorded

    @property
    def after(self) -> Wallet:
        """The wallet with the reading."""
        return self.applied.wallet


class ReadingCommitter:
    """Decides what a reading writes, and commits the readings of a refresh-all."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def prepare(
        self, wallet_read: Wallet, reading: WalletReading, *, holdings_lost: bool = False
    ) -> PendingCommit:
        """The reading against the wallet as it is now, whose stored holdings may be lost. Raises `NotFound` when the
        wallet was deleted meanwhile, re-created or not.
        """
        before = await self._context.store.get(Wallet, wallet_read.wallet_address)
        return await self._decide(wallet_read, reading, before, holdings_lost=holdings_lost)

    async def _decide(
        self, wallet_read: Wallet, reading: WalletReading, before: Stored[Wallet] | None, *, holdings_lost: bool = False
    ) -> PendingCommit:
        context = self._context
        if before is None or before.record.generation != wallet_read.generation:
            raise wallet_not_found(wallet_read.wallet_address)
        now = context.clock.now()
        new_ref = partial(context.ids.new, "ref", wallet_read.wallet_address, now)
        applied = apply_reading(before.record, reading, new_ref, now, context.policy, holdings_lost=holdings_lost)
        completed: list[tuple[Schedule, Stored[Schedule]]] = []
        if applied.fundings and before.record.open_schedules:
            completed = await self._completed(applied)
            left = max(before.record.open_schedules - len(completed), 0)
            applied = replace(applied, wallet=replace(applied.wallet, open_schedules=left))
        earlier = None if applied.holdings is None else await holdings_of(context.store, before.record)
        recorded = await self._record(before.record, applied, earlier, now)
        return PendingCommit(
            before=before,
            applied=replace(applied, wallet=recorded.wallet),
            completed=completed,
            holdings_before=earlier,
            recorded=recorded,
        )

    async def _record(
        self, before: Wallet, applied: Applied, holdings_before: Sequence[TokenHolding] | None, now: datetime
    ) -> Recorded:
        """The wallet's past with what this reading, of now, found."""
        context = self._context
        if applied.wallet is before:
            return Recorded(before, [])  # every part was superseded
        change = change_found(before, applied, holdings_before, now)
        return await record(context.store, before, applied.wallet, change, applied.activity, now, context.policy)

    async def _completed(self, applied: Applied) -> list[tuple[Schedule, Stored[Schedule]]]:
        store = self._context.store
        address = applied.wallet.wallet_address
        found = await store.query(queries.open_schedules_of(address), limit=self._context.policy.max_open_schedules)
        by_id = {stored.record.schedule_id: stored for stored in found}
        matched = {
            funding.signature
            for funding in applied.fundings
            if await store.count(queries.schedules_matched(address, funding.signature))
        }
        done = reconcile(applied.fundings, [stored.record for stored in found], matched, self._context.clock.now())
        return [(schedule, by_id[schedule.schedule_id]) for schedule in done]

    async def store(self, commits: Sequence[PendingCommit], *beside: Write) -> None:
        """Commit readings, and writes beside them, at once. Raises `VersionConflict`, `TooManyCounters` and
        `_TooManyWrites`: then nothing of it is left in the store.
        """
        try:
            writes = [*await self.writes(*commits), *beside]
            if len(writes) <= MAX_WRITES:
                await self._context.store.commit(writes)
                return
        except (VersionConflict, TooManyCounters):
            await self._withdraw(commits)
            raise
        await self._withdraw(commits)
        raise _TooManyWrites

    async def _withdraw(self, commits: Sequence[PendingCommit]) -> None:
        for pending in commits:
            if pending.applied.chunked_holdings is not None:
                await pending.applied.chunked_holdings.withdraw(self._context.store)

    async def writes(self, *commits: PendingCommit) -> list[Write]:
        """The writes of pending commits, the increments of counters among them. Holdings too large for it are written
        now.
        """
        writes: list[Write] = []
        for pending in commits:
            writes += await self._writes(pending)
        return [*writes, *await self._counted(commits)]

    async def _counted(self, commits: Sequence[PendingCommit]) -> list[Write]:
        """What changes about the counters."""
        changes = CounterChanges()
        lost: list[int] = []  # the epochs of those of which is not known how much they were counted for
        for pending in commits:
            before, after = pending.before.record, pending.after
            changes.wallet(before, after, self._context.clock.now())
            if not before.counted_in:
                lost.append(0)
            if pending.applied.holdings is not None:
                if pending.holdings_before is None and before.holdings is not None:
                    lost.append(before.counted_in)
                held = pending.holdings_before, pending.applied.holdings
                changes.holdings(before.counted_in, after.wallet_address, *held)
        recount = await recount_due(self._context, max(lost)) if lost else []
        return [*changes.writes(), *recount]

    async def _writes(self, pending: PendingCommit) -> list[Write]:
        if pending.after is pending.before.record:
            return []  # every part was superseded
        writes: list[Write] = [Put(pending.after, pending.before.version)]
        writes += [Put(schedule, stored.version) for schedule, stored in pending.completed]
        if pending.applied.chunked_holdings is not None:
            writes += await pending.applied.chunked_holdings.write_oversized(self._context.store)
            writes += chunked_list.removal_writes(pending.after.key, pending.before.record.holdings)
        return [*writes, *pending.recorded.writes]

    async def commit(self, readings: Sequence[tuple[Stored[Wallet], WalletReading]]) -> list[ItemResult]:
        """Commit the readings of up to `MAX_WALLETS` distinct wallets: all at once if they are as they were read from
        the store, before the chain was asked.
        """
        if readings and sum(map(_holding_count, readings)) <= MAX_HOLDINGS:
            try:
                return await self._commit_together(readings)
            except (VersionConflict, NotFound, _TooManyWrites, TooManyCounters):
                pass  # one of them was changed meanwhile: each by itself, then, as it is by now
        return [await self.commit_alone(stored.record, reading) for stored, reading in readings]

    async def _commit_together(self, readings: Sequence[tuple[Stored[Wallet], WalletReading]]) -> list[ItemResult]:
        pending_commits = [await self._decide(stored.record, reading, stored) for stored, reading in readings]
        if sum(pending.recorded.size for pending in pending_commits) > _MAX_HISTORY:
            raise _TooManyWrites
        await self.store(pending_commits)
        return [self._result(pending) for pending in pending_commits]

    async def commit_alone(self, wallet: Wallet, reading: WalletReading) -> ItemResult:
        """Commit one wallet's reading to the wallet as it is by now."""

        async def attempt() -> ItemResult:
            pending = await self.prepare(wallet, reading)
            await self.store([pending])
            return self._result(pending)

        try:
            return await retry_on_conflict(attempt)
        except NotFound:
            return self.skipped(wallet.wallet_address)

    def _result(self, pending: PendingCommit) -> ItemResult:
        changes = changes_between(
            pending.before.record,
            pending.after,
            pending.holdings_before,
            pending.applied.holdings,
            pending.applied.fundings,
            [schedule for schedule, _ in pending.completed],
        )
        return ItemResult(
            wallet_address=pending.after.wallet_address,
            outcome=pending.applied.outcome,
            parts={part.value: result for part, result in pending.applied.results.items()},
            error=None,
            finished_at=self._context.clock.now(),
            changes=stored_changes(changes),
        )

    def skipped(self, wallet_address: str) -> ItemResult:
        """The result of a wallet that was deleted."""
        return ItemResult(
            wallet_address=wallet_address,
            outcome=RefreshItemOutcome.skipped,
            parts={},
            error=read_error(wallet_not_found(wallet_address)),
            finished_at=self._context.clock.now(),
        )


class _TooManyWrites(Exception):
    """More writes than a commit takes."""


def _holding_count(reading: tuple[Stored[Wallet], WalletReading]) -> int:
    tokens = reading[1].tokens
    return len(tokens.holdings or ()) if isinstance(tokens, TokensReading) else 0
