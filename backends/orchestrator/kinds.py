"""Every kind of record that a store keeps."""

from __future__ import annotations

from backends.orchestrator.records import (
    AuditEntry,
    Chunk,
    IdempotencyRecord,
    Launch,
    Mint,
    NamedValue,
    Record,
    Schedule,
    TokenTotals,
    Wallet,
    WalletTombstone,
)
from backends.orchestrator.refresh_operations.records import RefreshOperationRecord, RefreshShard

KINDS: tuple[type[Record], ...] = (
    Wallet,
    Chunk,
    WalletTombstone,
    Schedule,
    Launch,
    Mint,
    IdempotencyRecord,
    NamedValue,
    RefreshOperationRecord,
    RefreshShard,
    TokenTotals,
    AuditEntry,
)
"""Every kind of record, in the order a backup should list them."""

UNINDEXED: tuple[tuple[type[Record], str], ...] = (
    (Chunk, "payload"),
    (Wallet, "recent_funding"),
    (Wallet, "notes"),
    (RefreshShard, "results"),
    (RefreshShard, "addresses"),
)
"""Fields that no query reads and that are too large to index."""
