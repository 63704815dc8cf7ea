"""The engine under refresh-all: shards travel as taskiq tasks, within this process or over NATS JetStream to many.

Another broker that taskiq has an adapter for is another branch of `_broker`; another engine is another `ShardQueue`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StreamConfig
from taskiq import AsyncBroker, InMemoryBroker, TaskiqError
from taskiq.acks import AcknowledgeType
from taskiq.api import run_receiver_task
from taskiq_nats import PullBasedJetStreamBroker

from backends.errors import StoreUnavailable

_log = logging.getLogger(__name__)

_TASK = "refresh_shard"
_STREAM = "wallet_refresh"
_CONNECT_SECONDS = 3


class TaskiqShardQueue:
    """`ShardQueue` on taskiq.

    Args:
        url: `nats://host:port` of a JetStream server (it may hold credentials), or None for this process alone.
        workers: how many shards this process works on at the same time; 0 to send only, as a server does whose
        workers are other processes.
    """

    def __init__(self, url: str | None, workers: int, lease: timedelta) -> None:
        self._in_process = url is None
        self._workers = workers
        self._broker = _broker(url, lease)
        self._slots = asyncio.Semaphore(max(1, workers))
        self._under_way: set[asyncio.Task[object]] = set()
        self._queued: set[tuple[str, int]] = set()
        self._receiver: asyncio.Task[None] | None = None
        self._started = False

    async def start(self, work: Callable[[str, int], Awaitable[None]]) -> None:
        """See `ShardQueue`. Raises `StoreUnavailable` while the broker can't be reached."""

        async def refresh_shard(operation_id: str, index: int) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            try:
                async with self._slots:
                    await work(operation_id, index)
            finally:
                self._queued.discard((operation_id, index))

        self._broker.register_task(refresh_shard, task_name=_TASK)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._broker.startup()
        except (NatsError, OSError, TimeoutError) as error:
            raise _unreachable() from error
        self._started = True
        if self._workers and not self._in_process:
            self._receiver = asyncio.ensure_future(
                run_receiver_task(self._broker, max_async_tasks=self._workers, ack_time=AcknowledgeType.WHEN_EXECUTED)
            )

    async def send(self, operation_id: str, index: int) -> None:
        """See `ShardQueue`."""
        shard = operation_id, index
        task = self._broker.find_task(_TASK)
        if task is None or not self._started:
            raise _unreachable()
        if self._in_process:
            if shard in self._queued:
                return
            self._queued.add(shard)
        # JetStream drops a message with an id that it saw within the lease: sending again is cheap.
        labels = {} if self._in_process else {"Nats-Msg-Id": f"{operation_id}:{index}"}
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await task.kicker().with_labels(**labels).kiq(operation_id, index)
        except (NatsError, TaskiqError, OSError, TimeoutError) as error:
            raise _unreachable() from error

    async def aclose(self) -> None:
        """See `ShardQueue`."""
        tasks = [*self._under_way, *([self._receiver] if self._receiver else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._receiver = None
        if self._started:
            self._started = False
            await self._broker.shutdown()


def _broker(url: str | None, lease: timedelta) -> AsyncBroker:
    if url is None:
        return InMemoryBroker()
    return PullBasedJetStreamBroker(
        servers=[url],
        subject=_STREAM,
        stream_name=_STREAM,
        durable=_STREAM,
        stream_config=StreamConfig(
            name=_STREAM,
            subjects=[_STREAM],
            retention=RetentionPolicy.WORK_QUEUE,
            duplicate_window=lease.total_seconds(),
            max_age=timedelta(days=1).total_seconds(),
        ),
        consumer_config=ConsumerConfig(
            durable_name=_STREAM,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=lease.total_seconds(),
            max_ack_pending=10_000,
        ),
        pull_consume_timeout=1,
        connect_timeout=_CONNECT_SECONDS,
        max_reconnect_attempts=-1,
    )


def _unreachable() -> StoreUnavailable:
    return StoreUnavailable("The queue of the refresh workers can't be reached right now.")
