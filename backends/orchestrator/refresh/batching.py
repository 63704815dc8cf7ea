"""Whatever is ready, at once: work done on several items together without any of them waiting for the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def in_batches(items: AsyncIterator[T], most: int) -> AsyncGenerator[list[T], None]:
    """The items, none of them None, in their order: each time as many as have come meanwhile, at least one and at most
    `most`.

    Items come while a batch is worked on. What `items` raises comes behind what it gave.
    """
    ready: asyncio.Queue[T | None] = asyncio.Queue()

    async def take() -> None:
        async for item in items:
            ready.put_nowait(item)

    taking = asyncio.ensure_future(take())
    taking.add_done_callback(lambda _: ready.put_nowait(None))
    try:
        ended = False
        while not ended:
            item = await ready.get()
            batch: list[T] = []
            while item is not None:
                batch.append(item)
                if len(batch) == most or ready.empty():
                    break
                item = ready.get_nowait()
            ended = item is None
            if batch:
                yield batch
        await taking
    finally:
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
