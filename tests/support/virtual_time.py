"""An event loop in which time passes only while everything waits: sleeps are exact, and take no time.

Where nothing has a time (a thread is waited for), it waits as any other loop does.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_real_monotonic = time.monotonic


class _Skipping(selectors.SelectSelector):
    """Instead of waiting for a time, moves the clock to when the wait would have ended."""

    def __init__(self, patience: float) -> None:
        super().__init__()
        self.patience = patience
        self.elapsed = 0.0
        self.threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None or self.threads:
            return super().select(None)  # what is waited for has no time, or takes none
        ready = super().select(min(timeout, self.patience)) if self.patience else []
        if not ready:
            self.elapsed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Begins at 0 seconds. What a thread of the executor does takes no time.

    Args:
        patience: seconds that the loop really waits before it skips a wait, for bytes on their way between two
            sockets of this process. 0 where there are no sockets.
    """

    def __init__(self, patience: float = 0) -> None:
        self._skipping = _Skipping(patience)
        super().__init__(self._skipping)

    def time(self) -> float:
        """Seconds that all waiting has taken."""
        return self._skipping.elapsed

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """Run in a thread, and let no time pass until it is done."""
        self._skipping.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_done)
        return future

    async def shutdown_default_executor(self, *_: Any) -> None:
        """Wait for the threads as long as it takes: asyncio's bound (Python 3.12 and later) passes at once here."""
        await super().shutdown_default_executor()

    def _thread_done(self, _: asyncio.Future[Any]) -> None:
        self._skipping.threads -= 1


def monotonic() -> float:
    """`time.monotonic` for code that runs in a virtual loop: that loop's time; elsewhere the machine's."""
    loop = asyncio._get_running_loop()
    return loop.time() if isinstance(loop, VirtualLoop) else _real_monotonic()


def pass_by(seconds: float) -> None:
    """Time goes on while the loop is busy."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop._skipping.elapsed += seconds


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())
