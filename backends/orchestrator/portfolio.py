"""The portfolio's summary: what all wallets add up to, from counters and indexes, and how complete it is (rule 11)."""

from __future__ import annotations

import asyncio

from backends.base import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.amounts import sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.counters.values import whole
from backends.orchestrator.counting import Counting
from backends.orchestrator.history.points import PortfolioPoint
from backends.orchestrator.portfolio_history import PortfolioPast
from backends.orchestrator.timestamps import format_timestamp
from generated_models import (
    FreshnessState,
    PortfolioHistory,
    PortfolioSummary,
    ScheduleStatus,
    WalletsByFreshness,
    WalletsByStatus,
    WalletStatus,
)


class Portfolio:
    """Totals that are counted as wallets change, so that no list of wallets is read for them."""

    def __init__(self, context: Context, counting: Counting) -> None:
        self._context = context
        self._counting = counting
        self._past = PortfolioPast(context)

    async def summary(self) -> Answer[PortfolioSummary]:
        """What all wallets add up to."""
        context, now = self._context, self._context.clock.now()
        store = context.store
        open_schedules = queries.schedules(status=ScheduleStatus.SCHEDULED)
        stale_wallets = queries.wallets_with_freshness(FreshnessState.stale, now - context.policy.cache_ttl)
        counts, stale, schedules, scheduled, oldest = await asyncio.gather(
            self._counting.read("wallets"),
            store.count(stale_wallets),
            store.count(open_schedules),
            store.sums(open_schedules, ["amount_lamports"]),
            store.query(queries.oldest_balances(), limit=1),
        )
        numbers = counts.numbers
        totals = PortfolioPoint(
            at=now,
            lamports=whole(numbers["high"], numbers["low"]),
            missing=numbers["unread"],
            freshness={
                FreshnessState.never: numbers["class:never"],
                FreshnessState.error: numbers["class:error"],
                FreshnessState.stale: stale,
                FreshnessState.fresh: max(0, numbers["class:ok"] - stale),
            },
            oldest_as_of=oldest[0].record.parts.sol_balance.as_of if oldest else None,
        )
        await self._past.note(totals)
        names = [*(status.value for status in WalletStatus), "UNKNOWN"]
        return Answer(
            AnswerKind.OK,
            PortfolioSummary(
                total_wallets=sum(counts.under("status:").values()),
                wallets_by_status=WalletsByStatus(**{name: numbers[f"status:{name}"] for name in names}),
                wallets_by_freshness=WalletsByFreshness(
                    **{state.value: number for state, number in totals.freshness.items()}
                ),
                total_balance_lamports=str(totals.lamports),
                total_balance_sol=sol_text(totals.lamports),
                open_schedules=schedules,
                scheduled_sol=sol_text(scheduled["amount_lamports"]),
                total_launches=numbers["launches"],
                complete=totals.missing == 0,
                wallets_missing=totals.missing,
                oldest_as_of=format_timestamp(totals.oldest_as_of),
                computed_at=format_timestamp(now),
            ),
        )

    async def history(self, since: str | None, until: str | None, max_points: int) -> Answer[PortfolioHistory]:
        """What all wallets added up to in the past."""
        return await self._past.history(since, until, max_points)
