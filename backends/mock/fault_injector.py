"""Faults on the faked chain: RPC requests that fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from backends.errors import ChainError, ChainRateLimited, ChainTimeout, ChainUnavailable
from backends.orchestrator.ports import Clock

from .seed import Seed
from .slots import to_ms

Failure = Literal["unavailable", "refused", "timeout", "gateway_timeout", "rate_limited", "late"]

_EPISODE_MS = 5_000  # how long a fault that is not lasting stays with the same subjects
_LOOK_AGAIN = 0.02  # seconds, whatever the clock does meanwhile, which may stand still


class ChainRefused(ChainUnavailable):
    """The node answers, with a JSON-RPC error: its code is in `detail`, in the words of whoever reads a real node."""

    rpc_code = -32603

    def __init__(self) -> None:
        super().__init__(f"The Solana RPC gave no usable answer: JSON-RPC error {self.rpc_code}.")


class GatewayTimeout(ChainTimeout):
    """Whoever stands before the node has waited in vain, and says so at once."""


_ERROR_OF: Mapping[str, Callable[[], ChainError]] = {
    "unavailable": ChainUnavailable,
    "refused": ChainRefused,
    "timeout": ChainTimeout,
    "gateway_timeout": GatewayTimeout,
}


class Faults(Protocol):
    """Asked before each JSON-RPC request."""

    async def before(self, method: str, subject: str) -> None:
        """Return to let the request through, raise a `ChainError` to fail it.

        `subject` is the request's first address, or its signature.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Requests of these RPC methods (all, when none is named) fail for `percent` of the subjects.

    `lasting`: always the same subjects; otherwise others every five seconds, so that trying again helps. `since` and
    `until` bound the time in which they do, the end not in it. `late` ones wait for the end, and then are answered.
    """

    failure: Failure
    percent: int = 100
    methods: frozenset[str] = frozenset()
    lasting: bool = True
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, method: str, now: datetime) -> bool:
        """Whether requests of a method may fail now."""
        is_time = (self.since is None or self.since <= now) and (self.until is None or now < self.until)
        return is_time and (not self.methods or method in self.methods)


class FaultInjector:
    """Declared faults: whether a request fails depends on seed, method, subject and time alone."""

    def __init__(self, seed: Seed, clock: Clock, faults: Sequence[Fault]) -> None:
        self._seed = seed
        self._clock = clock
        self._faults = faults

    async def before(self, method: str, subject: str) -> None:
        for number, fault in enumerate(self._faults):
            now = self._clock.now()
            if not fault.holds(method, now):
                continue
            episode = 0 if fault.lasting else to_ms(now) // _EPISODE_MS
            if self._seed.number(b"fault", number, episode, method, subject) % 100 >= fault.percent:
                continue
            if fault.failure == "rate_limited":
                over = _EPISODE_MS if fault.lasting else _EPISODE_MS - to_ms(now) % _EPISODE_MS
                raise ChainRateLimited(retry_after=over / 1000)
            if fault.failure != "late":
                error = _ERROR_OF[fault.failure]()
                raise error
            while fault.until is not None and self._clock.now() < fault.until:  # noqa: ASYNC110 - the time is a file's
                await asyncio.sleep(_LOOK_AGAIN)
