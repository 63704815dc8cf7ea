"""Removes what has expired: idempotency records, replaced snapshots, old operations, old audit entries. Counts anew
where that is due.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from backends.errors import BackendError
from backends.orchestrator import queries, snapshots
from backends.orchestrator.context import Context
from backends.orchestrator.counters.cleanup import CounterCleanup
from backends.orchestrator.counting import Counting
from backends.orchestrator.history.months import oldest_kept
from backends.orchestrator.ports import Delete, VersionConflict
from backends.orchestrator.records import AuditEntry, PortfolioMonth, RefreshOperationRecord, RefreshShard, WalletMonth
from backends.orchestrator.storage.idempotency import purge_expired
from backends.orchestrator.storage.scan import scan
from generated_models import OperationState

_log = logging.getLogger(__name__)

_INTERVAL = 600.0  # seconds


class Housekeeping:
    """Runs in every server process; two of them at once do each other no harm."""

    def __init__(self, context: Context, counting: Counting) -> None:
        self._context = context
        self._counting = counting
        self._counter_cleanup = CounterCleanup(context)

    async def serve(self) -> None:
        """Count what an earlier release left uncounted, then sweep every ten minutes until cancelled."""
        await self._try(self._counting.ensure)
        while True:
            await self._context.clock.sleep(_INTERVAL)
            await self._try(self.sweep)

    async def _try(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except (BackendError, VersionConflict) as error:
            _log.warning("housekeeping is put off until the next sweep: %r", error)
        except Exception:  # noqa: BLE001 (whatever it is, the server goes on, and so does this)
            _log.exception("housekeeping has failed; it is tried again at the next sweep")

    async def sweep(self) -> None:
        """Remove what has expired, once."""
        while await purge_expired(self._context):
            pass
        await snapshots.purge(self._context)
        await self._purge_operations()
        await self._purge_audit()
        await self._purge_months()
        await self._counting.ensure()
        await self._counter_cleanup.run()

    async def _purge_operations(self) -> None:
        context = self._context
        moment = context.clock.now() - context.policy.keep_operations
        for stored in await context.store.query(queries.operations_before(moment), limit=100):
            operation = stored.record
            if operation.state is OperationState.RUNNING:
                continue
            async for page in scan(context.store, queries.shards_of(operation.operation_id), page=100):
                await context.store.commit([Delete(RefreshShard, shard.record.key) for shard in page])
            await context.store.commit([Delete(RefreshOperationRecord, operation.key, stored.version)])

    async def _purge_audit(self) -> None:
        context = self._context
        query = queries.audit_before(context.clock.now() - context.policy.keep_audit)
        while found := await context.store.query(query, limit=100):
            await context.store.commit([Delete(AuditEntry, stored.record.key) for stored in found])

    async def _purge_months(self) -> None:
        context = self._context
        cutoff = oldest_kept(context.clock.now(), context.policy.history_months)
        while found := await context.store.query(queries.wallet_months_before(cutoff), limit=100):
            await context.store.commit([Delete(WalletMonth, stored.record.key) for stored in found])
        while months := await context.store.query(queries.portfolio_months_before(cutoff), limit=100):
            await context.store.commit([Delete(PortfolioMonth, stored.record.key) for stored in months])
