"""Launches: recorded and counted in one commit, kept for good (rule 10)."""

from __future__ import annotations

import asyncio

from backends.answers import AnswerKind
from generated_models import LaunchInfo, ProblemCode, WalletStatus
from tests.support.fakes import address
from tests.support.rig import Rig, refused

A, B = address("A"), address("B")
MINTS = [address(f"mint {number}") for number in range(30)]


async def launches_of(rig: Rig, wallet_address: str) -> list[LaunchInfo]:
    answer = await rig.backend.list_wallet_launches(wallet_address=wallet_address, page_size=200, page_token=None)
    assert answer.value.total_size == len(answer.value.items)
    return answer.value.items


async def test_a_launch_is_recorded_and_counted_in_one_commit(rig: Rig) -> None:
    await rig.create(A)
    commits = len(rig.store.commits)
    answer = await rig.launched(A, MINTS[0])
    assert len(rig.store.commits) == commits + 1
    assert answer.kind is AnswerKind.CREATED
    assert (await rig.get(A)).value.wallet.launch_count == 1
    assert (await rig.get(A)).value.wallet.status is WalletStatus.LAUNCHED
    assert await launches_of(rig, A) == [answer.value]
    assert not rig.chain.sent


async def test_the_same_content_again_is_found(rig: Rig) -> None:
    await rig.create(A)
    first = await rig.launched(A, MINTS[0], when="2026-11-22T10:00:00Z")
    rig.clock.move(60)
    again = await rig.launched(A, MINTS[0], when="2026-11-22T10:00:00.000Z")
    assert (again.kind, again.value) == (AnswerKind.OK, first.value)
    assert (await rig.get(A)).value.wallet.launch_count == 1


async def test_other_content_is_a_conflict(rig: Rig) -> None:
    await rig.create(A)
    first = await rig.launched(A, MINTS[0])
    await refused(rig.launched(A, MINTS[0], name="Other"), ProblemCode.launch_conflict)
    await refused(rig.launched(A, MINTS[0], when="2026-11-22T10:00:01Z"), ProblemCode.launch_conflict)
    assert await launches_of(rig, A) == [first.value]


async def test_one_mint_from_two_wallets_is_two_launches(rig: Rig) -> None:
    await rig.create(A)
    await rig.create(B)
    ids = {(await rig.launched(each, MINTS[0])).value.launch_id for each in (A, B)}
    assert len(ids) == 2


async def test_an_unknown_wallet_is_a_conflict_and_has_no_launches(rig: Rig) -> None:
    await refused(rig.launched(A, MINTS[0]), ProblemCode.unknown_wallet)
    assert await launches_of(rig, A) == []


async def test_the_count_equals_the_stored_ones_over_all_lives(rig: Rig) -> None:
    await rig.create(A)
    for generation in range(3):
        for number in range(generation + 1):
            await rig.launched(A, MINTS[generation * 10 + number])
        stored = await launches_of(rig, A)
        assert (await rig.get(A)).value.wallet.launch_count == len(stored)
        await rig.delete(A)
        assert await launches_of(rig, A) == stored  # kept
        await refused(rig.launched(A, address("new")), ProblemCode.unknown_wallet)
        created = (await rig.create(A)).value.wallet
        assert (created.launch_count, created.status) == (len(stored), WalletStatus.LAUNCHED)
        again = await rig.launched(A, MINTS[generation * 10])  # known from the one before
        assert again.kind is AnswerKind.OK
        assert (await rig.get(A)).value.wallet.launch_count == len(stored)


async def test_many_at_once_are_all_counted(rig: Rig) -> None:
    await rig.create(A)
    await asyncio.gather(*(rig.launched(A, mint) for mint in MINTS[:10] + MINTS[:10]))
    assert (await rig.get(A)).value.wallet.launch_count == len(await launches_of(rig, A)) == 10


async def test_the_list_is_newest_first(rig: Rig) -> None:
    await rig.create(A)
    await rig.create(B)
    for number, mint in enumerate(MINTS[:20]):
        await rig.launched(A if number % 3 else B, mint, when=f"2026-11-{1 + number % 7:02}T10:00:00Z")
    found: list[str] = []
    ids: list[str] = []
    token = None
    while True:
        page = (await rig.backend.list_launches(page_size=6, page_token=token)).value
        assert page.total_size == 20
        found += [item.launched_at for item in page.items]
        ids += [item.launch_id for item in page.items]
        token = page.next_page_token
        if token is None:
            break
    assert found == sorted(found, reverse=True)
    assert len(set(ids)) == 20
    of_b = await launches_of(rig, B)
    assert {launch.wallet_address for launch in of_b} == {B}
    assert len(of_b) == 7


async def test_a_token_of_one_wallets_launches_is_not_anothers(rig: Rig) -> None:
    await rig.create(A)
    for mint in MINTS[:4]:
        await rig.launched(A, mint)
    page = (await rig.backend.list_wallet_launches(wallet_address=A, page_size=2, page_token=None)).value
    foreign = rig.backend.list_wallet_launches(wallet_address=B, page_size=2, page_token=page.next_page_token)
    await refused(foreign, ProblemCode.invalid_page_token)
