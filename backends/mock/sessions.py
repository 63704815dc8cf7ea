"""All sessions of a mock, and the backend that answers each request in its own."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Coroutine, Hashable, Sequence
from typing import Any, cast

from backends.base import WalletBackend
from backends.meter import NO_METER, Meter
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.session_control import SESSION, AnswerRules, ArmedAnswer, ServedRequest

from .clock import MockClock
from .seed import Seed
from .session import Session
from .world_cache import WorldCache, WorldSource

MOST_SESSIONS = 100
IDLE_SECONDS = 3600.0
_SWEEP_SECONDS = 60.0


class MockSessions:
    """Sessions by name, and a nameless one. It is the server's `SessionControl`."""

    def __init__(
        self, source: WorldSource, policy: Policy, *, meter: Meter = NO_METER, clock: MockClock | None = None
    ) -> None:
        """`clock`: what every session's clock shows at first; left out, the system's."""
        self.source = source
        self._clock = clock or MockClock()
        self._worlds = WorldCache(policy)
        self._meter = meter
        self._shared = self._new("")
        self.rules: AnswerRules | None = None
        """What may be armed; the server's."""
        self._named: dict[str, Session] = {}  # used least recently first
        self._background: set[asyncio.Task[None]] = set()
        self._sweeping: asyncio.Task[None] | None = None

    def session(self, name: str) -> Session:
        """A session, which begins if there is none of that name, and counts as used."""
        if not name:
            return self._shared
        session = self._named.pop(name, None) or self._new(name)
        self._named[name] = session
        session.used_at = time.monotonic()
        if len(self._named) > MOST_SESSIONS:
            self.drop(next(iter(self._named)))
        return session

    def named(self) -> list[Session]:
        """All with a name, used least recently first."""
        return list(self._named.values())

    def drop(self, name: str) -> None:
        """Forget a session, if there is one."""
        session = self._named.pop(name, None)
        if session is not None:
            self._run(session.aclose())

    def revise(self, source: WorldSource) -> int:
        """The world to begin with was changed. How many sessions keep records of the one before."""
        before, self.source = self.source, source
        concerned = [one for one in (self._shared, *self._named.values()) if one.source == before]
        return sum(not session.revise(source) for session in concerned)

    def seed(self, session: str) -> int:
        return self.session(session).source.seed

    def use_rules(self, rules: AnswerRules) -> None:
        self.rules = rules

    def armed(self, session: str, operation: str) -> Sequence[ArmedAnswer]:
        found = self._named.get(session) if session else self._shared
        if found is None:  # it begins with this request
            found = self.session(session)
        return found.armed.of(operation, found.source.spec.answers)

    def given(self, session: str, answer: ArmedAnswer) -> float | None:
        found = self.session(session)
        return found.armed.given(answer, Seed(found.source.seed))

    def fails(self, session: str, what: str, times: int) -> bool:
        return self.session(session).fails(what, times)

    def served(self, session: str, request: ServedRequest) -> None:
        found = self.session(session) if session else self._shared
        found.requests.add(request, found.clock.now())

    def revision(self) -> Hashable | None:
        """The revision of the present request's session (`backends.revision`)."""
        name = SESSION.get()
        session = self._named.get(name) if name else self._shared
        return None if session is None else session.revision()

    async def present(self) -> WalletManagementOrchestrator:
        """The backend of the present request's session."""
        return await self.session(SESSION.get()).backend()

    async def start(self) -> None:
        """Begin the world without a name, and the sweeping of sessions that nobody uses."""
        await self._shared.backend()
        self._sweeping = self._run(self._sweep())

    async def aclose(self) -> None:
        """End everything."""
        for name in list(self._named):
            self.drop(name)
        await self._shared.aclose()
        if self._sweeping is not None:
            self._sweeping.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    def drop_idle(self) -> None:
        """Forget the sessions that were idle for an hour."""
        limit = time.monotonic() - IDLE_SECONDS
        for session in self.named():
            if session.used_at <= limit:
                self.drop(session.name)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            self.drop_idle()

    def _new(self, name: str) -> Session:
        return Session(name, self.source, self._worlds, self._meter, self._clock.copy())

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task


class _InSession:
    """A `WalletBackend` whose operations (added below) go to the session of the present request."""

    name = "mock"

    def __init__(self, sessions: MockSessions) -> None:
        self.sessions = sessions
        self.revision = sessions.revision
        self.start = sessions.start
        self.aclose = sessions.aclose

    async def ready(self) -> None:
        """A store in memory always is."""


def _in_session(name: str) -> Callable[..., Any]:
    """An operation in the session. It keeps the signature that the server compares with the contract."""

    @functools.wraps(getattr(WalletManagementOrchestrator, name))
    async def operation(self: _InSession, **arguments: Any) -> Any:
        backend = await self.sessions.present()
        return await getattr(backend, name)(**arguments)

    return operation


for _name, _member in vars(WalletBackend).items():
    if callable(_member) and not _name.startswith("_") and _name not in ("start", "ready", "aclose"):
        setattr(_InSession, _name, _in_session(_name))


def backend_of(sessions: MockSessions) -> WalletBackend:
    """All sessions as one backend."""
    return cast("WalletBackend", _InSession(sessions))
