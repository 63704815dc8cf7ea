"""What this process costs: memory, and how long its event loop is busy with one thing."""

from __future__ import annotations

import asyncio
import resource
import time
from pathlib import Path


def peak_memory() -> int:
    """The most bytes that this process has had in memory."""
    status = Path("/proc/self/status")
    if status.exists():  # where getrusage would report the peak of the process that started this one
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class StallWatch:
    """The longest that the event loop was busy between two looks: `stall` by the clock, `stall_cpu` in its thread's
    seconds of CPU, which other processes can't lengthen.
    """

    def __init__(self) -> None:
        self.stall = self.stall_cpu = 0.0

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            at, cpu = time.monotonic(), time.thread_time()
            await asyncio.sleep(0.002)
            self.stall = max(self.stall, time.monotonic() - at)
            self.stall_cpu = max(self.stall_cpu, time.thread_time() - cpu)
