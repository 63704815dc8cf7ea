"""How a refresh-all goes on: planned into shards, worked on by any number of workers, resumed after a crash of any of
them (rule 8).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

from backends.errors import BackendError
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.policy import FreshWindow
from backends.orchestrator.ports import ABSENT, Put, ShardLeased, Stored, VersionConflict
from backends.orchestrator.records import NamedValue, RefreshOperationRecord, RefreshShard, Wallet
from backends.orchestrator.refresh.refresher import Refresher
from backends.orchestrator.refresh_operations.shards import ShardWorker, longest_lease
from backends.orchestrator.refresh_operations.state import (
    CURRENT_OPERATION,
    end_operation,
    running_operation,
    split_into_shards,
    stored_operation,
)
from backends.orchestrator.storage.paging import cursor_from_text, cursor_of, cursor_text
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.storage.scan import scan
from generated_models import OperationState, RefreshScope, WalletStatus

_log = logging.getLogger(__name__)

_PLAN_PAGE = 200
_RESEND_AFTER = timedelta(seconds=15)
"""How long shards may wait in the queue, while no worker has a lease on any, before they are sent again."""


class Recovery:
    """What every server process and worker does in the background."""

    def __init__(self, context: Context, refresher: Refresher) -> None:
        self._context = context
        self._worker = ShardWorker(context, refresher)
        self._read_ahead = refresher.read_ahead if context.queue.delivers_here else None
        self._planner: asyncio.Task[None] | None = None
        self._sent_at = context.clock.now()

    async def serve(self) -> None:
        """Take part in the work: shards from the queue, and the recovery of the running operation. Ends when
        cancelled.
        """
        started, resend_all = False, True
        while True:
            try:
                if not started:
                    await self._context.queue.start(self.work)
                    started = True
                await self.recover(resend_all=resend_all)
                resend_all = False
            except BackendError as error:
                _log.warning("the running refresh-all could not be recovered: %s", error.code)
            except Exception:  # noqa: BLE001 (whatever it is, the next one must not wait for a restart)
                _log.exception("the running refresh-all could not be recovered")
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

    async def recover(self, *, resend_all: bool = False) -> None:
        """Resume what stopped with its process: planning, and shards whose worker is gone.

        With `resend_all`, as after a start, all unfinished shards are sent: a shard sent twice is harmless.
        """
        operation = await running_operation(
            self._context.store, await self._context.store.get(NamedValue, CURRENT_OPERATION)
        )
        if operation is None:
            return
        store, now = self._context.store, self._context.clock.now()
        planning = self._planner is not None and not self._planner.done()
        if (
            not operation.planned
            and not planning
            and (resend_all or not timedelta(0) <= now - operation.updated_at < self._context.policy.shard_lease)
        ):
            self.dispatch(operation.operation_id, ())
            if not resend_all:
                return
        resend = resend_all or await self._is_stalled(operation.operation_id, now)
        query = (
            queries.shards_of(operation.operation_id, unfinished_only=True)
            if resend
            else queries.shards_abandoned(operation.operation_id, now)
        )
        async for page in scan(store, query, page=50):
            for shard in page:
                await self._context.queue.send(operation.operation_id, shard.record.index)
        await self._finish_if_done(operation.operation_id)

    async def _is_stalled(self, operation_id: str, now: datetime) -> bool:
        """Whether no worker has a lease on the operation's shards, although they were not sent just now."""
        if timedelta(0) <= now - self._sent_at < _RESEND_AFTER:
            return False
        until = longest_lease(now, self._context.policy)
        if await self._context.store.count(queries.shards_leased(operation_id, now, until)):
            return False
        self._sent_at = now
        return True

    def dispatch(self, operation_id: str, shards: Sequence[RefreshShard]) -> None:
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
            _log.warning("planning %s stopped: %s; it goes on with the next recovery", operation_id, error.code)

    async def _plan(self, operation_id: str) -> None:
        """Scan the wallets of the scope and split them into full shards, committed with the cursor, so that a crash in
        the middle neither skips a wallet nor takes one twice.
        """
        context = self._context
        size = context.policy.shard_wallets
        pending: list[Stored[Wallet]] = []
        read_ahead = self._read_ahead
        stored = await stored_operation(context.store, operation_id)
        operation = stored.record
        if operation.planned or operation.scope is None:
            return
        cursor = cursor_from_text(operation.plan_cursor)
        while operation.state is OperationState.RUNNING and not operation.planned:
            if read_ahead is not None:
                await read_ahead.wait_for_room(context.policy.shard_lease.total_seconds() / 2)
            fresh = operation.fresh_window(context.clock.now())
            query = queries.wallets_in_scope(operation.scope, fresh)
            found = await context.store.query(query, limit=_PLAN_PAGE, after=cursor)
            pending += [each for each in found if _needs_refresh(each.record, operation, fresh)]
            if found:
                cursor = cursor_of(found[-1].record, query.order)
            at_end = len(found) < _PLAN_PAGE
            full = len(pending) if at_end else len(pending) // size * size
            batch, pending = pending[:full], pending[full:]
            if not batch and not at_end:
                continue
            shards = split_into_shards(
                operation_id, operation.shards, [each.record.wallet_address for each in batch], context.policy
            )
            operation = replace(
                operation,
                shards=operation.shards + len(shards),
                total=operation.total + len(batch),
                planned=at_end,
                plan_cursor=cursor_text(cursor_of(batch[-1].record, query.order)) if batch else operation.plan_cursor,
                updated_at=context.clock.now(),
            )
            writes = [Put(operation, stored.version), *(Put(shard, ABSENT) for shard in shards)]
            with read_ahead.of(batch) if read_ahead is not None else nullcontext():
                await context.store.commit(writes)
            for shard in shards:
                await context.queue.send(operation_id, shard.index)
            stored = await stored_operation(context.store, operation_id)
            operation = stored.record

    async def _finish_if_done(self, operation_id: str) -> None:
        context = self._context

        async def attempt() -> None:
            stored = await context.store.get(RefreshOperationRecord, operation_id)
            if stored is None or stored.record.state is not OperationState.RUNNING or not stored.record.planned:
                return
            if await context.store.count(queries.shards_of(operation_id, unfinished_only=True)):
                return
            _, ending = await end_operation(context, stored, OperationState.COMPLETED)
            await context.store.commit(ending)

        await retry_on_conflict(attempt)


def _needs_refresh(wallet: Wallet, operation: RefreshOperationRecord, fresh: FreshWindow) -> bool:
    """Whether a wallet found by the scan belongs into a shard.

    `stale` scans by the oldest reading. A wallet of which only some parts are refreshed stays stale and is found again
    further on: it is recognized by its attempts since the start. (One of a future, like the readings of one, is of a
    clock that was wrong.)
    """
    if wallet.status is WalletStatus.ARCHIVED:
        return False
    if operation.scope is not RefreshScope.stale:
        return True
    attempts = [wallet.parts.of(part).last_attempt_at for part in operation.parts]
    since = operation.created_at
    return any(attempt is None or not since <= attempt < fresh.before for attempt in attempts)
