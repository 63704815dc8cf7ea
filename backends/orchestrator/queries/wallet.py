"""Queries of wallets: lists, what a refresh-all covers, and who needs attention."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backends.orchestrator.policy import FreshWindow
from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import Wallet
from backends.orchestrator.timestamps import EPOCH
from generated_models import FreshnessState, ProblemCode, RefreshScope, SortDirection, WalletSort, WalletStatus

ANY_TIME = FreshWindow(EPOCH, EPOCH)
"""For queries that name no moment, and for examples of those that do."""

_WALLET_SORTS = {
    WalletSort.created_at: OrderBy("created_at", "desc"),
    WalletSort.updated_at: OrderBy("updated_at", "desc"),
    WalletSort.last_balance: OrderBy("last_balance_lamports", "desc"),
    WalletSort.label: OrderBy("label_order", "asc"),
}


def freshness_filter(state: FreshnessState, fresh: FreshWindow) -> tuple[Where, ...]:
    """The stored inputs of a freshness state; a wallet is fresh when its oldest reading lies within `fresh`."""
    match state:
        case FreshnessState.never:
            return (Where("cache_class", Op.EQ, "never"),)
        case FreshnessState.error:
            return (Where("cache_class", Op.EQ, "error"),)
        case FreshnessState.stale:
            return (Where("cache_class", Op.EQ, "ok"), Where("oldest_as_of", Op.OUTSIDE, (fresh.after, fresh.before)))
        case FreshnessState.fresh:
            return (
                Where("cache_class", Op.EQ, "ok"),
                Where("oldest_as_of", Op.GT, fresh.after),
                Where("oldest_as_of", Op.LT, fresh.before),
            )


def wallets(
    *,
    sort: WalletSort = WalletSort.created_at,
    status: WalletStatus | None = None,
    tag: str | None = None,
    freshness: FreshnessState | None = None,
    fresh: FreshWindow = ANY_TIME,
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
        where = freshness_filter(freshness, fresh)
    natural = _WALLET_SORTS[sort]
    order: tuple[OrderBy, ...] = (OrderBy(natural.field, direction.value if direction else natural.direction),)
    if any(each.field == "oldest_as_of" for each in where):
        order += (OrderBy("oldest_as_of", order[0].direction),)
    return Query(Wallet, where, order)


def wallets_by_address() -> Query[Wallet]:
    """Every wallet, by address: a scan that creations and writes can't disturb."""
    return Query(Wallet)


def wallets_in_scope(scope: RefreshScope, fresh: FreshWindow) -> Query[Wallet]:
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
            return Query(Wallet, freshness_filter(FreshnessState.stale, fresh), (OrderBy("oldest_as_of", "asc"),))


def archived_in_scope(scope: RefreshScope, fresh: FreshWindow) -> Query[Wallet]:
    """Those that the planner leaves out, for counting."""
    covered = wallets_in_scope(scope, fresh)
    order = tuple(by for by in covered.order if by.field == "oldest_as_of")
    return replace(of_status(covered, WalletStatus.ARCHIVED), order=order)


def read_as_known(scope: RefreshScope, fresh: FreshWindow, now: datetime, *, archived: bool = False) -> Query[Wallet]:
    """Those of a scope, or of its archived ones, of which the next refresh-all reads the token accounts that are known,
    for counting.
    """
    covered = (archived_in_scope if archived else wallets_in_scope)(scope, fresh)
    order = tuple(by for by in covered.order if by.field == "oldest_as_of")
    return Query(
        Wallet,
        (*covered.where, Where("discover_after", Op.GT, now)),
        (*order, OrderBy("discover_after", "asc")),
    )


def wallets_with_freshness(freshness: FreshnessState, fresh: FreshWindow) -> Query[Wallet]:
    """For counting."""
    where = freshness_filter(freshness, fresh)
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


def of_status(query: Query[Wallet], status: WalletStatus | None) -> Query[Wallet]:
    """Those of a query that have this effective status; None: it is not known."""
    return replace(query, where=(Where("status", Op.EQ, status.value if status else None), *query.where))


def wallets_below(lamports: int) -> Query[Wallet]:
    """Wallets whose balance is lower, the lowest first."""
    field = "last_balance_lamports"
    return Query(Wallet, (Where(field, Op.LT, lamports),), (OrderBy(field, "asc"),))


def oldest_holdings() -> Query[Wallet]:
    """Wallets whose holdings were read, the longest ago first."""
    field = "parts.token_holdings.as_of"
    return Query(Wallet, (Where(field, Op.GT, EPOCH),), (OrderBy(field, "asc"),))


def oldest_balances() -> Query[Wallet]:
    """Wallets whose balance was read, the longest ago first."""
    field = "parts.sol_balance.as_of"
    return Query(Wallet, (Where(field, Op.GT, EPOCH),), (OrderBy(field, "asc"),))


def funded_never_launched() -> Query[Wallet]:
    """Funded wallets from which nothing was launched, by address."""
    return Query(Wallet, (Where("status", Op.EQ, WalletStatus.FUNDED.value), Where("launch_count", Op.EQ, 0)))
