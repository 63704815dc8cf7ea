"""Seeds the portfolio's history: what all wallets of a world added up to whenever somebody read the summary before the
start.

Most reads followed a refresh of all wallets. Where that found a wallet unchanged, or failed and a later one healed it,
it left no record, and a start has no time to make it: only what it made of the freshness is worked out here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backends.orchestrator.history.months import month_of, month_start
from backends.orchestrator.history.points import PortfolioPoint, pack_points
from backends.orchestrator.records import PortfolioMonth, Wallet
from generated_models import FreshnessState, WalletStatus

from .seed import Seed

_SPAN = timedelta(days=90)
_BETWEEN = timedelta(hours=8)
_MILLISECOND = timedelta(milliseconds=1)
_SKIPPED, _FAILED, _FAILED_IN_AN_OUTAGE = 5, 4, 45
"""Wallets, in per cent, that a refresh of all left out or could not read; an outage is a day in about a month."""
_READS_OF_A_DAY = timedelta(days=1) // _BETWEEN


@dataclass(frozen=True, slots=True)
class WalletStates:
    """A wallet as it was created, and after each refresh, with their moments, and until when it stayed unchanged."""

    moments: list[datetime]
    states: list[Wallet]
    unchanged_until: list[datetime]

    def add(self, moment: datetime, state: Wallet, unchanged_until: datetime) -> None:
        """One more refresh."""
        self.moments.append(moment)
        self.states.append(state)
        self.unchanged_until.append(unchanged_until)


@dataclass(frozen=True, slots=True)
class _SummaryRead:
    """A read of the summary, minutes after a refresh of all wallets at `refreshed_at`, which left out or failed to read
    some of them: `failed` per cent, chosen by `entropy`.
    """

    at: datetime
    refreshed_at: datetime
    entropy: int
    failed: int


def portfolio_months(
    wallets: Sequence[WalletStates], seed: Seed, now: datetime, cache_ttl: timedelta
) -> list[PortfolioMonth]:
    """The portfolio's history of the last three months."""
    found: dict[str, list[PortfolioPoint]] = {}
    entropy = [seed.number(b"fleet", number) for number in range(len(wallets))]
    for read in _summary_reads(seed, now):
        point = _point(zip(wallets, entropy, strict=True), read, cache_ttl)
        if point.wallets:
            found.setdefault(month_of(read.at), []).append(point)
    return [
        PortfolioMonth(month=month, starts_at=month_start(month), newest_at=points[-1].at, points=pack_points(points))
        for month, points in found.items()
    ]


def _summary_reads(seed: Seed, now: datetime) -> Iterator[_SummaryRead]:
    count = _SPAN // _BETWEEN
    for number in range(count):
        entropy = seed.number(b"look", number)
        # Never the last quarter of an hour: whoever reads it after the start adds a point.
        at = now - (count - number) * _BETWEEN + entropy % (7 * 3_600_000) * _MILLISECOND
        day = seed.number(b"fleet day", number // _READS_OF_A_DAY)
        failed = _FAILED_IN_AN_OUTAGE if day % 30 == 0 else _FAILED
        # Whose reading fails does so for a day.
        yield _SummaryRead(at, at - timedelta(minutes=1 + entropy % 40), day, failed)


def _point(wallets: Iterable[tuple[WalletStates, int]], read: _SummaryRead, cache_ttl: timedelta) -> PortfolioPoint:
    freshness = dict.fromkeys(FreshnessState, 0)
    lamports = missing = 0
    oldest = None
    for history, entropy in wallets:
        place = bisect_right(history.moments, read.at) - 1
        if place < 0:
            continue
        wallet = history.states[place]
        state, as_of = _state(history, place, (entropy ^ read.entropy) % 100, read, cache_ttl)
        freshness[state] += 1
        lamports += wallet.last_balance_lamports or 0
        if as_of is None:
            missing += wallet.status is not WalletStatus.ARCHIVED
        elif oldest is None or as_of < oldest:
            oldest = as_of
    return PortfolioPoint(at=read.at, lamports=lamports, missing=missing, freshness=freshness, oldest_as_of=oldest)


def _state(
    history: WalletStates, place: int, percent: int, read: _SummaryRead, cache_ttl: timedelta
) -> tuple[FreshnessState, datetime | None]:
    """How fresh a wallet was, and how old its balance: by the refresh of record or a later one that left none."""
    wallet = history.states[place]
    as_of = wallet.parts.sol_balance.as_of
    later = place + 1 < len(history.states) and wallet.status is not WalletStatus.ARCHIVED
    if as_of is not None and later and read.refreshed_at > history.moments[place]:
        if percent < read.failed:
            return FreshnessState.error, as_of
        if percent >= read.failed + _SKIPPED and read.refreshed_at < history.unchanged_until[place]:
            return FreshnessState.fresh, read.refreshed_at
    return _freshness(wallet, read.at, cache_ttl), as_of


def _freshness(wallet: Wallet, at: datetime, cache_ttl: timedelta) -> FreshnessState:
    if wallet.cache_class != "ok" or wallet.oldest_as_of is None:
        return FreshnessState.error if wallet.cache_class == "error" else FreshnessState.never
    return FreshnessState.fresh if at - wallet.oldest_as_of < cache_ttl else FreshnessState.stale
