"""What has had its time is dropped: idempotency records, replaced snapshots, old operations, old audit entries."""

from __future__ import annotations

import logging

from backends.errors import BackendError
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.ports import Delete, VersionConflict
from backends.orchestrator.records import AuditEntry, RefreshOperationRecord, RefreshShard
from backends.orchestrator.storage.idempotency import purge_expired
from backends.orchestrator.storage.scan import walk
from backends.orchestrator.token_totals import TokenTotalsSnapshots
from generated_models import OperationState

_log = logging.getLogger(__name__)

_EVERY = 600.0  # seconds


class Housekeeping:
    """Runs in every server process; two of them at once do each other no harm."""

    def __init__(self, context: Context, totals: TokenTotalsSnapshots) -> None:
        self._context = context
        self._totals = totals

    async def serve(self) -> None:
        """Tidy every ten minutes until cancelled."""
        while True:
            await self._context.clock.sleep(_EVERY)
            try:
                await self.sweep()
            except (BackendError, VersionConflict) as error:
                _log.warning("housekeeping is put off: %r", error)

    async def sweep(self) -> None:
        """Drop what is past its time, once."""
        while await purge_expired(self._context):
            pass
        await self._totals.purge()
        await self._purge_operations()
        await self._purge_audit()

    async def _purge_operations(self) -> None:
        context = self._context
        moment = context.clock.now() - context.policy.keep_operations
        for stored in await context.store.query(queries.operations_before(moment), limit=100):
            run = stored.record
            if run.state is OperationState.RUNNING:
                continue
            async for page in walk(context.store, queries.shards_of(run.operation_id), page=100):
                await context.store.commit([Delete(RefreshShard, shard.record.key) for shard in page])
            await context.store.commit([Delete(RefreshOperationRecord, run.key, stored.version)])

    async def _purge_audit(self) -> None:
        context = self._context
        query = queries.audit_before(context.clock.now() - context.policy.keep_audit)
        while found := await context.store.query(query, limit=100):
            await context.store.commit([Delete(AuditEntry, stored.record.key) for stored in found])
