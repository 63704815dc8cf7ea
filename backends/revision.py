"""What a backend may promise about answers that it gave before."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol, runtime_checkable


@runtime_checkable
class Revisioned(Protocol):
    """A backend that can tell, at once and without asking anybody, whether what it reads from has changed."""

    def contents(self) -> Hashable | None:
        """Equal values vouch that a read answers the same, for whom this is asked (the context of the request).

        Between two equal values nothing was written and no judgement by the clock (freshness, overdue, today) turned.
        What merely says when it was computed may differ. None: nothing is promised.
        """
        ...
