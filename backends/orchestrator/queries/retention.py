"""What has been kept long enough: queries by which it is removed."""

from __future__ import annotations

from datetime import datetime

from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import (
    AuditEntry,
    IdempotencyRecord,
    PortfolioMonth,
    RefreshOperationRecord,
    TokenTotals,
    WalletMonth,
)


def operations_before(moment: datetime) -> Query[RefreshOperationRecord]:
    """Operations created so long ago that they are removed."""
    return Query(RefreshOperationRecord, (Where("created_at", Op.LE, moment),), (OrderBy("created_at", "asc"),))


def expired_idempotency_records(now: datetime) -> Query[IdempotencyRecord]:
    """Idempotency records that have expired."""
    return Query(IdempotencyRecord, (Where("expires_at", Op.LE, now),), (OrderBy("expires_at", "asc"),))


def token_totals_before(moment: datetime) -> Query[TokenTotals]:
    """Snapshots of token totals old enough to remove."""
    return Query(TokenTotals, (Where("computed_at", Op.LE, moment),), (OrderBy("computed_at", "asc"),))


def wallet_months_before(moment: datetime) -> Query[WalletMonth]:
    """Months of wallets' pasts old enough to drop."""
    return Query(WalletMonth, (Where("starts_at", Op.LT, moment),), (OrderBy("starts_at", "asc"),))


def portfolio_months_before(moment: datetime) -> Query[PortfolioMonth]:
    """Months of the portfolio's history old enough to drop."""
    return Query(PortfolioMonth, (Where("starts_at", Op.LT, moment),), (OrderBy("starts_at", "asc"),))


def audit_before(moment: datetime) -> Query[AuditEntry]:
    """Entries of the audit trail old enough to remove."""
    return Query(AuditEntry, (Where("at", Op.LE, moment),), (OrderBy("at", "asc"),))
