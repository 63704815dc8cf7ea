"""Queries of what is kept of all wallets together."""

from __future__ import annotations

from datetime import datetime

from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import CounterShard, PortfolioMonth
from backends.orchestrator.timestamps import EPOCH


def counter_shards() -> Query[CounterShard]:
    """Every shard of every counter."""
    return Query(CounterShard)


def portfolio_months(since: datetime = EPOCH) -> Query[PortfolioMonth]:
    """The portfolio's history from a month on, in order."""
    return Query(PortfolioMonth, (Where("starts_at", Op.GE, since),), (OrderBy("starts_at", "asc"),))
