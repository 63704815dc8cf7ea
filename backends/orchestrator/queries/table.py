"""One example of every query, from which Firestore's composite indexes and SQLite's indexes are made."""

from __future__ import annotations

from backends.orchestrator.ports import Query
from backends.orchestrator.queries.audit_trail import audit
from backends.orchestrator.queries.launch import launches, launches_by_id
from backends.orchestrator.queries.portfolio import counter_shards, portfolio_months
from backends.orchestrator.queries.refresh_operation import operations, shards_abandoned, shards_leased, shards_of
from backends.orchestrator.queries.retention import (
    audit_before,
    expired_idempotency_records,
    operations_before,
    portfolio_months_before,
    token_totals_before,
    wallet_months_before,
)
from backends.orchestrator.queries.schedule import open_schedules_of, overdue_schedules, schedules, schedules_matched
from backends.orchestrator.queries.wallet import (
    ANY_TIME,
    archived_in_scope,
    archived_without_balance,
    funded_never_launched,
    of_status,
    oldest_balances,
    oldest_holdings,
    read_as_known,
    wallets,
    wallets_below,
    wallets_failing,
    wallets_in_scope,
    wallets_with_freshness,
    wallets_without_balance,
)
from backends.orchestrator.records import (
    AuditEntry,
    CounterShard,
    IdempotencyRecord,
    Launch,
    PortfolioMonth,
    RefreshOperationRecord,
    RefreshShard,
    Schedule,
    TokenTotals,
    Wallet,
    WalletMonth,
)
from backends.orchestrator.timestamps import EPOCH
from generated_models import (
    FreshnessState,
    OperationState,
    ProblemCode,
    RefreshScope,
    ScheduleStatus,
    SortDirection,
    WalletSort,
    WalletStatus,
)

COUNTED: tuple[Query[Wallet], ...] = (
    *(archived_in_scope(scope, ANY_TIME) for scope in RefreshScope),
    *(read_as_known(scope, ANY_TIME, EPOCH, archived=archived) for scope in RefreshScope for archived in (False, True)),
    *(wallets_with_freshness(state, ANY_TIME) for state in FreshnessState),
    wallets_without_balance(),
    archived_without_balance(),
)
"""Of `TABLE`, those that are counted and added up, and never listed."""


TABLE: tuple[
    Query[Wallet]
    | Query[Schedule]
    | Query[Launch]
    | Query[RefreshOperationRecord]
    | Query[RefreshShard]
    | Query[IdempotencyRecord]
    | Query[TokenTotals]
    | Query[AuditEntry]
    | Query[CounterShard]
    | Query[WalletMonth]
    | Query[PortfolioMonth],
    ...,
] = (
    *(wallets(sort=sort, direction=way) for sort in WalletSort for way in SortDirection),
    *(wallets(sort=sort, direction=way, status=WalletStatus.FUNDED) for sort in WalletSort for way in SortDirection),
    *(wallets(sort=sort, direction=way, tag="tag") for sort in WalletSort for way in SortDirection),
    *(wallets(sort=sort, direction=way, term="term") for sort in WalletSort for way in SortDirection),
    *(
        wallets(sort=sort, direction=way, freshness=state)
        for sort in WalletSort
        for way in SortDirection
        for state in FreshnessState
    ),
    *(wallets_in_scope(scope, ANY_TIME) for scope in RefreshScope),
    *COUNTED,
    wallets_failing(ProblemCode.chain_timeout),
    wallets_below(0),
    *(
        of_status(query, WalletStatus.ARCHIVED)
        for query in (
            wallets_failing(ProblemCode.chain_timeout),
            wallets_below(0),
            wallets_in_scope(RefreshScope.never, ANY_TIME),
        )
    ),
    overdue_schedules(EPOCH),
    oldest_balances(),
    oldest_holdings(),
    funded_never_launched(),
    schedules(status=ScheduleStatus.SCHEDULED),
    schedules(status=ScheduleStatus.SCHEDULED, wallet_address="a"),
    open_schedules_of("a"),
    schedules_matched("a", "s"),
    launches(),
    launches(wallet_address="a"),
    launches_by_id(),
    counter_shards(),
    shards_of("o"),
    shards_of("o", unfinished_only=True),
    shards_leased("o", EPOCH, EPOCH),
    shards_abandoned("o", EPOCH),
    operations(),
    operations(state=OperationState.RUNNING),
    operations_before(EPOCH),
    expired_idempotency_records(EPOCH),
    token_totals_before(EPOCH),
    audit(),
    *(audit((field, "x"), since=EPOCH, until=EPOCH) for field in ("subject", "actor", "action")),
    audit_before(EPOCH),
    wallet_months_before(EPOCH),
    portfolio_months(),
    portfolio_months_before(EPOCH),
)
"""One example of every query the orchestrator makes; only the values differ. (`schedules` are summed by
`amount_lamports`, wallets by `last_balance_lamports` and `known_accounts`, shards by their counts.)
"""
