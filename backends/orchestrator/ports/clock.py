"""Where time and identifiers come from."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Now, aware, in UTC, truncated to milliseconds (the resolution of the contract)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of real time."""
        ...


class Ids(Protocol):
    """The only source of new identifiers."""

    def new(self, kind: str, *content: object) -> str:
        """Make a new identifier.

        Args:
            kind: the prefix.
            content: what the identifier is for, so that a seeded source can make the same one in the same situation.

        Returns:
            `<kind>_<32 hex digits>`, never given before.
        """
        ...
