"""What the contract leaves open: values that two servers may have differently without being different.

Everything that is not named here has to be equal. Every value is also checked against its schema, on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any


class AllowedDifference(Enum):
    """How much two values may differ."""

    nothing = auto()
    non_null_value = auto()
    """Both null, or both not."""
    anything = auto()
    """Anything that the schema allows."""


_CLOCK = {
    "created_at", "updated_at", "started_at", "finished_at", "computed_at", "as_of", "stale_after", "last_attempt_at",
    "oldest_as_of", "next_refresh_allowed_at", "at", "confirmed_until", "first_seen_at", "recorded_since", "now",
}  # fmt: skip
_IDS = {
    "request_id",
    "next_page_token",
    "schedule_id",
    "operation_id",
    "last_operation_id",
    "audit_id",
    "actor",
    "backend",
}
"""`IdTranslator` follows those that later requests use."""
_MESSAGES = {"detail", "message", "got"}
_CHAIN_KNOWN = {"last_balance_sol", "last_balance_lamports", "token_holdings", "recent_funding", "token_count"}
_CHAIN = {
    "first_funded_at", "last_activity_at", "slot", "truncated", "rpc_calls", "changes", "matched_signature",
    "total_balance_lamports", "total_balance_sol", "wallets_by_status", "funded_never_launched",
    "entries", "points", "thinned", "failing", "overdue_schedules", "low_balance", "largest_changes", "never_read",
    "changed", "genesis_hash", "cluster", "calls_as_last_time", "seconds_as_last_time",
}  # fmt: skip
_LIST = {"items", "total_size", "next_page_token"}
_ANY_ITEMS = {"listPortfolioTokens", "listTokenHolders", "listWalletActivity"}
_EQUIVALENT: Mapping[str, tuple[frozenset[str], ...]] = {
    "status": (frozenset({"FUNDED", "UNFUNDED"}),),
    "outcome": (frozenset({"updated", "unchanged"}),),
}
"""Values that only the chain's data tells apart."""
_EQUIVALENT_UNRELATED: Mapping[str, tuple[frozenset[str], ...]] = {
    "status": (frozenset({"FUNDED", "UNFUNDED", "LAUNCHED"}), frozenset({"SCHEDULED", "COMPLETED"})),
    "outcome": (frozenset({"updated", "unchanged", "failed"}), frozenset({"complete", "partial"})),
    "state": (frozenset({"fresh", "stale", "error"}),),
}
"""Values that a different history of requests explains too."""


_FROM_HISTORY = {
    "launch_count", "total_wallets", "wallets_by_freshness", "open_schedules", "scheduled_sol", "total_launches",
    "by_day", "by_wallet", "complete", "wallets_missing", "launches", "total", "done", "partial", "failed", "overdue",
    "wallets", "calls_at_least", "seconds_at_least",
}  # fmt: skip


class CommonState(Enum):
    """How much two servers have in common before the first request."""

    identical = auto()
    """Everything: two mocks of one seed. Only clocks and ids differ."""
    empty = auto()
    """Neither has a wallet; their chains differ."""
    unrelated = auto()
    """One has a history that the other does not have: a recording, replayed."""


def allowed_difference(operation: str, field: str, common: CommonState) -> AllowedDifference:
    """How far a field's values may differ."""
    if operation in _ANY_ITEMS and field in _LIST and common is not CommonState.identical:
        return AllowedDifference.anything
    if common is CommonState.unrelated and field in _CLOCK | _LIST | _CHAIN_KNOWN:
        return AllowedDifference.anything
    if field in _IDS | _CLOCK | _MESSAGES:
        return AllowedDifference.non_null_value
    if common is CommonState.identical:
        return AllowedDifference.nothing
    if field in _CHAIN or (common is CommonState.unrelated and field in _FROM_HISTORY):
        return AllowedDifference.anything
    return AllowedDifference.non_null_value if field in _CHAIN_KNOWN else AllowedDifference.nothing


def equivalent(field: str, first: Any, other: Any, common: CommonState) -> bool:
    """Whether two values of a field are equal, or differ by what their state before the first request explains."""
    if first == other and type(first) is type(other):
        return True
    if common is CommonState.identical or not isinstance(first, str) or not isinstance(other, str):
        return False
    groups = _EQUIVALENT_UNRELATED if common is CommonState.unrelated else _EQUIVALENT
    return any(first in group and other in group for group in groups.get(field, ()))


SORT_KEYS: Mapping[str, Callable[[str], bool]] = {
    "listWallets": lambda query: "sort=updated_at" in query or "sort=last_balance" in query,
    "listRefreshResults": lambda query: True,  # noqa: ARG005  # the order of finishing is nobody's promise
}
"""Lists whose order depends on the chain or on the moment: compared as sets."""

OPEN_FILTERS = ("status=FUNDED", "status=UNFUNDED", "only=changed")
"""Filters whose result depends on the chain."""
