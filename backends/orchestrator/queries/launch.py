"""Queries of launches."""

from __future__ import annotations

from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.records import Launch


def launches(*, wallet_address: str | None = None) -> Query[Launch]:
    """The list of launches, the newest first."""
    where = (Where("wallet_address", Op.EQ, wallet_address),) if wallet_address is not None else ()
    return Query(Launch, where, (OrderBy("launched_at", "desc"),))


def launches_by_id() -> Query[Launch]:
    """Every launch, by id: a scan that corrections can't disturb."""
    return Query(Launch)
