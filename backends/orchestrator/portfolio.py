"""The portfolio group: totals over all wallets, from stored data only, which say how complete they are (rule 11)."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, time, timedelta

from backends.base import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.amounts import sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.portfolio_history import PortfolioPast
from backends.orchestrator.portfolio_totals import coverage, current_totals
from backends.orchestrator.records import Launch, Wallet
from backends.orchestrator.storage.scan import scan
from backends.orchestrator.timestamps import format_timestamp
from generated_models import (
    FundedNeverLaunched,
    LaunchAnalytics,
    LaunchDay,
    PortfolioHistory,
    PortfolioSummary,
    ScheduleStatus,
    WalletLaunches,
    WalletsByFreshness,
    WalletsByStatus,
    WalletStatus,
)

_FUNDED_SHOWN = 100


class Portfolio:
    """Sums and counts that the store itself can make, so that no list of wallets is read for them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._past = PortfolioPast(context)

    async def summary(self) -> Answer[PortfolioSummary]:
        """What all wallets add up to."""
        store = self._context.store
        now = self._context.clock.now()
        statuses: list[WalletStatus | None] = [*WalletStatus, None]
        open_schedules = queries.schedules(status=ScheduleStatus.SCHEDULED)
        by_status, totals, schedules, scheduled, launches = await asyncio.gather(
            asyncio.gather(*(store.count(queries.wallets_with_status(status)) for status in statuses)),
            current_totals(self._context, now),
            store.count(open_schedules),
            store.sums(open_schedules, ["amount_lamports"]),
            store.count(queries.launches()),
        )
        await self._past.note(totals)
        return Answer(
            AnswerKind.OK,
            PortfolioSummary(
                total_wallets=sum(by_status),
                wallets_by_status=WalletsByStatus(
                    **{
                        status.value if status else "UNKNOWN": count
                        for status, count in zip(statuses, by_status, strict=True)
                    }
                ),
                wallets_by_freshness=WalletsByFreshness(
                    **{state.value: count for state, count in totals.freshness.items()}
                ),
                total_balance_lamports=str(totals.lamports),
                total_balance_sol=sol_text(totals.lamports),
                open_schedules=schedules,
                scheduled_sol=sol_text(scheduled["amount_lamports"]),
                total_launches=launches,
                complete=totals.missing == 0,
                wallets_missing=totals.missing,
                oldest_as_of=format_timestamp(totals.oldest_as_of),
                computed_at=format_timestamp(now),
            ),
        )

    async def history(self, since: str | None, until: str | None, max_points: int) -> Answer[PortfolioHistory]:
        """What all wallets added up to in the past."""
        return await self._past.history(since, until, max_points)

    async def launch_analytics(self, days: int) -> Answer[LaunchAnalytics]:
        """Launches of the last `days` UTC days, today included, and funded wallets without any launch."""
        store = self._context.store
        now = self._context.clock.now()
        today = datetime.combine(now.date(), time(), UTC)
        first = today - timedelta(days=days - 1)
        by_day, last_by_wallet, by_wallet = await self._launches(first, today + timedelta(days=1))
        addresses = sorted(by_wallet, key=lambda address: (-by_wallet[address], address))
        wallets = await store.get_many(Wallet, addresses)
        never = queries.funded_never_launched()
        funded, total_funded, (missing, oldest_as_of) = await asyncio.gather(
            store.query(never, limit=_FUNDED_SHOWN), store.count(never), coverage(self._context)
        )
        all_days = [(first + timedelta(days=number)).date() for number in range(days)]
        return Answer(
            AnswerKind.OK,
            LaunchAnalytics(
                total_launches=by_day.total(),
                by_day=[LaunchDay(day=f"{day:%Y-%m-%d}", launches=by_day[day]) for day in all_days],
                by_wallet=[
                    WalletLaunches(
                        wallet_address=address,
                        label=stored.record.label if stored else None,
                        launches=by_wallet[address],
                        last_launched_at=format_timestamp(last_by_wallet[address]),
                    )
                    for address, stored in zip(addresses, wallets, strict=True)
                ],
                funded_never_launched=FundedNeverLaunched(
                    total=total_funded, wallets=[stored.record.wallet_address for stored in funded]
                ),
                complete=missing == 0,
                wallets_missing=missing,
                oldest_as_of=format_timestamp(oldest_as_of),
                computed_at=format_timestamp(now),
            ),
        )

    async def _launches(
        self, start: datetime, end: datetime
    ) -> tuple[Counter[object], dict[str, datetime], Counter[str]]:
        """Launches in `[start, end)` by day, the last one of each wallet, and by wallet."""
        by_day: Counter[object] = Counter()
        by_wallet: Counter[str] = Counter()
        last: dict[str, datetime] = {}
        async for page in scan(self._context.store, queries.launches_between(start, end)):
            launches: list[Launch] = [stored.record for stored in page]
            for launch in launches:  # newest first
                by_day[launch.launched_at.date()] += 1
                by_wallet[launch.wallet_address] += 1
                last.setdefault(launch.wallet_address, launch.launched_at)
        return by_day, last, by_wallet
