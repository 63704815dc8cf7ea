"""The shards of refresh-all over NATS JetStream: one work queue that servers fill and workers on many machines empty.

The client, `nats-py`, is the extra `distributed`; this module and `nats_client` are the only ones that import it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StreamConfig
from nats.js.errors import APIError, BadRequestError, NoStreamResponseError

from backends.errors import BackendError, StoreUnavailable
from backends.orchestrator.ports import ShardLeased

from .nats_client import NatsClient
from .nats_urls import parse_urls

_log = logging.getLogger(__name__)

CONNECT_SECONDS = 3
_RECONNECT_SECONDS = 0.5
_PAUSE_SECONDS = 1.0
_PULL_SECONDS = 5.0
_HEARTBEATS_A_LEASE = 4
_KEPT = timedelta(days=1)
_STREAM_EXISTS = 10058  # JetStream's code for "in use with a different configuration"
_DOWN = (NatsError, OSError, TimeoutError)

Work = Callable[[str, int], Awaitable[None]]


@dataclass(frozen=True)
class _Connection:
    client: NatsClient
    js: JetStreamContext


class JetStreamShardQueue:
    """`ShardQueue` on a JetStream work queue, shared by everybody who names the same `stream`.

    A message stays with its worker while the work runs (heartbeats extend its lease), is acknowledged when the work
    returned, and is delivered again when it raised or its worker died.

    Args:
        url: `nats://host:port` or `tls://...`, several separated by commas; the first one's user and password, or
            token, serve for all. They appear in no log: the client is given them apart from the address.
        workers: how many shards this process works on at the same time; 0 to send only, as a server does whose
            workers are other processes.
        lease: how long a worker may be silent before its shards go to another.
        stream: the name of the stream, its subject and its consumer: one an installation.

    Raises:
        ValueError: the URL is none. The message doesn't quote it.
    """

    delivers_here = False

    def __init__(self, url: str, workers: int, lease: timedelta, *, stream: str = "wallet_refresh") -> None:
        self._servers, self._login = parse_urls(url)
        self._workers, self._lease, self._stream = workers, lease.total_seconds(), stream
        self._connection: _Connection | None = None
        self._receiving: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def start(self, work: Work) -> None:
        """See `ShardQueue`. Raises `StoreUnavailable` while the server can't be reached."""
        client = NatsClient()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.connect(
                    self._servers,
                    connect_timeout=CONNECT_SECONDS,
                    reconnect_time_wait=_RECONNECT_SECONDS,  # type: ignore[arg-type]  # it sleeps as long: a float will do
                    max_reconnect_attempts=-1,
                    error_cb=client.attempt_failed,
                    disconnected_cb=client.disconnected,
                    reconnected_cb=client.reconnected,
                    **self._login,
                )
                connection = _Connection(client, client.jetstream())
                await self._make_stream(connection.js)
        except BaseException as error:
            await _close(client)
            if isinstance(error, _DOWN):
                raise _unreachable() from error
            raise
        self._connection = connection
        if self._workers:
            self._receiving = asyncio.ensure_future(self._receive(connection.js, work))

    async def send(self, operation_id: str, index: int) -> None:
        """See `ShardQueue`."""
        if self._connection is None:
            raise _unreachable()
        js = self._connection.js
        body = json.dumps([operation_id, index]).encode()
        # JetStream drops a message with an id that it saw within the lease: sending again is cheap.
        headers = {"Nats-Msg-Id": f"{operation_id}:{index}"}
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                try:
                    await js.publish(self._stream, body, headers=headers)
                except NoStreamResponseError:
                    await self._restore_stream(js)
                    await js.publish(self._stream, body, headers=headers)
        except _DOWN as error:
            raise _unreachable() from error

    async def aclose(self) -> None:
        """See `ShardQueue`. What is under way is cancelled and given back to the server."""
        receiving, self._receiving = self._receiving, None
        tasks = [*self._under_way, *([receiving] if receiving else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        connection, self._connection = self._connection, None
        if connection is not None:
            await _close(connection.client)

    async def _make_stream(self, js: JetStreamContext) -> None:
        """The stream and its consumer, where they are not there yet. Raises NatsError."""
        config = StreamConfig(
            name=self._stream,
            subjects=[self._stream],
            retention=RetentionPolicy.WORK_QUEUE,
            duplicate_window=self._lease,
            max_age=_KEPT.total_seconds(),
        )
        try:
            await js.add_stream(config=config)
        except BadRequestError as error:
            if error.err_code != _STREAM_EXISTS:
                raise
            _log.info("the stream %s exists with another configuration, and is used as it is", self._stream)
        consumer = ConsumerConfig(
            durable_name=self._stream, ack_policy=AckPolicy.EXPLICIT, ack_wait=self._lease, max_ack_pending=10_000
        )
        await js.add_consumer(stream=self._stream, config=consumer)

    async def _restore_stream(self, js: JetStreamContext) -> None:
        _log.warning("the queue's server has lost the stream %s; it is made again", self._stream)
        async with asyncio.timeout(CONNECT_SECONDS):
            await self._make_stream(js)

    async def _receive(self, js: JetStreamContext, work: Work) -> None:
        """Fetch a message whenever a worker is free, for ever."""
        slots = asyncio.Semaphore(self._workers)
        subscription: JetStreamContext.PullSubscription | None = None
        while True:
            await slots.acquire()
            try:
                if subscription is None:
                    subscription = await js.pull_subscribe_bind(durable=self._stream, stream=self._stream)
                [message] = await subscription.fetch(1, timeout=_PULL_SECONDS)
            except NatsTimeoutError:
                slots.release()
                await self._check_stream(js)
            except Exception as error:  # noqa: BLE001 (a worker that stopped fetching would look healthy)
                slots.release()
                _log.warning("no shards can be fetched from the queue: %s", type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)
                await self._check_stream(js)
            else:
                task = asyncio.ensure_future(self._deliver(message, work))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
                task.add_done_callback(lambda _: slots.release())

    async def _check_stream(self, js: JetStreamContext) -> None:
        """Make stream and consumer again where a server has lost them."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await js.consumer_info(self._stream, self._stream)
        except APIError:
            with suppress(*_DOWN):
                await self._restore_stream(js)
        except _DOWN:
            pass  # not connected: the client is at it

    async def _deliver(self, message: Msg, work: Work) -> None:
        """Work on a message; then acknowledge it, or have it delivered again.

        Lost on the way to the server, either comes to the same: the message is delivered again after the lease.
        """
        shard = _shard_of(message)
        if shard is None:
            _log.warning("a message of the queue names no shard; it is dropped")
            with suppress(NatsError, OSError):
                await message.term()
            return
        done = False
        try:
            async with self._heartbeats(message):
                await work(*shard)
            done = True
        except ShardLeased:
            pass
        except BackendError as error:
            _log.warning("shard %s of %s stopped: %s", shard[1], shard[0], error.code)
        except Exception:  # noqa: BLE001 (whatever it is, the next shard must not suffer)
            _log.exception("shard %s of %s stopped", shard[1], shard[0])
        finally:
            with suppress(NatsError, OSError):
                await (message.ack() if done else message.nak(delay=_PAUSE_SECONDS))

    @asynccontextmanager
    async def _heartbeats(self, message: Msg) -> AsyncIterator[None]:
        """Tell the server that the message is worked on, so that its lease doesn't run out."""

        async def beat() -> None:
            while True:
                await asyncio.sleep(self._lease / _HEARTBEATS_A_LEASE)
                with suppress(NatsError, OSError):
                    await message.in_progress()

        beats = asyncio.ensure_future(beat())
        try:
            yield
        finally:
            beats.cancel()


def _shard_of(message: Msg) -> tuple[str, int] | None:
    try:
        operation_id, index = json.loads(message.data)
    except (ValueError, TypeError):
        return None
    return (operation_id, index) if isinstance(operation_id, str) and isinstance(index, int) else None


async def _close(client: NatsClient) -> None:
    with suppress(*_DOWN):
        async with asyncio.timeout(CONNECT_SECONDS):
            await client.close()


def _unreachable() -> StoreUnavailable:
    return StoreUnavailable("The queue of the refresh workers can't be reached right now.")
