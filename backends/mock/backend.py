"""The mock backend of one world: the orchestrator, which can also vouch for what it answered before."""

from __future__ import annotations

from collections.abc import Hashable

from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator

from .revision import Contents


class MockBackend(WalletManagementOrchestrator):
    """The same rules as anywhere; `contents` is `backends.revision.Revisioned`."""

    def __init__(self, context: Context, contents: Contents) -> None:
        super().__init__("mock", context)
        self._contents = contents

    def contents(self) -> Hashable:
        return self._contents.version()
