"""The counters never drift: whatever happens to wallets, they say what counting everything anew would."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import base58
import pytest

from backends.errors import BackendError, ChainTimeout, StoreUnavailable
from backends.orchestrator import queries
from backends.orchestrator.counters.changes import CounterChanges, TooManyCounters, counted, shard_keys
from backends.orchestrator.counters.cleanup import CounterCleanup
from backends.orchestrator.counters.epochs import KNOWN_FOR, ask_for_recount, epochs
from backends.orchestrator.counters.values import LARGE
from backends.orchestrator.counting import RECOUNTS_APART, Counting
from backends.orchestrator.ports import Delete, Increment, Put, VersionConflict, Write
from backends.orchestrator.records import Chunk, CounterShard, NamedValue, Wallet
from backends.orchestrator.storage.commit_rules import MAX_COUNTERS
from backends.orchestrator.storage.scan import scan
from generated_models import (
    EditWalletsRequest,
    ImportWallet,
    ImportWalletsRequest,
    ProblemCode,
    UpdateLaunchRequest,
    UpdateWalletRequest,
    WalletPart,
    WalletStatus,
)
from tests.support import records as make
from tests.support.fakes import START, HookedStore, address
from tests.support.recounted import counters, recounted
from tests.support.rig import TOKENS, Rig, refused, turns

A, B, C = address("A"), address("B"), address("C")
MINTS = [f"mint{number}" for number in range(6)]
TAGS = ["x", "y", "q4: `a.b`"]


def real_address(number: int) -> str:
    return base58.b58encode(hashlib.sha256(str(number).encode()).digest()).decode()


async def epochs_of(rig: Rig) -> list[int]:
    found = await rig.store.store.get(NamedValue, "counters")
    assert found is not None
    assert found.record.value is not None
    return [int(number) for number in found.record.value.split(":")]


async def assert_counted(rig: Rig) -> None:
    served, target = await epochs_of(rig)
    assert served == target
    assert await counters(rig.store.store, served) == await recounted(rig.store.store, served)


async def recount(rig: Rig) -> None:
    """Let the recount that is due happen."""
    done = asyncio.ensure_future(Counting(rig.context).ensure())
    for _ in range(2000):
        if done.done():
            break
        await turns(5)
        rig.clock.move(KNOWN_FOR.total_seconds())
    await done


class _RandomOperations:
    """What may happen to a few wallets, at random."""

    def __init__(self, rig: Rig, some: random.Random) -> None:
        self.rig = rig
        self.some = some
        self.addresses = [real_address(number) for number in range(5)]

    async def step(self) -> None:
        rig, some, each = self.rig, self.some, self.some.choice(self.addresses)
        rig.clock.move(some.choice([1, 30, 4000]))
        ways = [self.move_money, self.edit, self.launch, self.correct, self.make, self.lose, self.all, self.clean]
        happening = some.choice(ways)
        with suppress(BackendError):
            await happening(each)

    async def make(self, each: str) -> None:
        rig, some = self.rig, self.some
        match some.randrange(3):
            case 0:
                await rig.create(each, label=some.choice([None, "one"]), tags=some.sample(TAGS, 2))
            case 1:
                item = ImportWallet(wallet_address=each, tags=some.sample(TAGS, 1))
                await rig.backend.import_wallets(
                    body=ImportWalletsRequest(wallets=[item], dry_run=False), idempotency_key=None
                )
            case _:
                await rig.delete(each, force=True)

    async def move_money(self, each: str) -> None:
        rig, some = self.rig, self.some
        rig.chain.slot += 1
        rig.chain.lamports[each] = some.choice([0, 10**9, 2**63, 5])
        rig.chain.set_tokens(each, **{mint: some.choice([0, 1, 2**64 - 1]) for mint in some.sample(MINTS, 3)})
        if some.random() < 0.3:
            rig.chain.fail(some.choice(["getTokenAccountsByOwner", "getMultipleAccounts"]), ChainTimeout(), times=1)
        await rig.refresh(each, *some.choice([(), (WalletPart.sol_balance,), (TOKENS,)]))

    async def all(self, _: str) -> None:
        rig = self.rig
        rig.chain.slot += 1
        for each in self.addresses:
            rig.chain.set_tokens(each, **{mint: self.some.choice([0, 7]) for mint in MINTS})
        async with rig.again().running() as other:
            operation = await other.refresh_all()
            await other.finished(operation.operation_id)

    async def clean(self, _: str) -> None:
        cleanup = CounterCleanup(self.rig.context)
        await cleanup.run()
        await cleanup.run()

    async def edit(self, each: str) -> None:
        rig, some = self.rig, self.some
        override = some.choice([None, None, WalletStatus.ARCHIVED, WalletStatus.FUNDED])
        if some.random() < 0.5:
            await rig.put(each, label=some.choice([None, "two"]), tags=some.sample(TAGS, 1), override=override)
        else:
            body = EditWalletsRequest(addresses=self.addresses, add_tags=[some.choice(TAGS)], dry_run=False)
            await rig.backend.edit_wallets(body=body, idempotency_key=None)

    async def launch(self, each: str) -> None:
        day = self.some.choice(["2026-11-20", "2025-12-31", "2026-11-22"])
        await self.rig.launched(each, address(self.some.choice(MINTS)), when=f"{day}T10:00:00Z")

    async def correct(self, _: str) -> None:
        known = [each.record async for page in scan(self.rig.store.store, queries.launches_by_id()) for each in page]
        if not known:
            return
        launch_id = self.some.choice(known).launch_id
        if self.some.random() < 0.5:
            await self.rig.backend.delete_launch(launch_id=launch_id)
            return
        body = UpdateLaunchRequest(token_name="n", token_ticker="T", launched_at="2026-01-02T00:00:00Z", signature=None)
        await self.rig.backend.update_launch(launch_id=launch_id, body=body)

    async def lose(self, each: str) -> None:
        """A chunk of a wallet's holdings disappears from the store; its next holdings can't be compared with it."""
        if self.some.random() < 0.7:
            return
        await self.rig.get(each)
        wallet = await self.rig.stored(each)
        if wallet.holdings is not None:
            await self.rig.store.store.commit([Delete(Chunk, Chunk.key_of(each, wallet.holdings.ref, 0))])
            await self.rig.refresh(each, TOKENS)


@pytest.mark.parametrize("seed", range(8))
async def test_no_order_of_events_makes_them_drift(rig: Rig, seed: int) -> None:
    operations = _RandomOperations(rig, random.Random(seed))
    for each in operations.addresses[:3]:
        await rig.create(each, tags=TAGS[:1])
    await rig.backend.get_portfolio_summary()
    for _ in range(60):
        await operations.step()
    await recount(rig)
    await assert_counted(rig)


async def test_what_an_earlier_release_stored_is_counted_while_it_changes(rig: Rig) -> None:
    operations = _RandomOperations(rig, random.Random(1))
    for _ in range(40):
        await operations.step()
    store = rig.store.store
    records: list[Write] = []
    async for wallets in scan(store, queries.wallets_by_address()):
        records += [Put(replace(stored.record, counted_in=0)) for stored in wallets]
    async for launches in scan(store, queries.launches_by_id()):
        records += [Put(replace(stored.record, counted_in=0)) for stored in launches]
    shards = [stored.record.key async for page in scan(store, queries.counter_shards()) for stored in page]
    await store.commit([*records, *(Delete(CounterShard, key) for key in shards), Delete(NamedValue, "counters")])
    later = rig.again()
    reading = asyncio.ensure_future(later.backend.get_portfolio_summary())
    operations = _RandomOperations(later, random.Random(2))
    for _ in range(20):
        await operations.step()
    await reading
    await recount(later)
    await assert_counted(later)


async def test_a_lost_count_has_everything_counted_anew(rig: Rig) -> None:
    """Until that is done, readers see the last whole count."""
    for each in (A, B):
        await rig.create(each)
        rig.chain.set_tokens(each, mint=5)
        await rig.refresh(each)
    assert await amounts(rig) == {address("mint"): "10"}
    wallet = await rig.stored(A)
    assert wallet.holdings is not None
    await rig.store.store.commit([Delete(Chunk, Chunk.key_of(A, wallet.holdings.ref, 0))])
    rig.chain.set_tokens(A, mint=7)
    rig.chain.slot += 1
    await rig.refresh(A, TOKENS)
    assert await epochs_of(rig) == [1, 2]
    await recount(rig)
    assert await epochs_of(rig) == [2, 2]
    await assert_counted(rig)
    rig.clock.move(minutes=5)
    assert await amounts(rig) == {address("mint"): "12"}
    await rig.backend._housekeeping.sweep()
    assert not await counters(rig.store.store, 1)


async def test_wallets_are_counted_anew_twenty_in_a_commit_and_alone_where_one_was_changed(rig: Rig) -> None:
    addresses = [await _with_tokens(rig, number) for number in range(50)]
    await rig.launched(addresses[3], address("mint"))
    await recount(rig)
    await ask_for_recount(rig.context, apart=timedelta(0))
    assert await epochs_of(rig) == [1, 2]
    other, sizes = rig.again(), Counter[int]()

    async def change_one(method: str, writes: object) -> None:
        if method == "commit" and isinstance(writes, Sequence):
            wallets = [write.record for write in writes if isinstance(write, Put) and isinstance(write.record, Wallet)]
            sizes[len(wallets)] += 1
            if sizes[20] == 1 and len(wallets) == 20:  # after it was read, and before it is counted
                await other.put(wallets[7].wallet_address, label="changed meanwhile")

    rig.store.before = change_one
    await recount(rig)
    assert (sizes[20], sizes[10], sizes[1]) == (2, 1, 20)
    await assert_counted(rig)


async def _with_tokens(rig: Rig, number: int) -> str:
    each = real_address(number)
    await rig.create(each)
    rig.chain.set_tokens(each, mint=number + 1)
    await rig.refresh(each)
    return each


async def count_as_an_earlier_version(rig: Rig, address: str) -> None:
    """What it counts of a wallet tells no balances by status."""
    (increment,) = counted(None, await rig.stored(address), START)
    (stored,) = await rig.store.store.get_many(CounterShard, [increment.key])
    assert stored is not None
    counts = {name: n for name, n in stored.record.counts.items() if not name.startswith(("status_high", "status_low"))}
    await rig.store.store.commit([Put(replace(stored.record, counts=counts), stored.version)])


async def test_what_an_earlier_version_counted_has_no_balances_by_status_until_it_is_counted_anew(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.lamports[A] = 5
    await rig.refresh(A)
    await recount(rig)
    await count_as_an_earlier_version(rig, A)
    rig.clock.move(RECOUNTS_APART.total_seconds())
    summary = (await rig.backend.get_portfolio_summary()).value
    assert (summary.total_balance_lamports, summary.balance_sol_by_status) == ("5", None)
    assert await epochs_of(rig) == [1, 2]
    await recount(rig)
    await assert_counted(rig)
    rig.clock.move(minutes=2)
    balances = (await rig.backend.get_portfolio_summary()).value.balance_sol_by_status
    assert balances is not None
    assert balances.model_dump() == {
        "UNFUNDED": "0.000000005",
        "FUNDED": "0",
        "LAUNCHED": "0",
        "ARCHIVED": "0",
        "UNKNOWN": "0",
    }


async def test_however_often_readers_find_counts_wrong_all_is_counted_anew_once_in_a_while(rig: Rig) -> None:
    """While servers of an earlier version run beside this one, what is counted anew lacks something at once."""
    await rig.create(A)
    rig.chain.lamports[A] = 5
    await rig.refresh(A)
    await recount(rig)
    for number in (1, 2):
        await count_as_an_earlier_version(rig, A)
        since = (await epochs(rig.context, fresh=True)).since
        assert since is not None
        rig.clock.move((since + RECOUNTS_APART - rig.clock.now()).total_seconds() - 1)
        for server in (rig, rig.again(), rig):
            summary = (await server.backend.get_portfolio_summary()).value
            assert (summary.total_balance_lamports, summary.balance_sol_by_status) == ("5", None)
        assert await epochs_of(rig) == [number, number]
        rig.clock.move(1)
        for server in (rig, rig.again(), rig):
            await server.backend.get_portfolio_summary()
        assert await epochs_of(rig) == [number, number + 1]
        await recount(rig)
        await assert_counted(rig)


@pytest.mark.parametrize("change", ["update", "refresh", "delete", "launch", "remove the launch"])
async def test_a_wallet_read_without_what_it_was_counted_for(rig: Rig, change: str) -> None:
    """As a store gives one whose figures can't be true (`backends.real.implausible_readings`)."""
    for each in (A, B):
        await rig.create(each)
        await rig.refresh(each)
    launched = [await rig.launched(A, address("mint"))] if change == "remove the launch" else []
    before = (await rig.backend.get_portfolio_summary()).value
    wallet = await rig.stored(A)
    unread = replace(wallet.parts, sol_balance=type(wallet.parts.sol_balance)())
    repaired = replace(wallet, parts=unread, last_balance_lamports=None, counted_in=0)
    await rig.store.store.commit([Put(repaired)])
    if change == "update":
        body = UpdateWalletRequest(label="x", notes=None, tags=[], status_override=None)
        await rig.backend.update_wallet(wallet_address=A, body=body, if_match=None)
    elif change == "refresh":
        await rig.refresh(A)
    elif change == "launch":
        await rig.launched(A, address("mint"))
    elif launched:
        await rig.backend.delete_launch(launch_id=launched[0].value.launch_id)
    else:
        await rig.delete(A)
    assert await epochs_of(rig) == [1, 2]
    await recount(rig)
    await assert_counted(rig)
    rig.clock.move(minutes=5)
    after = (await rig.backend.get_portfolio_summary()).value
    assert after.total_wallets == before.total_wallets - (change == "delete")
    assert after.wallets_missing == (change not in ("refresh", "delete"))


