"""What every `WalletsDataService` must do; `Durable` adds what only a store on a medium of its own can."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backends.errors import StoreUnavailable
from backends.orchestrator import queries
from backends.orchestrator.policy import FreshWindow
from backends.orchestrator.ports import (
    ABSENT,
    Cursor,
    Delete,
    FieldTest,
    Increment,
    Op,
    Put,
    Query,
    Stored,
    Test,
    VersionConflict,
    WalletsDataService,
    Where,
    narrowed,
)
from backends.orchestrator.queries import TABLE
from backends.orchestrator.records import (
    Chunk,
    CounterShard,
    NamedValue,
    Record,
    RefreshShard,
    Schedule,
    Wallet,
    WalletTombstone,
)
from backends.orchestrator.storage.conditions import condition
from generated_models import FreshnessState, SortDirection, WalletSort, WalletStatus
from tests.support import records as make
from tests.support.load import LOAD_SECONDS

FRESH = FreshWindow(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
SUMMED = {Wallet: ["last_balance_lamports", "launch_count"], Schedule: ["amount_lamports"]}


async def fill(store: WalletsDataService, records: list[Any]) -> None:
    for start in range(0, len(records), 400):
        await store.commit([Put(record, ABSENT) for record in records[start : start + 400]])


def _passes(record: Any, tests: list[Test]) -> bool:
    return all(
        condition(test)(record)
        if isinstance(test, Where)
        else test.accepts(*[getattr(record, field) for field in test.fields])
        for test in tests
    )


async def read(store: WalletsDataService, name: str) -> Stored[NamedValue]:
    found = await store.get(NamedValue, name)
    assert found is not None
    return found


def everything(store: WalletsDataService) -> list[Callable[[], Awaitable[object]]]:
    """One call of every method that reaches the store."""
    query = queries.wallets_by_address()
    return [
        lambda: store.get(Wallet, "a"),
        lambda: store.get_many(Wallet, ["a", "b"]),
        lambda: store.query(query, limit=5),
        lambda: store.query_filtered(query, [], limit=5, most=5),
        lambda: store.count(query),
        lambda: store.sums(query, ["last_balance_lamports"]),
        lambda: store.sums(queries.shards_of("o"), queries.SHARD_SUMS),
        lambda: store.commit([Put(make.named_value("p", "v"))]),
        lambda: store.commit([Delete(NamedValue, "p")]),
        store.ping,
    ]


async def assert_unavailable(store: WalletsDataService) -> None:
    """Every method says so, in time."""
    for call in everything(store):
        start = time.monotonic()
        with pytest.raises(StoreUnavailable) as caught:
            await call()
        assert time.monotonic() - start < 3 + LOAD_SECONDS
        assert caught.value.retryable


class WalletsDataServiceSuite:
    """Subclasses have a fixture `store`, empty at first."""

    # one record

    async def test_what_is_absent_is_none(self, store: WalletsDataService) -> None:
        await store.ping()
        assert await store.get(Wallet, "nobody") is None
        assert await store.get_many(Wallet, ["nobody", "none"]) == [None, None]
        assert await store.get_many(Wallet, []) == []
        assert await store.existing(Wallet, ["nobody", "none"]) == await store.existing(Wallet, []) == set()
        assert await store.query(queries.wallets_by_address(), limit=10) == []
        assert await store.count(queries.wallets_by_address()) == 0
        assert await store.sums(queries.wallets_by_address(), ["last_balance_lamports"]) == {"last_balance_lamports": 0}
        assert await store.sums(queries.wallets_by_address(), []) == {}
        await store.commit([])

    @pytest.mark.parametrize("kind", make._MAKERS, ids=lambda kind: str(kind.COLLECTION))
    async def test_every_kind_comes_back_as_it_was(self, store: WalletsDataService, kind: type[Record]) -> None:
        stored = make.some_records(kind, 40, seed=1)
        await fill(store, stored)
        for record in stored:
            found = await store.get(kind, record.key)
            assert found is not None
            assert found.record == record
            assert type(found.record) is kind

    async def test_moments_are_utc_to_the_millisecond(self, store: WalletsDataService) -> None:
        moment = datetime(2026, 11, 22, 16, 10, 0, 987_000, tzinfo=UTC)
        await store.commit([Put(make.wallet("a", created_at=moment))])
        found = await store.get(Wallet, "a")
        assert found is not None
        assert found.record.created_at == moment
        assert found.record.created_at.utcoffset() == timedelta(0)
        assert found.record.created_at + timedelta(milliseconds=1) > moment

    @pytest.mark.parametrize("text", [*make.TEXTS, "\r\n\t", "\u202e", "𝒳" * 100, "null", "{}"], ids=ascii)
    async def test_text_comes_back_as_it_was(self, store: WalletsDataService, text: str) -> None:
        wallet = make.wallet("a", label=text, notes=text * 20, tags=(text[:32],))
        await store.commit([Put(wallet)])
        found = await store.get(Wallet, "a")
        assert found is not None
        assert found.record == wallet
        assert [each.record for each in await store.query(queries.wallets(tag=text[:32]), limit=2)] == [wallet]

    async def test_a_record_of_a_megabyte(self, store: WalletsDataService) -> None:
        chunk = Chunk(owner="a", ref="r", index=0, payload="x" * 1_000_000)
        await store.commit([Put(chunk, ABSENT)])
        found = await store.get(Chunk, chunk.key)
        assert found is not None
        assert found.record == chunk

    # keys

    async def test_every_character_of_keys(self, store: WalletsDataService) -> None:
        names = [*make.KEY_CHARACTERS.replace(".", ""), "...", "a.b", "__a", "a__", "x" * 200]
        await fill(store, [make.named_value(name, name) for name in names])
        found = await store.get_many(NamedValue, names)
        assert [each.record.value if each else None for each in found] == names

    @pytest.mark.parametrize("key", ["", ".", "..", "__x__", "a/b", "a/b/c", "a b", "é", "a\n", "x" * 201], ids=ascii)
    async def test_what_is_no_key_names_nothing(self, store: WalletsDataService, key: str) -> None:
        await store.commit([Put(make.named_value("a", "mine"))])
        assert await store.get(NamedValue, key) is None
        assert await store.get_many(NamedValue, [key, "a"]) == [None, await store.get(NamedValue, "a")]
        for write in (Put(make.named_value(key, "v")), Delete(NamedValue, key)):
            with pytest.raises(ValueError, match="Not a key"):
                await store.commit([write])
        assert await store.count(Query(NamedValue)) == 1

    async def test_get_many_keeps_order_and_repeats(self, store: WalletsDataService) -> None:
        wallets = [make.wallet(f"w{number:04}") for number in range(950)]
        await fill(store, wallets)
        keys = [wallet.key for wallet in wallets] + ["none", "w0003", "w0003"]
        random.Random(3).shuffle(keys)
        found = await store.get_many(Wallet, keys)
        assert [each and each.record.key for each in found] == [None if key == "none" else key for key in keys]
        assert await store.existing(Wallet, keys) == {wallet.key for wallet in wallets}

    async def test_kinds_do_not_share_keys(self, store: WalletsDataService) -> None:
        await store.commit([Put(make.wallet("a")), Put(make.tombstone("a"))])
        await store.commit([Delete(Wallet, "a")])
        assert await store.get(Wallet, "a") is None
        assert await store.get(WalletTombstone, "a") is not None

    # expectations

    async def test_a_write_on_absence(self, store: WalletsDataService) -> None:
        await store.commit([Put(make.named_value("p", "1"), ABSENT)])
        with pytest.raises(VersionConflict):
            await store.commit([Put(make.named_value("p", "2"), ABSENT)])
        assert (await read(store, "p")).record.value == "1"

    async def test_a_write_on_a_version(self, store: WalletsDataService) -> None:
        await store.commit([Put(make.named_value("p", "1"))])
        first = await read(store, "p")
        assert (await read(store, "p")).version == first.version
        await store.commit([Put(make.named_value("p", "2"), first.version)])
        with pytest.raises(VersionConflict):
            await store.commit([Put(make.named_value("p", "3"), first.version)])
        with pytest.raises(VersionConflict):
            await store.commit([Put(make.named_value("q", "3"), first.version)])
        assert (await read(store, "p")).record.value == "2"
        assert await store.get(NamedValue, "q") is None

    async def test_a_version_of_a_removed_record_never_returns(self, store: WalletsDataService) -> None:
        await store.commit([Put(make.named_value("p", "1"))])
        first = await read(store, "p")
        await store.commit([Delete(NamedValue, "p")])
        await store.commit([Put(make.named_value("p", "1"))])
        for write in (Put(make.named_value("p", "2"), first.version), Delete(NamedValue, "p", first.version)):
            with pytest.raises(VersionConflict):
                await store.commit([write])
        assert (await read(store, "p")).record.value == "1"

    async def test_each_write_makes_another_version(self, store: WalletsDataService) -> None:
        versions = []
        for _ in range(20):
            await store.commit([Put(make.named_value("p", "same"))])
            versions.append((await read(store, "p")).version)
        assert all(one != other for i, one in enumerate(versions) for other in versions[:i])

    async def test_a_write_replaces_the_whole_record(self, store: WalletsDataService) -> None:
        shard = RefreshShard(operation_id="o", index=0, addresses=("a",), calls={"x": 1, "y": 2})
        await store.commit([Put(shard)])
        for calls in ({"y": 3}, {}):
            found = await store.get(RefreshShard, shard.key)
            assert found is not None
            await store.commit([Put(replace(shard, calls=calls), found.version)])
            found = await store.get(RefreshShard, shard.key)
            assert found is not None
            assert found.record.calls == calls

    async def test_a_delete_names_what_it_expects(self, store: WalletsDataService) -> None:
        await store.commit([Delete(NamedValue, "p")])
        await store.commit([Delete(NamedValue, "p", ABSENT)])
        await store.commit([Put(make.named_value("p", "1"))])
        first = await read(store, "p")
        with pytest.raises(VersionConflict):
            await store.commit([Delete(NamedValue, "p", ABSENT)])
        await store.commit([Put(make.named_value("p", "2"))])
        with pytest.raises(VersionConflict):
            await store.commit([Delete(NamedValue, "p", first.version)])
        await store.commit([Delete(NamedValue, "p", (await read(store, "p")).version)])
        assert await store.get(NamedValue, "p") is None
        with pytest.raises(VersionConflict):
            await store.commit([Delete(NamedValue, "p", first.version)])

    # commits

    @pytest.mark.parametrize("stale", range(4))
    async def test_a_commit_is_all_or_nothing(self, store: WalletsDataService, stale: int) -> None:
        await store.commit([Put(make.named_value("old", "1")), Put(make.named_value("gone", "1"))])
        version = (await read(store, "old")).version
        await store.commit([Put(make.named_value("old", "2"))])
        writes: list[Put | Delete] = [Put(make.named_value(f"new{number}", "v")) for number in range(20)]
        writes.append(Delete(NamedValue, "gone"))
        bad: list[Put | Delete] = [
            Put(make.named_value("old", "3"), version),
            Put(make.named_value("old", "3"), ABSENT),
            Delete(NamedValue, "old", version),
            Delete(NamedValue, "old", ABSENT),
        ]
        writes.insert(7 * stale, bad[stale])
        with pytest.raises(VersionConflict):
            await store.commit(writes)
        assert await store.count(Query(NamedValue)) == 2
        assert (await read(store, "old")).record.value == "2"

    async def test_a_commit_takes_450_writes_and_no_more(self, store: WalletsDataService) -> None:
        wallets = make.some_records(Wallet, 450, seed=2)
        await store.commit([Put(wallet, ABSENT) for wallet in wallets])
        assert await store.count(queries.wallets_by_address()) == 450
        with pytest.raises(ValueError, match="450"):
            await store.commit([Put(make.named_value(f"p{number}", "v")) for number in range(451)])
        await store.commit([Delete(Wallet, wallet.key) for wallet in wallets])
        assert await store.count(queries.wallets_by_address()) == 0

    async def test_a_commit_takes_three_mebibytes(self, store: WalletsDataService) -> None:
        chunks = [Chunk(owner="a", ref="r", index=index, payload="x" * 700_000) for index in range(4)]
        await store.commit([Put(chunk, ABSENT) for chunk in chunks])
        found = await store.get_many(Chunk, [chunk.key for chunk in chunks])
        assert [each and each.record for each in found] == chunks

    async def test_a_commit_with_one_record_twice_is_refused(self, store: WalletsDataService) -> None:
        with pytest.raises(ValueError, match="twice"):
            await store.commit([Put(make.named_value("p", "1")), Delete(NamedValue, "p")])

    async def test_contended_increments_lose_nothing(self, store: WalletsDataService) -> None:
        await store.commit([Put(make.tombstone("a"))])

        async def increment() -> None:
            while True:
                found = await store.get(WalletTombstone, "a")
                assert found is not None
                try:
                    again = replace(found.record, generations=found.record.generations + 1)
                    await store.commit([Put(again, found.version)])
                except VersionConflict:
                    await asyncio.sleep(random.uniform(0, 0.02))
                else:
                    return

        async def worker() -> None:
            for _ in range(10):
                await increment()

        await asyncio.gather(*(worker() for _ in range(10)))
        found = await store.get(WalletTombstone, "a")
        assert found is not None
        assert found.record.generations == 100

    async def test_counters_add_up(self, store: WalletsDataService) -> None:
        """An increment needs no version, makes what is absent, and touches nothing that it does not name."""
        named = "tag:`with` dots. and/slashes é"
        await store.commit([Increment("c", {named: 2, "gone": 5, "large": 2**61}, {"m": "name", named: "\u202ex"})])
        await store.commit([Increment("c", {named: -3, "gone": -5, "new": 1}), Put(make.named_value("p", "1"), ABSENT)])
        await store.commit([Increment("c", {}, {"m": None, "n": "other"}), Increment("d", {"x": 1})])
        found = await store.get_many(CounterShard, ["c", "d", "e"])
        shards = [each.record if each else None for each in found]
        assert shards[2] is None
        assert shards[0] is not None
        assert shards[1] == CounterShard(name="d", counts={"x": 1}, texts={})
        assert {name: number for name, number in shards[0].counts.items() if number} == {
            named: -1,
            "large": 2**61,
            "new": 1,
        }
        assert shards[0].texts == {named: "\u202ex", "n": "other"}

    async def test_counters_that_are_replaced_or_deleted_leave_nothing_behind(self, store: WalletsDataService) -> None:
        await store.commit([Increment("c", {"a": 1, "b": 2}, {"a": "x", "b": "y"})])
        await store.commit([Put(CounterShard(name="c", counts={"b": 5}, texts={"a": "z"}))])
        await store.commit([Increment("c", {"b": 1, "d": 1})])
        found = await store.get(CounterShard, "c")
        assert found is not None
        assert found.record == CounterShard(name="c", counts={"b": 6, "d": 1}, texts={"a": "z"})
        await store.commit([Delete(CounterShard, "c", found.version)])
        await store.commit([Increment("c", {"a": 7})])
        found = await store.get(CounterShard, "c")
        assert found is not None
        assert found.record == CounterShard(name="c", counts={"a": 7}, texts={})

    async def test_counters_are_what_a_model_of_them_says(self, store: WalletsDataService) -> None:
        some = random.Random(7)
        names = ["a", "b:c", "ü", '"', "x" * 60]
        model: dict[str, CounterShard] = {}
        for _ in range(60):
            key = some.choice(["c", "d"])
            counts = {name: some.choice([-(2**40), -1, 1, 3]) for name in some.sample(names, 3)}
            match some.randrange(8):
                case 0:
                    await store.commit([Delete(CounterShard, key)])
                    model.pop(key, None)
                case 1:
                    model[key] = CounterShard(name=key, counts=counts, texts={"b:c": "said"})
                    await store.commit([Put(model[key])])
                case _:
                    texts = {name: some.choice([None, "", 'a "b"\n\u202e']) for name in some.sample(names, 2)}
                    increment = Increment(key, counts, texts)
                    await store.commit([increment])
                    model[key] = increment.added_to(model.get(key))
            for each, found in zip("cd", await store.get_many(CounterShard, ["c", "d"]), strict=True):
                expected = model.get(each)
                assert (found is None) == (expected is None)
                if found is not None and expected is not None:
                    assert {n: count for n, count in found.record.counts.items() if count} == expected.counts
                    assert found.record.texts == expected.texts

    async def test_an_increment_is_committed_with_the_rest_or_not_at_all(self, store: WalletsDataService) -> None:
        await store.commit([Put(make.named_value("p", "1")), Increment("c", {"n": 1})])
        before = await store.get(CounterShard, "c")
        with pytest.raises(VersionConflict):
            await store.commit([Increment("c", {"n": 1}), Put(make.named_value("p", "2"), ABSENT)])
        assert await store.get(CounterShard, "c") == before
        await store.commit([Increment("c", {"n": 1})])
        after = await store.get(CounterShard, "c")
        assert before is not None
        assert after is not None
        assert (after.record.counts, after.version == before.version) == ({"n": 2}, False)
        with pytest.raises(VersionConflict):
            await store.commit([Put(before.record, before.version)])
        with pytest.raises(ValueError, match="450"):
            await store.commit([Increment("c", {str(number): 1 for number in range(451)})])

    async def test_many_add_to_one_counter_at_once(self, store: WalletsDataService) -> None:
        full = {f"n{number}": 1 for number in range(450)}
        await asyncio.gather(*(store.commit([Increment("c", full), Increment("d", {"n": 1})]) for _ in range(8)))
        found = [each.record.counts for each in await store.get_many(CounterShard, ["c", "d"]) if each]
        assert found == [dict.fromkeys(full, 8), {"n": 8}]

    async def test_of_many_that_create_one_wins(self, store: WalletsDataService) -> None:
        results = await asyncio.gather(
            *(store.commit([Put(make.named_value("p", str(number)), ABSENT)]) for number in range(20)),
            return_exceptions=True,
        )
        assert results.count(None) == 1
        assert sum(isinstance(result, VersionConflict) for result in results) == 19
        assert (await read(store, "p")).record.value == str(results.index(None))

    # queries

    @pytest.mark.parametrize("kind", make._MAKERS, ids=lambda kind: str(kind.COLLECTION))
    async def test_every_query_of_the_table(self, store: WalletsDataService, kind: type[Record]) -> None:
        among: list[Any] = make.some_records(kind, 70, seed=4)
        await fill(store, among)
        shapes: list[Query[Any]] = [query for query in TABLE if query.kind is kind]
        assert shapes
        for query in map(make.at_work, shapes):
            expected = make.answer(query, among)
            found = await store.query(query, limit=100)
            assert [each.record.key for each in found] == [record.key for record in expected], query
            assert [each.record for each in found] == expected
            assert await store.count(query) == len(expected), query

    @pytest.mark.parametrize("kind", make._MAKERS, ids=lambda kind: str(kind.COLLECTION))
    async def test_every_query_by_pages(self, store: WalletsDataService, kind: type[Record]) -> None:
        among: list[Any] = make.some_records(kind, 60, seed=5)
        await fill(store, among)
        shapes: set[Query[Any]] = {query for query in TABLE if query.kind is kind}
        for query in map(make.at_work, shapes):
            expected = [record.key for record in make.answer(query, among)]
            for size in (1, 9) if len(expected) < 20 else (9,):
                found: list[str] = []
                after = None
                while page := await store.query(query, limit=size, after=after):
                    found += [each.record.key for each in page]
                    after = make.cursor_at(query, page[-1].record)
                    assert len(page) <= size
                assert found == expected, query

    async def test_filtered_queries_find_what_passes_in_order(self, store: WalletsDataService) -> None:
        """What passes, in the query's order, over pages that end with their results, their budget, or the matches."""
        await fill(store, make.some_records(Wallet, 60, seed=23))
        moment = FRESH.after
        tests: list[list[Test]] = [
            [],
            [Where("status", Op.GE, "")],
            [Where("last_balance_lamports", Op.LE, 10**12), Where("oldest_as_of", Op.GT, moment)],
            [Where("tags", Op.CONTAINS, "ops"), Where("cache_class", Op.EQ, "ok")],
            [Where("tags", Op.CONTAINS_BEGINNING, "o")],
            [FieldTest(("key", "label_order", "tags"), lambda key, label, tags: key < "m" or label > "1" or not tags)],
            list(queries.freshness_filter(FreshnessState.stale, FRESH)),
            [FieldTest(("oldest_as_of",), lambda as_of: as_of is None or as_of < moment), Where("status", Op.EQ, None)],
        ]
        found_any = False
        for query in [query for query in TABLE if query.kind is Wallet][::5]:
            everything = await store.query(query, limit=100)
            for each in tests:
                expected = [stored for stored in everything if _passes(stored.record, each)]
                found: list[Stored[Any]] = []
                after: Cursor | None = None
                looked_at = 0
                while True:
                    page = await store.query_filtered(query, each, limit=3, most=7, after=after)
                    assert len(page.found) <= 3
                    assert page.looked_at <= 7
                    found += page.found
                    looked_at += page.looked_at
                    if (after := page.end) is None:
                        break
                    assert len(page.found) == 3 or page.looked_at == 7
                assert found == expected
                assert len(found) <= looked_at <= len(everything)
                found_any = found_any or 0 < len(found) < len(everything)
        assert found_any

    async def test_bounds_of_the_order_are_conditions_that_every_query_takes(self, store: WalletsDataService) -> None:
        await fill(store, make.some_records(Wallet, 60, seed=24))
        bounds: list[Test] = [
            Where("last_balance_lamports", Op.GE, 10**10),
            Where("last_balance_lamports", Op.LE, 10**12),
        ]
        by_balance = [queries.wallets(sort=WalletSort.last_balance, direction=way) for way in SortDirection]
        filters: tuple[dict[str, Any], ...] = (
            {"term": "a"},
            {"tag": "ops"},
            {"status": WalletStatus.FUNDED},
            {"freshness": FreshnessState.fresh, "fresh": FRESH},
            {"freshness": FreshnessState.stale, "fresh": FRESH},
        )
        by_balance += [queries.wallets(sort=WalletSort.last_balance, **each) for each in filters]
        for query in by_balance:
            everything = await store.query(query, limit=100)
            expected = [stored for stored in everything if _passes(stored.record, bounds)]
            within, rest = narrowed(query, bounds)
            assert rest == []
            assert await store.query(within, limit=100) == expected
            page = await store.query_filtered(within, [], limit=2, most=3)
            later = await store.query_filtered(within, [], limit=100, most=100, after=page.end) if page.end else None
            assert [*page.found, *(later.found if later else [])] == expected

    async def test_counters_are_gone_through(self, store: WalletsDataService) -> None:
        """They have no fields that queries name."""
        await store.commit([Put(CounterShard(name=f"tags:{number}:0", counts={"a": 1})) for number in range(5)])
        page = await store.query_filtered(queries.counter_shards(), [], limit=3, most=3)
        rest = await store.query_filtered(queries.counter_shards(), [], limit=3, most=3, after=page.end)
        assert [each.record.key for each in (*page.found, *rest.found)] == [f"tags:{n}:0" for n in range(5)]

    async def test_a_cursor_outlives_its_record(self, store: WalletsDataService) -> None:
        among = make.some_records(Wallet, 30, seed=6)
        await fill(store, among)
        query = queries.wallets()
        expected = make.answer(query, among)
        await store.commit([Delete(Wallet, expected[9].key)])
        found = await store.query(query, limit=5, after=make.cursor_at(query, expected[9]))
        assert [each.record for each in found] == expected[10:15]

    async def test_queries_give_versions_to_write_with(self, store: WalletsDataService) -> None:
        await store.commit([Put(make.wallet("a"))])
        (found,) = await store.query(queries.wallets(), limit=5)
        await store.commit([Put(make.wallet("a", label="b"), found.version)])
        with pytest.raises(VersionConflict):
            await store.commit([Put(make.wallet("a", label="c"), found.version)])

    async def test_a_query_sees_each_commit_at_once(self, store: WalletsDataService) -> None:
        query = queries.wallets(tag="x")
        await store.commit([Put(make.wallet("a", tags=("x",)))])
        assert await store.count(query) == 1
        await store.commit([Put(make.wallet("a", tags=("y", "z")))])
        assert await store.count(query) == 0
        assert [each.record.key for each in await store.query(queries.wallets(tag="z"), limit=9)] == ["a"]
        await store.commit([Put(make.wallet("a", tags=("x", "x2", "x")))])
        assert await store.count(query) == 1
        await store.commit([Delete(Wallet, "a")])
        assert await store.query(query, limit=5) == []

    # sums

    async def test_sums_over_every_shape(self, store: WalletsDataService) -> None:
        for kind, fields in SUMMED.items():
            among: list[Any] = make.some_records(kind, 60, seed=7)
            await fill(store, among)
            for query in [query for query in TABLE if query.kind is kind][:20]:
                expected = make.answer(make.at_work(query), among)
                assert await store.sums(make.at_work(query), fields) == {
                    field: sum(getattr(record, field) or 0 for record in expected) for field in fields
                }, query

    async def test_sums_of_known_accounts(self, store: WalletsDataService) -> None:
        among = make.some_records(Wallet, 60, seed=24)
        await fill(store, among)
        shapes: list[Query[Any]] = [
            query for query in TABLE if any(where.field == "discover_after" for where in query.where)
        ]
        assert len(shapes) > 4
        for query in map(make.at_work, shapes):
            expected = sum(wallet.known_accounts for wallet in make.answer(query, among))
            assert await store.sums(query, ["known_accounts"]) == {"known_accounts": expected}, query

    async def test_sums_over_shards(self, store: WalletsDataService) -> None:
        among = make.some_records(RefreshShard, 60, seed=8)
        await fill(store, among)
        query = queries.shards_of("o")
        assert await store.sums(query, queries.SHARD_SUMS) == {
            field: sum(make.field_of(shard, field) or 0 for shard in among if shard.operation_id == "o")
            for field in queries.SHARD_SUMS
        }

    async def test_sums_beyond_64_bits_are_exact(self, store: WalletsDataService) -> None:
        await fill(store, [make.wallet(f"w{n}", last_balance_lamports=10**18 - n) for n in range(30)])
        assert await store.sums(queries.wallets_by_address(), ["last_balance_lamports"]) == {
            "last_balance_lamports": sum(10**18 - n for n in range(30))
        }

    # closing

    async def test_closing_twice_is_harmless(self, store: WalletsDataService) -> None:
        await store.ping()
        await store.aclose()
        await store.aclose()


