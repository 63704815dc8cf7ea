"""Counters over all wallets and launches, which many commits add to at once without waiting for each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

OVERFLOWS = "overflows"
"""The counter of a document that says how many others, at most, go on with what it has no room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterShard:
    """One of several documents that together hold some counters: a counter's value is the sum over all of them, so any
    commit may add to any of them, and none is written by every commit. Changed by `Increment` alone.

    `texts` are what is known beside the numbers (a token's name, a wallet's label). A store whose documents have a
    largest size goes on in other documents when one is full (`overflow_keys`), and counts them under `OVERFLOWS`.
    """

    COLLECTION: ClassVar[str] = "counters"

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.name

    @property
    def overflow_keys(self) -> list[str]:
        """Where what this document has no room for may be; not all of them need be there."""
        return [overflow_key(self.name, number) for number in range(1, self.counts.get(OVERFLOWS, 0) + 1)]

    @property
    def size(self) -> int:
        """Bytes that its counters and texts take, about as Firestore counts them."""
        counts = sum(len(name.encode()) + 9 for name in self.counts)
        return counts + sum(len(name.encode()) + len(text.encode()) + 2 for name, text in self.texts.items())


def overflow_key(key: str, number: int) -> str:
    """The key of the document that goes on with another one, as the `number`th; the 0th is that one itself."""
    return f"{key}.{number}" if number else key
