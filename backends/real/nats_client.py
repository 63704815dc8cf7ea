"""The client of NATS, which ends when it is closed, and logs what becomes of its connection."""

from __future__ import annotations

import asyncio
import logging

from nats.aio.client import Client

_log = logging.getLogger(__name__)


class NatsClient(Client):
    """nats-py's client, whose callbacks are methods here.

    Its task that connects again can miss that it is cancelled: on Python 3.11 `asyncio.wait_for` forgets a cancellation
    that comes as an attempt fails. It would go on for ever, and the loop wait for it at the process's end. So the next
    failure after the closing ends it.
    """

    _ended = False

    async def close(self) -> None:
        """Close the connection; no attempt to connect again outlives it by more than one failure."""
        try:
            await super().close()
        finally:
            self._ended = True

    async def attempt_failed(self, error: Exception) -> None:
        """Nothing here has to be told: the client is at it."""
        _log.debug("the queue's connection: %s", type(error).__name__)
        if self._ended:
            raise asyncio.CancelledError

    async def disconnected(self) -> None:
        """The server went, or the client was closed."""
        _log.info("the connection to the queue is closed")

    async def reconnected(self) -> None:
        """The server is there again."""
        _log.info("the queue is connected again")
