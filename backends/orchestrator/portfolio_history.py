"""What all wallets added up to in the past: a point when a refresh-all ends, and now and then when somebody looks."""

from __future__ import annotations

import itertools
import logging
from datetime import datetime, timedelta

from backends.answers import Answer, AnswerKind
from backends.errors import BackendError
from backends.orchestrator import queries
from backends.orchestrator.amounts import sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.history.months import month_end, month_of, month_start, oldest_kept
from backends.orchestrator.history.points import PortfolioPoint, unpack_points, with_point
from backends.orchestrator.history.thinning import at_most
from backends.orchestrator.ports import ABSENT, Put, Stored, VersionConflict
from backends.orchestrator.records import PortfolioMonth
from backends.orchestrator.timestamps import LATEST, format_timestamp, parse_timestamp
from generated_models import PortfolioHistory, PortfolioHistoryPoint, WalletsByFreshness

_BETWEEN = timedelta(minutes=15)
"""How long after a point the next reading of the summary adds one."""
_MOST_MONTHS = 200

_log = logging.getLogger(__name__)


class PortfolioHistoryLog:
    """Keeps a document a month."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._newest_at: datetime | None = None

    async def note(self, point: PortfolioPoint) -> None:
        """Keep a point that somebody has just looked at, unless there is one of the last quarter of an hour. Whoever
        looks gets his answer in any case.
        """
        if _is_recent(self._newest_at, point.at):
            return
        try:
            found = await _months_around(self._context, point.at)
            self._newest_at = _newest_until(point.at, found)
            if not _is_recent(self._newest_at, point.at):
                await self._context.store.commit([await _put(self._context, found, point)])
                self._newest_at = point.at
        except VersionConflict:
            pass  # another process has kept one
        except BackendError as error:
            _log.warning("a point of the portfolio's history could not be kept: %s", error.code)

    async def history(self, since: str | None, until: str | None, max_points: int) -> Answer[PortfolioHistory]:
        """The points in a range, in order."""
        context = self._context
        now = context.clock.now()
        kept_since = oldest_kept(now, context.policy.history_months)
        start = max(kept_since, parse_timestamp(since)) if since else kept_since
        end = parse_timestamp(until) if until else LATEST
        query = queries.portfolio_months
        found = await context.store.query(query(month_start(month_of(start))), limit=_MOST_MONTHS)
        months = [stored.record for stored in found if stored.record.starts_at <= end]
        points = sorted(
            (point for month in months for point in unpack_points(month.points) if start <= point.at <= end),
            key=lambda point: point.at,
        )
        oldest = await context.store.query(query(kept_since), limit=1)
        shown = at_most(points, max_points)
        return Answer(
            AnswerKind.OK,
            PortfolioHistory(
                points=[_history_point(point) for point in shown],
                recorded_since=format_timestamp(_first_of(oldest[0].record) if oldest else None),
                thinned=len(shown) < len(points)
                or any(month.thinned and month_end(month.month) >= start for month in months),
            ),
        )


async def point_write(context: Context, point: PortfolioPoint) -> Put:
    """The write that keeps a point, to be committed with what it is about."""
    return await _put(context, await _months_around(context, point.at), point)


async def _months_around(context: Context, at: datetime) -> list[Stored[PortfolioMonth]]:
    """The readable documents of a moment's month; in its first minutes, those of the month before too."""
    first = month_start(month_of(at - _BETWEEN))
    found = await context.store.query(queries.portfolio_months(first), limit=_MOST_MONTHS)
    return [stored for stored in found if stored.record.starts_at <= at]


async def _put(context: Context, found: list[Stored[PortfolioMonth]], point: PortfolioPoint) -> Put:
    month = month_of(point.at)
    for stored in found:
        if month_of(stored.record.starts_at) == month:
            return Put(with_point(stored.record, point), stored.version)
    # A document that can't be read any more is left as it is, for an operator.
    names = (month if number == 0 else f"{month}.{number}" for number in itertools.count())
    for name in names:
        if not await context.store.existing(PortfolioMonth, [name]):
            break
    empty = PortfolioMonth(month=name, starts_at=month_start(month), newest_at=point.at, points="")
    return Put(with_point(empty, point), ABSENT)


def _newest_until(moment: datetime, found: list[Stored[PortfolioMonth]]) -> datetime | None:
    """When the newest point is of, those aside that a clock which is ahead of ours has made."""
    newest = max((stored.record.newest_at for stored in found), default=None)
    if newest is None or newest <= moment:
        return newest
    points = (point for stored in found for point in unpack_points(stored.record.points))
    return max((point.at for point in points if point.at <= moment), default=None)


def _is_recent(newest_at: datetime | None, now: datetime) -> bool:
    return newest_at is not None and timedelta(0) <= now - newest_at < _BETWEEN


def _first_of(month: PortfolioMonth) -> datetime | None:
    return min((point.at for point in unpack_points(month.points)), default=None)


def _history_point(point: PortfolioPoint) -> PortfolioHistoryPoint:
    return PortfolioHistoryPoint(
        at=format_timestamp(point.at),
        total_balance_lamports=str(point.lamports),
        total_balance_sol=sol_text(point.lamports),
        wallets=point.wallets,
        wallets_missing=point.missing,
        wallets_by_freshness=WalletsByFreshness(**{state.value: count for state, count in point.freshness.items()}),
        oldest_as_of=format_timestamp(point.oldest_as_of),
    )
