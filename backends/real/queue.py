"""The engine under refresh-all: shards travel as taskiq tasks, within this process or over NATS JetStream to many.

Another broker that taskiq has an adapter for is another branch of `_broker`; another engine is another `ShardQueue`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from nats.errors import Error as NatsError
from taskiq import AsyncBroker, BrokerMessage, TaskiqError
from taskiq.acks import AcknowledgeType
from taskiq.receiver import Receiver

from backends.errors import BackendError, StoreUnavailable
from backends.orchestrator.ports import ShardHeld

from .jetstream import CONNECT_SECONDS, FAILED, JetStreamBroker, parse_urls

_log = logging.getLogger(__name__)

_TASK = "refresh_shard"
_PAUSE_SECONDS = 1.0
_DOWN = (NatsError, TaskiqError, OSError, TimeoutError)

Work = Callable[[str, int], Awaitable[None]]


class TaskiqShardQueue:
    """`ShardQueue` on taskiq.

    Args:
        url: `nats://host:port` of a JetStream server (it may hold credentials), or None for this process alone.
        workers: how many shards this process works on at the same time; 0 to send only, as a server does whose
            workers are other processes.
        lease: how long a worker may be silent before its shards go to another.
        stream: what the queue is called on the server: one name an installation.

    Raises:
        ValueError: the URL is none. The message doesn't quote it.
    """

    def __init__(self, url: str | None, workers: int, lease: timedelta, *, stream: str = "wallet_refresh") -> None:
        if url is not None:
            parse_urls(url)
        self._url, self._workers, self._lease, self._stream = url, workers, lease, stream
        self._broker: AsyncBroker | None = None
        self._receiving: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._under_way: set[asyncio.Task[object]] = set()
        self._queued: set[tuple[str, int]] = set()

    async def start(self, work: Work) -> None:
        """See `ShardQueue`. Raises `StoreUnavailable` while the broker can't be reached."""
        broker = _LocalBroker() if self._url is None else JetStreamBroker(self._url, self._lease, self._stream)
        broker.register_task(self._task(work), task_name=_TASK)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await broker.startup()
        except BaseException as error:
            await _shut(broker)
            if isinstance(error, _DOWN):
                raise _unreachable() from error
            raise
        self._broker = broker
        if self._workers:
            self._receiving = asyncio.ensure_future(self._receive(broker))

    def _task(self, work: Work) -> Callable[[str, int], Awaitable[None]]:
        async def refresh_shard(operation_id: str, index: int) -> None:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 (a coroutine that runs has one)
            FAILED.set(True)
            if self._closing.is_set():
                return
            self._under_way.add(task)
            try:
                await work(operation_id, index)
                FAILED.set(False)
            except asyncio.CancelledError:
                task.uncancel()  # by `aclose`: the delivery is still to be given back
            except ShardHeld:
                pass
            except BackendError as error:
                _log.warning("shard %s of %s stopped: %s", index, operation_id, error.code)
            except Exception:  # noqa: BLE001 (whatever it is, the next shard must not suffer)
                _log.exception("shard %s of %s stopped", index, operation_id)
            finally:
                self._under_way.discard(task)
                self._queued.discard((operation_id, index))

        return refresh_shard

    async def _receive(self, broker: AsyncBroker) -> None:
        broker.is_worker_process = True
        while not self._closing.is_set():
            receiver = Receiver(
                broker, run_startup=False, max_async_tasks=self._workers, ack_type=AcknowledgeType.WHEN_EXECUTED
            )
            try:
                await receiver.listen(self._closing)
            except Exception:  # noqa: BLE001 (a worker that stopped listening would look healthy)
                _log.exception("listening for shards stopped; it goes on")
                await asyncio.sleep(_PAUSE_SECONDS)

    async def send(self, operation_id: str, index: int) -> None:
        """See `ShardQueue`."""
        task = self._broker.find_task(_TASK) if self._broker else None
        if task is None:
            raise _unreachable()
        labels: dict[str, str] = {}
        if self._url is None:
            if (operation_id, index) in self._queued:
                return
            self._queued.add((operation_id, index))
        else:
            # JetStream drops a message with an id that it saw within the lease: sending again is cheap.
            labels = {"Nats-Msg-Id": f"{operation_id}:{index}"}
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await task.kicker().with_labels(**labels).kiq(operation_id, index)
        except _DOWN as error:
            raise _unreachable() from error

    async def aclose(self) -> None:
        """See `ShardQueue`."""
        self._closing.set()
        for task in list(self._under_way):
            task.cancel()
        if self._receiving is not None:
            await asyncio.gather(self._receiving, return_exceptions=True)
            self._receiving = None
        broker, self._broker = self._broker, None
        if broker is not None:
            await _shut(broker)


class _LocalBroker(AsyncBroker):
    """Messages within this process. Nothing is kept: what a dead process had is sent again."""

    def __init__(self) -> None:
        super().__init__()
        self._messages: asyncio.Queue[bytes] = asyncio.Queue()

    async def kick(self, message: BrokerMessage) -> None:
        self._messages.put_nowait(message.message)

    async def listen(self) -> AsyncGenerator[bytes, None]:
        while True:
            yield await self._messages.get()


async def _shut(broker: AsyncBroker) -> None:
    with suppress(*_DOWN):
        async with asyncio.timeout(CONNECT_SECONDS):
            await broker.shutdown()


def _unreachable() -> StoreUnavailable:
    return StoreUnavailable("The queue of the refresh workers can't be reached right now.")
