"""The team's own mints: those that were launched from its wallets, where new holdings of interest appear."""

from __future__ import annotations

import asyncio

from backends.orchestrator import queries
from backends.orchestrator.context import Context

_LAUNCHES_A_MINT = 2  # that are looked at; a mint may be recorded for several wallets


async def launched_mints(context: Context) -> tuple[str, ...]:
    """The mints launched last, at most `Policy.launched_mints`, the newest first."""
    most = context.policy.launched_mints
    found = await context.store.query(queries.launches(), limit=_LAUNCHES_A_MINT * most)
    return tuple(dict.fromkeys(stored.record.mint_address for stored in found))[:most]


class LaunchedMints:
    """The mints that a refresh-all asks every wallet for, read from the store once in each process."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._of: str | None = None
        self._mints: tuple[str, ...] = ()
        self._reading = asyncio.Lock()

    async def of(self, operation_id: str) -> tuple[str, ...]:
        """The mints as they were when this process first worked on an operation."""
        async with self._reading:
            if self._of != operation_id:
                self._mints, self._of = await launched_mints(self._context), operation_id
            return self._mints