async def test_deleting_a_wallet_whose_holdings_are_lost(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, mint=5)
    await rig.refresh(A)
    await amounts(rig)
    wallet = await rig.stored(A)
    assert wallet.holdings is not None
    await rig.store.store.commit([Delete(Chunk, Chunk.key_of(A, wallet.holdings.ref, 0))])
    await rig.delete(A)
    assert await epochs_of(rig) == [1, 2]
    await recount(rig)
    rig.clock.move(minutes=5)
    assert await amounts(rig) == {}


async def test_a_counter_that_can_not_be_read_is_made_anew(rig: Rig) -> None:
    await rig.create(A)
    await rig.backend.get_portfolio_summary()
    key = counted(None, await rig.stored(A), START)[0].key

    class Damaged(HookedStore):
        async def get_many(self, kind: Any, keys: Any) -> Any:
            found = await super().get_many(kind, keys)
            return [None if name == key else each for name, each in zip(keys, found, strict=True)]

    rig.store.__class__ = Damaged
    await refused(rig.backend.get_portfolio_summary(), ProblemCode.store_unavailable)
    await recount(rig)
    rig.clock.move(minutes=2)
    assert (await rig.backend.get_portfolio_summary()).value.total_wallets == 1


async def test_a_commit_that_fails_counts_nothing(rig: Rig) -> None:
    await rig.create(A, tags=["x"])
    await rig.backend.get_portfolio_summary()

    async def fail(method: str, _: object) -> None:
        if method == "commit":
            raise StoreUnavailable

    rig.store.before = fail
    for call in (rig.create(B), rig.put(A, tags=["y"]), rig.delete(A), rig.launched(A, address("m"))):
        await refused(call, ProblemCode.store_unavailable)
    rig.store.before = None
    await assert_counted(rig)


