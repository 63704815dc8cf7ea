"""The suite of `WalletsDataService` against memory, SQLite and the Firestore emulator, and what is each one's own."""

# ruff: noqa: ASYNC240

# ruff: noqa: S608 - statements are made of our own names

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backends.errors import StoreUnavailable, UnusableStore
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator import queries
from backends.orchestrator.counters.changes import shard_keys
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import ABSENT, Delete, Increment, Op, Put, Query, Stored, VersionConflict, Where
from backends.orchestrator.queries import COUNTED, TABLE
from backends.orchestrator.records import CounterShard, NamedValue, Record, Wallet
from backends.orchestrator.records.counters import overflow_key
from backends.orchestrator.wallets.state import with_derived_fields
from backends.real import sqlite as sqlite_store
from backends.real import sqlite_counters
from backends.real.document_codec import encode_json
from backends.real.firebase import SimpleFirebaseService
from backends.real.record_cache import RecordCache
from backends.real.sqlite import SqliteWalletsDataService
from backends.real.sqlite_counts import count, count_up_to, sums
from backends.real.sqlite_layout import column, columns, expression, field_table, side_tables
from backends.real.sqlite_queries import AccessPath, has_no_index, of_each, selections
from backends.real.sqlite_schema import VERSION
from backends.real.sqlite_tallies import LISTED, TALLIES, halves, table_of
from backends.real.sqlite_tally_queries import needs_no_index
from backends.real.sqlite_triggers import READ_ANEW
from generated_models import WalletPart, WalletSort
from server.composition.real import opened_patiently
from tests.contract.wallets_data_service import (
    Durable,
    WalletsDataServiceSuite,
    assert_unavailable,
    everything,
    fill,
    read,
)
from tests.support import records as make
from tests.support.fakes import address
from tests.support.load import LOAD_SECONDS
from tests.support.rig import Rig
from tests.support.tcp_proxy import TcpProxy


class TestMemory(WalletsDataServiceSuite):
    @pytest.fixture
    def store(self) -> MemoryWalletsDataService:
        return MemoryWalletsDataService()

    async def test_the_revision_moves_with_what_changes(self, store: MemoryWalletsDataService) -> None:
        seen = [store.revision]
        await store.commit([Put(make.named_value("p", "1"))])
        seen.append(store.revision)
        await store.commit([Put(make.named_value("p", "2"))])
        seen.append(store.revision)
        await store.commit([Delete(NamedValue, "p")])
        seen.append(store.revision)
        assert seen == sorted(set(seen))
        await store.commit([])
        await store.commit([Delete(NamedValue, "p")])
        with pytest.raises(VersionConflict):
            await store.commit([Put(make.named_value("p", "3"), expect=5)])
        assert store.revision == seen[-1]

    async def test_forks_are_independent(self, store: MemoryWalletsDataService) -> None:
        await fill(store, [make.named_value("p", "1"), make.wallet("a")])
        fork = store.fork()
        assert fork.revision == store.revision
        first = await read(fork, "p")
        await store.commit([Put(make.named_value("p", "store"), first.version)])
        await fork.commit([Put(make.named_value("p", "fork"), first.version), Delete(Wallet, "a")])
        assert (await read(store, "p")).record.value == "store"
        assert (await read(fork, "p")).record.value == "fork"
        assert await store.get(Wallet, "a") is not None
        assert await fork.get(Wallet, "a") is None
        assert store.revision != fork.revision

    async def test_lists_given_out_are_not_the_stores_own(self, store: MemoryWalletsDataService) -> None:
        await fill(store, [make.wallet("a"), make.wallet("b")])
        (await store.query(queries.wallets(), limit=5)).clear()
        assert len(await store.query(queries.wallets(), limit=5)) == 2


