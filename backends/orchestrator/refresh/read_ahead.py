"""Wallets that were read to plan a refresh-all, for the shards that were made of them: so that each is read once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from backends.orchestrator.ports import Stored
from backends.orchestrator.records import Wallet

MOST = 200
"""Wallets, of some 8 KB each: as many as a planner reads at once, which is more than are taken meanwhile."""


class ReadAhead:
    """The wallets that a planner is ahead of the work in its own process. Nothing depends on them: one that is not here
    is read again, and one that was changed since has another version by then.
    """

    def __init__(self) -> None:
        self._wallets: dict[str, Stored[Wallet]] = {}
        self._taken = asyncio.Event()

    def put(self, wallets: Iterable[Stored[Wallet]]) -> None:
        """Keep wallets until they are taken."""
        self._wallets.update((stored.record.wallet_address, stored) for stored in wallets)

    @contextmanager
    def of(self, wallets: Sequence[Stored[Wallet]]) -> Iterator[None]:
        """While the shards of wallets are stored, from which on they are taken: kept, unless that fails."""
        self.put(wallets)
        try:
            yield
        except BaseException:
            self.take([stored.record.wallet_address for stored in wallets])
            raise

    def take(self, wallet_addresses: Sequence[str]) -> dict[str, Stored[Wallet]]:
        """Those of some wallets that are here, and no longer."""
        found = {each: self._wallets.pop(each) for each in wallet_addresses if each in self._wallets}
        if found:
            self._taken.set()
        return found

    async def wait_for_room(self, seconds: float) -> None:
        """Return when there are not too many. If none is taken for so many seconds, the work is slow, or others do it:
        then they are dropped.
        """
        while len(self._wallets) >= MOST:
            self._taken.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._taken.wait()
            except TimeoutError:
                self._wallets.clear()
