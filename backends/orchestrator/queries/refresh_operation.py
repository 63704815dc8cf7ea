"""Queries of refresh-all operations and their shards."""

from __future__ import annotations

from datetime import datetime

from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import RPC_METHODS, RefreshOperationRecord, RefreshShard
from generated_models import OperationState

SHARD_SUMS: tuple[str, ...] = (
    "done",
    "complete",
    "partial",
    "failed",
    "changed",
    *(f"calls.{method}" for method in RPC_METHODS),
)
"""What is added up over an operation's shards: finished wallets by outcome, and requests by JSON-RPC method."""


def operations(*, state: OperationState | None = None) -> Query[RefreshOperationRecord]:
    """The list of operations, the newest first."""
    where = (Where("state", Op.EQ, state.value),) if state is not None else ()
    return Query(RefreshOperationRecord, where, (OrderBy("created_at", "desc"),))


def shards_of(operation_id: str, *, unfinished_only: bool = False) -> Query[RefreshShard]:
    """An operation's shards, by index (the key ends in it)."""
    where: tuple[Where, ...] = (Where("operation_id", Op.EQ, operation_id),)
    if unfinished_only:
        where += (Where("finished", Op.EQ, False),)
    return Query(RefreshShard, where)


def shards_leased(operation_id: str, now: datetime, until: datetime) -> Query[RefreshShard]:
    """Unfinished shards under a lease that expires between now and `until`: no honest one lasts longer."""
    return Query(
        RefreshShard,
        (
            Where("operation_id", Op.EQ, operation_id),
            Where("finished", Op.EQ, False),
            Where("leased_until", Op.GT, now),
            Where("leased_until", Op.LE, until),
        ),
        (OrderBy("leased_until", "asc"),),
    )


def shards_abandoned(operation_id: str, now: datetime) -> Query[RefreshShard]:
    """Unfinished shards whose lease has expired, or was given back."""
    return Query(
        RefreshShard,
        (
            Where("operation_id", Op.EQ, operation_id),
            Where("finished", Op.EQ, False),
            Where("leased_until", Op.LE, now),
        ),
        (OrderBy("leased_until", "asc"),),
    )