class Durable(WalletsDataServiceSuite, ABC):
    """What stores on a medium of their own must do besides."""

    @abstractmethod
    async def put_raw(self, store: Any, kind: type[Record], key: str, document: dict[str, Any]) -> None:
        """Write a document behind the service's back."""

    @pytest.mark.parametrize(
        "document",
        [
            {},
            {"schema": 1},
            {"schema": 1, "name": "b", "value": 5, "updated_at": "2026-11-22T16:10:00.000Z"},
            {"schema": 2, "name": "b", "value": "secret", "updated_at": "2026-11-22T16:10:00.000Z"},
            {"schema": 1, "name": "other", "value": "secret", "updated_at": "2026-11-22T16:10:00.000Z"},
        ],
        ids=["empty", "bare", "type", "schema", "key"],
    )
    async def test_an_unreadable_document_is_passed_over(
        self, store: WalletsDataService, document: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        names = ["a", "c", "d"]
        await fill(store, [make.named_value(name, "v") for name in names])
        unique = f"b{time.monotonic_ns()}"
        if "name" in document and document["name"] == "b":
            document = document | {"name": unique}
        await self.put_raw(store, NamedValue, unique, document)
        with caplog.at_level(logging.WARNING):
            assert await store.get(NamedValue, unique) is None
            assert (await store.get_many(NamedValue, ["a", unique]))[1] is None
            found = await store.query(Query(NamedValue), limit=3)
            assert await store.existing(NamedValue, ["a", unique, "nobody", "no/key"]) == {"a", unique}
        assert [each.record.name for each in found] == names
        warnings = [record.getMessage() for record in caplog.records if unique in record.getMessage()]
        assert len(warnings) == 1
        assert "secret" not in warnings[0]
        await store.commit([Put(make.named_value(unique, "repaired"))])
        assert (await read(store, unique)).record.value == "repaired"

    async def test_integers_beyond_64_bits_are_refused(self, store: WalletsDataService) -> None:
        with pytest.raises(ValueError, match=r"64 bits|does not fit at"):
            await store.commit([Put(make.wallet("a", last_balance_lamports=2**63))])
        assert await store.get(Wallet, "a") is None

    @pytest.mark.parametrize("limit", [1.5, 2**70, "x"], ids=str)
    async def test_a_bad_argument_is_no_outage(self, store: WalletsDataService, limit: Any) -> None:
        """A breaker would open for everybody."""
        await fill(store, make.some_records(Wallet, 3, seed=8))
        with pytest.raises((TypeError, ValueError)):
            await store.query(queries.wallets(), limit=limit)
        assert len(await store.query(queries.wallets(), limit=5)) == 3

    async def test_what_is_closed_says_so(self, store: WalletsDataService) -> None:
        await store.ping()
        await store.aclose()
        await assert_unavailable(store)
