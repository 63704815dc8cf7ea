"""Names and tickers of mints: asked of the chain once, then kept in memory and, for good, in the store."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping

from backends.orchestrator.context import Context
from backends.orchestrator.ports import Put, SolanaDataService, TokenName
from backends.orchestrator.records import Mint
from generated_models import TokenProgram

_MAX_IN_MEMORY = 20_000
_CONCURRENT_REQUESTS = 32  # hundreds, as a wallet with 20,000 tokens brings, would wait past the store's deadline


class TokenNameCache:
    """What this process and the store know of mints. A nameless mint is asked for again after
    `Policy.history_sweep`.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: OrderedDict[str, Mint] = OrderedDict()
        self._slots = asyncio.Semaphore(_CONCURRENT_REQUESTS)

    async def known(self, mints: Mapping[str, TokenProgram]) -> dict[str, TokenName]:
        """The names of those mints that need no call."""
        found = {mint: self._known[mint] for mint in mints if mint in self._known}
        missing = [mint for mint in mints if mint not in found]
        if missing:
            for stored in await self._context.store.get_many(Mint, missing):
                if stored is not None:
                    self._remember(stored.record)
                    found[stored.record.mint_address] = stored.record
        return {
            mint: TokenName(record.name, record.ticker)
            for mint, record in found.items()
            if not self._may_have_a_name_by_now(record)
        }

    async def ask(self, chain: SolanaDataService, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        """Ask the chain for up to 50 mints and store the answer."""
        async with self._slots:
            names = await chain.token_names(mints)
            now = self._context.clock.now()
            records = [
                Mint(mint_address=mint, name=name.name, ticker=name.ticker, read_at=now) for mint, name in names.items()
            ]
            for record in records:
                self._remember(record)
            await self._context.store.commit([Put(record) for record in records])
        return names

    def _remember(self, record: Mint) -> None:
        self._known[record.mint_address] = record
        if len(self._known) > _MAX_IN_MEMORY:
            self._known.popitem(last=False)

    def _may_have_a_name_by_now(self, record: Mint) -> bool:
        nameless = record.name is None and record.ticker is None
        age = abs(self._context.clock.now() - record.read_at)  # in the future, it was read by a clock that was wrong
        return nameless and age >= self._context.policy.history_sweep
