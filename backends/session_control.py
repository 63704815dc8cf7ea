"""Control of the mock's sessions: which one a request belongs to, and what the server tells it about requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

SESSION: ContextVar[str] = ContextVar("session", default="")
"""The session of the request being answered; empty for the world that everybody without one shares."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Headers (names in lower case) and bodies of a request and its answer, without secrets.

    A body is None where there was none, or it is too large, not text, or not to be repeated.
    """

    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: str | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: str | None = None


class ServedRequest(Protocol):
    """A request that was answered, as it was recorded; it is looked at when somebody asks for it."""

    @property
    def request_id(self) -> str:
        """As `X-Request-Id` has it."""
        ...

    @property
    def operation(self) -> str:
        """The operation's id."""
        ...

    @property
    def method(self) -> str:
        """HTTP's."""
        ...

    @property
    def path(self) -> str:
        """As it was sent, percent-encoded; the operation's template where it may not be repeated."""
        ...

    @property
    def query(self) -> str:
        """As it was sent; empty without one, and where it may not be repeated."""
        ...

    @property
    def status(self) -> int | None:
        """None if the connection was dropped."""
        ...

    @property
    def milliseconds(self) -> int:
        """How long the answer took."""
        ...

    @property
    def preferences(self) -> Sequence[str]:
        """The names of the directives that were applied."""
        ...

    @property
    def armed(self) -> str | None:
        """The id of the armed answer that it got."""
        ...

    @property
    def size(self) -> int:
        """Bytes that its bodies and headers take."""
        ...

    def redacted(self) -> Exchange:
        """What may be shown of its headers and bodies."""
        ...

    def drop_bodies(self) -> None:
        """Let go of its bodies."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedAnswer:
    """What requests are answered with in the backend's place, and which ones: those that have all of `path`, `query`
    (as text) and `body` (members of the body).

    `operation` is None for all. Without `status` and `example` the backend answers. `body_given` tells a body of null
    from none. `latency` is in seconds, from and to. `count` is how often it is given, None for always.
    """

    answer_id: str
    operation: str | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body_members: Mapping[str, Any] = field(default_factory=dict)
    status: int | None = None
    example: str | None = None
    body: Any = None
    body_given: bool = False
    unchecked: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    latency: tuple[float, float] = (0, 0)
    drop: bool = False
    break_off: bool = False
    percent: int = 100
    count: int | None = None


class AnswerRules(Protocol):
    """What may be armed, by the contract that is served."""

    def check(self, answer: ArmedAnswer) -> None:
        """Raises what refuses the request that arms it."""
        ...


class SessionControl(Protocol):
    """What the mock keeps for each session on behalf of the server."""

    def seed(self, session: str) -> int:
        """The seed of the session's world."""
        ...

    def use_rules(self, rules: AnswerRules) -> None:
        """The rules from now on: of the contract that is served."""
        ...

    def armed(self, session: str, operation: str) -> Sequence[ArmedAnswer]:
        """The armed answers that may be for an operation, those armed last first."""
        ...

    def given(self, session: str, answer: ArmedAnswer) -> float | None:
        """Whether a request that fits gets the answer: None if it is not one of the per cent, or its count is used up.
        Else a number from 0 to 1, other for each request, by which to choose within its latency. Counts.
        """
        ...

    def fails(self, session: str, what: str, times: int) -> bool:
        """Whether `what` is still to fail; counts it, if so. True `times` times in all until the session is reset."""
        ...

    def served(self, session: str, request: ServedRequest) -> None:
        """Remember a request, and that the session is in use."""
        ...
