"""Shutting down in order: readiness off, event streams ended, requests under way finished, then the backends closed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

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


async def close_in_time(close: Callable[[], Awaitable[None]], name: str) -> None:
    """Close a backend, within `BACKEND_SECONDS`."""
    try:
        async with asyncio.timeout(BACKEND_SECONDS):
            await close()
    except TimeoutError:
        logger.warning(
            "the %s backend did not close in time; what it had leased is taken over when its leases end", name
        )
