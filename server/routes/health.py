"""The operations that the server answers itself: is it alive, can it serve."""

from __future__ import annotations

from collections.abc import Sequence

from backends.answers import Answer, AnswerKind
from backends.base import WalletBackend
from backends.errors import StoreUnavailable
from generated_models import BackendName, HealthStatus, ReadinessStatus
from server.draining import Draining


class Health:
    """Bound like a backend, for the contract's group `server`."""

    def __init__(self, backends: Sequence[WalletBackend], draining: Draining) -> None:
        self._backends = backends
        self._draining = draining
        self.name = backends[0].name

    async def get_health(self) -> Answer[HealthStatus]:
        """Alive: it answers."""
        return Answer(AnswerKind.OK, HealthStatus(status="ok"))

    async def get_readiness(self) -> Answer[ReadinessStatus]:
        """Raises `StoreUnavailable`, with the reason."""
        if self._draining.begun:
            raise StoreUnavailable("The process is shutting down.")
        for backend in self._backends:
            await backend.ready()
        return Answer(AnswerKind.OK, ReadinessStatus(status="ready", backend=BackendName(self.name)))
