"""The ports of the orchestrator: everything it needs from a world. The store, the chain, the queue of shards, the
clock and the identifiers.

An implementation translates its vendor's failures into `backends.errors` once, chained, and lets nothing else out.
The suites in `tests/contract/` say what an implementation must do; every implementation passes the same one.
"""

from __future__ import annotations

from backends.orchestrator.ports.clock import Clock, Ids
from backends.orchestrator.ports.query import Cursor, FieldTest, Op, OrderBy, Query, Test, Value, Where, narrowed
from backends.orchestrator.ports.shard_queue import ShardLeased, ShardQueue
from backends.orchestrator.ports.solana_data_service import (
    AccountBalances,
    Balance,
    FoundTokenAccount,
    SignatureInfo,
    SolanaDataService,
    SystemTransfer,
    TokenAccount,
    TokenBalance,
    TokenBalances,
    TokenMove,
    TokenName,
    Transaction,
)
from backends.orchestrator.ports.wallets_data_service import (
    ABSENT,
    ANY_VERSION,
    Absent,
    AnyVersion,
    Delete,
    Expectation,
    Filtered,
    Increment,
    Put,
    Stored,
    Version,
    VersionConflict,
    WalletsDataService,
    Write,
)

__all__ = [
    "ABSENT",
    "ANY_VERSION",
    "Absent",
    "AccountBalances",
    "AnyVersion",
    "Balance",
    "Clock",
    "Cursor",
    "Delete",
    "Expectation",
    "FieldTest",
    "Filtered",
    "FoundTokenAccount",
    "Ids",
    "Increment",
    "Op",
    "OrderBy",
    "Put",
    "Query",
    "ShardLeased",
    "ShardQueue",
    "SignatureInfo",
    "SolanaDataService",
    "Stored",
    "SystemTransfer",
    "Test",
    "TokenAccount",
    "TokenBalance",
    "TokenBalances",
    "TokenMove",
    "TokenName",
    "Transaction",
    "Value",
    "Version",
    "VersionConflict",
    "WalletsDataService",
    "Where",
    "Write",
    "narrowed",
]
