"""Which chain the stored readings come from (rule 6): slots compare only within one."""

from __future__ import annotations

import asyncio

from backends.errors import ChainMismatch
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Put, SolanaDataService
from backends.orchestrator.records import NamedValue
from backends.orchestrator.storage.retry import retry_on_conflict

CHAIN = "chain"
"""The named value that holds the genesis hash of the chain that the stored readings come from."""


class ChainIdentity:
    """Compares the RPC's genesis hash with the store's, once a process; the first refresh ever
    stores it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._checked = False
        self._checking = asyncio.Lock()

    async def check(self, chain: SolanaDataService) -> None:
        """Return if the chain is the store's. Raises `ChainMismatch`, or the failure to find out."""
        async with self._checking:  # the first refreshes of a process ask once
            if self._checked:
                return
            genesis_hash = await chain.genesis_hash()
            stored = await retry_on_conflict(lambda: self._stored(genesis_hash))
            if stored != genesis_hash:
                raise ChainMismatch(
                    "The Solana RPC serves another chain than the one that this store's readings come from; "
                    "nothing was changed."
                )
            self._checked = True

    async def _stored(self, genesis_hash: str) -> str | None:
        context = self._context
        found = await context.store.get(NamedValue, CHAIN)
        if found is not None:
            return found.record.value
        await context.store.commit(
            [Put(NamedValue(name=CHAIN, value=genesis_hash, updated_at=context.clock.now()), ABSENT)]
        )
        return genesis_hash
