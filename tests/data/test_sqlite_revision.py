"""The revision of a SQLite file: equal only while no read can answer otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backends.orchestrator.ports import Put
from backends.orchestrator.records import Parts, PartState, Schedule
from backends.real.expiry_queries import EXPIRY_QUERIES
from backends.real.sqlite import SqliteWalletsDataService
from backends.real.sqlite_queries import least
from backends.real.sqlite_revision import MOST_SECONDS, SqliteRevision
from generated_models import ScheduleStatus
from tests.support import records as make
from tests.support.fakes import ManualClock
from tests.support.records import T0

TTL = timedelta(hours=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(T0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteWalletsDataService]:
    store = SqliteWalletsDataService(tmp_path / "wallets.sqlite")
    await store.connect()
    yield store
    await store.aclose()


@pytest.fixture
def revision(store: SqliteWalletsDataService, clock: ManualClock) -> SqliteRevision:
    return store.revision(clock, TTL)


def _changed(revision: SqliteRevision, happen: Callable[[], object]) -> bool:
    before = revision.current()
    assert before is not None
    assert revision.current() == before
    happen()
    return revision.current() != before


async def test_every_commit_changes_it(
    store: SqliteWalletsDataService, revision: SqliteRevision, tmp_path: Path
) -> None:
    seen = [revision.current()]
    await store.commit([Put(make.wallet("a"))])
    seen.append(revision.current())
    with closing(sqlite3.connect(tmp_path / "wallets.sqlite")) as other:  # another process, as far as SQLite can tell
        other.execute("UPDATE wallets SET revision = revision + 1")
        other.commit()
    seen.append(revision.current())
    assert None not in seen
    assert len(set(seen)) == 3


async def test_a_reading_that_turns_stale_changes_it(
    store: SqliteWalletsDataService, revision: SqliteRevision, clock: ManualClock
) -> None:
    read_at = T0 - TTL + timedelta(seconds=2)
    await store.commit([Put(make.wallet("a", parts=Parts(token_holdings=PartState(as_of=read_at))))])
    clock.move(1.999)
    assert not _changed(revision, lambda: None)
    assert _changed(revision, lambda: clock.move(0.001))
    assert not _changed(revision, lambda: clock.move(0.001))


async def test_a_reading_of_a_future_that_comes_near_changes_it(
    store: SqliteWalletsDataService, revision: SqliteRevision, clock: ManualClock
) -> None:
    read_at = T0 + TTL + timedelta(seconds=2)
    await store.commit([Put(make.wallet("a", parts=Parts(token_holdings=PartState(as_of=read_at))))])
    assert not _changed(revision, lambda: clock.move(2))
    assert _changed(revision, lambda: clock.move(0.001))


async def test_a_schedule_that_gets_overdue_changes_it(
    store: SqliteWalletsDataService, revision: SqliteRevision, clock: ManualClock
) -> None:
    schedule = replace(
        make.some_records(Schedule, 1, 0)[0], status=ScheduleStatus.SCHEDULED, scheduled_for=T0 + timedelta(seconds=2)
    )
    done = replace(schedule, schedule_id="t", status=ScheduleStatus.COMPLETED, scheduled_for=T0 + timedelta(seconds=1))
    await store.commit([Put(schedule), Put(done)])
    assert not _changed(revision, lambda: clock.move(2))
    assert _changed(revision, lambda: clock.move(0.001))


async def test_nothing_is_promised_for_longer_than_some_seconds(revision: SqliteRevision, clock: ManualClock) -> None:
    assert _changed(revision, lambda: clock.move(MOST_SECONDS))


async def test_a_clock_set_back_changes_it(
    store: SqliteWalletsDataService, revision: SqliteRevision, clock: ManualClock
) -> None:
    await store.commit([Put(make.wallet("a", parts=Parts(sol_balance=PartState(as_of=T0 - TTL))))])
    before = revision.current()
    clock.move(days=-1)
    assert revision.current() != before


async def test_a_file_that_is_gone_promises_nothing(revision: SqliteRevision, tmp_path: Path) -> None:
    assert revision.current() is not None
    (tmp_path / "wallets.sqlite").rename(tmp_path / "elsewhere")
    assert revision.current() is None


async def test_it_reads_indexes_alone(store: SqliteWalletsDataService, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "wallets.sqlite")) as connection:
        for query in EXPIRY_QUERIES:
            clause = least(query)
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {clause.sql}", clause.parameters)]
            assert len(plan) == 1
            assert "SEARCH" in plan[0]
            assert "INDEX" in plan[0]
