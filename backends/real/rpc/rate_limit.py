"""The rate limit: when a request may be sent, so that the server sees at most the budget in any second."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left, insort
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from math import inf

# Requests leave evenly and arrive less so. Spacing them to 4 % under the budget lets up to 40 ms of that pass without
# the server seeing more than the budget in any second.
_MARGIN = 1.04
# Timers wake late by a millisecond or so. A schedule that lost it each time would fall far behind at 500
# requests a second; one that caught up without limit would burst after every stall.
_CATCH_UP = 0.01


class Paused(Exception):
    """The server asked for `seconds` more of silence about this method."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class SlidingWindow:
    """At most `rps` requests in any one second (one in 1/rps seconds below 1), evenly spaced."""

    def __init__(self, rps: float) -> None:
        self._whole = max(1, int(rps))
        self._gap = 1 / (self._whole if rps >= 1 else rps)
        self._window = _MARGIN * self._gap * self._whole
        self._sent: list[float] = []  # when the latest `_whole` requests were sent, in order
        self._due = -inf

    def next_at(self) -> float:
        """The earliest time of the next request."""
        return max(self._due, self.fits_at())

    def fits_at(self) -> float:
        """When one more request fits into the window, however close to the one before."""
        return self._sent[0] + self._window if len(self._sent) == self._whole else -inf

    def grant(self, at: float, requested_at: float) -> None:
        """Count a request that may go out at `at`; asked for at `requested_at`. An idle time is not caught up."""
        # Requests fewer than the window holds fit into it however late they arrive: the margin is for longer runs.
        margin = _MARGIN if self.fits_at() > at - self._window else 1
        self._due = max(self.next_at(), requested_at, at - _CATCH_UP) + self._gap * margin
        self.record(at)

    def record(self, at: float) -> None:
        """Count a request that is sent at `at`."""
        insort(self._sent, at)
        del self._sent[: -self._whole]

    def withdraw(self, at: float) -> None:
        """Don't count the request that was counted at `at`: it has not been sent yet."""
        place = bisect_left(self._sent, at)
        if place < len(self._sent) and self._sent[place] == at:
            del self._sent[place]


class SendPermit:
    """The permission to send one request. Until its bytes go out, other work may run and a connection may be made."""

    def __init__(self, windows: tuple[SlidingWindow, ...], at: float, now: Callable[[], float]) -> None:
        self._windows = windows
        self._at = at
        self._now = now

    async def wait_to_send(self) -> None:
        """Wait until the request fits into the budget now; to be awaited just before its bytes are written. From then
        it counts, not from when the permit was given: a request that was late has lost its place.
        """
        for window in self._windows:
            window.withdraw(self._at)
        while (wait := max(window.fits_at() for window in self._windows) - self._now()) > 0:  # noqa: ASYNC110 - time alone makes room
            await asyncio.sleep(wait)
        self._at = self._now()
        for window in self._windows:
            window.record(self._at)


@dataclass(frozen=True, slots=True)
class _Waiter:
    """A request that waits; `number` is its place over all methods."""

    number: int
    requested_at: float
    granted: asyncio.Future[SendPermit]


@dataclass(slots=True)
class _MethodQueue:
    """The requests of one method that wait, first come first."""

    window: SlidingWindow
    waiting: deque[_Waiter] = field(default_factory=deque)
    paused_until: float = -inf


class RateLimiter:
    """Gives permits under the whole budget, each method's cap and the concurrency.

    First come, first served, except that a request never waits for another method's cap or pause.
    """

    def __init__(
        self,
        rps: float,
        method_rps: Mapping[str, float],
        concurrency: int,
        *,
        now: Callable[[], float] | None = None,
    ) -> None:
        self._all = SlidingWindow(rps)
        self._rps = rps
        self._method_rps = method_rps
        self._queues: dict[str, _MethodQueue] = {}
        self._free = concurrency
        self._numbers = count()
        self._now = now or time.monotonic
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def permit(self, method: str) -> AsyncIterator[SendPermit]:
        """Wait for the permit to send a request, and hold one of the concurrent places until it is answered.

        Args:
            method: the RPC method.

        Raises:
            Paused: the server asked for silence about this method, and it is not over.
        """
        queue = self._queue_of(method)
        now = self._now()
        if queue.paused_until > now:
            raise Paused(queue.paused_until - now)
        granted: asyncio.Future[SendPermit] = asyncio.get_running_loop().create_future()
        queue.waiting.append(_Waiter(next(self._numbers), now, granted))
        self._grant()
        try:
            permit = await granted
        except asyncio.CancelledError:
            # Cancelled in the very moment of its permit: the place goes to the next one.
            if granted.done() and not granted.cancelled() and granted.exception() is None:
                self._release()
            raise
        try:
            yield permit
        finally:
            self._release()

    def pause(self, method: str, seconds: float) -> None:
        """Give no permits for `method` for so many seconds; those who wait for one get `Paused`."""
        queue = self._queue_of(method)
        queue.paused_until = max(queue.paused_until, self._now() + seconds)
        while queue.waiting:
            waiter = queue.waiting.popleft()
            if not waiter.granted.done():
                waiter.granted.set_exception(Paused(queue.paused_until - self._now()))

    def _queue_of(self, method: str) -> _MethodQueue:
        if method not in self._queues:
            self._queues[method] = _MethodQueue(SlidingWindow(self._method_rps.get(method, self._rps)))
        return self._queues[method]

    def _release(self) -> None:
        self._free += 1
        self._grant()

    def _grant(self) -> None:
        """Give the permits that may be given now, and come back when the next one may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._free > 0 and (queues := self._waiting_queues()):
            now = self._now()
            wait = min(max(queue.window.next_at(), self._all.next_at()) for queue in queues) - now
            if wait > 0:
                self._timer = asyncio.get_running_loop().call_later(wait, self._grant)
                return
            ready = (queue for queue in queues if queue.window.next_at() <= now)
            queue = min(ready, key=lambda queue: queue.waiting[0].number)
            waiter = queue.waiting.popleft()
            windows = (queue.window, self._all)
            for window in windows:
                window.grant(now, waiter.requested_at)
            self._free -= 1
            waiter.granted.set_result(SendPermit(windows, now, self._now))

    def _waiting_queues(self) -> list[_MethodQueue]:
        for queue in self._queues.values():
            while queue.waiting and queue.waiting[0].granted.done():
                queue.waiting.popleft()
        return [queue for queue in self._queues.values() if queue.waiting]
