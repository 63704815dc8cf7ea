"""What the backends measure. They don't know who counts it: the server makes Prometheus metrics of it."""

from __future__ import annotations

from typing import Protocol


class Meter(Protocol):
    """Receives measurements. Never raises, never waits; names are a few fixed words, never anybody's input."""

    def rpc_request(self, method: str, outcome: str, seconds: float) -> None:
        """One JSON-RPC request was sent and ended: `ok`, or the kind of its failure."""
        ...

    def refreshed(self, outcome: str) -> None:
        """One wallet was refreshed, alone or among many: `complete`, `partial` or `failed`."""
        ...

    def served(self, age: float | None) -> None:
        """One wallet was read; `age` is the age of its oldest part in seconds, None if a part was never read."""
        ...

    def store_error(self, circuit: str) -> None:
        """The store gave no answer to one of its `reads` or `writes`."""
        ...

    def circuit(self, name: str, *, is_open: bool) -> None:
        """A circuit to the store is open (calls fail at once) or closed."""
        ...


class _NoMeter:
    def rpc_request(self, method: str, outcome: str, seconds: float) -> None: ...

    def refreshed(self, outcome: str) -> None: ...

    def served(self, age: float | None) -> None: ...

    def store_error(self, circuit: str) -> None: ...

    def circuit(self, name: str, *, is_open: bool) -> None: ...


NO_METER: Meter = _NoMeter()
"""Counts nothing."""
