"""The closed table of queries: whatever the orchestrator asks a store is built here, and nothing else is ever asked.

`TABLE` lists one example of every shape, from which Firestore's composite indexes and SQLite's indexes are made.
"""

from __future__ import annotations

from datetime import UTC, datetime

from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import (
    RPC_METHODS,
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

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_WALLET_SORTS = {
    WalletSort.created_at: OrderBy("created_at", "desc"),
    WalletSort.updated_at: OrderBy("updated_at", "desc"),
    WalletSort.last_balance: OrderBy("last_balance_lamports", "desc"),
    WalletSort.label: OrderBy("label_order", "asc"),
}


def freshness_filter(state: FreshnessState, stale_before: datetime) -> tuple[Where, ...]:
    """The stored inputs of a freshness state; a wallet is stale when its oldest reading is from before
    `stale_before`.
    """
    match state:
        case FreshnessState.never:
            return (Where("cache_class", Op.EQ, "never"),)
        case FreshnessState.error:
            return (Where("cache_class", Op.EQ, "error"),)
        case FreshnessState.stale:
            return (Where("cache_class", Op.EQ, "ok"), Where("oldest_as_of", Op.LE, stale_before))
        case FreshnessState.fresh:
            return (Where("cache_class", Op.EQ, "ok"), Where("oldest_as_of", Op.GT, stale_before))


def wallets(
    *,
    sort: WalletSort = WalletSort.created_at,
    status: WalletStatus | None = None,
    tag: str | None = None,
    freshness: FreshnessState | None = None,
    stale_before: datetime = _EPOCH,
    direction: SortDirection | None = None,
    term: str | None = None,
    unknown_status: bool = False,
) -> Query[Wallet]:
    """The wallet list: one filter at most, one sort, in its own or in the other direction."""
    where: tuple[Where, ...] = ()
    if term is not None:
        where = (Where("search_terms", Op.CONTAINS, term),)
    elif unknown_status:
        where = (Where("status", Op.EQ, None),)
    elif status is not None:
        where = (Where("status", Op.EQ, status.value),)
    elif tag is not None:
        where = (Where("tags", Op.CONTAINS, tag),)
    elif freshness is not None:
        where = freshness_filter(freshness, stale_before)
    natural = _WALLET_SORTS[sort]
    order: tuple[OrderBy, ...] = (OrderBy(natural.field, direction.value if direction else natural.direction),)
    if any(each.field == "oldest_as_of" for each in where):
        order += (OrderBy("oldest_as_of", order[0].direction),)
    return Query(Wallet, where, order)


def wallets_by_address() -> Query[Wallet]:
    """Every wallet, by address: a scan that creations and writes can't disturb."""
    return Query(Wallet)


def wallets_in_scope(scope: RefreshScope, stale_before: datetime) -> Query[Wallet]:
    """The wallets that a refresh-all of this scope covers (archived ones included: the planner leaves them out)."""
    match scope:
        case RefreshScope.all:
            # Wallets that were made together were often paid by one transaction: close by, they share its request.
            return Query(Wallet, (), (OrderBy("created_at", "asc"),))
        case RefreshScope.failed:
            return Query(Wallet, (Where("cache_class", Op.EQ, "error"),))
        case RefreshScope.never:
            return Query(Wallet, (Where("cache_class", Op.EQ, "never"),))
        case RefreshScope.stale:
            return Query(
                Wallet, freshness_filter(FreshnessState.stale, stale_before), (OrderBy("oldest_as_of", "asc"),)
            )


def archived_in_scope(scope: RefreshScope, stale_before: datetime) -> Query[Wallet]:
    """Those that the planner leaves out, for counting."""
    covered = wallets_in_scope(scope, stale_before)
    order = tuple(by for by in covered.order if by.field == "oldest_as_of")
    return Query(Wallet, (Where("status", Op.EQ, WalletStatus.ARCHIVED.value), *covered.where), order)


def read_as_known(
    scope: RefreshScope, stale_before: datetime, now: datetime, *, archived: bool = False
) -> Query[Wallet]:
    """Those of a scope, or of its archived ones, of which the next refresh-all reads the token accounts that are known,
    for counting.
    """
    covered = (archived_in_scope if archived else wallets_in_scope)(scope, stale_before)
    order = tuple(by for by in covered.order if by.field == "oldest_as_of")
    return Query(
        Wallet,
        (*covered.where, Where("discover_after", Op.GT, now)),
        (*order, OrderBy("discover_after", "asc")),
    )


def wallets_with_freshness(freshness: FreshnessState, stale_before: datetime) -> Query[Wallet]:
    """For counting."""
    where = freshness_filter(freshness, stale_before)
    ranges = any(each.field == "oldest_as_of" for each in where)
    return Query(Wallet, where, (OrderBy("oldest_as_of", "asc"),) if ranges else ())


def wallets_without_balance() -> Query[Wallet]:
    """Wallets whose balance was never read."""
    return Query(Wallet, (Where("parts.sol_balance.as_of", Op.EQ, None),))


def archived_without_balance() -> Query[Wallet]:
    """Archived wallets whose balance was never read: nobody waits for them."""
    archived = Where("status", Op.EQ, WalletStatus.ARCHIVED.value)
    return Query(Wallet, (archived, Where("parts.sol_balance.as_of", Op.EQ, None)))


def wallets_failing(code: ProblemCode) -> Query[Wallet]:
    """Wallets of which the last attempt to read some part failed for this cause, by address."""
    return Query(Wallet, (Where("failing", Op.EQ, code.value),))


def wallets_below(lamports: int, *, status: WalletStatus | None = None) -> Query[Wallet]:
    """Wallets whose balance is lower, the lowest first."""
    field = "last_balance_lamports"
    where: tuple[Where, ...] = (Where(field, Op.LT, lamports),)
    if status is not None:
        where += (Where("status", Op.EQ, status.value),)
    return Query(Wallet, where, (OrderBy(field, "asc"),))


def overdue_schedules(now: datetime) -> Query[Schedule]:
    """Open schedules past their time, the oldest first."""
    is_open = Where("status", Op.EQ, ScheduleStatus.SCHEDULED.value)
    return Query(Schedule, (is_open, Where("scheduled_for", Op.LT, now)), (OrderBy("scheduled_for", "asc"),))


def oldest_holdings() -> Query[Wallet]:
    """Wallets whose holdings were read, the longest ago first."""
    field = "parts.token_holdings.as_of"
    return Query(Wallet, (Where(field, Op.GT, _EPOCH),), (OrderBy(field, "asc"),))


def oldest_balances() -> Query[Wallet]:
    """Wallets whose balance was read, the longest ago first."""
    field = "parts.sol_balance.as_of"
    return Query(Wallet, (Where(field, Op.GT, _EPOCH),), (OrderBy(field, "asc"),))


def funded_never_launched() -> Query[Wallet]:
    """Funded wallets from which nothing was launched, by address."""
    return Query(Wallet, (Where("status", Op.EQ, WalletStatus.FUNDED.value), Where("launch_count", Op.EQ, 0)))


def schedules(*, status: ScheduleStatus, wallet_address: str | None = None) -> Query[Schedule]:
    """The list of scheduled fundings, the soonest first."""
    where: tuple[Where, ...] = (Where("status", Op.EQ, status.value),)
    if wallet_address is not None:
        where += (Where("wallet_address", Op.EQ, wallet_address),)
    return Query(Schedule, where, (OrderBy("scheduled_for", "asc"),))


def open_schedules_of(wallet_address: str) -> Query[Schedule]:
    """A wallet's open schedules, the oldest first: the order in which transfers complete them."""
    return Query(
        Schedule,
        (
            Where("wallet_address", Op.EQ, wallet_address),
            Where("status", Op.EQ, ScheduleStatus.SCHEDULED.value),
        ),
        (OrderBy("created_at", "asc"),),
    )


def schedules_matched(wallet_address: str, signature: str) -> Query[Schedule]:
    """The schedule of a wallet that a transaction has completed (at most one)."""
    return Query(
        Schedule,
        (Where("wallet_address", Op.EQ, wallet_address), Where("matched_signature", Op.EQ, signature)),
    )


def launches(*, wallet_address: str | None = None) -> Query[Launch]:
    """The list of launches, the newest first."""
    where = (Where("wallet_address", Op.EQ, wallet_address),) if wallet_address is not None else ()
    return Query(Launch, where, (OrderBy("launched_at", "desc"),))


def launches_by_id() -> Query[Launch]:
    """Every launch, by id: a scan that corrections can't disturb."""
    return Query(Launch)


def counter_shards() -> Query[CounterShard]:
    """Every shard of every counter."""
    return Query(CounterShard)


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


def operations(*, state: OperationState | None = None) -> Query[RefreshOperationRecord]:
    """The list of operations, the newest first."""
    where = (Where("state", Op.EQ, state.value),) if state is not None else ()
    return Query(RefreshOperationRecord, where, (OrderBy("created_at", "desc"),))


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


def portfolio_months(since: datetime = _EPOCH) -> Query[PortfolioMonth]:
    """The portfolio's history from a month on, in order."""
    return Query(PortfolioMonth, (Where("starts_at", Op.GE, since),), (OrderBy("starts_at", "asc"),))


def portfolio_months_before(moment: datetime) -> Query[PortfolioMonth]:
    """Months of the portfolio's history old enough to drop."""
    return Query(PortfolioMonth, (Where("starts_at", Op.LT, moment),), (OrderBy("starts_at", "asc"),))


def audit_before(moment: datetime) -> Query[AuditEntry]:
    """Entries of the audit trail old enough to remove."""
    return Query(AuditEntry, (Where("at", Op.LE, moment),), (OrderBy("at", "asc"),))


def audit(
    equal: tuple[str, str] | None = None, *, since: datetime | None = None, until: datetime | None = None
) -> Query[AuditEntry]:
    """The audit trail, the newest first; `equal` is a field (subject, actor or action) and its value."""
    where: tuple[Where, ...] = (Where(equal[0], Op.EQ, equal[1]),) if equal is not None else ()
    if since is not None:
        where += (Where("at", Op.GE, since),)
    if until is not None:
        where += (Where("at", Op.LT, until),)
    return Query(AuditEntry, where, (OrderBy("at", "desc"),))


SHARD_SUMS: tuple[str, ...] = (
    "done",
    "complete",
    "partial",
    "failed",
    "changed",
    *(f"calls.{method}" for method in RPC_METHODS),
)
"""What is added up over an operation's shards: finished wallets by outcome, and requests by JSON-RPC method."""

COUNTED: tuple[Query[Wallet], ...] = (
    *(archived_in_scope(scope, _EPOCH) for scope in RefreshScope),
    *(read_as_known(scope, _EPOCH, _EPOCH, archived=archived) for scope in RefreshScope for archived in (False, True)),
    *(wallets_with_freshness(state, _EPOCH) for state in FreshnessState),
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
    *(wallets_in_scope(scope, _EPOCH) for scope in RefreshScope),
    *COUNTED,
    wallets_failing(ProblemCode.chain_timeout),
    wallets_below(0),
    wallets_below(0, status=WalletStatus.ARCHIVED),
    overdue_schedules(_EPOCH),
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
    shards_leased("o", _EPOCH, _EPOCH),
    shards_abandoned("o", _EPOCH),
    operations(),
    operations(state=OperationState.RUNNING),
    operations_before(_EPOCH),
    expired_idempotency_records(_EPOCH),
    token_totals_before(_EPOCH),
    audit(),
    *(audit((field, "x"), since=_EPOCH, until=_EPOCH) for field in ("subject", "actor", "action")),
    audit_before(_EPOCH),
    wallet_months_before(_EPOCH),
    portfolio_months(),
    portfolio_months_before(_EPOCH),
)
"""One example of every query the orchestrator makes; only the values differ. (`schedules` are summed by
`amount_lamports`, wallets by `last_balance_lamports` and `known_accounts`, shards by their counts.)
"""
