"""The portfolio's summary: what all wallets add up to, from counters and indexes, and how complete it is (rule 11)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from backends.answers import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.amounts import sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.counters.values import whole
from backends.orchestrator.counting import Counting
from backends.orchestrator.history.points import PortfolioPoint
from backends.orchestrator.portfolio_history import PortfolioHistoryLog
from backends.orchestrator.timestamps import format_timestamp
from generated_models import (
    BalanceByStatus,
    FreshnessState,
    PortfolioHistory,
    PortfolioSummary,
    ScheduleStatus,
    WalletsByFreshness,
    WalletsByStatus,
    WalletStatus,
)

_STATUSES = (*(status.value for status in WalletStatus), "UNKNOWN")


class Portfolio:
    """Totals that are counted as wallets change, so that no list of wallets is read for them."""

    def __init__(self, context: Context, counting: Counting) -> None:
        self._context = context
        self._counting = counting
        self._past = PortfolioHistoryLog(context)

    async def summary(self) -> Answer[PortfolioSummary]:
        """What all wallets add up to."""
        context, now = self._context, self._context.clock.now()
        store = context.store
        open_schedules = queries.schedules(status=ScheduleStatus.SCHEDULED)
        stale_wallets = queries.wallets_with_freshness(FreshnessState.stale, context.policy.fresh_window(now))
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
        by_status = _balance_by_status(numbers, totals.lamports)
        if by_status is None:
            await self._counting.incomplete()
        return Answer(
            AnswerKind.OK,
            PortfolioSummary(
                total_wallets=sum(counts.under("status:").values()),
                wallets_by_status=WalletsByStatus(**{name: numbers[f"status:{name}"] for name in _STATUSES}),
                wallets_by_freshness=WalletsByFreshness(
                    **{state.value: number for state, number in totals.freshness.items()}
                ),
                total_balance_lamports=str(totals.lamports),
                total_balance_sol=sol_text(totals.lamports),
                balance_sol_by_status=by_status,
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


def _balance_by_status(numbers: Mapping[str, int], lamports: int) -> BalanceByStatus | None:
    """The balances of each status; None where the wallets were counted by a version that did not tell them apart, of
    which a sum that differs, or one below zero, is the sign.
    """
    sums = {name: whole(numbers[f"status_high:{name}"], numbers[f"status_low:{name}"]) for name in _STATUSES}
    if sum(sums.values()) != lamports or min(sums.values()) < 0:
        return None
    return BalanceByStatus(**{name: sol_text(each) for name, each in sums.items()})
