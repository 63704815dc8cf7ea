"""A worker that takes one shard from a queue, says so, and hangs: to be killed. `python -m ... URL STREAM LEASE`"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from backends.real.jetstream import JetStreamShardQueue


async def _main(url: str, stream: str, lease: float) -> None:
    queue = JetStreamShardQueue(url, 1, timedelta(seconds=lease), stream=stream)

    async def work(operation_id: str, index: int) -> None:
        print(f"took {operation_id} {index}", flush=True)  # noqa: T201
        await asyncio.Event().wait()

    await queue.start(work)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
