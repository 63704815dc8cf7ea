"""What an operation's record says, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backends.errors import NotFound
from backends.orchestrator.context import Context
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Put, Stored, WalletsDataService, Write
from backends.orchestrator.records import NamedValue, RefreshOperationRecord, RefreshShard
from generated_models import OperationState, ProblemCode

RUNNING = "refresh_all"
"""The pointer that names the operation under way, of which a store has one at most."""


async def stored_operation(store: WalletsDataService, operation_id: str) -> Stored[RefreshOperationRecord]:
    """An operation's record. Raises `NotFound`."""
    found = await store.get(RefreshOperationRecord, operation_id)
    if found is None:
        raise NotFound(ProblemCode.operation_not_found, f"There is no refresh operation {operation_id} (any more).")
    return found


async def running_operation(
    store: WalletsDataService, pointer: Stored[NamedValue] | None
) -> RefreshOperationRecord | None:
    """The operation that a pointer names, if it runs."""
    if pointer is None or pointer.record.value is None:
        return None
    found = await store.get(RefreshOperationRecord, pointer.record.value)
    return found.record if found and found.record.state is OperationState.RUNNING else None


async def ended(
    context: Context, stored: Stored[RefreshOperationRecord], state: OperationState
) -> tuple[RefreshOperationRecord, list[Write]]:
    """An operation as it ends, and the writes that end it and let the next one start."""
    now = context.clock.now()
    run = replace(stored.record, state=state, updated_at=now, finished_at=now)
    writes: list[Write] = [Put(run, stored.version)]
    pointer = await context.store.get(NamedValue, RUNNING)
    if pointer is not None and pointer.record.value == run.operation_id:
        writes.append(Put(replace(pointer.record, value=None, updated_at=now), pointer.version))
    return run, writes


def split_into_shards(operation_id: str, first: int, addresses: Sequence[str], policy: Policy) -> list[RefreshShard]:
    """Addresses as shards, numbered from `first`."""
    size = policy.shard_wallets
    return [
        RefreshShard(operation_id=operation_id, index=first + at // size, addresses=tuple(addresses[at : at + size]))
        for at in range(0, len(addresses), size)
    ]
