"""What every `ShardQueue` must do, and what one that several processes share must do besides."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from backends.errors import StoreUnavailable
from backends.orchestrator.ports import ShardLeased, ShardQueue
from tests.support.load import LOAD_SECONDS

OPERATION = "op_0123456789abcdef0123456789abcdef"
LEASE = 2.0  # seconds; a worker tells that it lives four times in it

LONG_LEASE = pytest.mark.parametrize("lease", [600.0])

Make = Callable[[int], ShardQueue]
"""A queue of so many workers; all of one test share their shards, where they can."""


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must come about."""
    deadline = time.monotonic() + LOAD_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.01)


class RecordingWorker:
    """A worker that records what came, and what is under way. Work waits for `release` if there is one."""

    def __init__(self, release: asyncio.Event | None = None) -> None:
        self.came: list[tuple[str, int]] = []
        self.done: Counter[int] = Counter()
        self.cancelled: Counter[int] = Counter()
        self.now, self.most = 0, 0
        self.release = release

    async def work(self, operation_id: str, index: int) -> None:
        self.came.append((operation_id, index))
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            if self.release is not None:
                await self.release.wait()
            await asyncio.sleep(0.01)
            self.done[index] += 1
        except asyncio.CancelledError:
            self.cancelled[index] += 1
            raise
        finally:
            self.now -= 1


class ShardQueueSuite:
    """Subclasses give `open_queue`, which makes queues of that lease (seconds) that have not been started."""

    @pytest.fixture
    def lease(self) -> float:
        return LEASE

    @pytest.fixture
    def open_queue(self) -> Make:
        raise NotImplementedError

    @pytest.fixture
    async def make(self, open_queue: Make) -> AsyncIterator[Make]:
        made: list[ShardQueue] = []

        def one(workers: int) -> ShardQueue:
            made.append(open_queue(workers))
            return made[-1]

        yield one
        for queue in made:
            await queue.aclose()

    async def test_every_shard_is_worked_on(self, make: Make) -> None:
        worker, queue = RecordingWorker(), make(2)
        await queue.start(worker.work)
        for index in range(20):
            await queue.send(OPERATION, index)
        await until(lambda: sum(worker.done.values()) == 20)
        assert sorted(worker.came) == [(OPERATION, index) for index in range(20)]

    async def test_no_more_at_once_than_there_are_workers(self, make: Make) -> None:
        worker, queue = RecordingWorker(), make(3)
        await queue.start(worker.work)
        for index in range(12):
            await queue.send(OPERATION, index)
        await until(lambda: sum(worker.done.values()) == 12)
        assert worker.most == 3

    async def test_a_shard_sent_twice_while_it_waits_is_harmless(self, make: Make) -> None:
        release = asyncio.Event()
        worker, queue = RecordingWorker(release), make(1)
        await queue.start(worker.work)
        for index in (0, 1, 1, 0, 2):
            await queue.send(OPERATION, index)
        await until(lambda: worker.now == 1)
        release.set()
        await until(lambda: set(worker.done) == {0, 1, 2})
        assert sum(worker.done.values()) <= 5

    async def test_a_shard_may_be_sent_again_when_it_is_done(self, make: Make) -> None:
        worker, queue = RecordingWorker(), make(1)
        await queue.start(worker.work)
        await queue.send(OPERATION, 7)
        await until(lambda: worker.done[7] == 1)
        await asyncio.sleep(LEASE * 1.2)  # within the lease it may be taken for a repetition
        await queue.send(OPERATION, 7)
        await until(lambda: worker.done[7] == 2)

    @pytest.mark.parametrize(
        "error",
        [StoreUnavailable(), ShardLeased(), ZeroDivisionError("by surprise")],
        ids=["known", "held", "unknown"],
    )
    async def test_work_that_fails_does_not_hurt_the_next(self, make: Make, error: Exception) -> None:
        worker, failed = RecordingWorker(), Counter[int]()

        async def work(operation_id: str, index: int) -> None:
            if index < 2 and not failed[index]:
                failed[index] += 1
                raise error
            await worker.work(operation_id, index)

        queue = make(2)
        await queue.start(work)
        for index in range(6):
            await queue.send(OPERATION, index)
        await until(lambda: set(worker.done) >= {2, 3, 4, 5})
        assert set(failed) == {0, 1}

    async def test_closing_stops_what_is_under_way_within_seconds(self, make: Make) -> None:
        worker, queue = RecordingWorker(asyncio.Event()), make(2)
        await queue.start(worker.work)
        for index in range(4):
            await queue.send(OPERATION, index)
        await until(lambda: worker.now == 2)
        await asyncio.wait_for(queue.aclose(), LOAD_SECONDS)
        assert worker.now == 0
        assert sum(worker.cancelled.values()) == 2
        await asyncio.sleep(0.1)
        assert len(worker.came) == 2, "nothing begins any more"

    async def test_work_may_take_its_time_to_stop(self, make: Make) -> None:
        handed_back = asyncio.Event()
        begun = asyncio.Event()

        async def work(operation_id: str, index: int) -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await asyncio.sleep(0.2)  # storing what was done
                handed_back.set()
                raise

        queue = make(1)
        await queue.start(work)
        await queue.send(OPERATION, 0)
        await begun.wait()
        await queue.aclose()
        assert handed_back.is_set()

    async def test_closing_twice_or_without_a_start(self, make: Make) -> None:
        queue = make(1)
        await queue.aclose()
        queue = make(1)
        await queue.start(RecordingWorker().work)
        await queue.aclose()
        await queue.aclose()

    async def test_sending_before_the_start_is_kept_or_refused(self, make: Make) -> None:
        worker, queue = RecordingWorker(), make(1)
        kept = True
        try:
            await queue.send(OPERATION, 0)
        except StoreUnavailable:
            kept = False
        await queue.start(worker.work)
        if kept:
            await until(lambda: worker.done[0] == 1)
        await queue.send(OPERATION, 1)
        await until(lambda: worker.done[1] == 1)


