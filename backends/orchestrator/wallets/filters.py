"""Filters of wallets: one is the store's to find by, the others are compared with what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from backends.orchestrator import queries
from backends.orchestrator.amounts import lamports_of
from backends.orchestrator.bounds import MAX_LAMPORTS
from backends.orchestrator.policy import FreshWindow
from backends.orchestrator.ports import FieldTest, Op, Query, Test, Where
from backends.orchestrator.records import Wallet
from backends.orchestrator.wallets.search import Search
from backends.orchestrator.wallets.state import ordered_label
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

    def query(self, sort: WalletSort, direction: SortDirection | None, fresh: FreshWindow) -> Query[Wallet] | None:
        """What the store is asked; None if nothing can match."""
        terms = Search(self.q).terms if self.q is not None else ()
        if self.q is not None and not terms:
            return None
        by = self.found_by()
        return queries.wallets(
            sort=sort,
            direction=direction,
            term=terms[0] if terms else None,
            status=by.status,
            unknown_status=bool(by.unknown_status),
            tag=by.tag,
            freshness=by.freshness,
            fresh=fresh,
        )

    @property
    def exact(self) -> bool:
        """Whether the store's own query finds nothing else, and can count."""
        return self.q is None and self == self.found_by()

    def tests(self, fresh: FreshWindow) -> list[Test]:
        """What those that the store finds are tested for."""
        found_by = self.found_by()
        tests: list[Test] = []
        if self.status is not None and found_by.status is None:
            tests.append(Where("status", Op.EQ, self.status.value))
        if self.unknown_status is not None and not found_by.unknown_status:
            tests.append(Where("status", Op.EQ, None) if self.unknown_status else Where("status", Op.GE, ""))
        if self.min_balance is not None:
            tests.append(Where("last_balance_lamports", Op.GE, _bound(self.min_balance)))
        if self.max_balance is not None:
            tests.append(Where("last_balance_lamports", Op.LE, _bound(self.max_balance)))
        if self.freshness is not None and found_by.freshness is None:
            tests += queries.freshness_filter(self.freshness, fresh)
        if self.tag is not None and found_by.tag is None:
            tests.append(Where("tags", Op.CONTAINS, self.tag))
        if self.q is not None:
            search = Search(self.q)
            tests += [Where("search_terms", Op.CONTAINS, term) for term in search.terms[1:]]
            if not search.is_told_by_terms:
                implied = tuple(Where("search_terms", Op.CONTAINS_BEGINNING, each) for each in search.beginnings)
                tests.append(FieldTest(("key", "label_order", "tags"), partial(_is_found, search), implied))
        return tests


def _bound(sol: str) -> int:
    """A bound in lamports. No balance lies above the largest that there can be, and a store's integers end at 2**63."""
    return min(lamports_of(sol), MAX_LAMPORTS + 1)


def _is_found(search: Search, wallet_address: str, label_order: str, tags: Sequence[str]) -> bool:
    return search.matches(wallet_address, ordered_label(label_order), tags)
