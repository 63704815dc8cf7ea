"""Control of the mock's sessions: which one a request belongs to, and what the server tells it about requests."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

SESSION: ContextVar[str] = ContextVar("session", default="")
"""The session of the request being answered; empty for the world that everybody without one shares."""


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """A request that was answered. Holds nothing that was refused, no headers and no bodies.

    `path` and `query` are as they were sent, percent-encoded; `query` is empty without one. `status` is None if the
    connection was dropped. `milliseconds` is how long the answer took.
    """

    request_id: str
    operation: str
    method: str
    path: str
    query: str
    status: int | None
    milliseconds: int
    preferences: tuple[str, ...]


class SessionControl(Protocol):
    """What the mock keeps for each session on behalf of the server."""

    def seed(self, session: str) -> int:
        """The seed of the session's world."""
        ...

    def fails(self, session: str, what: str, times: int) -> bool:
        """Whether `what` is still to fail; counts it, if so. True `times` times in all until the session is reset."""
        ...

    def served(self, session: str, request: ServedRequest) -> None:
        """Remember a request, and that the session is in use."""
        ...