class SharedShardQueueSuite(ShardQueueSuite):
    """A queue between processes: what a worker does not finish, another one gets."""

    async def test_who_only_sends_works_on_nothing(self, make: Make) -> None:
        idle, busy = RecordingWorker(), RecordingWorker()
        sender, worker = make(0), make(2)
        await sender.start(idle.work)
        await worker.start(busy.work)
        for index in range(8):
            await sender.send(OPERATION, index)
        await until(lambda: len(busy.done) == 8)
        assert not idle.came

    async def test_shards_sent_before_a_worker_is_there_wait_for_it(self, make: Make) -> None:
        sender, worker = make(0), RecordingWorker()
        await sender.start(worker.work)
        await sender.send(OPERATION, 0)
        await sender.aclose()
        await make(1).start(worker.work)
        await until(lambda: worker.done[0] == 1)

    async def test_two_workers_share_the_shards(self, make: Make) -> None:
        workers = RecordingWorker(), RecordingWorker()
        for worker in workers:
            await make(2).start(worker.work)
        sender = make(0)
        await sender.start(RecordingWorker().work)
        for index in range(40):
            await sender.send(OPERATION, index)
        await until(lambda: sum(len(worker.done) for worker in workers) == 40)
        assert all(len(worker.done) > 5 for worker in workers)
        assert sum(sum(worker.done.values()) for worker in workers) == 40

    @LONG_LEASE
    async def test_a_repetition_within_the_lease_is_dropped(self, make: Make) -> None:
        worker, queue = RecordingWorker(), make(1)
        await queue.start(worker.work)
        for _ in range(5):
            await queue.send(OPERATION, 0)
        await until(lambda: worker.done[0] == 1)
        await asyncio.sleep(0.2)
        assert len(worker.came) == 1

    async def test_work_longer_than_the_lease_stays_with_its_worker(self, make: Make) -> None:
        release = asyncio.Event()
        slow, other = RecordingWorker(release), RecordingWorker()
        queue = make(1)
        await queue.start(slow.work)
        await queue.send(OPERATION, 0)
        await until(lambda: slow.now == 1)
        await make(1).start(other.work)
        await asyncio.sleep(LEASE * 2.5)
        release.set()
        await until(lambda: slow.done[0] == 1)
        await asyncio.sleep(LEASE * 1.5)
        assert not other.came
        assert len(slow.came) == 1

    @LONG_LEASE  # so that nothing but the closing gives them to another
    async def test_what_a_closing_worker_had_goes_to_another_at_once(self, make: Make) -> None:
        held, worker = RecordingWorker(asyncio.Event()), RecordingWorker()
        closing = make(2)
        await closing.start(held.work)
        for index in range(3):
            await closing.send(OPERATION, index)
        await until(lambda: held.now == 2)
        await make(2).start(worker.work)
        await until(lambda: len(worker.done) == 1)
        await closing.aclose()
        await until(lambda: len(worker.done) == 3)

    @pytest.mark.parametrize("error", [StoreUnavailable(), ShardLeased()], ids=["failed", "held by another"])
    async def test_work_that_was_not_done_is_delivered_again(self, make: Make, error: Exception) -> None:
        tries: list[float] = []

        async def work(operation_id: str, index: int) -> None:
            tries.append(time.monotonic())
            if len(tries) < 3:
                raise error

        queue = make(1)
        await queue.start(work)
        await queue.send(OPERATION, 0)
        await until(lambda: len(tries) == 3)
        assert tries[1] - tries[0] > 0.5, "a store that is down is not hammered"
        await asyncio.sleep(LEASE * 1.5)
        assert len(tries) == 3
