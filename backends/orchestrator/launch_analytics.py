"""Launches per day and per wallet, from counters of them, and funded wallets that never launched."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, time, timedelta

from backends.answers import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.counters.values import launch_of
from backends.orchestrator.counting import Counting
from backends.orchestrator.timestamps import format_timestamp
from generated_models import FundedNeverLaunched, LaunchAnalytics, LaunchDay, WalletLaunches

_FUNDED_SHOWN = 10


async def launch_analytics(context: Context, counting: Counting, days: int) -> Answer[LaunchAnalytics]:
    """Launches of the last `days` UTC days, today included, and funded wallets without any launch."""
    store, now = context.store, context.clock.now()
    today = datetime.combine(now.date(), time(), UTC)
    first, end = today - timedelta(days=days - 1), today + timedelta(days=1)
    (wallets, *years), funded, oldest = await asyncio.gather(
        asyncio.gather(
            counting.read("wallets"),
            *(counting.read("launches", year=year) for year in range(first.year, today.year + 1)),
        ),
        store.query(queries.funded_never_launched(), limit=_FUNDED_SHOWN),
        store.query(queries.oldest_balances(), limit=1),
    )
    by_day: Counter[object] = Counter()
    by_wallet: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    labels: dict[str, str] = {}
    for year in years:
        labels |= year.texts
        for name, launches in year.numbers.items():
            address, moment = launch_of(name)
            if first <= moment < end:
                by_day[moment.date()] += launches
                by_wallet[address] += launches
                last[address] = max(last.get(address, moment), moment)
    all_days = [(first + timedelta(days=number)).date() for number in range(days)]
    missing = wallets.numbers["unread"]
    return Answer(
        AnswerKind.OK,
        LaunchAnalytics(
            total_launches=by_day.total(),
            by_day=[LaunchDay(day=f"{day:%Y-%m-%d}", launches=by_day[day]) for day in all_days],
            by_wallet=[
                WalletLaunches(
                    wallet_address=address,
                    label=labels.get(address),
                    launches=by_wallet[address],
                    last_launched_at=format_timestamp(last[address]),
                )
                for address in sorted(by_wallet, key=lambda address: (-by_wallet[address], address))
            ],
            funded_never_launched=FundedNeverLaunched(
                total=wallets.numbers["idle"], wallets=[stored.record.wallet_address for stored in funded]
            ),
            complete=missing == 0,
            wallets_missing=missing,
            oldest_as_of=format_timestamp(oldest[0].record.parts.sol_balance.as_of) if oldest else None,
            computed_at=format_timestamp(now),
        ),
    )
