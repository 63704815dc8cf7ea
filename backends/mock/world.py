"""Worlds: what a mock starts with, and what weather its chain has.

A description, a seed and a moment make a world; nothing else is needed to make the same one again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSpec:
    """A declarative world. Numbers ending in `_percent` are shares of the wallets, 0 to 100.

    The shares of freshness (`never_`, `failing_`, `stale_percent`) add up to at most 100; the rest is fresh.
    `whale_tokens` is how many holdings the first wallet has, besides what its life brings; 0 for no whale.
    `latency` is in seconds a JSON-RPC request.
    """

    name: str
    wallets: int = 50
    whale_tokens: int = 0
    never_percent: int = 8
    failing_percent: int = 10
    stale_percent: int = 30
    labelled_percent: int = 85
    noted_percent: int = 35
    overridden_percent: int = 8
    launching_percent: int = 30
    open_percent: int = 25
    overdue_percent: int = 10
    completed_percent: int = 20
    cancelled_percent: int = 10
    latency: float = 0
    faults: tuple[Fault, ...] = ()


_TOKENS_AND_HISTORY = frozenset({"getTokenAccountsByOwner", "getSignaturesForAddress"})
_ONCE_A_PART = _TOKENS_AND_HISTORY | {"getMultipleAccounts"}

WORLDS: Mapping[str, WorldSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            WorldSpec(name="default"),
            WorldSpec(name="empty", wallets=0),
            WorldSpec(name="whale", wallets=10_000, whale_tokens=10_000, never_percent=40),
            WorldSpec(name="stale", never_percent=0, failing_percent=0, stale_percent=100),
            WorldSpec(name="rpc-down", faults=(Fault(failure="unavailable"),)),
            WorldSpec(name="partial", faults=(Fault(failure="timeout", percent=50, methods=_TOKENS_AND_HISTORY),)),
            WorldSpec(
                name="rate-limited",
                faults=(Fault(failure="rate_limited", percent=40, methods=_ONCE_A_PART, lasting=False),),
            ),
            WorldSpec(name="slow", latency=1.5),
        )
    }
)
"""The worlds that come with the mock, by name."""
