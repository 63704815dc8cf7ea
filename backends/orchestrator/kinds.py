"""Every kind of record that a store keeps."""

from __future__ import annotations

from backends.orchestrator.records import (
    AuditEntry,
    Chunk,
    Claim,
    Launch,
    Mint,
    Pointer,
    Record,
    Schedule,
    TokenTotals,
    Wallet,
    WalletLedger,
)
from backends.orchestrator.runs.records import RefreshRun, RefreshShard

KINDS: tuple[type[Record], ...] = (
    Wallet,
    Chunk,
    WalletLedger,
    Schedule,
    Launch,
    Mint,
    Claim,
    Pointer,
    RefreshRun,
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
