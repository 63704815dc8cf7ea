"""Filters of wallets: one is the store's to find by, the others are compared with what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from backends.orchestrator import queries
from backends.orchestrator.amounts import lamports_of
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Query
from backends.orchestrator.records import Wallet
from backends.orchestrator.wallets.search import Search
from backends.orchestrator.wallets.state import overall_freshness
from generated_models import FreshnessState, SortDirection, WalletSort, WalletStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletFilters:
    """What the listed wallets have in common; None for no condition. Balances are SOL, as text."""

    q: str | None = None
    status: WalletStatus | None = None
    unknown_status: bool | None = None
    tag: str | None = None
    freshness: FreshnessState | None = None
    min_balance: str | None = None
    max_balance: str | None = None

    def pins(self) -> dict[str, str | None]:
        """As a page token keeps them."""
        return {
            "q": self.q,
            "status": self.status.value if self.status else None,
            "unknown_status": None if self.unknown_status is None else str(self.unknown_status),
            "tag": self.tag,
            "freshness": self.freshness.value if self.freshness else None,
            "min_balance": self.min_balance,
            "max_balance": self.max_balance,
        }

    @classmethod
    def pinned(cls, pins: Mapping[str, str | None]) -> WalletFilters:
        """What `pins` has kept."""
        return cls(
            q=pins["q"],
            status=WalletStatus(pins["status"]) if pins["status"] else None,
            unknown_status=None if pins["unknown_status"] is None else pins["unknown_status"] == "True",
            tag=pins["tag"],
            freshness=FreshnessState(pins["freshness"]) if pins["freshness"] else None,
            min_balance=pins["min_balance"],
            max_balance=pins["max_balance"],
        )

    def found_by(self) -> WalletFilters:
        """The one filter that leaves the fewest wallets, as a rule."""
        nothing = WalletFilters()
        if self.q is not None:
            return replace(nothing, q=self.q)
        if self.tag is not None:
            return replace(nothing, tag=self.tag)
        if self.freshness in (FreshnessState.error, FreshnessState.never):
            return replace(nothing, freshness=self.freshness)
        if self.status is not None:
            return replace(nothing, status=self.status)
        if self.unknown_status:
            return replace(nothing, unknown_status=True)
        return replace(nothing, freshness=self.freshness)

    def query(self, sort: WalletSort, direction: SortDirection | None, stale_before: datetime) -> Query[Wallet] | None:
        """What the store is asked; None if nothing can match."""
        term = Search(self.q).term if self.q is not None else None
        if self.q is not None and term is None:
            return None
        by = self.found_by()
        return queries.wallets(
            sort=sort,
            direction=direction,
            term=term,
            status=by.status,
            unknown_status=bool(by.unknown_status),
            tag=by.tag,
            freshness=by.freshness,
            stale_before=stale_before,
        )

    @property
    def exact(self) -> bool:
        """Whether the store's own query finds nothing else, and can count."""
        return self.q is None and self == self.found_by()

    def predicate(self, now: datetime, policy: Policy) -> Callable[[Wallet], bool]:
        """What tells whether a wallet meets them all at a moment: made once, asked of many wallets."""
        search = None if self.q is None else Search(self.q)
        least, most = (None if text is None else lamports_of(text) for text in (self.min_balance, self.max_balance))
        by_age = self.freshness in (FreshnessState.stale, FreshnessState.fresh)
        cache_class = None if self.freshness is None else "ok" if by_age else self.freshness.value

        def accepts(wallet: Wallet) -> bool:
            balance = wallet.last_balance_lamports
            return (
                (self.status is None or wallet.status is self.status)
                and (self.unknown_status is None or (wallet.status is None) is self.unknown_status)
                and (self.tag is None or self.tag in wallet.tags)
                and (cache_class is None or wallet.cache_class == cache_class)
                and (least is None or (balance is not None and balance >= least))
                and (most is None or (balance is not None and balance <= most))
                and (search is None or search.matches(wallet.wallet_address, wallet.label, wallet.tags))
                and (cache_class != "ok" or overall_freshness(wallet.parts, now, policy) is self.freshness)
            )

        return accepts
