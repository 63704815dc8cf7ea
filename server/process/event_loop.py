"""The event loop of our processes, and the garbage collection beside it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

_OBJECTS = 10_000
"""So many more alive than before, and the young ones are looked through: those of hundreds of requests."""


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


def freeze_garbage() -> None:
    """What there is now stays: collections of garbage need not go through it any more, which would hold answers up."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    gc.enable()
