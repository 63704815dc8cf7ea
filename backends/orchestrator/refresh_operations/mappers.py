"""An operation in the contract's shape."""

from __future__ import annotations

from collections.abc import Mapping

from backends.orchestrator.records import RPC_METHODS, RefreshOperationRecord
from backends.orchestrator.timestamps import format_timestamp
from generated_models import RefreshOperation


def refresh_operation(operation: RefreshOperationRecord, sums: Mapping[str, int]) -> RefreshOperation:
    """An operation with the sums over its shards (`queries.SHARD_SUMS`)."""
    calls = {method: sums.get(f"calls.{method}", 0) for method in RPC_METHODS}
    return RefreshOperation(
        operation_id=operation.operation_id,
        state=operation.state,
        scope=operation.scope,
        parts=list(operation.parts),
        total=operation.total,
        done=sums.get("done", 0),
        complete=sums.get("complete", 0),
        partial=sums.get("partial", 0),
        failed=sums.get("failed", 0),
        rpc_calls={method: count for method, count in calls.items() if count},
        created_at=format_timestamp(operation.created_at),
        started_at=format_timestamp(operation.started_at),
        finished_at=format_timestamp(operation.finished_at),
        updated_at=format_timestamp(operation.updated_at),
    )
