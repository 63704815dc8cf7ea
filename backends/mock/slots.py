"""The faked chain's time: a slot every 400 ms since the day the main network began."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GENESIS = 1_584_368_940_000  # 2020-03-16T14:29:00Z, in milliseconds since the Unix epoch
_SLOT = 400


def to_ms(moment: datetime) -> int:
    """Milliseconds since the Unix epoch."""
    return (moment - _UNIX_EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """The moment so many milliseconds after the Unix epoch."""
    return _UNIX_EPOCH + timedelta(milliseconds=ms)


def slot_at(ms: int) -> int:
    """The slot of a moment; 0 before there was a chain."""
    return max(0, (ms - _GENESIS) // _SLOT)


def block_time(ms: int) -> datetime:
    """The moment as blocks carry it: whole seconds."""
    return _UNIX_EPOCH + timedelta(seconds=ms // 1000)


def moment_of(slot: int) -> int:
    """When a slot began."""
    return _GENESIS + slot * _SLOT
