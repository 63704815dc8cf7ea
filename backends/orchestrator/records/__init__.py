"""What the store keeps: one frozen record a kind, with exact insides (integer lamports, aware UTC datetimes).

The wire's shapes are the generated models; the `mappers` make them from these. A record exists here only because the
store needs more than the wire shows, or something more exact.
"""

from __future__ import annotations

from backends.orchestrator.records.base import Chunk, ChunkedListRef, NamedValue, Record
from backends.orchestrator.records.counters import CounterShard
from backends.orchestrator.records.funding import Funding, Schedule
from backends.orchestrator.records.history import PortfolioMonth, WalletMonth
from backends.orchestrator.records.refresh_operation import (
    RPC_METHODS,
    Changes,
    ItemResult,
    PartResultRecord,
    RefreshOperationRecord,
    RefreshShard,
)
from backends.orchestrator.records.requests import AuditEntry, IdempotencyRecord
from backends.orchestrator.records.tokens import Launch, Mint, TokenTotals
from backends.orchestrator.records.wallet import (
    MOST_MISSING,
    CacheClass,
    HistoryCursor,
    HistoryGap,
    MissingTransaction,
    Parts,
    PartState,
    ReadError,
    Wallet,
    WalletTombstone,
)

__all__ = [
    "KINDS",
    "MOST_MISSING",
    "RPC_METHODS",
    "UNINDEXED",
    "AuditEntry",
    "CacheClass",
    "Changes",
    "Chunk",
    "ChunkedListRef",
    "CounterShard",
    "Funding",
    "HistoryCursor",
    "HistoryGap",
    "IdempotencyRecord",
    "ItemResult",
    "Launch",
    "Mint",
    "MissingTransaction",
    "NamedValue",
    "PartResultRecord",
    "PartState",
    "Parts",
    "PortfolioMonth",
    "ReadError",
    "Record",
    "RefreshOperationRecord",
    "RefreshShard",
    "Schedule",
    "TokenTotals",
    "Wallet",
    "WalletMonth",
    "WalletTombstone",
]

KINDS: tuple[type[Record], ...] = (
    Wallet,
    Chunk,
    WalletTombstone,
    WalletMonth,
    PortfolioMonth,
    Schedule,
    Launch,
    Mint,
    IdempotencyRecord,
    NamedValue,
    RefreshOperationRecord,
    RefreshShard,
    TokenTotals,
    CounterShard,
    AuditEntry,
)
"""Every kind of record, in the order a backup should list them."""

UNINDEXED: tuple[tuple[type[Record], str], ...] = (
    (Chunk, "payload"),
    (Wallet, "recent_funding"),
    (Wallet, "notes"),
    (Wallet, "token_accounts"),
    (Wallet, "recent_changes"),
    (Wallet, "recent_activity"),
    (Wallet, "history_months"),
    (WalletMonth, "changes"),
    (WalletMonth, "activity"),
    (PortfolioMonth, "points"),
    (RefreshShard, "results"),
    (RefreshShard, "addresses"),
    (CounterShard, "counts"),
    (CounterShard, "texts"),
)
"""Fields that no query reads and that are too large to index."""
