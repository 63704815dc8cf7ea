"""What all wallets together added up to, moment by moment, as short text."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backends.orchestrator.history.packing import Packer, Unpackable, Unpacker, from_ms, to_ms
from backends.orchestrator.history.thinning import thinned
from backends.orchestrator.records import PortfolioMonth
from generated_models import FreshnessState

MAX_POINTS = 4_000
"""In one month; above, a few an hour are kept."""

_LAYOUT = 1
_STATES = (FreshnessState.never, FreshnessState.error, FreshnessState.stale, FreshnessState.fresh)
"""In the order of the text: never to be changed."""
_MAX_LAMPORTS = 10**29  # the contract's largest total
_MAX_COUNT = 10**9

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioPoint:
    """The sum of the last known balances, of how many wallets none was ever read (archived ones aside), wallets by
    freshness, and the oldest reading in the sum.
    """

    at: datetime
    lamports: int
    missing: int
    freshness: dict[FreshnessState, int]
    oldest_as_of: datetime | None

    @property
    def wallets(self) -> int:
        """How many there were."""
        return sum(self.freshness.values())


def pack_points(points: Sequence[PortfolioPoint]) -> str:
    """Points as text that `unpack_points` reads."""
    packer = Packer(_LAYOUT)
    before = [0] * (4 + len(_STATES))
    for point in points:
        oldest = 0 if point.oldest_as_of is None else to_ms(point.oldest_as_of) + 1
        row = [to_ms(point.at), point.lamports, point.missing, oldest, *(point.freshness[each] for each in _STATES)]
        for value, last in zip(row, before, strict=True):
            packer.integer(value - last)
        before = row
    return packer.text()


def unpack_points(text: str) -> list[PortfolioPoint]:
    """The points of a text, in its order. A text that can't be read has none: that is logged, and no error."""
    if not text:
        return []
    try:
        return list(_unpack(Unpacker(text, _LAYOUT)))
    except Unpackable:
        _log.warning("the portfolio's stored history is unreadable and passed over")
        return []


def _unpack(packed: Unpacker) -> Iterator[PortfolioPoint]:
    row = [0] * (4 + len(_STATES))
    while not packed.ended:
        row = [last + packed.integer() for last in row]
        at, lamports, missing, oldest, *counts = row
        if not 0 <= lamports <= _MAX_LAMPORTS or not all(0 <= count <= _MAX_COUNT for count in (missing, *counts)):
            raise Unpackable
        yield PortfolioPoint(
            at=from_ms(at),
            lamports=lamports,
            missing=missing,
            freshness=dict(zip(_STATES, counts, strict=True)),
            oldest_as_of=None if oldest == 0 else from_ms(oldest - 1),
        )


def with_point(month: PortfolioMonth, point: PortfolioPoint) -> PortfolioMonth:
    """A month with one more point in it."""
    points = sorted([*unpack_points(month.points), point], key=lambda each: each.at)
    is_full = len(points) > MAX_POINTS
    if is_full:
        points = thinned(points, timedelta(hours=1))
    return replace(month, points=pack_points(points), newest_at=points[-1].at, thinned=month.thinned or is_full)
