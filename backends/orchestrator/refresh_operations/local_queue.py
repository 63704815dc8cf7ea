"""A ShardQueue within one process: asyncio tasks, a few at a time. Nothing is kept: what a dead process had is sent
again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from backends.errors import BackendError
from backends.orchestrator.ports import ShardLeased

_log = logging.getLogger(__name__)


class LocalShardQueue:
    """ShardQueue in memory: of the mock, and of a real server that works for itself.

    Args:
        workers: how many shards are worked on at the same time.
    """

    delivers_here = True

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers
        self._waiting: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self._queued: set[tuple[str, int]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False

    async def start(self, work: Callable[[str, int], Awaitable[None]]) -> None:
        """See `ShardQueue`."""
        self._closing = False
        self._tasks = [asyncio.ensure_future(self._serve(work)) for _ in range(self._workers)]

    async def send(self, operation_id: str, index: int) -> None:
        """See `ShardQueue`. A shard that waits or is under way already is not sent twice."""
        shard = operation_id, index
        if shard not in self._queued:
            self._queued.add(shard)
            self._waiting.put_nowait(shard)

    async def aclose(self) -> None:
        """See `ShardQueue`."""
        self._closing = True  # work that swallows its cancellation must not go on to the next shard
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _serve(self, work: Callable[[str, int], Awaitable[None]]) -> None:
        while not self._closing:
            shard = await self._waiting.get()
            try:
                await work(*shard)
            except ShardLeased:
                pass  # should its worker be dead, it is sent again
            except BackendError as error:
                _log.warning("shard %s of %s stopped: %s", shard[1], shard[0], error.code)
            except Exception:  # noqa: BLE001 (whatever it is, the next shard must not suffer)
                _log.exception("shard %s of %s stopped", shard[1], shard[0])
            finally:
                self._queued.discard(shard)
