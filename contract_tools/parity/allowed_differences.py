"""What the contract leaves open: values that two servers may have differently without being different.

Everything that is not named here has to be equal. Every value is also checked against its schema, on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any


class Freedom(Enum):
    """How much two values may differ."""

    none = auto()
    value = auto()
    """Both null, or both not."""
    whole = auto()
    """Anything that the schema allows."""


_CLOCK = {
    "created_at", "updated_at", "started_at", "finished_at", "computed_at", "as_of", "stale_after", "last_attempt_at",
    "oldest_as_of", "next_refresh_allowed_at", "at",
}  # fmt: skip
_NAMES = {"request_id", "next_page_token", "schedule_id", "operation_id", "audit_id", "actor", "backend"}
"""`Names` follows those that later requests use."""
_WORDS = {"detail", "message", "got"}
_CHAIN_KNOWN = {"last_balance_sol", "last_balance_lamports", "token_holdings", "recent_funding", "token_count"}
_CHAIN = {
    "first_funded_at", "last_activity_at", "slot", "truncated", "rpc_calls", "changes", "matched_signature",
    "total_balance_lamports", "total_balance_sol", "wallets_by_status", "funded_never_launched",
}  # fmt: skip
_LIST = {"items", "total_size", "next_page_token"}
_WHOLE_ITEMS = {"listPortfolioTokens"}
_ALIKE: Mapping[str, tuple[frozenset[str], ...]] = {
    "status": (frozenset({"FUNDED", "UNFUNDED"}),),
    "outcome": (frozenset({"updated", "unchanged"}),),
}
"""Values that only the chain's data tells apart."""
_ALIKE_STRANGE: Mapping[str, tuple[frozenset[str], ...]] = {
    "status": (frozenset({"FUNDED", "UNFUNDED", "LAUNCHED"}), frozenset({"SCHEDULED", "COMPLETED"})),
    "outcome": (frozenset({"updated", "unchanged", "failed"}), frozenset({"complete", "partial"})),
    "state": (frozenset({"fresh", "stale", "error"}),),
}
"""Values that the past tells apart too."""


_HISTORY = {
    "launch_count", "total_wallets", "wallets_by_freshness", "open_schedules", "scheduled_sol", "total_launches",
    "by_day", "by_wallet", "complete", "wallets_missing", "launches", "total", "done", "partial", "failed", "overdue",
}  # fmt: skip


class Worlds(Enum):
    """How much two servers have in common before the first request."""

    same = auto()
    """Everything: two mocks of one seed. Only clocks and names differ."""
    fresh = auto()
    """Neither has a wallet; their chains differ."""
    strange = auto()
    """One has a past that the other does not know: a recording, replayed."""


def freedom(operation: str, field: str, worlds: Worlds) -> Freedom:
    """How far a field's values may differ."""
    if operation in _WHOLE_ITEMS and field in _LIST and worlds is not Worlds.same:
        return Freedom.whole
    if worlds is Worlds.strange and field in _CLOCK | _LIST | _CHAIN_KNOWN:
        return Freedom.whole
    if field in _NAMES | _CLOCK | _WORDS:
        return Freedom.value
    if worlds is Worlds.same:
        return Freedom.none
    if field in _CHAIN or (worlds is Worlds.strange and field in _HISTORY):
        return Freedom.whole
    return Freedom.value if field in _CHAIN_KNOWN else Freedom.none


def alike(field: str, first: Any, other: Any, worlds: Worlds) -> bool:
    """Whether two values of a field are equal, or differ by what their worlds may differ by."""
    if first == other and type(first) is type(other):
        return True
    if worlds is Worlds.same or not isinstance(first, str) or not isinstance(other, str):
        return False
    groups = _ALIKE_STRANGE if worlds is Worlds.strange else _ALIKE
    return any(first in group and other in group for group in groups.get(field, ()))


SORT_KEYS: Mapping[str, Callable[[str], bool]] = {
    "listWallets": lambda query: "sort=updated_at" in query or "sort=last_balance" in query,
    "listRefreshResults": lambda query: True,  # noqa: ARG005  # the order of finishing is nobody's promise
}
"""Lists whose order depends on the chain or on the moment: compared as sets."""

OPEN_FILTERS = ("status=FUNDED", "status=UNFUNDED")
"""Filters whose result depends on the chain."""
