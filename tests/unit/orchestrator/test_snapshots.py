"""Snapshots of totals, and pages, while the store takes no writes: what needs to be read only is answered."""

from __future__ import annotations

from collections.abc import Sequence

from backends.errors import StoreUnavailable
from backends.orchestrator.ports import Write
from generated_models import PortfolioTokenPage, ProblemCode, TokenHolderPage
from tests.support.fakes import address
from tests.support.rig import TOKENS, Rig, refused

A = address("A")


async def tokens(rig: Rig, token: str | None = None) -> PortfolioTokenPage:
    return (await rig.backend.list_portfolio_tokens(page_size=4, page_token=token)).value


async def holders(rig: Rig, mint: str) -> TokenHolderPage:
    return (
        await rig.backend.list_token_holders(mint_address=address(mint), max_age=0, page_size=4, page_token=None)
    ).value


async def _full_disk(method: str, writes: Sequence[Write]) -> None:
    if method == "commit":
        raise StoreUnavailable


async def test_totals_and_holders_are_answered_while_nothing_can_be_written(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, **{f"mint{number}": number + 1 for number in range(10)})
    await rig.refresh(A, TOKENS)
    await tokens(rig)
    rig.chain.set_tokens(A, **{f"mint{number}": 20 for number in range(9)})
    rig.clock.move(120)
    await rig.refresh(A, TOKENS)
    rig.store.before = _full_disk
    page = await tokens(rig)
    computed_at, amounts = page.computed_at, [item.amount for item in page.items]
    rig.clock.move(30)
    while page.next_page_token is not None:
        page = await tokens(rig, page.next_page_token)
        assert (page.computed_at, page.total_size) == (computed_at, 9)
        amounts += [item.amount for item in page.items]
    assert amounts == ["20"] * 9
    assert [item.amount for item in (await holders(rig, "mint1")).items] == ["20"]
    assert (await holders(rig, "mint9")).items == []
    assert (await tokens(rig)).computed_at == computed_at, "it is kept as long as one that is stored"
    rig.clock.move(31)
    assert (await tokens(rig)).computed_at != computed_at


async def test_lists_are_paged_through_although_the_key_to_their_tokens_could_not_be_stored(rig: Rig) -> None:
    created = await rig.create_many(5)
    rig.store.before = _full_disk
    assert sorted(await rig.walk(size=2)) == sorted(created)
    of_memory = (await rig.page(size=2)).next_page_token
    other = rig.again()
    await refused(other.page(size=2, token=of_memory), ProblemCode.invalid_page_token)
    rig.store.before = None
    stored = (await rig.page(size=2)).next_page_token
    assert len((await other.page(size=2, token=stored)).items) == 2
    await refused(rig.page(size=2, token=of_memory), ProblemCode.invalid_page_token)


async def test_a_snapshot_is_stored_again_as_soon_as_the_store_takes_it(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, **{f"mint{number}": 1 for number in range(10)})
    await rig.refresh(A, TOKENS)
    other = rig.again()
    await tokens(rig)
    rig.clock.move(120)
    rig.store.before = _full_disk
    of_memory = (await tokens(rig)).next_page_token
    await refused(tokens(other, of_memory), ProblemCode.invalid_page_token)
    rig.store.before = None
    rig.clock.move(61)
    stored = (await tokens(rig)).next_page_token
    assert (await tokens(other, stored)).total_size == 10
    await refused(tokens(rig, of_memory), ProblemCode.invalid_page_token)
