"""Lists: every filter with every sort, and page tokens that pin what the first page decided (rule 12)."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.errors import ChainTimeout
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.request_context import GIVEN_ARGUMENTS
from generated_models import (
    CachedWalletSummary,
    FreshnessState,
    ProblemCode,
    SortDirection,
    WalletPart,
    WalletSort,
    WalletStatus,
)
from tests.support.fakes import CountingIds, address
from tests.support.rig import TOKENS, Rig, refused

A = address("A")
LABELS = (None, "b", "a", "Z", "ä", "\U0001f600", "～", "aa", None, "a")

CHOICES: list[dict[str, Any]] = [
    {},
    *({"status": status} for status in WalletStatus),
    *({"tag": tag} for tag in ("red", "blue", "Red")),
    *({"freshness": state} for state in FreshnessState),
]


async def crowd(rig: Rig) -> None:
    """Thirty wallets in all states."""
    overrides = (None, None, None, *WalletStatus)
    for number in range(30):
        each = address(f"crowd {number}")
        tags = [tag for tag, every in (("red", 2), ("blue", 3)) if number % every == 0]
        await rig.create(each, label=LABELS[number % 10], tags=tags, status_override=overrides[number % 7])
        rig.chain.lamports[each] = number % 5 * 100_000_000
        if number % 4:
            await rig.refresh(each)
        if number % 4 == 2:
            rig.chain.fail("getTokenAccountsByOwner", ChainTimeout(), times=1)
            await rig.refresh(each)
        if number % 3 == 0:
            rig.clock.move(minutes=7)
        if number % 6 == 0:
            await rig.launched(each, A)


def sort_key(sort: WalletSort, choice: dict[str, Any]) -> Callable[[CachedWalletSummary], Any]:
    """Ties are broken by address; where freshness compares readings, by the oldest reading first."""

    def first(item: CachedWalletSummary) -> tuple[Any, ...]:
        match sort:
            case WalletSort.created_at:
                return (item.wallet.created_at,)
            case WalletSort.updated_at:
                return (item.wallet.updated_at,)
            case WalletSort.last_balance:
                return (int(item.wallet.last_balance_lamports or -1),)
            case WalletSort.label:
                return item.wallet.label is None, item.wallet.label or ""

    def oldest(item: CachedWalletSummary) -> tuple[Any, ...]:
        if choice.get("freshness") not in (FreshnessState.fresh, FreshnessState.stale):
            return ()
        return (min(getattr(item.cache.parts, part).as_of for part in WalletPart),)

    return lambda item: (*first(item), *oldest(item), item.wallet.wallet_address)


def matches(item: CachedWalletSummary, choice: dict[str, Any]) -> bool:
    return (
        choice.get("status") in (None, item.wallet.status)
        and ("tag" not in choice or choice["tag"] in item.wallet.tags)
        and choice.get("freshness") in (None, item.cache.state)
    )


@pytest.mark.parametrize("sort", list(WalletSort))
async def test_every_filter_with_every_sort(rig: Rig, sort: WalletSort) -> None:
    await crowd(rig)
    everything = (await rig.page(size=200)).items
    assert len(everything) == 30
    for choice in CHOICES:
        page = await rig.page(size=200, sort=sort, **choice)
        expected = sorted(
            (item for item in everything if matches(item, choice)),
            key=sort_key(sort, choice),
            reverse=sort is not WalletSort.label,
        )
        assert page.items == expected, choice
        assert page.total_size == len(expected)
        assert page.next_page_token is None
        for size in (1, 4):
            walked = await rig.walk(size=size, sort=sort, **choice)
            assert walked == [item.wallet.wallet_address for item in expected]


async def test_list_and_detail_agree(rig: Rig) -> None:
    await crowd(rig)
    for item in (await rig.page(size=200)).items:
        whole = (await rig.get(item.wallet.wallet_address)).value
        assert item.cache == whole.cache
        summary = item.wallet.model_dump()
        detail = whole.wallet.model_dump()
        holdings = detail.pop("token_holdings")
        detail.pop("recent_funding")
        assert summary.pop("token_count") == (None if holdings is None else len(holdings))
        assert summary == detail


@pytest.mark.parametrize("direction", SortDirection)
@pytest.mark.parametrize("sort", WalletSort)
async def test_all_filters_hold_together(rig: Rig, sort: WalletSort, direction: SortDirection) -> None:
    await crowd(rig)
    filters: dict[str, tuple[Any, Callable[[CachedWalletSummary], bool]]] = {
        "q": (
            "A",
            lambda item: (
                (item.wallet.label or "").lower().startswith(("a", "ä")) or item.wallet.wallet_address[0] in "aA"
            ),
        ),
        "status": (WalletStatus.FUNDED, lambda item: item.wallet.status is WalletStatus.FUNDED),
        "unknown_status": (False, lambda item: item.wallet.status is not None),
        "tag": ("red", lambda item: "red" in item.wallet.tags),
        "freshness": (FreshnessState.fresh, lambda item: item.cache.state is FreshnessState.fresh),
        "min_balance": ("0.2", lambda item: int(item.wallet.last_balance_lamports or -1) >= 200_000_000),
        "max_balance": ("0.3", lambda item: 0 <= int(item.wallet.last_balance_lamports or -1) <= 300_000_000),
    }
    everything = (
        await rig.backend.list_wallets(
            status=None, tag=None, freshness=None, sort=sort, direction=direction, page_size=200, page_token=None
        )
    ).value.items
    for size in (1, 2, 3):
        for names in itertools.combinations(filters, size):
            choice: dict[str, Any] = {"status": None, "tag": None, "freshness": None}
            choice |= {name: filters[name][0] for name in names}
            expected = [
                item.wallet.wallet_address for item in everything if all(filters[name][1](item) for name in names)
            ]
            found, token = [], None
            while True:
                page = (
                    await rig.backend.list_wallets(
                        **choice, sort=sort, direction=direction, page_size=3, page_token=token
                    )
                ).value
                found += [item.wallet.wallet_address for item in page.items]
                token = page.next_page_token
                if token is None:
                    break
            in_order = found == expected or "freshness" in names  # found by freshness, ties stand otherwise
            assert in_order, names
            assert sorted(found) == sorted(expected), names


async def test_a_page_ends_with_its_read_budget(rig: Rig) -> None:
    for number in range(30):
        await rig.create(address(f"crowd {number}"), label=f"Launch {number}", tags=["old" if number == 29 else "new"])
    small = WalletManagementOrchestrator(
        "mock", replace(rig.context, policy=replace(rig.context.policy, read_budget=10))
    )
    choice: dict[str, Any] = {"status": None, "tag": None, "freshness": None, "sort": WalletSort.label, "page_size": 2}
    found, token, pages = [], None, 0
    while pages == 0 or token:
        page = (await small.list_wallets(**choice, q="launch 2", page_token=token)).value
        assert page.total_size is None
        found += [item.wallet.label for item in page.items]
        token, pages = page.next_page_token, pages + 1
    assert found == sorted(f"Launch {number}" for number in range(30) if str(number).startswith("2"))
    assert pages > len(found) // 2


@pytest.mark.parametrize("direction", SortDirection)
@pytest.mark.parametrize("more", [{}, {"tag": "some"}, {"q": "launch"}, {"status": WalletStatus.FUNDED}])
async def test_a_list_by_balance_begins_and_ends_at_the_bounds(
    rig: Rig, direction: SortDirection, more: dict[str, Any]
) -> None:
    """What is beyond them is not looked at: a page would end with its read budget before it found anything."""
    for number in range(1, 31):
        each = address(f"crowd {number}")
        await rig.create(each, label="Launch", tags=["some"])
        rig.chain.lamports[each] = number * 10**9
        await rig.refresh(each)
    small = WalletManagementOrchestrator(
        "mock", replace(rig.context, policy=replace(rig.context.policy, read_budget=6))
    )
    choice: dict[str, Any] = {
        "status": None,
        "tag": None,
        "freshness": None,
        "page_token": None,
        "page_size": 5,
        **more,
    }
    choice |= {"min_balance": "13", "max_balance": "17"}
    page = (await small.list_wallets(**choice, sort=WalletSort.last_balance, direction=direction)).value
    found = [int(item.wallet.last_balance_lamports or 0) // 10**9 for item in page.items]
    assert found == sorted(range(13, 18), reverse=direction is SortDirection.desc)
    assert page.next_page_token is None


async def test_a_walk_meets_each_wallet_once_while_others_are_created(rig: Rig) -> None:
    for sort in WalletSort:
        here = Rig()
        old = await here.create_many(20, "old")
        for each in old[::2]:
            here.chain.lamports[each] = 5
            await here.refresh(each)
        page = await here.page(size=3, sort=sort)
        seen = [item.wallet.wallet_address for item in page.items]
        number = 0
        while page.next_page_token is not None:
            here.clock.move(1)
            await here.create(address(f"new {number}"), label="0")
            number += 1
            page = await here.page(size=3, sort=sort, token=page.next_page_token)
            assert page.total_size == 20  # pinned by the first page
            seen += [item.wallet.wallet_address for item in page.items]
        assert len(seen) == len(set(seen))
        assert set(old) <= set(seen)


async def test_the_clock_of_the_first_page_holds_for_all(rig: Rig) -> None:
    addresses = await rig.create_many(6)
    for each in addresses:
        await rig.refresh(each)
    page = await rig.page(size=4, freshness=FreshnessState.fresh)
    rig.clock.move(hours=2)
    rest = await rig.page(size=4, freshness=FreshnessState.fresh, token=page.next_page_token)
    assert [item.cache.state for item in rest.items] == [FreshnessState.fresh] * 2
    assert (await rig.page(freshness=FreshnessState.fresh)).total_size == 0


async def test_a_token_needs_nothing_repeated(rig: Rig) -> None:
    await crowd(rig)
    choice: dict[str, Any] = {"tag": "red", "sort": WalletSort.label}
    page = await rig.page(size=3, **choice)
    repeated = await rig.page(size=3, token=page.next_page_token, **choice)
    assert await rig.page(token=page.next_page_token) == repeated


async def test_a_token_with_other_choices_is_refused(rig: Rig) -> None:
    await crowd(rig)
    page = await rig.page(size=3, tag="red", sort=WalletSort.label)
    token = page.next_page_token
    for wrong in (
        {"tag": "blue"},
        {"status": WalletStatus.FUNDED},
        {"sort": WalletSort.last_balance},
        {"size": 4},
    ):
        await refused(rig.page(token=token, **wrong), ProblemCode.invalid_page_token)


async def test_a_token_of_another_list_is_refused(rig: Rig) -> None:
    await crowd(rig)
    token = (await rig.page(size=3)).next_page_token
    backend = rig.backend
    for call in (
        backend.list_launches(page_size=3, page_token=token),
        backend.list_wallet_launches(wallet_address=A, page_size=3, page_token=token),
        backend.list_portfolio_tokens(page_size=3, page_token=token),
    ):
        await refused(call, ProblemCode.invalid_page_token)


async def test_a_tampered_token_is_refused(rig: Rig) -> None:
    """Whichever byte it is, and whichever of its bits."""
    await rig.create_many(3)
    token = (await rig.page(size=1)).next_page_token
    assert token
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in range(len(raw)):
        for bit in range(8):
            changed = bytes([*raw[:place], raw[place] ^ 1 << bit, *raw[place + 1 :]])
            tampered = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
            await refused(rig.page(size=1, token=tampered), ProblemCode.invalid_page_token)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60) | st.text(min_size=1))
async def test_a_page_token_of_garbage_is_refused(garbage: str) -> None:
    await refused(Rig().page(token=garbage), ProblemCode.invalid_page_token)


FORGED = [
    {},
    {"size": 1.5},
    {"size": -1},
    {"size": "1"},
    {"total": "3"},
    {"total": -1},
    {"now": "yesterday"},
    {"now": 5},
    {"pins": []},
    {"pins": {"status": 5}},
    {"name": ["wallets"]},
    {"cursor": None},
    {"cursor": [True]},
    {"cursor": [{"t": "never"}, "x"]},
    {"cursor": [{"x": "never"}, "x"]},
    {"cursor": [1.5, "x"]},
    {"more": 1},
]


@pytest.mark.parametrize("change", FORGED, ids=str)
async def test_a_made_up_token_is_refused(rig: Rig, change: dict[str, Any]) -> None:
    """Whatever it says, with any signature that can be made without the store's key, and with a genuine one's."""
    await rig.create_many(3)
    genuine = (await rig.page(size=1)).next_page_token
    assert genuine
    raw = base64.urlsafe_b64decode(genuine + "=" * (-len(genuine) % 4))
    content = json.loads(raw[16:])
    made_up = json.dumps({**content, **change}, separators=(",", ":")).encode()
    for signature in (
        hashlib.blake2b(made_up, digest_size=16, person=b"page-token").digest(),
        hashlib.blake2b(made_up, digest_size=6, person=b"page-token").digest(),
        *([raw[:16]] if change else []),
    ):
        token = base64.urlsafe_b64encode(signature + made_up).rstrip(b"=").decode()
        await refused(rig.page(size=1, token=token), ProblemCode.invalid_page_token)


@pytest.mark.parametrize("change", FORGED[1:], ids=str)
async def test_even_a_signed_token_is_typed(rig: Rig, change: dict[str, Any]) -> None:
    """Another version of the server may have signed it."""
    await rig.create_many(3)
    genuine = (await rig.page(size=1)).next_page_token
    key = rig.context.page_token_key.value
    assert genuine
    assert key
    content = json.loads(base64.urlsafe_b64decode(genuine + "=" * (-len(genuine) % 4))[16:])
    made_up = json.dumps({**content, **change}, separators=(",", ":")).encode()
    signature = hashlib.blake2b(made_up, key=key, digest_size=16, person=b"page-token").digest()
    token = base64.urlsafe_b64encode(signature + made_up).rstrip(b"=").decode()
    await refused(rig.page(token=token), ProblemCode.invalid_page_token)


async def test_the_key_is_the_store_s(rig: Rig) -> None:
    """Another server over the same store reads the token; a store of its own has another key."""
    await rig.create_many(3)
    page = await rig.page(size=2)
    rig.context.page_token_key.value = None  # as in another process
    assert len((await rig.page(token=page.next_page_token)).items) == 1
    other = Rig(ids=CountingIds(1000))
    await other.create_many(3)
    await refused(other.page(token=page.next_page_token), ProblemCode.invalid_page_token)
    await other.page(size=2)
    await refused(other.page(token=page.next_page_token), ProblemCode.invalid_page_token)


async def test_what_is_given_beside_a_token_is_the_token_s(rig: Rig) -> None:
    """Also where it is a default: somebody who says so means it."""
    await rig.create_many(3)
    token = (await rig.page(size=1, sort=WalletSort.label)).next_page_token
    try:
        GIVEN_ARGUMENTS.set(frozenset({"page_token"}))
        assert (await rig.page(token=token)).items
        GIVEN_ARGUMENTS.set(frozenset({"page_token", "sort", "page_size"}))
        assert (await rig.page(size=1, token=token, sort=WalletSort.label)).items
        await refused(rig.page(size=1, token=token), ProblemCode.invalid_page_token)
        await refused(rig.page(token=token, sort=WalletSort.label), ProblemCode.invalid_page_token)
    finally:
        GIVEN_ARGUMENTS.set(None)


async def test_a_token_with_its_padding_is_not_the_token(rig: Rig) -> None:
    await rig.create_many(3)
    token = (await rig.page(size=1)).next_page_token
    for other in (f"{token}=", f" {token}", f"{token}\n"):
        await refused(rig.page(size=1, token=other), ProblemCode.invalid_page_token)


async def test_tokens_fit_into_a_query(rig: Rig) -> None:
    for number in range(2):
        await rig.create(address(number), label="\U0001f600" * 100, tags=["\U0001f600" * 32])
    token = (await rig.page(size=1, tag="\U0001f600" * 32, sort=WalletSort.label)).next_page_token
    assert token
    assert len(token) <= 2048


async def test_nothing_is_read_beside_the_wallets(rig: Rig) -> None:
    """Lists never read holdings, however many there are."""
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5, newpump=7)
    await rig.refresh(A, TOKENS)
    methods: list[str] = []

    async def note(method: str, writes: object) -> None:
        methods.append(method)

    rig.store.before = note
    page = await rig.page()
    assert page.items[0].wallet.token_count == 2
    assert methods == ["count", "query"]
    assert isinstance(rig.store.store, MemoryWalletsDataService)
