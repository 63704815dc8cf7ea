"""What the store keeps of refresh-all: the operation, and its shards with the results in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from backends.orchestrator import bounds
from backends.orchestrator.policy import FreshWindow
from backends.orchestrator.records.wallet import ReadError
from generated_models import (
    OperationState,
    RefreshDepth,
    RefreshItemOutcome,
    RefreshScope,
    WalletPart,
    WalletStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshOperationRecord:
    """A refresh-all operation. Its progress is the sum over its shards."""

    COLLECTION: ClassVar[str] = "refresh_operations"

    operation_id: bounds.OperationId
    state: OperationState
    scope: RefreshScope | None
    fingerprint: str
    parts: Annotated[tuple[WalletPart, ...], Field(max_length=3)]
    created_at: datetime
    updated_at: datetime
    stale_before: datetime
    depth: RefreshDepth = RefreshDepth.known
    started_at: datetime | None = None
    finished_at: datetime | None = None
    # The plan: shards are made while a cursor scans the wallets; `planned` when it has reached the end.
    planned: bool = False
    plan_cursor: str | None = None
    shards: int = 0
    total: bounds.Count = 0
    expected: bounds.Count = 0
    """The wallets of the scope when it was started; `total` are those in the shards, all of them when `planned`."""
    counts: dict[str, bounds.Count] | None = None
    """The sums over the shards (`queries.SHARD_SUMS`) as the operation ended with; None while it runs."""

    @property
    def key(self) -> str:
        return self.operation_id

    def fresh_window(self, now: datetime) -> FreshWindow:
        """By which wallets are stale for this operation: as of its start, and what lies ahead of now. (However long it
        lasts, what it has read itself is fresh.)
        """
        return FreshWindow(self.stale_before, now + (self.created_at - self.stale_before))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a reading changed on a wallet. `truncated`: the lists hold only their first entries."""

    balance_lamports: int | None = None
    tokens_added: tuple[bounds.Address, ...] = ()
    tokens_removed: tuple[bounds.Address, ...] = ()
    tokens_changed: tuple[bounds.Address, ...] = ()
    new_funding: tuple[bounds.Signature, ...] = ()
    completed_schedules: tuple[bounds.Identifier, ...] = ()
    status_before: WalletStatus | None = None
    status_after: WalletStatus | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """How one wallet of a shard went. `error` is set when the wallet as a whole could not be refreshed; the parts'
    own outcomes are in `parts`, by part name: (outcome, slot, error). `changes` is None when there are none.
    """

    wallet_address: bounds.Address
    outcome: RefreshItemOutcome
    parts: dict[str, PartResultRecord]
    error: ReadError | None
    finished_at: datetime
    changes: Changes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResultRecord:
    """One part's outcome within a refresh."""

    outcome: str
    slot: bounds.Slot | None
    error: ReadError | None


RPC_METHODS: tuple[str, ...] = (
    "getGenesisHash",
    "getMultipleAccounts",
    "getSignaturesForAddress",
    "getTokenAccountsByOwner",
    "getTransaction",
)
"""Every JSON-RPC method that a `SolanaDataService` sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshShard:
    """Up to a hundred wallets of an operation, worked on by one worker at a time under a lease.

    `results` holds the finished wallets in the order they finished; the counts beside it are their sums, stored flat
    so that the store can add them up over all shards. `calls` are JSON-RPC requests by method.
    """

    COLLECTION: ClassVar[str] = "refresh_shards"

    operation_id: bounds.OperationId
    index: int
    addresses: tuple[str, ...]
    finished: bool = False
    owner: str | None = None
    leased_until: datetime | None = None
    attempts: int = 0
    results: tuple[ItemResult, ...] = ()
    done: bounds.Count = 0
    complete: bounds.Count = 0
    partial: bounds.Count = 0
    failed: bounds.Count = 0
    changed: bounds.Count = 0
    calls: dict[str, bounds.Count] = field(default_factory=dict)

    @staticmethod
    def key_of(operation_id: str, index: int) -> str:
        return f"{operation_id}:{index:06}"

    @property
    def key(self) -> str:
        return self.key_of(self.operation_id, self.index)
