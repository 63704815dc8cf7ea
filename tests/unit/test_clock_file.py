"""Time that several processes share by a file."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backends.clock_file import ClockFile, set_clock
from backends.mock.clock import MockClock

AT = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)


def test_all_that_share_a_file_see_the_same_instant(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    set_clock(path, AT)
    one, other = ClockFile(path), ClockFile(path)
    for moment in (AT, AT + timedelta(milliseconds=1), AT - timedelta(days=3)):
        set_clock(path, moment)
        assert one.now() == other.now() == moment
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_person_writes(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    path.write_text("2026-11-22T17:10:00.1239+01:00\n")
    clock = ClockFile(path)
    assert clock.now() == AT + timedelta(milliseconds=123)
    path.write_text("tea time")
    os.utime(path, (1, 1))
    assert clock.now() == AT + timedelta(milliseconds=123), "the last good instant stays"
    path.unlink()
    assert clock.now() == AT + timedelta(milliseconds=123)


async def test_what_comes_round_does_not_come_round_where_time_stands(tmp_path: Path) -> None:
    """Not even in a session of the mock, whose clock is a copy."""
    set_clock(tmp_path / "clock", AT)
    shared = ClockFile(tmp_path / "clock")
    mocks = MockClock(source=shared.now, sleep=shared.sleep)
    for clock in (shared, mocks, mocks.copy()):
        await clock.sleep(1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(clock.sleep(1.25), 3600)


@pytest.mark.parametrize("text", ["", "now", "2026-11-22T16:10:00"])
def test_what_is_no_instant(tmp_path: Path, text: str) -> None:
    (tmp_path / "clock").write_text(text)
    with pytest.raises(ValueError):
        ClockFile(tmp_path / "clock")


def test_a_mock_clock_over_it_can_still_be_moved_and_frozen(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    set_clock(path, AT)
    clock = MockClock(source=ClockFile(path).now)
    clock.move(timedelta(hours=1))
    twin = clock.copy()
    set_clock(path, AT + timedelta(minutes=1))
    assert twin.now() == clock.now() == AT + timedelta(hours=1, minutes=1)
    clock.freeze(AT)
    assert (clock.now(), twin.now()) == (AT, AT + timedelta(hours=1, minutes=1))
