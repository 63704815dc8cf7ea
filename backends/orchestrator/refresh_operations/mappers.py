"""An operation and its results in the contract's shapes."""

from __future__ import annotations

from collections.abc import Mapping

from backends.orchestrator.records import RPC_METHODS, ItemResult, RefreshOperationRecord
from backends.orchestrator.refresh.mappers import refresh_changes, refresh_results
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.mappers import cache_error
from generated_models import RefreshItemResult, RefreshOperation, WalletPart


def refresh_operation(operation: RefreshOperationRecord, sums: Mapping[str, int]) -> RefreshOperation:
    """An operation with the sums over its shards (`queries.SHARD_SUMS`); its own final ones go before them."""
    sums = operation.counts if operation.counts is not None else sums
    calls = {method: sums.get(f"calls.{method}", 0) for method in RPC_METHODS}
    return RefreshOperation(
        operation_id=operation.operation_id,
        state=operation.state,
        scope=operation.scope,
        parts=list(operation.parts),
        depth=operation.depth,
        total=operation.total if operation.planned else max(operation.total, operation.expected),
        done=sums.get("done", 0),
        complete=sums.get("complete", 0),
        partial=sums.get("partial", 0),
        failed=sums.get("failed", 0),
        changed=sums.get("changed", 0),
        rpc_calls={method: count for method, count in calls.items() if count},
        created_at=format_timestamp(operation.created_at),
        started_at=format_timestamp(operation.started_at),
        finished_at=format_timestamp(operation.finished_at),
        updated_at=format_timestamp(operation.updated_at),
    )


def item_result(item: ItemResult) -> RefreshItemResult:
    """How one wallet of a refresh-all went."""
    return RefreshItemResult(
        wallet_address=item.wallet_address,
        outcome=item.outcome,
        results=refresh_results({WalletPart(name): result for name, result in item.parts.items()}),
        changes=None if item.changes is None else refresh_changes(item.changes),
        error=cache_error(item.error),
        finished_at=format_timestamp(item.finished_at),
    )
