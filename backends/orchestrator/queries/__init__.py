"""The closed table of queries: whatever the orchestrator asks a store is built here, and nothing else is ever asked.

`TABLE` lists one example of every shape, from which Firestore's composite indexes and SQLite's indexes are made.
"""

from __future__ import annotations

from backends.orchestrator.queries.audit_trail import audit
from backends.orchestrator.queries.launch import launches, launches_by_id
from backends.orchestrator.queries.portfolio import counter_shards, portfolio_months
from backends.orchestrator.queries.refresh_operation import (
    SHARD_SUMS,
    operations,
    shards_abandoned,
    shards_leased,
    shards_of,
)
from backends.orchestrator.queries.retention import (
    audit_before,
    expired_idempotency_records,
    operations_before,
    portfolio_months_before,
    token_totals_before,
    wallet_months_before,
)
from backends.orchestrator.queries.schedule import open_schedules_of, overdue_schedules, schedules, schedules_matched
from backends.orchestrator.queries.table import COUNTED, TABLE
from backends.orchestrator.queries.wallet import (
    ANY_TIME,
    archived_in_scope,
    archived_without_balance,
    freshness_filter,
    funded_never_launched,
    of_status,
    oldest_balances,
    oldest_holdings,
    read_as_known,
    wallets,
    wallets_below,
    wallets_by_address,
    wallets_failing,
    wallets_in_scope,
    wallets_with_freshness,
    wallets_without_balance,
)

__all__ = [
    "ANY_TIME",
    "COUNTED",
    "SHARD_SUMS",
    "TABLE",
    "archived_in_scope",
    "archived_without_balance",
    "audit",
    "audit_before",
    "counter_shards",
    "expired_idempotency_records",
    "freshness_filter",
    "funded_never_launched",
    "launches",
    "launches_by_id",
    "of_status",
    "oldest_balances",
    "oldest_holdings",
    "open_schedules_of",
    "operations",
    "operations_before",
    "overdue_schedules",
    "portfolio_months",
    "portfolio_months_before",
    "read_as_known",
    "schedules",
    "schedules_matched",
    "shards_abandoned",
    "shards_leased",
    "shards_of",
    "token_totals_before",
    "wallet_months_before",
    "wallets",
    "wallets_below",
    "wallets_by_address",
    "wallets_failing",
    "wallets_in_scope",
    "wallets_with_freshness",
    "wallets_without_balance",
]