async def sold(rig: Rig) -> CounterCleanup:
    """Three wallets sold a mint, which was counted in one document when they bought it and in another one then, as when
    many are refreshed together.
    """
    for each in (A, B, C):
        await rig.create(each)
        rig.chain.set_tokens(each, mint=2**40, other=1)
        await rig.refresh(each)
        rig.chain.slot += 1
    for each in (A, B, C):
        rig.chain.set_tokens(each, other=1)
        await rig.refresh(each)
    await amounts(rig)
    bought = {f"wallets:{address('mint')}": 3, f"high:{address('mint')}": 3 * 2**8}
    one, other = shard_keys("tokens", 1)[:2]
    await rig.store.store.commit(
        [Increment(one, bought), Increment(other, {name: -number for name, number in bought.items()})]
    )
    return CounterCleanup(rig.context)


async def counted_names(rig: Rig) -> list[str]:
    return [
        name
        async for page in scan(rig.store.store, queries.counter_shards())
        for stored in page
        for name in [*stored.record.counts, *stored.record.texts]
    ]


async def test_mints_that_nobody_holds_are_dropped(rig: Rig) -> None:
    cleanup = await sold(rig)
    await cleanup.run()
    assert {address("mint")} == {name for name in await counted_names(rig) if address("mint") in name}  # its texts
    await cleanup.run()
    assert not any(address("mint") in name for name in await counted_names(rig))
    assert any(address("other") in name for name in await counted_names(rig))
    await assert_counted(rig)


