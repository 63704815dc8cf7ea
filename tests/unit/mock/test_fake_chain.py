"""The faked chain: histories that add up, at any time, for any address."""

from __future__ import annotations

from collections import Counter

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.mock.address_activity import FEE, ActivityLevel, MoveKind
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.populate import wallet_address
from backends.mock.seed import Seed, encode
from backends.mock.slots import slot_at
from backends.mock.tokens import U64_MAX

NOW = 1_795_363_800_000  # 2026-11-22T16:10:00Z
HOUR = 3_600_000
DAY = 24 * HOUR
SEED = Seed("ledger")
CHAIN = FakeChain(SEED, FakeNames(), {wallet_address(SEED, 10**6): 10_000})
WALLETS = [wallet_address(SEED, number) for number in range(400)]

addresses = st.binary(min_size=32, max_size=32).map(encode)
moments = st.integers(NOW - 1100 * DAY, NOW + 1000 * DAY)


def having(level: ActivityLevel) -> str:
    """A wallet of that level."""
    return next(wallet for wallet in WALLETS if CHAIN.activity(wallet).level is level)


@given(addresses, moments)
def test_the_balance_is_the_sum_of_a_short_history(address: str, at: int) -> None:
    activity = CHAIN.activity(address)
    last = activity.last(at)
    if last < 500:
        assert CHAIN.balance(address, at) == sum(activity.move(index).lamports for index in range(last + 1))


@given(addresses, moments, st.integers(0, 40 * DAY))
def test_between_two_moments_the_balance_changes_by_the_moves(address: str, at: int, span: int) -> None:
    activity = CHAIN.activity(address)
    moves = range(activity.last(at) + 1, activity.last(at + span) + 1)[:300]
    later = activity.moment(moves[-1]) if moves else at + span
    change = CHAIN.balance(address, later) - CHAIN.balance(address, at)
    assert change == sum(activity.move(index).lamports for index in moves)


@given(addresses, moments)
def test_balances_are_never_negative_and_holdings_are_u64(address: str, at: int) -> None:
    assert 0 <= CHAIN.balance(address, at) < 2**63
    holdings = CHAIN.holdings(address, at)
    assert all(0 < held.amount <= U64_MAX for held in holdings)
    mints = [held.mint_address for held in holdings]
    assert mints == sorted(set(mints))
    assert all(len(base58.b58decode(mint)) == 32 for mint in mints)


@given(addresses, moments, st.integers(1, 200))
def test_history_is_what_happened_newest_first(address: str, at: int, limit: int) -> None:
    activity = CHAIN.activity(address)
    history = CHAIN.transactions.history(address, at, until=None, limit=limit)
    assert len(history) == min(limit, activity.last(at) + 1)
    slots = [entry.slot for entry in history]
    assert slots == sorted(slots, reverse=True)
    assert len({entry.signature for entry in history}) == len(history)
    assert all(slot <= slot_at(at) for slot in slots)
    for place, entry in enumerate(history[:5]):
        assert CHAIN.transactions.history(address, at, until=entry.signature, limit=limit) == history[:place]


@given(addresses, moments)
def test_transfers_explain_the_moves(address: str, at: int) -> None:
    activity = CHAIN.activity(address)
    for entry, index in zip(
        CHAIN.transactions.history(address, at, until=None, limit=20), range(activity.last(at), -1, -1), strict=False
    ):
        move = activity.move(index)
        found = CHAIN.transactions.by_signature(entry.signature, at)
        assert found is not None
        transfers = list(found.transfers)
        came = sum(each.lamports for each in transfers if each.recipient == address)
        went = sum(each.lamports for each in transfers if each.sender == address)
        match move.kind:
            case MoveKind.INCOMING:
                assert (came, went) == (move.lamports, 0)
                assert transfers[0].sender != address
            case MoveKind.OUTGOING | MoveKind.BUY:
                assert (came, went) == (0, -move.lamports - FEE)
            case _:
                assert transfers == []
                assert entry.failed is (move.kind is MoveKind.FAILED)


