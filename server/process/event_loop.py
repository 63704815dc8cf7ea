"""The event loop of our processes, and the garbage collection beside it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

_YOUNG_OBJECTS = 10_000
"""So many more objects than at the last collection, and the young ones are looked through: those of hundreds of
requests. Python's own 700 are those of a few.
"""


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a process's work to its end, on the fastest loop that there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(work)


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # not on Windows
        return None
    return uvloop.Loop


def tune_garbage_collection() -> None:
    """Enable the collector of a process that has started, so that it costs little: it never goes through what there is
    now and stays (modules, the contract, a world), and seldom through young objects. `bench` has what that is worth.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
    gc.enable()
