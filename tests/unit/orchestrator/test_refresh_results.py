"""The results of a refresh-all: pages, and a stream that can be taken up anywhere (rule 8)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from backends.answers import ServerEvent
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import RefreshShard
from generated_models import OperationState, ProblemCode, RefreshItemResult, RefreshOperation
from tests.support.counting_store import CountingStore
from tests.support.fakes import address
from tests.support.rig import Rig, refused, turns, with_policy


async def events(rig: Rig, operation_id: str, last_event_id: str | None = None) -> AsyncIterator[ServerEvent]:
    answer = await rig.backend.stream_refresh_events(operation_id=operation_id, last_event_id=last_event_id)
    return answer.value


async def all_events(rig: Rig, operation_id: str, last_event_id: str | None = None) -> list[ServerEvent]:
    return [event async for event in await events(rig, operation_id, last_event_id)]


async def operation_over(rig: Rig, wallets: int) -> str:
    await rig.create_many(wallets)
    async with rig.running():
        return (await rig.finished((await rig.refresh_all()).operation_id)).operation_id


def addresses_in(stream: list[ServerEvent]) -> list[str]:
    return [
        RefreshItemResult.model_validate_json(event.data).wallet_address for event in stream if event.event == "result"
    ]


@pytest.mark.parametrize("size", [1, 7, 10, 35, 200])
async def test_pages_hold_each_result_once(size: int) -> None:
    rig = Rig(policy=with_policy(shard_wallets=10))
    operation_id = await operation_over(rig, 35)
    found = [item.wallet_address for item in await rig.results(operation_id, size)]
    assert len(found) == 35
    assert set(found) == {address(f"many {number}") for number in range(35)}
    page = await rig.backend.list_refresh_results(operation_id=operation_id, only=None, page_size=size, page_token=None)
    assert page.value.total_size == 35
    assert (page.value.next_page_token is None) is (size >= 35)


async def test_a_page_never_has_more_than_its_total() -> None:
    """Also when results come while it is made."""
    rig = Rig(policy=with_policy(shard_wallets=10))
    addresses = await rig.create_many(20)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    elsewhere = rig.again()
    left = [1, 0]

    async def finish_a_shard(method: str, _: object) -> None:
        if method in ("get_many", "sums") and left:
            await elsewhere.backend._recovery.work(operation_id, left.pop())

    rig.store.before = finish_a_shard
    answer = await rig.backend.list_refresh_results(operation_id=operation_id, only=None, page_size=50, page_token=None)
    assert left == []
    assert 0 < len(answer.value.items) <= (answer.value.total_size or 0)


async def test_what_was_under_way_when_it_was_cancelled_is_listed() -> None:
    rig = Rig(policy=with_policy(shard_wallets=10))
    addresses = await rig.create_many(20)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    elsewhere = rig.again()

    async def cancel_just_before(_: str, writes: Sequence[Write]) -> None:
        if any(
            isinstance(write, Put) and isinstance(write.record, RefreshShard) and write.record.results
            for write in writes
        ):
            rig.store.before = None
            await elsewhere.backend.cancel_refresh_operation(operation_id=operation_id, idempotency_key=None)

    rig.store.before = cancel_just_before
    await rig.backend._recovery.work(operation_id, 0)
    counted = (await rig.backend.get_refresh_operation(operation_id=operation_id)).value.done
    answer = await rig.backend.list_refresh_results(operation_id=operation_id, only=None, page_size=50, page_token=None)
    assert len(answer.value.items) > counted
    assert answer.value.total_size == len(answer.value.items)


async def test_a_page_token_belongs_to_its_operation(rig: Rig) -> None:
    first = await operation_over(rig, 5)
    async with rig.running():
        second = (await rig.finished((await rig.refresh_all()).operation_id)).operation_id
    page = (await rig.backend.list_refresh_results(operation_id=first, only=None, page_size=2, page_token=None)).value
    assert page.next_page_token
    foreign = rig.backend.list_refresh_results(
        operation_id=second, only=None, page_size=2, page_token=page.next_page_token
    )
    await refused(foreign, ProblemCode.invalid_page_token)
    wallets = rig.page(size=2, token=page.next_page_token)
    await refused(wallets, ProblemCode.invalid_page_token)


async def test_a_stream_shows_every_result_and_ends() -> None:
    rig = Rig(policy=with_policy(shard_wallets=10))
    operation_id = await operation_over(rig, 35)
    stream = await all_events(rig, operation_id)
    assert sorted(addresses_in(stream)) == sorted(address(f"many {number}") for number in range(35))
    assert stream[-1].event == "done"
    operation = RefreshOperation.model_validate_json(stream[-1].data)
    assert (operation.state, operation.done) == (OperationState.COMPLETED, 35)
    assert all(event.id for event in stream)


async def test_a_stream_can_be_taken_up_after_any_event() -> None:
    rig = Rig(policy=with_policy(shard_wallets=10))
    operation_id = await operation_over(rig, 35)
    stream = await all_events(rig, operation_id)
    for seen, event in enumerate(stream):
        rest = await all_events(rig.again(), operation_id, event.id)  # whichever process answers
        assert addresses_in(stream[: seen + 1]) + addresses_in(rest) == addresses_in(stream)
        assert rest[-1].event == "done"


async def test_a_stream_follows_a_running_operation_and_survives_reconnection() -> None:
    rig = Rig(policy=with_policy(shard_wallets=10))
    addresses = await rig.create_many(45)
    hold = rig.chain.hold("getTokenAccountsByOwner", subject=addresses[44])
    seen: list[ServerEvent] = []
    async with rig.running():
        operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
        last: str | None = None
        for _ in range(40):  # connections that break after a few events
            number = 0
            async for event in await events(rig, operation_id, last):
                seen.append(event)
                last = event.id
                number += 1
                rig.clock.move(1)
                await turns()
                if number == 5:
                    break
            if len(addresses_in(seen)) >= 44:
                hold.release.set()
            if seen[-1].event == "done":
                break
    assert seen[-1].event == "done"
    assert sorted(addresses_in(seen)) == sorted(addresses)
    progress = [json.loads(event.data)["done"] for event in seen if event.event == "progress"]
    assert progress
    assert progress == sorted(progress)
    assert progress[-1] < 45


async def reads_of_streams(count: int) -> int:
    """What watching an operation costs whose last wallet takes a hundred polls."""
    store = CountingStore(MemoryWalletsDataService())
    rig = Rig(store=store, policy=with_policy(shard_wallets=10, stream_poll=timedelta(seconds=1)))
    addresses = await rig.create_many(45)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    for index in range(4):
        await rig.backend._recovery.work(operation_id, index)
    before = store.reads
    watching = [asyncio.create_task(all_events(rig, operation_id)) for _ in range(count)]
    await asyncio.sleep(100)
    await rig.backend.cancel_refresh_operation(operation_id=operation_id, idempotency_key=None)
    streams = await asyncio.gather(*watching)
    assert all(sorted(addresses_in(stream)) == sorted(addresses[:40]) for stream in streams)
    assert all([event.event for event in stream].count("progress") == 1 for stream in streams)
    return store.reads - before


async def test_what_watching_costs_does_not_grow_with_those_who_watch() -> None:
    """Nor much with the time in which nothing happens: an operation and one sum a poll."""
    alone, together = await reads_of_streams(1), await reads_of_streams(50)
    assert alone < 100 * 2 + 100
    assert together <= 2 * alone + 50  # one of them looks every half a poll; each asks once whether there is one


async def test_the_stream_of_a_cancelled_operation_ends_with_all_its_results() -> None:
    """Also when shards far apart have results and those in between have none."""
    rig = Rig(policy=with_policy(shard_wallets=1))
    addresses = await rig.create_many(60)
    operation_id = (await rig.refresh_all(addresses=addresses)).operation_id
    for index in (0, 50):
        await rig.backend._recovery.work(operation_id, index)
    await rig.backend.cancel_refresh_operation(operation_id=operation_id, idempotency_key=None)
    stream = await all_events(rig, operation_id)
    assert addresses_in(stream) == [addresses[0], addresses[50]]
    assert addresses_in(stream) == [item.wallet_address for item in await rig.results(operation_id)]
    assert stream[-1].event == "done"


@pytest.mark.parametrize("garbage", ["", "x", "1;2", "1;a:b", ";", "1;2:3:4", "-3", "0;-1:-1", "9" * 5000])
async def test_an_id_that_no_stream_gave_means_the_beginning(rig: Rig, garbage: str) -> None:
    operation_id = await operation_over(rig, 3)
    assert await all_events(rig, operation_id, garbage) == await all_events(rig, operation_id)


async def test_an_id_from_beyond_the_end_is_harmless(rig: Rig) -> None:
    operation_id = await operation_over(rig, 1)
    for far in ("999999", "0;999:5", "0;0:7"):
        stream = await all_events(rig, operation_id, far)
        assert stream[-1].event == "done"
        assert len(addresses_in(stream)) <= 1
