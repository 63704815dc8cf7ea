"""Metadata and chain data never overwrite each other; the ETag follows the body (rule 6)."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backends.errors import ChainTimeout
from backends.orchestrator.records import ItemResult
from generated_models import PartOutcome, ProblemCode, ScheduleStatus, WalletStatus
from tests.support.fakes import address
from tests.support.records import refresh_operation
from tests.support.rig import HISTORY, Rig, refused, with_policy

A, B = address("A"), address("B")


async def test_a_put_replaces_the_metadata_and_nothing_else(rig: Rig) -> None:
    await rig.create(A, label="one", notes="two", tags=["three"])
    rig.chain.pay(A, lamports=10**9)
    rig.chain.set_tokens(A, bonk=5)
    before = (await rig.refresh(A)).wallet
    rig.clock.move(5)
    after = (await rig.put(A, label="other", tags=["x", "y"])).value
    assert after.wallet == before.model_copy(
        update={
            "label": "other",
            "notes": None,
            "tags": ["x", "y"],
            "updated_at": "2026-11-22T16:10:05.000Z",
        }
    )
    assert after == (await rig.get(A)).value


async def test_a_refresh_keeps_the_metadata(rig: Rig) -> None:
    await rig.create(A, label="one", notes="two", tags=["three"], status_override=WalletStatus.ARCHIVED)
    wallet = (await rig.refresh(A)).wallet
    assert (wallet.label, wallet.notes, wallet.tags, wallet.status_override) == (
        "one",
        "two",
        ["three"],
        WalletStatus.ARCHIVED,
    )


async def test_if_match_names_the_metadata_version_alone(rig: Rig) -> None:
    etag = (await rig.create(A)).etag
    assert etag
    refreshed = await rig.refreshed(A)
    assert refreshed.etag
    assert refreshed.etag != etag
    assert refreshed.etag == (await rig.get(A)).etag
    rig.clock.move(hours=2)
    updated = await rig.put(A, label="mine", if_match=etag)  # a refresh in between never fails an edit
    await refused(rig.put(A, label="theirs", if_match=etag), ProblemCode.precondition_failed)
    await refused(rig.delete(A, if_match=etag), ProblemCode.precondition_failed)
    assert (await rig.get(A)).value.wallet.label == "mine"
    await rig.put(A, label="any", if_match="*")
    await refused(rig.put(B, if_match="*"), ProblemCode.wallet_not_found)
    assert updated.etag
    last = (await rig.get(A)).etag or ""
    for nothing in (f"W/{last}", f'"no", W/{last}', last.strip('"'), f"x{last}", '"no", *'):
        await refused(rig.put(A, label="not mine", if_match=nothing), ProblemCode.precondition_failed)
    await refused(rig.delete(A, if_match=f"W/{last}"), ProblemCode.precondition_failed)
    await rig.put(A, label="one of", if_match=f'"no", {last}')
    await rig.delete(A, if_match=(await rig.get(A)).etag)
    await refused(rig.get(A), ProblemCode.wallet_not_found)


async def test_a_recreated_wallet_never_repeats_an_etag(rig: Rig) -> None:
    seen = [(await rig.create(A)).etag]
    for number in range(3):
        seen.append((await rig.put(A, label=str(number))).etag)
        await rig.delete(A)
        seen.append((await rig.create(A)).etag)
    assert len(set(seen)) == len(seen)
    await refused(rig.put(A, if_match=seen[0]), ProblemCode.precondition_failed)


Step = Callable[[Rig, random.Random], Awaitable[object]]


async def _pay(rig: Rig, dice: random.Random) -> None:
    rig.chain.pay(A, lamports=dice.randrange(1, 10**9))


async def _trade(rig: Rig, dice: random.Random) -> None:
    rig.chain.set_tokens(A, **{name: dice.randrange(3) for name in ("bonk", "newpump")})


async def _break(rig: Rig, dice: random.Random) -> None:
    methods = ("getMultipleAccounts", "getTokenAccountsByOwner", "getSignaturesForAddress")
    rig.chain.fail(dice.choice(methods), ChainTimeout(), times=dice.randrange(1, 3))


async def _wait(rig: Rig, dice: random.Random) -> None:
    rig.clock.move(dice.choice([0.001, 1, 1800, 3600, 90_000]))


async def _refresh(rig: Rig, dice: random.Random) -> None:
    with suppress(ChainTimeout):  # every part failed
        await rig.refresh(A)


async def _edit(rig: Rig, dice: random.Random) -> None:
    override = dice.choice([None, *WalletStatus])
    await rig.put(A, label=dice.choice([None, "a", "b"]), override=override)


async def _launch(rig: Rig, dice: random.Random) -> None:
    await rig.launched(A, address(dice.random()))


async def _schedule(rig: Rig, dice: random.Random) -> None:
    if len(await rig.schedules()) < 100:
        await rig.schedule(A, "0.5")


async def _recreate(rig: Rig, dice: random.Random) -> None:
    await rig.delete(A, force=True)
    await rig.create(A)


STEPS: tuple[Step, ...] = (
    _pay,
    _trade,
    _break,
    _wait,
    _wait,
    _refresh,
    _refresh,
    _refresh,
    _edit,
    _launch,
    _schedule,
    _recreate,
)


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=25), st.integers(0, 2**32))
@settings(max_examples=80)
async def test_the_etag_differs_whenever_the_body_does(steps: list[Step], seed: int) -> None:
    rig, dice = Rig(), random.Random(seed)
    await rig.create(A)
    body_of: dict[str, str] = {}
    metadata_etag = (await rig.get(A)).etag
    for step in steps:
        await step(rig, dice)
        answer = await rig.get(A)
        assert answer.etag
        body = answer.value.model_dump_json()
        assert body_of.setdefault(answer.etag, body) == body
        if step in (_edit, _recreate):
            await refused(rig.put(A, if_match=metadata_etag), ProblemCode.precondition_failed)
            metadata_etag = (await rig.get(A)).etag
        elif step is _refresh:  # never causes a 412
            await rig.put(A, label="edit", if_match=metadata_etag)
            metadata_etag = (await rig.get(A)).etag


async def test_the_etag_stays_while_nothing_happens(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    etag = (await rig.get(A)).etag
    rig.clock.move(minutes=59)
    assert (await rig.get(A)).etag == etag
    rig.clock.move(minutes=1)
    assert (await rig.get(A)).etag != etag  # stale now, which the body says


async def test_a_part_read_at_an_older_slot_is_dropped(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=5)
    rig.chain.lamports[A] = 50
    before = await rig.refresh(A)
    rig.clock.move(60)
    rig.chain.slot -= 1
    rig.chain.lamports[A] = 10
    rig.chain.set_tokens(A, bonk=4)
    answer = await rig.refresh(A)
    assert answer.results.sol_balance
    assert answer.results.token_holdings
    assert answer.results.sol_balance.outcome is PartOutcome.superseded
    assert answer.results.token_holdings.outcome is PartOutcome.superseded
    assert answer.results.sol_balance.slot == rig.chain.slot
    assert answer.wallet.last_balance_lamports == "50"
    assert answer.wallet.token_holdings == before.wallet.token_holdings
    assert answer.cache.parts.sol_balance == before.cache.parts.sol_balance


async def test_the_same_slot_again_is_not_older(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    answer = await rig.refresh(A)
    assert answer.results.sol_balance
    assert answer.results.sol_balance.outcome is PartOutcome.unchanged


async def test_another_chain_is_refused_and_changes_nothing(rig: Rig) -> None:
    await rig.create(A)
    await rig.refresh(A)
    before = (await rig.get(A)).value
    other = rig.again()
    other.chain.genesis = address("another genesis")
    failure = await refused(other.refresh(A), ProblemCode.chain_mismatch)
    assert not failure.retryable
    assert (await rig.get(A)).value == before
    async with other.running():
        operation = await other.finished((await other.refresh_all()).operation_id)
        assert (operation.total, operation.failed) == (1, 1)
        result = (await other.results(operation.operation_id))[0]
        assert result.error
        assert result.error.code is ProblemCode.chain_mismatch
    assert (await rig.get(A)).value == before


async def test_a_late_result_never_revives_a_deleted_wallet(rig: Rig) -> None:
    await rig.create(A)
    hold = rig.chain.hold("getTokenAccountsByOwner")
    late = asyncio.ensure_future(rig.refresh(A))
    await hold.reached.wait()
    await rig.delete(A)
    hold.release.set()
    await refused(late, ProblemCode.wallet_not_found)
    await refused(rig.get(A), ProblemCode.wallet_not_found)
    assert (await rig.page()).total_size == 0


async def test_a_late_result_is_never_committed_to_a_recreation(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.lamports[A] = 77
    hold = rig.chain.hold("getTokenAccountsByOwner")
    late = asyncio.ensure_future(rig.refresh(A))
    await hold.reached.wait()
    await rig.delete(A)
    created = await rig.create(A)
    hold.release.set()
    await refused(late, ProblemCode.wallet_not_found)
    assert (await rig.get(A)).value == created.value


async def test_a_late_part_that_fails_is_not_committed_either(rig: Rig) -> None:
    await rig.create(A)
    hold = rig.chain.hold("getSignaturesForAddress")
    late = asyncio.ensure_future(rig.refresh(A, HISTORY))
    await hold.reached.wait()
    await rig.delete(A)
    created = await rig.create(A)
    hold.error = ChainTimeout()
    hold.release.set()
    await refused(late, ProblemCode.wallet_not_found)
    assert (await rig.get(A)).value == created.value


_MANY = [(False, 1_000), (True, 300)]


@pytest.mark.parametrize(
    ("with_delete", "times"),
    [(False, 50), (True, 50), *(pytest.param(*each, marks=pytest.mark.slow) for each in _MANY)],
)
async def test_seeded_interleavings_lose_no_write(with_delete: bool, times: int) -> None:
    """A PUT (or a deletion) while a refresh runs, many times with other turns at every await of the store."""
    for seed in range(times):
        rig, dice = Rig(policy=with_policy()), random.Random(seed)

        async def pause(method: str, writes: object, dice: random.Random = dice) -> None:
            for _ in range(dice.randrange(4)):
                await asyncio.sleep(0)

        await rig.create(A)
        rig.chain.pay(A, lamports=500_000_000)
        rig.chain.set_tokens(A, bonk=5)
        rig.store.before = rig.store.after = pause
        calls: list[Awaitable[object]] = [
            rig.refresh(A),
            rig.put(A, label=f"label {seed}", tags=["kept"]),
            rig.launched(A, address("mint")),
            rig.schedule(A, "1"),
        ]
        if with_delete:
            calls.append(rig.delete(A, force=True))
        dice.shuffle(calls)
        results = await asyncio.gather(*calls, return_exceptions=True)
        rig.store.before = rig.store.after = None
        if with_delete:
            await refused(rig.get(A), ProblemCode.wallet_not_found)
            assert not await rig.schedules()
            launches = await rig.backend.list_wallet_launches(wallet_address=A, page_size=50, page_token=None)
            assert (await rig.create(A)).value.wallet.launch_count == launches.value.total_size
            continue
        assert not [result for result in results if isinstance(result, BaseException)]
        wallet = (await rig.get(A)).value.wallet
        assert (wallet.label, wallet.tags) == (f"label {seed}", ["kept"])
        assert wallet.last_balance_lamports == "500000000"
        assert [holding.amount for holding in wallet.token_holdings or []] == ["5"]
        assert len(wallet.recent_funding or []) == 1
        assert (wallet.launch_count, wallet.status) == (1, WalletStatus.LAUNCHED)
        assert (await rig.stored(A)).open_schedules == 1


@pytest.mark.slow
async def test_seeded_interleavings_with_wallets_committed_together() -> None:
    """A refresh-all writes many wallets in one commit; edits, deletions and re-creations of some must not be lost."""
    for seed in range(150):
        rig, dice = Rig(), random.Random(seed)
        addresses = await rig.create_many(6)
        for each in addresses:
            rig.chain.pay(each, lamports=500_000_000)
            rig.chain.set_tokens(each, bonk=5)

        async def pause(method: str, writes: object, dice: random.Random = dice) -> None:
            for _ in range(dice.randrange(4)):
                await asyncio.sleep(0)

        async def refresh_all(rig: Rig = rig, addresses: list[str] = addresses) -> list[ItemResult]:
            refresher = rig.backend._refresher
            return [item async for item in refresher.refresh_many(refresh_operation("op_1"), addresses, Counter())]

        async def recreate(rig: Rig = rig, address: str = addresses[5]) -> None:
            await rig.delete(address)
            await rig.create(address, label="again")

        rig.store.before = rig.store.after = pause
        calls: list[Awaitable[object]] = [
            refresh_all(),
            rig.put(addresses[0], label="edited"),
            rig.launched(addresses[1], address("mint")),
            rig.schedule(addresses[2], "0.5"),
            rig.refresh(addresses[3]),
            rig.delete(addresses[4]),
            recreate(),
        ]
        dice.shuffle(calls)
        await asyncio.gather(*calls)
        rig.store.before = rig.store.after = None
        for each in addresses[:4]:
            wallet = (await rig.get(each)).value.wallet
            assert wallet.last_balance_lamports == "500000000"
            assert [holding.amount for holding in wallet.token_holdings or []] == ["5"]
        assert (await rig.get(addresses[0])).value.wallet.label == "edited"
        assert (await rig.get(addresses[1])).value.wallet.launch_count == 1
        done = await rig.schedules(ScheduleStatus.COMPLETED)
        assert (await rig.stored(addresses[2])).open_schedules == 1 - len(done)
        await refused(rig.get(addresses[4]), ProblemCode.wallet_not_found)
        again = (await rig.get(addresses[5])).value.wallet
        assert again.label == "again"
