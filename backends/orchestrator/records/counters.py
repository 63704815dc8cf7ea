"""Counters over all wallets and launches, which many commits add to at once without waiting for each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterShard:
    """One of several documents that together hold some counters: a counter's value is the sum over all of them, so any
    commit may add to any of them, and none is written by every commit. Changed by `Increment` alone.

    `texts` are what is known beside the numbers (a token's name, a wallet's label).
    """

    COLLECTION: ClassVar[str] = "counters"

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.name
