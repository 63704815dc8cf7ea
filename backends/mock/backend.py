"""The mock backend of one world: the orchestrator, with a revision of what it answers."""

from __future__ import annotations

from collections.abc import Hashable

from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator

from .revision import WorldRevision


class MockBackend(WalletManagementOrchestrator):
    """The same rules as anywhere; it is `backends.revision.Revisioned`."""

    def __init__(self, context: Context, revision: WorldRevision) -> None:
        super().__init__("mock", context)
        self._revision = revision

    def revision(self) -> Hashable:
        return self._revision.current()
