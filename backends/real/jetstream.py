"""The NATS JetStream broker of taskiq, made to lose no message and to heal by itself.

What taskiq-nats leaves to chance: a message whose task takes longer than the ack wait is delivered again and again, one
whose task failed counts as done, and a stream that is gone ends the listening.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StreamConfig
from nats.js.errors import APIError, NoStreamResponseError
from taskiq import AckableMessage, BrokerMessage
from taskiq_nats import PullBasedJetStreamBroker

_log = logging.getLogger(__name__)

CONNECT_SECONDS = 3
_RECONNECT_SECONDS = 0.5
_PAUSE_SECONDS = 1.0
_PULL_SECONDS = 5.0
_BEATS_A_LEASE = 4
_KEPT = timedelta(days=1)
_SCHEMES = {"nats", "tls"}

FAILED: ContextVar[bool] = ContextVar("failed", default=False)
"""Set by a task that is to be delivered again, at once if it was cancelled."""


class JetStreamBroker(PullBasedJetStreamBroker):
    """One work queue, shared by everybody who names the same `stream`.

    Args:
        url: `nats://host:port` or `tls://...`, several separated by commas; the first one's user and password, or
            token, serve for all. They appear in no log: the client is given them apart from the address.
        lease: how long a worker may be silent before its message goes to another.
        stream: the name of the stream, its subject and its consumer.

    Raises:
        ValueError: the URL is none. The message doesn't quote it.
    """

    def __init__(self, url: str, lease: timedelta, stream: str) -> None:
        servers, login = parse_urls(url)
        super().__init__(
            servers=servers,
            subject=stream,
            stream_name=stream,
            durable=stream,
            stream_config=StreamConfig(
                name=stream,
                subjects=[stream],
                retention=RetentionPolicy.WORK_QUEUE,
                duplicate_window=lease.total_seconds(),
                max_age=_KEPT.total_seconds(),
            ),
            consumer_config=ConsumerConfig(
                durable_name=stream,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=lease.total_seconds(),
                max_ack_pending=10_000,
            ),
            connect_timeout=CONNECT_SECONDS,
            reconnect_time_wait=_RECONNECT_SECONDS,
            max_reconnect_attempts=-1,
            error_cb=_attempt_failed,
            disconnected_cb=_disconnected,
            reconnected_cb=_reconnected,
            **login,
        )
        self._lease = lease.total_seconds()
        self._deliveries: set[_Delivery] = set()

    async def kick(self, message: BrokerMessage) -> None:
        """Send a message, also to a server that has lost the stream."""
        try:
            await super().kick(message)
        except NoStreamResponseError:
            await self._heal()
            await super().kick(message)

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Messages as they come, for ever."""
        while True:
            try:
                for message in await self.consumer.fetch(1, timeout=_PULL_SECONDS):
                    delivery = _Delivery(message, self._lease, self._deliveries)
                    yield AckableMessage(data=message.data, ack=delivery.with_derived_fields)
            except NatsTimeoutError:
                await self._look_after_stream()
            except (NatsError, OSError) as error:
                _log.warning("no shards can be fetched from the queue: %s", type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)
                await self._look_after_stream()

    async def shutdown(self) -> None:
        """Give back what was fetched and not worked on, and close the connection."""
        for delivery in list(self._deliveries):
            await delivery.give_back()
        await super().shutdown()

    async def _look_after_stream(self) -> None:
        """Make stream and consumer again where a server has lost them."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self.js.consumer_info(self.stream_name, self.durable)
        except APIError:
            with suppress(NatsError, OSError, TimeoutError):
                await self._heal()
        except (NatsError, OSError, TimeoutError):
            pass  # not connected: the client is at it

    async def _heal(self) -> None:
        _log.warning("the queue's server has lost the stream %s; it is made again", self.stream_name)
        async with asyncio.timeout(CONNECT_SECONDS):
            await self._add_or_reuse_stream()
            await self.js.add_consumer(stream=self.stream_name, config=self.consumer_config)


class _Delivery:
    """A message in our hands. The server hears so until it is settled, however long the work takes."""

    def __init__(self, message: Msg, lease: float, all_of_them: set[_Delivery]) -> None:
        self._message = message
        self._pause = lease / _BEATS_A_LEASE
        self._all = all_of_them
        self._all.add(self)
        self._beats = asyncio.ensure_future(self._beat())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            with suppress(NatsError, OSError):
                await self._message.in_progress()

    async def with_derived_fields(self) -> None:
        """The task has ended: done, or to be delivered again. Lost on the way, the message comes again."""
        if FAILED.get():
            await self.give_back()
            return
        self._let_go()
        with suppress(NatsError, OSError):
            await self._message.ack()

    async def give_back(self) -> None:
        """Let another worker have it now."""
        self._let_go()
        with suppress(NatsError, OSError):
            await self._message.nak(delay=_PAUSE_SECONDS)

    def _let_go(self) -> None:
        self._all.discard(self)
        self._beats.cancel()


async def _attempt_failed(error: Exception) -> None:
    _log.debug("the queue's connection: %s", type(error).__name__)


async def _disconnected() -> None:
    _log.info("the connection to the queue is closed")


async def _reconnected() -> None:
    _log.info("the queue is connected again")


def parse_urls(text: str) -> tuple[list[str], dict[str, Any]]:
    """Addresses without credentials, and the credentials as the client takes them."""
    servers: list[str] = []
    login: dict[str, Any] = {}
    for each in text.split(","):
        try:
            url = urlsplit(each.strip())
            host, port = url.hostname, url.port or 4222
        except ValueError:
            host, port = None, 0
            url = urlsplit("")
        if url.scheme not in _SCHEMES or not host:
            raise ValueError("the queue's URL must look like nats://host:port")
        servers.append(f"{url.scheme}://{f'[{host}]' if ':' in host else host}:{port}")
        if not login and url.username:
            name = unquote(url.username)
            login = {"token": name} if url.password is None else {"user": name, "password": unquote(url.password)}
    return servers, login
