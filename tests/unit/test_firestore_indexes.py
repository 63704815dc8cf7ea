"""`firestore.indexes.json` is made from the table of queries, and has what production needs."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator import queries
from backends.orchestrator.ports import Op, OrderBy, Query, Where
from backends.orchestrator.queries import TABLE
from backends.orchestrator.records import KINDS, UNINDEXED, Wallet
from backends.real.firestore_indexes import SUMS, Index, aggregation, configuration, index_for, is_served, text
from generated_models import FreshnessState, WalletSort
from tests.support.index_checking_store import COMMITTED, IndexCheckingStore

ROOT = Path(__file__).parents[2]


def test_the_committed_file_is_what_the_table_gives() -> None:
    committed = (ROOT / "firestore.indexes.json").read_text()
    assert committed == text(), "run: python -m backends.real.firestore_indexes > firestore.indexes.json"


@pytest.mark.parametrize("query", TABLE, ids=str)
def test_every_query_and_its_count_is_served(query: Query[Any]) -> None:
    assert is_served(COMMITTED, query)
    assert is_served(COMMITTED, aggregation(query))


def test_every_sum_is_served() -> None:
    assert all(is_served(COMMITTED, aggregation(query, field)) for query, summed in SUMS for field in summed)


@pytest.mark.parametrize(
    ("query", "needs"),
    [
        (Query(Wallet), None),
        (Query(Wallet, (Where("a", Op.EQ, 1), Where("b", Op.EQ, None))), None),
        (Query(Wallet, (), (OrderBy("a", "desc"),)), None),
        (Query(Wallet, (Where("a", Op.GT, 1), Where("a", Op.LT, 5)), (OrderBy("a", "desc"),)), None),
        (Query(Wallet, (Where("tags", Op.CONTAINS, "x"),)), None),
        (
            Query(Wallet, (Where("b", Op.EQ, 1),), (OrderBy("a", "desc"),)),
            (("b", "ASCENDING"), ("a", "DESCENDING")),
        ),
        (
            Query(Wallet, (Where("tags", Op.CONTAINS, "x"),), (OrderBy("a", "asc"),)),
            (("tags", "CONTAINS"), ("a", "ASCENDING")),
        ),
        (
            Query(Wallet, (Where("b", Op.GT, 1),), (OrderBy("a", "desc"), OrderBy("b", "desc"))),
            (("a", "DESCENDING"), ("b", "DESCENDING")),
        ),
    ],
    ids=str,
)
def test_which_shapes_need_an_index(query: Query[Wallet], needs: Any) -> None:
    assert index_for(query) == (Index("wallets", needs) if needs else None)


def test_a_sum_over_a_filter_is_indexed_like_a_sort() -> None:
    query = Query(Wallet, (Where("status", Op.EQ, "FUNDED"),))
    assert index_for(aggregation(query, "n")) == Index("wallets", (("status", "ASCENDING"), ("n", "ASCENDING")))
    assert index_for(aggregation(Query(Wallet), "n")) is None


def test_a_range_outside_the_order_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the order"):
        index_for(Query(Wallet, (Where("a", Op.GT, 1),), (OrderBy("b", "asc"),)))


def test_no_query_reads_a_field_that_is_not_indexed() -> None:
    read = {(query.kind, where.field) for query in TABLE for where in query.where}
    read |= {(query.kind, by.field) for query in TABLE for by in query.order}
    assert not read & {(kind, field) for kind, field in UNINDEXED}
    for kind, field in UNINDEXED:
        assert field in {each.name for each in fields(kind)}  # type: ignore[arg-type]


def test_the_configuration_stays_within_firestores_limits() -> None:
    made = configuration()
    assert len(made["indexes"]) <= 200
    assert len(made["fieldOverrides"]) <= 200
    assert all(2 <= len(index["fields"]) <= 100 for index in made["indexes"])
    assert {index["collectionGroup"] for index in made["indexes"]} <= {kind.COLLECTION for kind in KINDS}


async def test_the_recording_store_stops_what_has_no_index() -> None:
    store = IndexCheckingStore(MemoryWalletsDataService())
    for sort in WalletSort:
        await store.query(queries.wallets(sort=sort, freshness=FreshnessState.stale), limit=5)
    assert len(store.queries) == len(WalletSort)
    with pytest.raises(AssertionError, match="no index"):
        await store.query(Query(Wallet, (Where("notes", Op.EQ, "x"),), (OrderBy("label", "asc"),)), limit=5)
    with pytest.raises(AssertionError, match="no index"):
        await store.sums(Query(Wallet, (Where("notes", Op.EQ, "x"),)), ["generation"])