def test_of_eight_transactions_two_are_in_one_slot() -> None:
    address = having(ActivityLevel.BUSY)
    slots = Counter(entry.slot for entry in CHAIN.transactions.history(address, NOW, until=None, limit=800))
    assert Counter(slots.values())[2] > 90
    assert max(slots.values()) == 2


def test_a_transaction_is_unknown_before_it_happens() -> None:
    address = having(ActivityLevel.LIVELY)
    newest = CHAIN.transactions.history(address, NOW, until=None, limit=1)[0]
    earlier = CHAIN.activity(address).moment(CHAIN.activity(address).last(NOW)) - 1
    assert CHAIN.transactions.by_signature(newest.signature, NOW) is not None
    assert CHAIN.transactions.by_signature(newest.signature, earlier) is None
    # One that hasn't happened yet ends no history either.
    assert CHAIN.transactions.history(address, earlier, until=newest.signature, limit=9) == CHAIN.transactions.history(
        address, earlier, until=None, limit=9
    )


def test_something_happens_to_a_lively_wallet_every_few_hours() -> None:
    for wallet in WALLETS:
        activity = CHAIN.activity(wallet)
        if activity.level in (ActivityLevel.LIVELY, ActivityLevel.BUSY):
            step = HOUR if activity.level is ActivityLevel.BUSY else 6 * HOUR
            indexes = {activity.last(NOW + number * step) for number in range(100)}
            assert len(indexes) == 100
            assert len({CHAIN.balance(wallet, NOW + number * step) for number in range(24)}) > 12


def test_tokens_come_and_go() -> None:
    changed = Counter[str]()
    for wallet in WALLETS:
        before = {held.mint_address: held.amount for held in CHAIN.holdings(wallet, NOW)}
        after = {held.mint_address: held.amount for held in CHAIN.holdings(wallet, NOW + 12 * HOUR)}
        changed["added"] += len(after.keys() - before.keys())
        changed["removed"] += len(before.keys() - after.keys())
        changed["moved"] += sum(before[mint] != after[mint] for mint in before.keys() & after.keys())
    assert min(changed[each] for each in ("added", "removed", "moved")) > 5


def test_the_population_is_varied() -> None:
    levels = Counter(CHAIN.activity(wallet).level for wallet in WALLETS)
    assert set(levels) == set(ActivityLevel)
    assert 25 < levels[ActivityLevel.EMPTY] < 80
    balances = [CHAIN.balance(wallet, NOW) for wallet in WALLETS]
    assert 40 < sum(balance < 250_000_000 for balance in balances) < 200
    assert max(balances) > 500 * 10**9
    holders = Counter(held.mint_address for wallet in WALLETS for held in CHAIN.holdings(wallet, NOW))
    assert max(holders.values()) > 10  # some mints are everybody's
    names = [CHAIN.tokens.facts(mint).named for mint in holders]
    assert any(named.name is None for named in names)
    assert any(named.name and named.ticker is None for named in names)
    assert any("<script>" in (named.name or "") for named in names)
    assert all(len(named.name or "") <= 64 and len(named.ticker or "") <= 32 for named in names)


def test_an_empty_address_has_nothing() -> None:
    address = having(ActivityLevel.EMPTY)
    assert CHAIN.balance(address, NOW) == 0
    assert CHAIN.holdings(address, NOW) == ()
    assert CHAIN.transactions.history(address, NOW, until=None, limit=10) == []


@pytest.mark.slow
def test_a_whale_holds_ten_thousand_tokens() -> None:
    assert len(CHAIN.holdings(wallet_address(SEED, 10**6), NOW)) >= 10_000


@pytest.mark.parametrize("at", [0, NOW - 3000 * DAY])
def test_nobody_lives_before_the_beginning(at: int) -> None:
    assert all(CHAIN.balance(wallet, at) == 0 for wallet in WALLETS)
    assert slot_at(at) >= 0