async def test_two_processes_clean_up_at_once(rig: Rig) -> None:
    await sold(rig)
    for _ in range(3):
        both = [CounterCleanup(rig.context).run() for _ in range(2)]
        await asyncio.gather(*both, return_exceptions=True)
        await assert_counted(rig)
    await CounterCleanup(rig.context).run()
    await CounterCleanup(rig.context).run()
    assert not any(address("mint") in name for name in await counted_names(rig))


@pytest.mark.parametrize("run", [1, 2])
async def test_what_is_counted_during_a_cleanup_is_kept(run: int) -> None:
    """Whenever it comes: before any read and any commit of either step."""
    for moment in itertools.count(1):
        world = Rig()
        cleanup = await sold(world)
        if run == 2:
            await cleanup.run()
        calls = itertools.count(1)

        async def buy(_: str, __: object, world: Rig = world, calls: Any = calls, moment: int = moment) -> None:
            if next(calls) == moment:
                world.store.before = None
                world.chain.slot += 1
                world.chain.set_tokens(B, mint=5, other=1)
                await world.refresh(B)

        world.store.before = buy
        with suppress(VersionConflict):
            await cleanup.run()
        is_over = next(calls) <= moment
        world.store.before = None
        for _ in range(2):
            await cleanup.run()
        await assert_counted(world)
        if is_over:
            break
        world.clock.move(minutes=5)
        page = (await world.backend.list_portfolio_tokens(page_size=50, page_token=None)).value
        bought = next(each for each in page.items if each.mint_address == address("mint"))
        assert (bought.amount, bought.decimals) == ("5", 6)
    assert moment > 2 * len(shard_keys("tokens", 1))


