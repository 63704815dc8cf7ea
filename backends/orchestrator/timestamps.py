"""Time on the wire: UTC, milliseconds, `2026-11-22T16:10:00.000Z`. Inside, aware datetimes cut to milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import overload

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything that is stored."""

LATEST = datetime.max.replace(tzinfo=UTC)
"""After it."""

_WIDTH = len("2026-11-22T16:10:00.000")


def truncate_to_milliseconds(moment: datetime) -> datetime:
    """The same moment in UTC, without what is below a millisecond."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@overload
def format_timestamp(moment: datetime) -> str: ...
@overload
def format_timestamp(moment: None) -> None: ...
def format_timestamp(moment: datetime | None) -> str | None:
    """A moment as the contract writes it; None stays None."""
    if moment is None:
        return None
    return _printed(moment)


@lru_cache(maxsize=4096)  # the parts of a wallet, and wallets that are read together, share their moments
def _printed(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')[:_WIDTH]}Z"  # strftime takes five times as long


def parse_timestamp(text: str) -> datetime:
    """The moment that an RFC 3339 text of a request means, cut to milliseconds."""
    return truncate_to_milliseconds(datetime.fromisoformat(text))
