"""The stored operation, the one that runs now, its shards, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backends.errors import NotFound
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.policy import FreshWindow, Policy
from backends.orchestrator.portfolio_history import point_write
from backends.orchestrator.portfolio_totals import current_totals
from backends.orchestrator.ports import Put, Stored, WalletsDataService, Write
from backends.orchestrator.records import NamedValue, RefreshOperationRecord, RefreshShard
from generated_models import OperationState, ProblemCode, RefreshScope

CURRENT_OPERATION = "refresh_all"
"""The `NamedValue` with the id of the operation that runs; a store has one at most."""


async def stored_operation(store: WalletsDataService, operation_id: str) -> Stored[RefreshOperationRecord]:
    """An operation's record. Raises `NotFound`."""
    found = await store.get(RefreshOperationRecord, operation_id)
    if found is None:
        raise NotFound(ProblemCode.operation_not_found, f"There is no refresh operation {operation_id} (any more).")
    return found


async def running_operation(
    store: WalletsDataService, current: Stored[NamedValue] | None
) -> RefreshOperationRecord | None:
    """The operation that `current` (the `NamedValue`) names, if it runs."""
    if current is None or current.record.value is None:
        return None
    found = await store.get(RefreshOperationRecord, current.record.value)
    return found.record if found and found.record.state is OperationState.RUNNING else None


async def end_operation(
    context: Context, stored: Stored[RefreshOperationRecord], state: OperationState
) -> tuple[RefreshOperationRecord, list[Write]]:
    """An operation as it ends, and the writes that end it, let the next one start, and keep what the wallets add up to
    by now. What would be completed has failed if no part of any wallet could be read.
    """
    now = context.clock.now()
    counts = await context.store.sums(queries.shards_of(stored.record.operation_id), queries.SHARD_SUMS)
    if state is OperationState.COMPLETED and counts["failed"] and not counts["complete"] + counts["partial"]:
        state = OperationState.FAILED
    operation = replace(stored.record, state=state, updated_at=now, finished_at=now, counts=counts)
    point = await point_write(context, await current_totals(context, now))
    writes: list[Write] = [Put(operation, stored.version), point]
    current = await context.store.get(NamedValue, CURRENT_OPERATION)
    if current is not None and current.record.value == operation.operation_id:
        writes.append(Put(replace(current.record, value=None, updated_at=now), current.version))
    return operation, writes


async def count_in_scope(store: WalletsDataService, scope: RefreshScope, fresh: FreshWindow) -> int:
    """How many wallets a refresh-all of a scope reads, without the archived ones."""
    covered = await store.count(queries.wallets_in_scope(scope, fresh))
    return max(0, covered - await store.count(queries.archived_in_scope(scope, fresh)))


def split_into_shards(operation_id: str, first: int, addresses: Sequence[str], policy: Policy) -> list[RefreshShard]:
    """Addresses as shards, numbered from `first`."""
    size = policy.shard_wallets
    return [
        RefreshShard(operation_id=operation_id, index=first + at // size, addresses=tuple(addresses[at : at + size]))
        for at in range(0, len(addresses), size)
    ]
