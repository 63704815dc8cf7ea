"""An operation in the contract's shape."""

from __future__ import annotations

from collections.abc import Mapping

from backends.orchestrator.records import RPC_METHODS, RefreshOperationRecord
from backends.orchestrator.timestamps import format_timestamp
from generated_models import RefreshOperation


def refresh_operation(run: RefreshOperationRecord, sums: Mapping[str, int]) -> RefreshOperation:
    """An operation with the sums over its shards (`queries.SHARD_SUMS`)."""
    calls = {method: sums.get(f"calls.{method}", 0) for method in RPC_METHODS}
    return RefreshOperation(
        operation_id=run.operation_id,
        state=run.state,
        scope=run.scope,
        parts=list(run.parts),
        total=run.total,
        done=sums.get("done", 0),
        complete=sums.get("complete", 0),
        partial=sums.get("partial", 0),
        failed=sums.get("failed", 0),
        rpc_calls={method: count for method, count in calls.items() if count},
        created_at=format_timestamp(run.created_at),
        started_at=format_timestamp(run.started_at),
        finished_at=format_timestamp(run.finished_at),
        updated_at=format_timestamp(run.updated_at),
    )
