"""Shutting down in order: readiness off, event streams ended, requests under way finished, then the backends closed."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn

logger = logging.getLogger(__name__)

REQUESTS_SECONDS = 3
"""For requests under way to end by themselves; then they are cancelled, and answered with a 503."""
BACKEND_SECONDS = 2.5
"""For a backend to hand back its shards and to close."""


class Draining:
    """Whether the process is shutting down."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()
        self._told: list[Callable[[], None]] = []

    @property
    def begun(self) -> bool:
        """From the signal on."""
        return self._begun.is_set()

    def begin(self) -> None:
        """The signal has come."""
        if not self.begun:
            self._begun.set()
            for tell in self._told:
                tell()

    def when_begun(self, tell: Callable[[], None]) -> None:
        """Call `tell` when it begins."""
        self._told.append(tell)

    async def wait(self) -> None:
        """Until it begins."""
        await self._begun.wait()


class DrainingServer(uvicorn.Server):
    """uvicorn, which goes on answering for `pause` seconds after SIGTERM while `/readyz` already says 503, so that a
    load balancer stops sending before the listening ends. Ctrl-C does not wait.
    """

    def __init__(self, config: uvicorn.Config, draining: Draining, *, pause: float) -> None:
        super().__init__(config)
        self._draining = draining
        self._pause = pause
        self._terminated = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal, as uvicorn does."""
        self._terminated = self._terminated or sig == signal.SIGTERM
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: object = None) -> None:
        """Drain, then end as uvicorn does."""
        self._draining.begin()
        if self._terminated and self._pause:
            logger.info("not ready any more; listening ends in %g s", self._pause)
            await asyncio.sleep(self._pause)
        await super().shutdown(sockets)  # type: ignore[arg-type]


async def close_in_time(close: Callable[[], Awaitable[None]], name: str) -> None:
    """Close a backend, within `BACKEND_SECONDS`."""
    try:
        async with asyncio.timeout(BACKEND_SECONDS):
            await close()
    except TimeoutError:
        logger.warning(
            "the %s backend did not close in time; what it had leased is taken over when its leases end", name
        )
