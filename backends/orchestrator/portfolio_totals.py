"""What all wallets add up to, by sums and counts that the store itself makes: no list of wallets is read for them."""

from __future__ import annotations

import asyncio
from datetime import datetime

from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.history.points import PortfolioPoint
from generated_models import FreshnessState


async def current_totals(context: Context, now: datetime) -> PortfolioPoint:
    """The totals as of now."""
    store = context.store
    fresh = context.policy.fresh_window(now)
    balance, (missing, oldest_as_of), counts = await asyncio.gather(
        store.sums(queries.wallets_by_address(), ["last_balance_lamports"]),
        coverage(context),
        asyncio.gather(*(store.count(queries.wallets_with_freshness(state, fresh)) for state in FreshnessState)),
    )
    return PortfolioPoint(
        at=now,
        lamports=balance["last_balance_lamports"],
        missing=missing,
        freshness=dict(zip(FreshnessState, counts, strict=True)),
        oldest_as_of=oldest_as_of,
    )


async def coverage(context: Context) -> tuple[int, datetime | None]:
    """Wallets whose balance was never read, archived ones aside, and the oldest balance reading."""
    store = context.store
    missing, archived, oldest = await asyncio.gather(
        store.count(queries.wallets_without_balance()),
        store.count(queries.archived_without_balance()),
        store.query(queries.oldest_balances(), limit=1),
    )
    return max(0, missing - archived), oldest[0].record.parts.sol_balance.as_of if oldest else None
