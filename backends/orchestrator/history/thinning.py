"""Downsampling: fewer of a long row of moments, so that a chart of their amounts looks the same. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from backends.orchestrator.history.packing import EPOCH

MAX_OF_A_STRETCH = 4
"""What `thinned` leaves of one stretch of time."""


class Charted(Protocol):
    """An amount at a moment; None where it is unknown."""

    @property
    def at(self) -> datetime:
        """The moment."""
        ...

    @property
    def lamports(self) -> int | None:
        """The amount."""
        ...


C = TypeVar("C", bound=Charted)


def thinned(rows: Sequence[C], stretch: timedelta, origin: datetime = EPOCH) -> list[C]:
    """Of each stretch of time, counted from `origin`, the first and the last row, and those with the lowest and the
    highest amount: a chart over longer stretches looks the same. In order; at most `MAX_OF_A_STRETCH` of each.
    """
    buckets: dict[int, list[C]] = {}
    for row in rows:
        buckets.setdefault((row.at - origin) // stretch, []).append(row)
    kept: list[C] = []
    for group in buckets.values():
        wanted = {0, len(group) - 1}
        known = [(row.lamports, place) for place, row in enumerate(group) if row.lamports is not None]
        if known:
            wanted |= {min(known)[1], max(known)[1]}
        kept += [group[place] for place in sorted(wanted)]
    return kept


def at_most(rows: Sequence[C], most: int) -> Sequence[C]:
    """At most so many of the rows, which are in order, spread over the time that they took."""
    if len(rows) <= most:
        return rows
    span = rows[-1].at - rows[0].at
    stretch = span / (most // MAX_OF_A_STRETCH) + timedelta(milliseconds=1)
    return thinned(rows, stretch, rows[0].at)
