"""A backend's revision: whether what it reads from has changed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol, runtime_checkable


@runtime_checkable
class Revisioned(Protocol):
    """A backend that can tell, at once and without asking anybody, whether what it reads from has changed."""

    def revision(self) -> Hashable | None:
        """Equal values mean that a read answers the same, for whoever asks (the context of the request).

        Between two equal values nothing was written, and nothing that the clock decides (freshness, overdue, today)
        changed. What merely says when it was computed may differ. None: nothing is promised.
        """
        ...
