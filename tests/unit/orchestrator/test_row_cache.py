"""Rows kept as JSON: at every moment, and in every version, the bytes that the models would print."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Stored
from backends.orchestrator.records import Parts, Wallet
from backends.orchestrator.records.wallet import PartState
from backends.orchestrator.wallets import row_cache
from backends.orchestrator.wallets.mappers import cache_status, wallet_row, wallet_summary
from backends.orchestrator.wallets.row_cache import RowCache
from backends.orchestrator.wallets.state import with_derived_fields
from generated_models import CachedWalletSummary, WalletPage
from tests.support.fakes import address
from tests.support.records import T0, wallet

POLICY = Policy(cache_ttl=timedelta(minutes=10), refresh_cooldown=timedelta(minutes=1))
STEPS = [-11, -10, -1, 0, 1, 9, 10, 11, 20]
MOMENTS = st.sampled_from([T0 + timedelta(minutes=step, milliseconds=ms) for step in STEPS for ms in (-1, 0, 1)])
READ = st.builds(PartState, as_of=st.none() | MOMENTS)
WALLETS = st.builds(Parts, sol_balance=READ, token_holdings=READ, funding_transactions=READ).map(
    lambda parts: with_derived_fields(wallet(address("A"), parts=parts), POLICY)
)


def printed(wallets: list[Stored[Wallet]], now: datetime) -> str:
    items = [
        CachedWalletSummary(wallet=wallet_summary(stored.record), cache=cache_status(stored.record, now, POLICY))
        for stored in wallets
    ]
    return WalletPage(items=items, next_page_token="t", total_size=7).model_dump_json()


def kept(rows: RowCache, wallets: list[Stored[Wallet]], now: datetime) -> str:
    return rows.page(wallets, now, next_page_token="t", total_size=7).decode()


@given(st.lists(st.tuples(WALLETS, MOMENTS), min_size=1, max_size=3), st.lists(MOMENTS, max_size=8))
@settings(max_examples=60)
def test_whatever_the_clock_does_a_row_is_what_the_models_print(
    versions: list[tuple[Wallet, datetime]], moments: list[datetime]
) -> None:
    rows = RowCache(POLICY)
    for version, (record, first) in enumerate(versions):
        for now in [first, *moments]:
            stored = [Stored(record, version)]
            assert kept(rows, stored, now) == printed(stored, now)


def test_what_is_kept_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counting(record: Wallet, now: datetime, policy: Policy) -> bytes:
        made.append(record.key)
        return wallet_row(record, now, policy)

    monkeypatch.setattr(row_cache, "wallet_row", counting)
    records = [wallet(address(f"{number}"), label=f"no. {number}") for number in range(40)]
    stored = [Stored(record, 1) for record in records]
    now = T0 + timedelta(days=2)
    rows = RowCache(POLICY)
    first = kept(rows, stored, now)
    assert len(made) == len(records)
    assert kept(rows, stored, now + timedelta(days=1)) == first == printed(stored, now)
    assert len(made) == len(records)
    stored[3] = Stored(records[3], 2)
    assert kept(rows, stored, now) == first
    assert made[len(records) :] == [records[3].key]


def test_its_memory_is_bounded() -> None:
    stored = [Stored(wallet(address(f"{number}"), notes="n" * 10 * number), 1) for number in range(60)]
    rows = RowCache(POLICY, most_bytes=20_000)
    now = T0 + timedelta(days=2)
    for one in stored:
        kept(rows, [one], now)
    held = sum(len(row.json) + row_cache._OVERHEAD for row in rows._rows.values())
    assert held == rows._size
    assert 10_000 < held <= 20_000
    assert kept(rows, stored, now) == printed(stored, now)
