"""How a refresh-all goes on: planned into shards, worked on by any number of workers, carried on after any death
(rule 8).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backends.errors import BackendError
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Put, ShardLeased, VersionConflict
from backends.orchestrator.records import NamedValue, RefreshOperationRecord, RefreshShard, Wallet
from backends.orchestrator.refresh.refresher import Refresher
from backends.orchestrator.refresh_operations.shards import ShardWorker
from backends.orchestrator.refresh_operations.state import (
    RUNNING,
    ended,
    running_operation,
    split_into_shards,
    stored_operation,
)
from backends.orchestrator.storage.paging import cursor_from_text, cursor_of, cursor_text
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.storage.scan import walk
from generated_models import OperationState, RefreshScope, WalletStatus

_log = logging.getLogger(__name__)

_PLAN_PAGE = 500
_SEND_AGAIN = timedelta(seconds=15)
"""How long shards may lie in the queue without anyone working on the operation before they are sent again."""


class Recovery:
    """What every server process and worker does in the background."""

    def __init__(self, context: Context, refresher: Refresher) -> None:
        self._context = context
        self._worker = ShardWorker(context, refresher)
        self._planner: asyncio.Task[None] | None = None
        self._sent_at = context.clock.now()

    async def serve(self) -> None:
        """Take part in the work: shards from the queue, and the supervision of the running operation. Ends when
        cancelled.
        """
        started, everything = False, True
        while True:
            try:
                if not started:
                    await self._context.queue.start(self.work)
                    started = True
                await self.recover(everything=everything)
                everything = False
            except BackendError as error:
                _log.warning("the running refresh-all could not be supervised: %s", error.code)
            await self._context.clock.sleep(self._context.policy.shard_lease.total_seconds() / 2)

    async def aclose(self) -> None:
        """Stop planning."""
        if self._planner is not None:
            self._planner.cancel()
            await asyncio.gather(self._planner, return_exceptions=True)

    async def work(self, operation_id: str, index: int) -> None:
        """Work on one delivered shard; the last one ends the operation. Raises `ShardLeased`."""
        if not await self._worker.work(operation_id, index):
            raise ShardLeased
        await self._finish_if_done(operation_id)

    async def recover(self, *, everything: bool = False) -> None:
        """Carry on with what nobody carries on with: the plan of a dead planner, the shards of dead workers.

        With `everything`, as after a start, all shards not finished are sent: a shard sent twice is harmless.
        """
        run = await running_operation(self._context.store, await self._context.store.get(NamedValue, RUNNING))
        if run is None:
            return
        store, now = self._context.store, self._context.clock.now()
        planning = self._planner is not None and not self._planner.done()
        if (
            not run.planned
            and not planning
            and (everything or now - run.updated_at >= self._context.policy.shard_lease)
        ):
            self.drive(run.operation_id, ())
            if not everything:
                return
        lost = everything or await self._stands_still(run.operation_id, now)
        query = (
            queries.shards_of(run.operation_id, unfinished_only=True)
            if lost
            else queries.shards_abandoned(run.operation_id, now)
        )
        async for page in walk(store, query, page=50):
            for shard in page:
                await self._context.queue.send(run.operation_id, shard.record.index)
        await self._finish_if_done(run.operation_id)

    async def _stands_still(self, operation_id: str, now: datetime) -> bool:
        """Whether nobody works on the operation, although it was not sent just now."""
        if now - self._sent_at < _SEND_AGAIN:
            return False
        if await self._context.store.count(queries.shards_leased(operation_id, now)):
            return False
        self._sent_at = now
        return True

    def drive(self, operation_id: str, shards: Sequence[RefreshShard]) -> None:
        """Send these shards and plan the rest, in the background."""
        self._planner = asyncio.ensure_future(self._plan_and_send(operation_id, shards))

    async def _plan_and_send(self, operation_id: str, shards: Sequence[RefreshShard]) -> None:
        try:
            for shard in shards:
                await self._context.queue.send(operation_id, shard.index)
            await self._plan(operation_id)
            await self._finish_if_done(operation_id)
        except VersionConflict:
            _log.info("another process plans %s", operation_id)
        except BackendError as error:
            _log.warning("planning %s stopped: %s; it goes on with the next supervision", operation_id, error.code)

    async def _plan(self, operation_id: str) -> None:
        """Walk the wallets of the scope and cut them into full shards, committed with the cursor, so that a death in
        the middle neither skips a wallet nor takes one twice.
        """
        context = self._context
        size = context.policy.shard_wallets
        waiting: list[Wallet] = []
        stored = await stored_operation(context.store, operation_id)
        run = stored.record
        if run.planned or run.scope is None:
            return
        query = queries.wallets_in_scope(run.scope, run.stale_before)
        cursor = cursor_from_text(run.plan_cursor)
        while run.state is OperationState.RUNNING and not run.planned:
            found = await context.store.query(query, limit=_PLAN_PAGE, after=cursor)
            waiting += [each.record for each in found if _to_do(each.record, run)]
            if found:
                cursor = cursor_of(found[-1].record, query.order)
            at_end = len(found) < _PLAN_PAGE
            full = len(waiting) if at_end else len(waiting) // size * size
            batch, waiting = waiting[:full], waiting[full:]
            if not batch and not at_end:
                continue
            shards = split_into_shards(
                operation_id, run.shards, [wallet.wallet_address for wallet in batch], context.policy
            )
            run = replace(
                run,
                shards=run.shards + len(shards),
                total=run.total + len(batch),
                planned=at_end,
                plan_cursor=cursor_text(cursor_of(batch[-1], query.order)) if batch else run.plan_cursor,
                updated_at=context.clock.now(),
            )
            await context.store.commit([Put(run, stored.version), *(Put(shard, ABSENT) for shard in shards)])
            for shard in shards:
                await context.queue.send(operation_id, shard.index)
            stored = await stored_operation(context.store, operation_id)
            run = stored.record

    async def _finish_if_done(self, operation_id: str) -> None:
        context = self._context

        async def attempt() -> None:
            stored = await context.store.get(RefreshOperationRecord, operation_id)
            if stored is None or stored.record.state is not OperationState.RUNNING or not stored.record.planned:
                return
            if await context.store.count(queries.shards_of(operation_id, unfinished_only=True)):
                return
            _, ending = await ended(context, stored, OperationState.COMPLETED)
            await context.store.commit(ending)

        await retry_on_conflict(attempt)


def _to_do(wallet: Wallet, run: RefreshOperationRecord) -> bool:
    """Whether a wallet found by the walk belongs into a shard.

    `stale` walks by the oldest reading, in which a wallet moves on, rather than out, when only some of its parts are
    refreshed: it is met again, and known by the attempts since the start.
    """
    if wallet.status is WalletStatus.ARCHIVED:
        return False
    if run.scope is not RefreshScope.stale:
        return True
    attempts = [wallet.parts.of(part).last_attempt_at for part in run.parts]
    return any(attempt is None or attempt < run.created_at for attempt in attempts)
