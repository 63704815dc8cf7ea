"""When a request may be sent: evenly spaced, never in bursts, never more at once than agreed."""

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

# Requests leave evenly and arrive less so. Pacing to 4 % under the budget lets up to 40 ms of that pass without the
# server seeing more than the budget in any second.
_GUARD = 1.04
# Timers wake late by a millisecond or so. A schedule that lost it each time would fall far behind at 500
# requests a second; one that caught up without limit would burst after every stall.
_CATCH_UP = 0.01
# Ten tenths do not add up to one exactly.
_SLACK = 1e-9


class Paused(Exception):
    """The server asked for `seconds` more of silence about this method."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Pace:
    """At most `rps` requests in any one second (one in 1/rps seconds below 1), evenly spaced."""

    def __init__(self, rps: float) -> None:
        self._whole = max(1, int(rps))
        self._gap = 1 / (self._whole if rps >= 1 else rps)
        self._window = _GUARD * self._gap * self._whole
        self._sent: list[float] = []  # when the latest `_whole` requests left, in order
        self._due = -inf

    def ready_at(self) -> float:
        """The earliest time of the next request."""
        return max(self._due, self.room_at())

    def room_at(self) -> float:
        """When one more request fits into the window, however close to the one before."""
        return self._sent[0] + self._window if len(self._sent) == self._whole else -inf

    def take(self, at: float, asked: float) -> None:
        """A request goes out at `at` that was asked for at `asked`. After an idle time nothing is caught up."""
        # Requests fewer than the window holds fit into it however late they arrive: the guard is for longer runs.
        guard = _GUARD if self.room_at() > at - self._window else 1
        self._due = max(self.ready_at(), asked, at - _CATCH_UP) + self._gap * guard
        self.note(at)

    def note(self, at: float) -> None:
        """A request left at `at`."""
        insort(self._sent, at)
        del self._sent[: -self._whole]

    def forget(self, at: float) -> None:
        """The request that was noted at `at` has not left yet."""
        place = bisect_left(self._sent, at)
        if place < len(self._sent) and self._sent[place] == at:
            del self._sent[place]


class SendPermit:
    """One request's turn. Between it and the request's bytes other work may run and a connection may be made."""

    def __init__(self, paces: tuple[Pace, ...], at: float, now: Callable[[], float]) -> None:
        self._paces = paces
        self._at = at
        self._now = now

    async def leave(self) -> None:
        """To be awaited just before bytes are written: the request counts from now, not from its turn. One so late that
        its place was given away waits for another.
        """
        for pace in self._paces:
            pace.forget(self._at)
        while (wait := max(pace.room_at() for pace in self._paces) - self._now()) > 0:  # noqa: ASYNC110 - time alone makes room
            await asyncio.sleep(wait)
        self._at = self._now()
        for pace in self._paces:
            pace.note(self._at)


@dataclass(frozen=True, slots=True)
class _Waiter:
    """A request that waits; `number` is its place over all methods."""

    number: int
    asked: float
    granted: asyncio.Future[SendPermit]


@dataclass(slots=True)
class _Line:
    """The requests of one method that wait, first come first."""

    pace: Pace
    waiting: deque[_Waiter] = field(default_factory=deque)
    paused_until: float = -inf


class Pacer:
    """Gives each request its turn under the whole budget, its method's cap and the concurrency.

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
        self._all = Pace(rps)
        self._rps = rps
        self._method_rps = method_rps
        self._lines: dict[str, _Line] = {}
        self._free = concurrency
        self._numbers = count()
        self._now = now or time.monotonic
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, method: str) -> AsyncIterator[SendPermit]:
        """Wait for a turn, and hold one of the concurrent places meanwhile. Raises `Paused` instead of
        waiting for a pause.
        """
        line = self._line(method)
        now = self._now()
        if line.paused_until > now:
            raise Paused(line.paused_until - now)
        granted: asyncio.Future[SendPermit] = asyncio.get_running_loop().create_future()
        line.waiting.append(_Waiter(next(self._numbers), now, granted))
        self._grant()
        try:
            departure = await granted
        except asyncio.CancelledError:
            # Cancelled in the very moment of its turn: the place goes to the next one.
            if granted.done() and not granted.cancelled() and granted.exception() is None:
                self._release()
            raise
        try:
            yield departure
        finally:
            self._release()

    def pause(self, method: str, seconds: float) -> None:
        """Send nothing of `method` for so long, and tell those who wait for it."""
        line = self._line(method)
        line.paused_until = max(line.paused_until, self._now() + seconds)
        while line.waiting:
            waiter = line.waiting.popleft()
            if not waiter.granted.done():
                waiter.granted.set_exception(Paused(line.paused_until - self._now()))

    def _line(self, method: str) -> _Line:
        if method not in self._lines:
            self._lines[method] = _Line(Pace(self._method_rps.get(method, self._rps)))
        return self._lines[method]

    def _release(self) -> None:
        self._free += 1
        self._grant()

    def _grant(self) -> None:
        """Let go whoever may go now, and come back when the next one may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._free > 0 and (lines := self._waiting_lines()):
            now = self._now()
            wait = min(max(line.pace.ready_at(), self._all.ready_at()) for line in lines) - now
            if wait > 0:
                self._timer = asyncio.get_running_loop().call_later(wait, self._grant)
                return
            ready = (line for line in lines if line.pace.ready_at() <= now)
            line = min(ready, key=lambda line: line.waiting[0].number)
            waiter = line.waiting.popleft()
            paces = (line.pace, self._all)
            for pace in paces:
                pace.take(now, waiter.asked)
            self._free -= 1
            waiter.granted.set_result(SendPermit(paces, now, self._now))

    def _waiting_lines(self) -> list[_Line]:
        for line in self._lines.values():
            while line.waiting and line.waiting[0].granted.done():
                line.waiting.popleft()
        return [line for line in self._lines.values() if line.waiting]


class RetryBudget:
    """How many requests may be repeats: `share` of all calls, after an advance of `advance` that the first
    calls pay back.
    """

    def __init__(self, share: float, advance: int, reserve: int) -> None:
        self._share = share
        self._left = float(advance)
        self._owed = float(advance)
        self._reserve = max(reserve, advance)

    def earn(self) -> None:
        """A call begins."""
        if self._owed > _SLACK:
            self._owed -= self._share
        else:
            self._left = min(self._left + self._share, self._reserve)

    def spend(self) -> bool:
        """Whether one retry is affordable; if so it is paid for."""
        if self._left < 1 - _SLACK:
            return False
        self._left -= 1
        return True
