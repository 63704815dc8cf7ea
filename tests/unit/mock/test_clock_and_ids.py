"""Time that can be set, and ids that depend on nothing but their situation."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

from backends.mock.clock import MockClock
from backends.mock.ids import SeededIds
from backends.mock.seed import Seed

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_clock_shows_utc_in_milliseconds() -> None:
    now = MockClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_frozen_clock_stands_still_and_can_be_moved() -> None:
    clock = MockClock(frozen_at=NOON + timedelta(microseconds=1999))
    assert clock.frozen
    assert clock.now() == clock.now() == NOON + timedelta(milliseconds=1)
    clock.move(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1, milliseconds=1)


def test_a_clock_goes_on_from_where_it_stood() -> None:
    clock = MockClock(frozen_at=NOON)
    clock.run()
    assert not clock.frozen
    assert timedelta(0) <= clock.now() - NOON < timedelta(seconds=5)
    clock.move(timedelta(days=1))
    assert timedelta(days=1) <= clock.now() - NOON < timedelta(days=1, seconds=5)
    clock.reset()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_running_clock_goes_on() -> None:
    clock = MockClock(offset=timedelta(days=-3, microseconds=700))
    seen = {clock.now()}
    until = time.monotonic() + 5
    while len(seen) < 4 and time.monotonic() < until:
        seen.add(clock.now())
    assert len(seen) == 4
    behind = datetime.now(UTC) - clock.now()
    assert timedelta(days=3) - timedelta(seconds=5) < behind < timedelta(days=3, seconds=5)


def test_freezing_shows_the_moment_of_freezing() -> None:
    clock = MockClock(offset=timedelta(days=3))
    clock.freeze()
    assert timedelta(days=2, hours=23) < clock.now() - datetime.now(UTC) <= timedelta(days=3)


def test_a_copy_goes_its_own_way() -> None:
    clock = MockClock(frozen_at=NOON)
    copy = clock.copy()
    copy.move(timedelta(hours=1))
    assert (clock.now(), copy.now()) == (NOON, NOON + timedelta(hours=1))


def test_ids_have_the_contracts_form() -> None:
    assert re.fullmatch("sch_[0-9a-f]{32}", SeededIds(Seed(1)).new("sch", "a", NOON))


def test_the_same_situation_gets_the_same_id_whatever_else_happens() -> None:
    one, other = SeededIds(Seed(1)), SeededIds(Seed(1))
    for number in range(5):
        other.new("sch", "something else", number)
    assert [one.new("sch", "a", NOON), one.new("sch", "a", NOON)] == [
        other.new("sch", "a", NOON),
        other.new("sch", "a", NOON),
    ]


def test_no_id_is_given_twice() -> None:
    ids = SeededIds(Seed(1))
    given = [ids.new(kind, *content) for _ in range(3) for kind in ("sch", "aud") for content in ((), ("a",), ("a", 1))]
    session = ids.copy("tuesday")
    given += [
        session.new("sch", "a"),
        SeededIds(Seed(1), "wednesday").new("sch", "a"),
        SeededIds(Seed(2)).new("sch", "a"),
    ]
    assert len({each.partition("_")[2] for each in given}) == len(given)
