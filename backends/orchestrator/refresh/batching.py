"""Items in batches of those that are ready, so that work is shared and no item waits for the next one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def in_batches(items: AsyncIterator[T], max_size: int) -> AsyncGenerator[list[T], None]:
    """The items, none of them None, in their order: each batch has those that came meanwhile, at least one and at most
    `max_size`.

    Items come while a batch is worked on. What `items` raises is raised after everything it gave.
    """
    ready: asyncio.Queue[T | None] = asyncio.Queue()

    async def collect() -> None:
        async for item in items:
            ready.put_nowait(item)

    collecting = asyncio.ensure_future(collect())
    collecting.add_done_callback(lambda _: ready.put_nowait(None))
    try:
        ended = False
        while not ended:
            item = await ready.get()
            batch: list[T] = []
            while item is not None:
                batch.append(item)
                if len(batch) == max_size or ready.empty():
                    break
                item = ready.get_nowait()
            ended = item is None
            if batch:
                yield batch
        await collecting
    finally:
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)
