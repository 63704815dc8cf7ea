"""One shard of a refresh-all: leased, worked on, checkpointed. Working on it twice is harmless, and no stored result is
lost with its worker.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import Any

from backends.errors import BackendError, ChainMismatch
from backends.orchestrator.context import Context
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Put, VersionConflict
from backends.orchestrator.records import ItemResult, RefreshOperationRecord, RefreshShard
from backends.orchestrator.refresh.applying import read_error
from backends.orchestrator.refresh.refresher import Refresher
from backends.orchestrator.storage.retry import retry_on_conflict
from generated_models import OperationState, RefreshItemOutcome

_log = logging.getLogger(__name__)

_CHECKPOINTS_A_LEASE = 4
_RESULTS_A_CHECKPOINT = 25
"""A fast worker checkpoints sooner, so that a crash makes others read at most so many wallets again."""


class ShardWorker:
    """Works on shards for whoever delivers them; knows nothing of how they are delivered."""

    def __init__(self, context: Context, refresher: Refresher) -> None:
        self._context = context
        self._refresher = refresher

    async def work(self, operation_id: str, index: int) -> bool:
        """Work on one shard unless another worker does. True if the shard is finished, whoever did it."""
        key = RefreshShard.key_of(operation_id, index)
        operation = await self._context.store.get(RefreshOperationRecord, operation_id)
        if (
            operation is None
            or operation.record.state is not OperationState.RUNNING
            or index >= operation.record.shards
        ):
            return True
        shard = await self._lease(key)
        if shard is None:
            return False
        if shard.finished:
            return True
        return await _LeasedShard(self._context, self._refresher, operation.record, shard).run()

    async def _lease(self, key: str) -> RefreshShard | None:
        context = self._context
        found = await context.store.get(RefreshShard, key)
        if found is None:
            return None
        shard = found.record
        now = context.clock.now()
        if shard.finished:
            return shard
        if shard.leased_until is not None and now < shard.leased_until <= longest_lease(now, context.policy):
            return None
        owner = context.ids.new("own", key, shard.attempts)
        leased = replace(shard, owner=owner, leased_until=now + context.policy.shard_lease, attempts=shard.attempts + 1)
        try:
            await context.store.commit([Put(leased, found.version)])
        except VersionConflict:
            return None
        return leased


def longest_lease(now: datetime, policy: Policy) -> datetime:
    """The latest end that a lease given by now can have, with some room for clocks that differ. One beyond it was given
    by a clock that was wrong, or before ours was set back; it holds nobody up.
    """
    return now + 3 * policy.shard_lease


class _LeasedShard:
    """A shard while one worker has the lease on it."""

    def __init__(
        self, context: Context, refresher: Refresher, operation: RefreshOperationRecord, shard: RefreshShard
    ) -> None:
        self._context = context
        self._refresher = refresher
        self._operation = operation
        self._shard = shard
        self._calls: Counter[str] = Counter()
        self._results: list[ItemResult] = list(shard.results)
        self._stored = len(self._results)
        self._checkpoint_due = asyncio.Event()
        self._still_ours = True

    async def run(self) -> bool:
        """Refresh what the shard still lacks. True when it is finished, False when it was lost to another or
        cancelled.
        """
        heartbeat = asyncio.ensure_future(self._heartbeat())
        reading = asyncio.ensure_future(self._refresh())
        try:
            await asyncio.wait([heartbeat, reading], return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                await heartbeat  # raises what ended it, unless the shard was lost
                return False
            await reading
            await _end(heartbeat)
            return self._still_ours and await self._checkpoint(finished=True)
        except asyncio.CancelledError:
            await _end(reading, heartbeat)  # a checkpoint after the lease was given back would take it again
            await self._give_back()
            raise
        finally:
            await _end(reading, heartbeat)

    async def _refresh(self) -> None:
        done = {result.wallet_address for result in self._results}
        left = [address for address in self._shard.addresses if address not in done]
        try:
            items = self._refresher.refresh_many(self._operation, left, self._calls)
            async with aclosing(items):
                async for result in items:
                    self._results.append(result)
                    if len(self._results) - self._stored >= _RESULTS_A_CHECKPOINT:
                        self._checkpoint_due.set()
                    self._context.meter.refreshed(result.outcome.value)
        except ChainMismatch as error:
            # Trying again can't help. (A store that is down can come back: that failure gives the shard back.)
            _log.warning("a shard of %s was refused: %s", self._operation.operation_id, error.code)
            done = {result.wallet_address for result in self._results}
            self._results += [self._failed(address, error) for address in left if address not in done]

    def _failed(self, wallet_address: str, error: BackendError) -> ItemResult:
        return ItemResult(
            wallet_address=wallet_address,
            outcome=RefreshItemOutcome.failed,
            parts={},
            error=read_error(error),
            finished_at=self._context.clock.now(),
        )

    async def _heartbeat(self) -> None:
        """Renew the lease and store progress until another worker has the shard or its operation has ended."""
        while True:
            await self._wait_until_checkpoint_due()
            try:
                if not await self._checkpoint(finished=False):
                    self._still_ours = False
                    return
            except BackendError as error:
                _log.warning("progress of a shard could not be stored: %s", error.code)

    async def _wait_until_checkpoint_due(self) -> None:
        seconds = self._context.policy.shard_lease.total_seconds() / _CHECKPOINTS_A_LEASE
        reasons = [
            asyncio.ensure_future(each) for each in (self._context.clock.sleep(seconds), self._checkpoint_due.wait())
        ]
        try:
            await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(*reasons)
        self._checkpoint_due.clear()

    async def _give_back(self) -> None:
        """Store what was done and end the lease, so that another worker can go on at once."""
        try:
            await self._checkpoint(finished=False, give_back=True)
        except BackendError as error:
            _log.warning("the lease on a shard could not be given back: %s", error.code)

    async def _checkpoint(self, *, finished: bool, give_back: bool = False) -> bool:
        """Store the results so far, if the shard is still ours. False if it is not."""
        # A checkpoint that was cancelled may be committed all the same, in between: the shard is ours nevertheless.
        return await retry_on_conflict(lambda: self._try_checkpoint(finished=finished, give_back=give_back))

    async def _try_checkpoint(self, *, finished: bool, give_back: bool) -> bool:
        context = self._context
        found = await context.store.get(RefreshShard, self._shard.key)
        if found is None or found.record.owner != self._shard.owner or found.record.finished:
            return False
        operation = await context.store.get(RefreshOperationRecord, self._operation.operation_id)
        if operation is None or operation.record.state is not OperationState.RUNNING:
            return False  # it has ended with the counts that it had
        results = tuple(self._results)
        outcomes = Counter(result.outcome for result in results)
        now = context.clock.now()
        calls = Counter(self._shard.calls)
        calls.update(self._calls)
        saved = replace(
            found.record,
            results=results,
            finished=finished,
            leased_until=now if finished or give_back else now + context.policy.shard_lease,
            done=len(results),
            complete=outcomes[RefreshItemOutcome.complete],
            partial=outcomes[RefreshItemOutcome.partial],
            failed=outcomes[RefreshItemOutcome.failed],
            changed=sum(result.changes is not None for result in results),
            calls=dict(calls),
        )
        await context.store.commit([Put(saved, found.version)])
        self._stored = len(results)
        return True


async def _end(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