async def test_a_cleanup_takes_as_many_commits_as_it_needs(rig: Rig) -> None:
    """And leaves alone what does not add up."""
    shards = shard_keys("tokens", 1)
    await rig.create(A)
    await rig.backend.get_portfolio_summary()
    for number in range(0, MAX_COUNTERS * 2, 100):
        names = [f"wallets:{address(f'm{each}')}" for each in range(number, number + 100)]
        texts = {name.partition(":")[2]: "[null,null,6,null]" for name in names}
        for shard, sign in zip(shards, (1, -1), strict=False):
            await rig.store.store.commit([Increment(shard, dict.fromkeys(names, sign), texts)])
    lost = {f"wallets:{address('lost')}": 1, f"low:{address('lost')}": 3}
    await rig.store.store.commit([Increment(shards[2], lost), Increment(shards[3], {next(iter(lost)): -1})])
    cleanup = CounterCleanup(rig.context)
    for _ in range(3):
        await cleanup.run()
    left = [stored.record for stored in await rig.store.store.get_many(CounterShard, shards) if stored is not None]
    assert {name for shard in left for name in (*shard.counts, *shard.texts)} == {*lost}


async def test_earlier_epochs_are_removed_once(rig: Rig) -> None:
    await rig.create(A)
    await rig.backend.get_portfolio_summary()
    await rig.store.store.commit([Put(CounterShard(name=key)) for key in shard_keys("wallets", 0)])
    cleanup = CounterCleanup(rig.context)
    rig.clock.move(minutes=5)
    await cleanup.run()
    assert not await rig.store.store.existing(CounterShard, shard_keys("wallets", 0))
    scans: list[str] = []

    async def note(method: str, _: object) -> None:
        scans.append(method)

    rig.store.before = note
    await cleanup.run()
    assert "query_filtered" not in scans
    await assert_counted(rig)


async def test_a_wallet_with_very_many_mints_is_read_when_totals_are_asked_for(rig: Rig) -> None:
    await rig.create(A)
    await rig.create(B)
    rig.chain.set_tokens(A, **{f"m{number}": 1 for number in range(LARGE + 1)})
    rig.chain.set_tokens(B, m0=1, m1=1)
    await rig.refresh(A)
    await rig.refresh(B)
    found = await amounts(rig)
    assert len(found) == LARGE + 1
    assert (found[address("m0")], found[address("m2")]) == ("2", "1")
    rig.chain.slot += 1
    rig.chain.set_tokens(A, **{f"m{number}": 1 for number in range(LARGE)})
    await rig.refresh(A)
    await assert_counted(rig)
    rig.clock.move(minutes=5)
    assert len(await amounts(rig)) == LARGE


async def test_an_import_with_more_tags_than_a_commit_can_count(rig: Rig) -> None:
    await rig.backend.get_portfolio_summary()
    wallets = [
        ImportWallet(wallet_address=real_address(number), tags=[f"{number}-{tag}" for tag in range(20)])
        for number in range(100)
    ]
    answer = await rig.backend.import_wallets(
        body=ImportWalletsRequest(wallets=wallets, dry_run=False), idempotency_key=None
    )
    assert answer.value.created == 100, answer.value
    await recount(rig)
    await assert_counted(rig)
    rig.clock.move(minutes=5)
    assert (await rig.backend.get_portfolio_summary()).value.total_wallets == 100


def test_a_commit_names_no_more_counters_than_stores_take() -> None:
    changes = CounterChanges()
    for number in range(1000):
        changes.wallet(None, make.wallet(f"a{number}", tags=(f"t{number}",), counted_in=1), START)
    with pytest.raises(TooManyCounters):
        changes.writes()


async def amounts(rig: Rig) -> dict[str, str]:
    found: dict[str, str] = {}
    token = None
    while True:
        page = (await rig.backend.list_portfolio_tokens(page_size=200, page_token=token)).value
        found |= {item.mint_address: item.amount for item in page.items}
        token = page.next_page_token
        if token is None:
            return found
