"""What all wallets of a world added up to, at the moments at which somebody looked at the summary before the start."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backends.orchestrator.history.months import month_of, month_start
from backends.orchestrator.history.points import PortfolioPoint, pack_points
from backends.orchestrator.records import PortfolioMonth, Wallet
from generated_models import FreshnessState, WalletStatus

from .seed import Seed

_LOOKED_FOR = timedelta(days=90)
_BETWEEN = timedelta(hours=8)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class WalletStates:
    """A wallet as it was created, and after each refresh, with the moments of it."""

    moments: list[datetime]
    states: list[Wallet]

    def at(self, moment: datetime) -> Wallet | None:
        """The wallet as it was then; None before it was created."""
        place = bisect_right(self.moments, moment)
        return self.states[place - 1] if place else None


def past_months(
    wallets: Sequence[WalletStates], seed: Seed, now: datetime, cache_ttl: timedelta
) -> list[PortfolioMonth]:
    """The portfolio's history of the last three months."""
    found: dict[str, list[PortfolioPoint]] = {}
    for moment in _looks(seed, now):
        states = [state for each in wallets if (state := each.at(moment)) is not None]
        if states:
            found.setdefault(month_of(moment), []).append(_point(states, moment, cache_ttl))
    return [
        PortfolioMonth(month=month, starts_at=month_start(month), newest_at=points[-1].at, points=pack_points(points))
        for month, points in found.items()
    ]


def _looks(seed: Seed, now: datetime) -> Iterator[datetime]:
    count = _LOOKED_FOR // _BETWEEN
    for number in range(count):
        # Never the last quarter of an hour: whoever looks after the start adds a point.
        jitter = seed.number(b"look", number) % (7 * 3_600_000)
        yield now - (count - number) * _BETWEEN + jitter * _MILLISECOND


def _point(states: Sequence[Wallet], at: datetime, cache_ttl: timedelta) -> PortfolioPoint:
    freshness = dict.fromkeys(FreshnessState, 0)
    lamports = missing = 0
    oldest = None
    for wallet in states:
        freshness[_freshness(wallet, at, cache_ttl)] += 1
        lamports += wallet.last_balance_lamports or 0
        as_of = wallet.parts.sol_balance.as_of
        if as_of is None:
            missing += wallet.status is not WalletStatus.ARCHIVED
        elif oldest is None or as_of < oldest:
            oldest = as_of
    return PortfolioPoint(at=at, lamports=lamports, missing=missing, freshness=freshness, oldest_as_of=oldest)


def _freshness(wallet: Wallet, at: datetime, cache_ttl: timedelta) -> FreshnessState:
    if wallet.cache_class != "ok" or wallet.oldest_as_of is None:
        return FreshnessState.error if wallet.cache_class == "error" else FreshnessState.never
    return FreshnessState.fresh if at - wallet.oldest_as_of < cache_ttl else FreshnessState.stale
