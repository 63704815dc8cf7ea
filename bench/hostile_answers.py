"""What an RPC's hostile answers cost a real server: `python -m bench.hostile_answers`.

Each case meets a server of its own, in a process of its own. Exit 1 where one takes 100 MiB above idle, or keeps the
event loop from everything else for 100 ms (the clock's, so on a quiet machine); an honest wallet with 20,000 tokens is
shown only.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.support.hostile_answers import CASES, HONEST, cost_of


async def _measure() -> bool:
    held = True
    for name in CASES:
        with tempfile.TemporaryDirectory() as folder:
            cost = await cost_of(name, Path(folder))
        print(f"{name:26} {cost['peak']:5.0f} MiB  {cost['stall'] * 1000:5.0f} ms  {cost['outcome']}", flush=True)
        held &= cost["peak"] < 100 and (name in HONEST or cost["stall"] < 0.1)
    return held


if __name__ == "__main__":
    sys.exit(not asyncio.run(_measure()))
