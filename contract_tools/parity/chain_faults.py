"""When the chain of a shared world fails, and how: by its clock, so that all who ask it find the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from backends.orchestrator.timestamps import format_timestamp

MONTHS_END = datetime(2026, 11, 1, tzinfo=UTC)
"""The first that comes."""
FAULTS_BEGIN = MONTHS_END + timedelta(days=2)
"""From then on the chain fails in one way after the other, each for ten minutes; for ten more it answers."""
REFUSES, LIMITS, TIMES_OUT, IS_LATE = (FAULTS_BEGIN + number * timedelta(minutes=20) for number in range(4))
"""When each way begins: all is refused; token accounts are, for too many requests; balances are not answered in time,
and the rest is refused; whatever is asked is answered when the ten minutes are over.
"""
LIMIT_LASTS = timedelta(seconds=5)
"""The real client waits for the end of a limit, and asks again."""
FAULT_LASTS = timedelta(minutes=10)
_RELIABLE = FAULTS_BEGIN - timedelta(hours=2)


def chain_faults() -> Iterator[dict[str, object]]:
    """As a world's description says them: these, and before and after them histories that are refused now and then."""
    for failure, begins, methods in (
        ("refused", REFUSES, ()),
        ("rate_limited", LIMITS, ("getTokenAccountsByOwner",)),
        ("gateway_timeout", TIMES_OUT, ("getMultipleAccounts",)),
        ("refused", TIMES_OUT, ()),
        ("late", IS_LATE, ()),
    ):
        fault: dict[str, object] = {"failure": failure, "lasting": failure != "rate_limited"}
        fault["since"] = format_timestamp(begins)
        fault["until"] = format_timestamp(begins + FAULT_LASTS)
        yield {**fault, "methods": list(methods)} if methods else fault
    for edge in ({"until": format_timestamp(_RELIABLE)}, {"since": format_timestamp(IS_LATE + FAULT_LASTS)}):
        yield {"failure": "refused", "percent": 15, "methods": ["getSignaturesForAddress"], "lasting": False, **edge}