class TestSqlite(Durable):
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "wallets.sqlite3"

    @pytest.fixture
    async def store(self, path: Path) -> AsyncIterator[SqliteWalletsDataService]:
        store = SqliteWalletsDataService(path)
        yield store
        await store.aclose()

    @pytest.fixture
    async def impatient(self, path: Path) -> AsyncIterator[SqliteWalletsDataService]:
        """It waits for locks as with a deadline of half a second, and for a busy machine as long as it takes."""
        store = SqliteWalletsDataService(path, deadline=0.5)
        store._file.deadline = LOAD_SECONDS
        yield store
        await store.aclose()

    async def put_raw(self, store: Any, kind: type[Record], key: str, document: dict[str, Any]) -> None:
        with closing(sqlite3.connect(store._file.path)) as connection, connection:
            connection.execute(
                f"INSERT INTO {kind.COLLECTION} (key, revision, body) VALUES (?, 1, ?)",
                (key, json.dumps(document)),
            )

    async def test_another_start_finds_everything(self, store: SqliteWalletsDataService, path: Path) -> None:
        among = make.some_records(Wallet, 20, seed=9)
        await fill(store, among)
        await store.aclose()
        again = SqliteWalletsDataService(path)
        found = await again.get_many(Wallet, [wallet.key for wallet in among])
        assert [each and each.record for each in found] == among
        await again.aclose()

    async def test_two_processes_share_a_file(self, store: SqliteWalletsDataService, path: Path) -> None:
        other = SqliteWalletsDataService(path)
        await asyncio.gather(store.connect(), other.connect())
        await store.commit([Put(make.named_value("p", "1"), ABSENT)])
        first = await read(other, "p")
        await other.commit([Put(make.named_value("p", "2"), first.version)])
        with pytest.raises(VersionConflict):
            await store.commit([Put(make.named_value("p", "3"), first.version)])
        await asyncio.gather(
            *(each.commit([Put(make.named_value(f"q{n}", "v"))]) for n in range(50) for each in (store, other))
        )
        await other.aclose()

    async def test_no_query_reads_a_whole_table(self, store: SqliteWalletsDataService, path: Path) -> None:
        await store.connect()
        with closing(sqlite3.connect(path)) as connection:
            listed = [query for query in TABLE if not needs_no_index(query)]
            cursors = [(query, (*(value for _ in query.order), "k")) for query in listed for value in (None, "x")]
            for query, after in [*((query, None) for query in listed), *cursors]:
                for access in (AccessPath.INDEX, AccessPath.ORDER):
                    for numbers in selections(query, after, access):
                        select = of_each(query.kind, numbers)
                        plan = connection.execute(f"EXPLAIN QUERY PLAN {select.sql}", (*select.parameters, 5, 0))
                        steps = [row[3] for row in plan]
                        whole = {f"SCAN {query.kind.COLLECTION}", f"SCAN {field_table(query.kind)}"}
                        assert not whole & set(steps), (query, steps)
                        sorts = any("TEMP B-TREE" in step for step in steps)
                        # What a tag or a range of another field leaves is sorted, if it is little.
                        assert sorts is (has_no_index(query) and access is not AccessPath.ORDER), (query, steps)
                        if query.order and not sorts:  # rows are passed by without a look at more than the index
                            passed = f"{field_table(query.kind)} USING INDEX"
                            assert not any(passed in step for step in steps), (query, steps)

    async def test_each_side_of_what_is_outside_is_found_by_an_index(
        self, store: SqliteWalletsDataService, path: Path
    ) -> None:
        """A few wallets that are stale are not looked for among all that are fresh."""
        await store.connect()
        outside = [query for query in TABLE if any(where.op is Op.OUTSIDE for where in query.where)]
        listed = [query for query in outside if not needs_no_index(query)]
        assert len(listed) > 4
        with closing(sqlite3.connect(path)) as connection:
            for query in listed:
                pages = [(each.sql, (*each.parameters, 5, 0)) for each in selections(query, None, AccessPath.INDEX)]
                many = count_up_to(query, 9)
                for statements in ([many], pages):
                    plans = [connection.execute(f"EXPLAIN QUERY PLAN {sql}", bound) for sql, bound in statements]
                    steps = " ".join(row[3] for plan in plans for row in plan)
                    assert "oldest_as_of<?" in steps, (query, steps)
                    assert "oldest_as_of>?" in steps, (query, steps)

    async def test_no_count_reads_a_whole_table(self, store: SqliteWalletsDataService, path: Path) -> None:
        await store.connect()
        with closing(sqlite3.connect(path)) as connection:
            for query in COUNTED:
                for clause in (count(query), sums(query, ["known_accounts"])):
                    plan = connection.execute(f"EXPLAIN QUERY PLAN {clause.sql}", clause.parameters)
                    steps = [row[3] for row in plan]
                    whole = query.where and any(step.startswith("SCAN wallets") for step in steps)
                    assert not whole, (query, steps)

    async def test_counts_and_sums_are_kept(self, store: SqliteWalletsDataService, path: Path) -> None:
        some = [record for kind in TALLIES for record in make.some_records(kind, 60, 1)]
        others = [record for kind in TALLIES for record in make.some_records(kind, 60, 2)]
        for at in range(0, len(some), 50):
            await store.commit([Put(record) for record in some[at : at + 50]])
        for at in range(0, len(others), 50):  # some are written again, some are deleted
            await store.commit([Put(record) for record in others[at : at + 50]])
        await store.commit([Delete(type(record), record.key) for record in some[::5]])
        with closing(sqlite3.connect(path)) as connection:
            for kind, tallies in TALLIES.items():
                kept = connection.execute(f"SELECT name, value, rows, high, low FROM {table_of(kind)} WHERE rows")
                counted: list[tuple[object, ...]] = []
                for tally in tallies:
                    high, low = halves(tally)
                    counted += connection.execute(
                        f"SELECT '{tally.name}', {tally.group}, count(*), sum({high}), sum({low}) FROM "
                        f"{kind.COLLECTION} WHERE {tally.group} IS NOT NULL GROUP BY 2"
                    ).fetchall()
                for field in LISTED.get(kind, ()):
                    counted += connection.execute(
                        f"SELECT '{field}', item.value, count(DISTINCT owner.key), 0, 0 "
                        f"FROM {kind.COLLECTION} AS owner, json_each(body, '$.{field}') AS item GROUP BY 2"
                    ).fetchall()
                assert sorted(kept.fetchall(), key=repr) == sorted(counted, key=repr)
                emptied = connection.execute(f"SELECT high, low FROM {table_of(kind)} WHERE NOT rows")
                assert set(emptied) <= {(0, 0)}

    async def test_what_replaces_a_record_is_not_decoded_again(
        self, store: SqliteWalletsDataService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for kind in make._MAKERS:
            (record, *_) = make.some_records(kind, 2, seed=8)
            await store.commit([Put(record)])
            version = (await store.get_many(kind, [record.key]))[0]
            assert version is not None
            await store.commit([Put(record, version.version)])
            with monkeypatch.context() as patch:
                patch.setattr(sqlite_store, "decode_json", None)
                kept = await store.get(kind, record.key)
            store._decoded = RecordCache()
            assert kept == await store.get(kind, record.key)
            with pytest.raises(VersionConflict):
                await store.commit([Put(record, version.version)])
            assert kept == await store.get(kind, record.key)

    async def test_a_file_of_before_gets_what_it_lacks(self, store: SqliteWalletsDataService, path: Path) -> None:
        await store.commit([Put(make.wallet("a", tags=("x",), last_balance_lamports=5))])
        await store.aclose()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for name, kind in connection.execute(
                "SELECT name, type FROM sqlite_schema WHERE sql LIKE '%\\_\\_tallies%' ESCAPE '\\' "
                "OR sql LIKE '%\\_\\_fields%' ESCAPE '\\'"
            ).fetchall():
                connection.execute(f"DROP {kind} IF EXISTS {name}")
            connection.execute(
                "ALTER TABLE wallets ADD COLUMN updated_at GENERATED ALWAYS AS (json_extract(body, '$.updated_at'))"
            )
            connection.execute("CREATE INDEX wallets__by__updated_at ON wallets (updated_at, key)")
        again = SqliteWalletsDataService(path)
        assert await again.sums(queries.wallets_by_address(), ["last_balance_lamports"]) == {"last_balance_lamports": 5}
        assert len(await again.query(queries.wallets(sort=WalletSort.updated_at), limit=5)) == 1
        assert [await again.count(queries.wallets(tag=tag)) for tag in ("x", "y")] == [1, 0]
        await again.aclose()
        with closing(sqlite3.connect(path)) as connection:
            kept = connection.execute("SELECT tbl_name FROM sqlite_schema WHERE name = 'wallets__by__updated_at'")
            assert kept.fetchall() == [("wallets__fields",)]

    async def test_a_file_of_version_1_gets_words_among_its_search_terms(
        self, store: SqliteWalletsDataService, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Whatever its documents say otherwise: their versions, their order of fields, and what is no document."""
        wallets = [
            with_derived_fields(make.wallet(key, label=label, tags=tags), Policy())
            for key, label, tags in (("7QzLaunchPad", "Launchpad Ünder_way", ("Treasury",)), ("Az", None, ()))
        ]
        await store.commit([Put(each) for each in wallets])
        found = await store.get_many(Wallet, [each.key for each in wallets])
        await store.aclose()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(
                "UPDATE wallets SET body = json_set(body, '$.search_terms', json((SELECT json_group_array(value) "
                "FROM json_each(body, '$.search_terms') WHERE length(value) <= 3)))"
            )
            connection.execute("INSERT INTO wallets VALUES ('odd', 1, '{\"label\": 5, \"tags\": []}')")
            connection.execute("PRAGMA user_version = 1")
        again = SqliteWalletsDataService(path)
        assert await again.get_many(Wallet, [each.key for each in wallets]) == found
        assert "carrying the file of wallets over" in caplog.text
        for word in ("launchpa", "ünde", "treasury", "7qzlau"):
            query = Query(Wallet, (Where("search_terms", Op.CONTAINS_BEGINNING, word),))
            assert [each.record.key for each in await again.query(query, limit=5)] == ["7QzLaunchPad"]
        await again.aclose()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
            assert connection.execute("SELECT body FROM wallets WHERE key = 'odd'").fetchone() == (
                '{"label": 5, "tags": []}',
            )

    async def test_a_file_of_version_2_has_its_counters_taken_apart(
        self, store: SqliteWalletsDataService, path: Path
    ) -> None:
        """What is no document of counters stays unreadable."""
        whole = CounterShard(name="c", counts={"a": -(2**60), "b": 1}, texts={"a": "x", "b": "\u202ey"})
        odd = {
            "text": '{"schema":1,"name":"text","counts":{"a":"one"},"texts":{}}',
            "huge": '{"schema":1,"name":"huge","counts":{"a":99999999999999999999},"texts":{}}',
            "list": '{"schema":1,"name":"list","counts":{},"texts":["a"]}',
            "none": "{}",
        }
        await store.connect()
        await store.aclose()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for name in sqlite_counters.TRIGGERS:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("DROP TABLE counters__rows")
            for key, body in {"c": encode_json(whole), **odd}.items():
                connection.execute("INSERT INTO counters VALUES (?, 1, ?)", (key, body))
            connection.execute("PRAGMA user_version = 2")
        again = SqliteWalletsDataService(path)
        found = await again.get_many(CounterShard, ["c", *odd])
        assert found == [Stored(whole, 1), None, None, None, None]
        await again.commit([Increment("c", {"a": 1, "b": -1}, {"b": None}), Increment("text", {"a": 1})])
        found = await again.get_many(CounterShard, ["c", "text"])
        await again.aclose()
        assert found[0] is not None
        assert found[0].record == CounterShard(name="c", counts={"a": 1 - 2**60}, texts={"a": "x"})
        assert found[1] is None

    async def test_a_commit_writes_the_counters_that_it_changes_and_no_others(
        self, store: SqliteWalletsDataService, path: Path
    ) -> None:
        pages = []
        for names in (range(10), range(10, 6_000)):
            for first in range(names.start, names.stop, 400):
                counts = {f"wallets:{number}": 1 for number in range(first, min(first + 400, names.stop))}
                await store.commit([Increment("c", counts)])
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(RESTART)")
            await store.commit([Increment("c", {"wallets:5": 1})])  # from the log's beginning
            with closing(sqlite3.connect(path)) as connection:
                pages.append(connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])
        assert pages[0] > 0
        assert pages[1] <= pages[0] + 2

    async def test_a_counter_beyond_64_bits_is_refused(self, store: SqliteWalletsDataService) -> None:
        await store.commit([Increment("c", {"a": 2**63 - 1, "b": 1})])
        with pytest.raises(ValueError, match="refuses"):
            await store.commit([Increment("c", {"a": 1, "b": 1})])
        found = await store.get(CounterShard, "c")
        assert found is not None
        assert found.record.counts == {"a": 2**63 - 1, "b": 1}

    async def test_a_file_whose_items_have_addresses_gets_numbers(
        self, store: SqliteWalletsDataService, path: Path
    ) -> None:
        await store.commit([Put(make.wallet(key, tags=("x", key), search_terms=(key,))) for key in ("a", "b")])
        await store.aclose()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            expected = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY 1").fetchall()
            for table in (field_table(Wallet), *(side.name for side in side_tables(Wallet))):
                connection.execute(f"DROP TABLE {table}")
            names = ", ".join(map(column, columns(Wallet)))
            connection.execute(
                f"CREATE TABLE {field_table(Wallet)} (key TEXT PRIMARY KEY NOT NULL, revision, {names}) WITHOUT ROWID"
            )
            for field in ("search_terms", "tags"):
                connection.execute(
                    f"CREATE TABLE wallets__{field} (value, key TEXT NOT NULL, created_at, label_order, "
                    "PRIMARY KEY (value, key)) WITHOUT ROWID"
                )
                connection.execute(
                    f"CREATE INDEX wallets__{field}__by__label_order ON wallets__{field} (value, label_order)"
                )
            connection.execute(
                "CREATE TRIGGER wallets__tags__delete AFTER DELETE ON wallets "
                "BEGIN DELETE FROM wallets__tags WHERE key = OLD.key; END"
            )
        again = SqliteWalletsDataService(path)
        for sort in WalletSort:
            found = await again.query(queries.wallets(sort=sort, tag="x"), limit=5)
            assert sorted(stored.record.key for stored in found) == ["a", "b"]
            assert len(await again.query(queries.wallets(sort=sort, term=found[0].record.key), limit=5)) == 1
        await again.commit([Delete(Wallet, "a")])
        assert [await again.count(queries.wallets(tag=tag)) for tag in ("x", "a")] == [1, 0]
        await again.aclose()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY 1").fetchall() == expected

    async def test_a_file_of_before_loses_what_nothing_uses(self, store: SqliteWalletsDataService, path: Path) -> None:
        await store.commit([Put(make.wallet("a"))])
        await store.aclose()
        tallies, fields = table_of(Wallet), field_table(Wallet)
        count_one = f"INSERT INTO {tallies} VALUES ('minute', 'm', 1, 0, 0)"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            before = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY 1").fetchall()
            connection.execute(count_one)
            connection.execute(
                f"CREATE TRIGGER {tallies}__minute__insert AFTER INSERT ON {fields} BEGIN {count_one}; END"
            )
            connection.execute(
                f"CREATE INDEX wallets__by__status__oldest_as_of ON {fields} (status, oldest_as_of, key)"
            )
            connection.execute(
                f"CREATE TRIGGER {fields}__insert AFTER INSERT ON wallets BEGIN "
                f"INSERT INTO {fields} (key) VALUES (NEW.key); END"
            )
            connection.execute(f"DROP TRIGGER {tallies}__status__update")
            connection.execute(
                f"CREATE TRIGGER {tallies}__status__update AFTER UPDATE ON {fields} BEGIN {count_one}; END"
            )
        again = SqliteWalletsDataService(path)
        await again.commit([Put(make.wallet("b"))])
        await again.aclose()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY 1").fetchall() == before
            assert connection.execute(f"SELECT count(*) FROM {tallies} WHERE name = 'minute'").fetchone() == (0,)

    async def test_a_reading_writes_no_index_of_what_stays(self, store: SqliteWalletsDataService, path: Path) -> None:
        stays = make.wallet("a", label="one", tags=("x",), last_balance_lamports=5)
        await store.commit([Put(stays)])
        others = ", ".join(map(column, sorted({*columns(Wallet)} - {*READ_ANEW[Wallet]})))
        written = "BEGIN INSERT INTO written VALUES ('w'); END"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE written (what)")
            connection.execute(f"CREATE TRIGGER w1 AFTER UPDATE OF {others} ON {field_table(Wallet)} {written}")
            for table in (side.name for side in side_tables(Wallet)):
                connection.execute(f"CREATE TRIGGER {table}__w2 AFTER INSERT ON {table} {written}")
                connection.execute(f"CREATE TRIGGER {table}__w3 AFTER DELETE ON {table} {written}")

            async def count_written(after: Wallet) -> int:
                await store.commit([Put(after)])
                return int(connection.execute("SELECT count(*) FROM written").fetchone()[0])

            later = stays.updated_at + timedelta(hours=1)
            assert await count_written(replace(stays, chain_version=9, oldest_as_of=later, updated_at=later)) == 0
            assert await count_written(replace(stays, last_balance_lamports=6)) == 1
            assert await count_written(replace(stays, tags=("x", "y"))) > 2

    async def test_fields_follow_every_write(self, store: SqliteWalletsDataService, path: Path) -> None:
        some, others = (
            [replace(record, search_terms=("t", *record.tags)) for record in make.some_records(Wallet, 60, seed)]
            for seed in (1, 2)
        )
        await store.commit([Put(record) for record in some])
        await store.commit([Put(record) for record in others])  # some are written again
        await store.commit([Delete(Wallet, record.key) for record in some[::5]])
        values = ", ".join(expression(field) for field in columns(Wallet))
        with closing(sqlite3.connect(path)) as connection:
            names = ", ".join(["key", "revision", *map(column, columns(Wallet))])
            kept = connection.execute(f"SELECT {names} FROM {field_table(Wallet)} ORDER BY key").fetchall()
            assert kept == connection.execute(f"SELECT key, revision, {values} FROM wallets ORDER BY key").fetchall()
            for side in side_tables(Wallet):
                place = "" if side.order is None else f"{side.order}, fields.key, "
                expected = connection.execute(
                    f"SELECT DISTINCT item.value, {place}fields.id FROM wallets, {field_table(Wallet)} AS fields, "
                    f"json_each(body, '$.{side.field}') AS item WHERE wallets.key = fields.key"
                ).fetchall()
                assert expected
                assert sorted(connection.execute(f"SELECT * FROM {side.name}")) == sorted(expected)

    # out of order

    async def test_a_deleted_file_is_unavailable(self, store: SqliteWalletsDataService, path: Path) -> None:
        await store.ping()
        path.unlink()
        await assert_unavailable(store)

    async def test_a_replaced_file_is_unavailable(self, store: SqliteWalletsDataService, path: Path) -> None:
        await store.ping()
        path.rename(path.with_suffix(".old"))
        path.touch()
        await assert_unavailable(store)

    async def test_a_locked_file_is_unavailable(self, impatient: SqliteWalletsDataService, path: Path) -> None:
        store = impatient
        await store.commit([Put(make.named_value("p", "1"))])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert (await read(store, "p")).record.value == "1"  # readers are never locked out
            for write in (Put(make.named_value("p", "2")), Delete(NamedValue, "p")):
                start = time.monotonic()
                with pytest.raises(StoreUnavailable):
                    await store.commit([write])
                assert time.monotonic() - start < 3 + LOAD_SECONDS
            other.execute("COMMIT")
        await store.commit([Put(make.named_value("p", "2"))])
        assert (await read(store, "p")).record.value == "2"

    async def test_a_new_file_that_another_process_makes_at_the_same_moment(self, tmp_path: Path) -> None:
        """The switch to the write-ahead log does not wait for locks by itself."""
        path = tmp_path / "new.sqlite3"
        store = SqliteWalletsDataService(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            connecting = asyncio.create_task(store.connect())
            await asyncio.sleep(0.2)
            assert not connecting.done()
            other.execute("COMMIT")
        await connecting
        await store.commit([Put(make.wallet("A"))])
        await store.aclose()

    async def test_a_file_locked_from_the_start(self, impatient: SqliteWalletsDataService, path: Path) -> None:
        store = impatient
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreUnavailable):
                await store.connect()
            with pytest.raises(StoreUnavailable):
                await store.ping()
        await store.ping()

    async def test_a_start_waits_for_another_process_that_prepares_the_file(
        self, impatient: SqliteWalletsDataService, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Longer than a request would: a file of an earlier release takes its time, and both servers start at once."""
        failed = asyncio.Event()

        async def connect() -> None:
            try:
                await impatient.connect()
            except StoreUnavailable:
                failed.set()
                raise

        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreUnavailable, match="keeps the file locked"):
                await opened_patiently(impatient.connect, seconds=0)
            opening = asyncio.create_task(opened_patiently(connect))
            await failed.wait()
            other.execute("ROLLBACK")
        await opening
        assert "waiting for it" in caplog.text
        await impatient.ping()

    async def test_a_caller_who_gives_up_leaves_nothing_half_done(self, store: SqliteWalletsDataService) -> None:
        await store.connect()
        for number in range(30):
            writes = [Put(make.wallet(f"w{number}-{n}")) for n in range(100)]
            commit = asyncio.create_task(store.commit(writes))
            await asyncio.sleep(number / 5000)
            commit.cancel()
        await store.commit([Put(make.named_value("p", "1"))])
        assert await store.count(queries.wallets()) % 100 == 0

    # what can't be a store

    @pytest.mark.parametrize(
        "content", [b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 5000], ids=["text", "garbage"]
    )
    async def test_a_file_that_is_no_database(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        await self._assert_unusable(path)
        assert path.read_bytes() == content

    async def test_a_damaged_file(self, store: SqliteWalletsDataService, path: Path) -> None:
        await fill(store, make.some_records(Wallet, 400, seed=10))
        await store.aclose()
        content = bytearray(path.read_bytes())
        for page in range(20, len(content) // 4096 - 1):
            content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
        path.write_bytes(content)
        await self._assert_unusable(path)

    async def test_another_programs_database_is_unusable(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("CREATE TABLE theirs (x)")
        await self._assert_unusable(path)

    async def test_a_file_of_another_version_is_unusable(self, store: SqliteWalletsDataService, path: Path) -> None:
        await store.connect()
        await store.aclose()
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("PRAGMA user_version = 99")
        await self._assert_unusable(path)

    async def test_a_file_in_no_folder_is_unusable(self, path: Path) -> None:
        await self._assert_unusable(path.parent / "none" / "wallets.sqlite3")

    async def test_a_folder_is_unusable(self, path: Path) -> None:
        path.mkdir()
        await self._assert_unusable(path)

    async def _assert_unusable(self, path: Path) -> None:
        store = SqliteWalletsDataService(path)
        with pytest.raises(UnusableStore, match="WALLET_SQLITE_PATH"):
            await store.connect()
        await assert_unavailable(store)
        await store.aclose()


class TestFirestore(Durable):
    @pytest.fixture
    async def store(self, firestore_emulator: str, firestore_project: str) -> AsyncIterator[SimpleFirebaseService]:
        store = SimpleFirebaseService(firestore_project, emulator_host=firestore_emulator, deadline=LOAD_SECONDS)
        yield store
        await store.aclose()

    async def put_raw(self, store: Any, kind: type[Record], key: str, document: dict[str, Any]) -> None:
        await store.connect()
        await store._client.api.collection(kind.COLLECTION).document(key).set(document)

    async def test_a_closed_port_is_unavailable(self) -> None:
        store = SimpleFirebaseService("demo-nobody", emulator_host="127.0.0.1:9")
        for call in (store.ping, lambda: store.commit([Put(make.named_value("p", "1"))])):
            with pytest.raises(StoreUnavailable):
                await call()
        await store.aclose()

    @pytest.mark.parametrize("deadline", [1, 0.2])
    async def test_a_port_that_never_answers(self, deadline: float) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            host, port = silent.getsockname()
            store = SimpleFirebaseService("demo-silence", emulator_host=f"{host}:{port}", deadline=deadline)
            for call in everything(store)[:: 1 if deadline < 1 else 6]:
                start = time.monotonic()
                with pytest.raises(StoreUnavailable):
                    await call()
                assert time.monotonic() - start < deadline + LOAD_SECONDS
            await store.aclose()

    async def test_a_cable_that_is_pulled(self, firestore_emulator: str, firestore_project: str) -> None:
        proxy = TcpProxy(firestore_emulator)
        await proxy.plug()
        store = SimpleFirebaseService(firestore_project, emulator_host=proxy.address)
        await store.commit([Put(make.named_value("p", "1"))])
        await proxy.pull()
        await assert_unavailable(store)
        await proxy.plug()
        back = time.monotonic()
        while time.monotonic() < back + LOAD_SECONDS:
            try:
                await store.ping()
                break
            except StoreUnavailable:
                continue
        assert (await read(store, "p")).record.value == "1"
        await store.aclose()
        await proxy.pull()

    async def test_what_a_full_document_has_no_room_for_is_counted_beside_it(
        self, store: SimpleFirebaseService, firestore_emulator: str, firestore_project: str
    ) -> None:
        """A document has 1 MiB: the mints of about 4,000 wallets, if each holds another one."""
        wallet = address("A")
        rig = Rig(store=store)
        await rig.create(wallet)

        async def totals() -> dict[str, tuple[str, int]]:
            rig.clock.move(minutes=2)
            page = (await rig.backend.list_portfolio_tokens(page_size=200, page_token=None)).value
            return {each.mint_address: (each.amount, each.wallets_holding) for each in page.items}

        async def held(**amounts: int) -> None:
            rig.chain.set_tokens(wallet, **amounts)
            await rig.refresh(wallet, WalletPart.token_holdings)
            assert await totals() == {address(name): (str(amount), 1) for name, amount in amounts.items()}

        await held(first=2**64 - 1)
        keys = shard_keys("tokens", 1)
        full = keys[zlib.crc32(wallet.encode()) % len(keys)]
        for number in range(2):
            key = overflow_key(full, number)
            await store.commit([Increment(key, {}, {"much": "x" * 1_040_000})])
            await held(first=5, **{f"mint{number} {each}": each + 1 for each in range(40)})
            again = SimpleFirebaseService(firestore_project, emulator_host=firestore_emulator, deadline=LOAD_SECONDS)
            rig.store.store = again  # another process, which knows of nothing that is full
            await held(first=6, **{f"other{number} {each}": 2**63 for each in range(40)})
            for _ in range(2):
                await rig.backend._housekeeping.sweep()
            documents = [*keys, *(overflow_key(full, place) for place in (1, 2))]
            left = [stored.record for stored in await again.get_many(CounterShard, documents) if stored is not None]
            names = [name for shard in left for name in (*shard.counts, *shard.texts)]
            assert not any(address(f"mint{number} 1") in name for name in names)
            assert any(address(f"other{number} 1") in name for name in names)
            await held(first=7)
            rig.store.store = store
            await again.aclose()
        with pytest.raises(ValueError, match="refuses"):
            await store.commit([Increment("c", {}, {"much": "x" * 1_100_000})])

    async def test_a_project_is_needed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"):
            monkeypatch.delenv(name, raising=False)
        store = SimpleFirebaseService(emulator_host="127.0.0.1:9")
        with pytest.raises(UnusableStore, match="GOOGLE_CLOUD_PROJECT"):
            await store.connect()
        await store.aclose()
