"""Chains that misbehave on purpose, over any other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from backends.orchestrator.ports import (
    AccountBalances,
    SignatureInfo,
    SolanaDataService,
    TokenAccount,
    TokenBalances,
    TokenName,
    Transaction,
)
from generated_models import TokenProgram


class RaisingChain:
    """Every call raises."""

    def __init__(self, error: Callable[[], BaseException]) -> None:
        self._error = error

    def metered(self, calls: Counter[str]) -> RaisingChain:
        return self

    async def genesis_hash(self) -> str:
        raise self._error()

    async def balances(self, wallets: Sequence[str], token_accounts: Sequence[TokenAccount] = ()) -> AccountBalances:
        raise self._error()

    async def token_balances(self, owner: str) -> TokenBalances:
        raise self._error()

    def associated_accounts(self, owner: str, mint: str) -> Sequence[TokenAccount]:
        return ()

    async def token_names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        raise self._error()

    async def signatures(
        self, address: str, *, until: str | None, limit: int, before: str | None = None
    ) -> Sequence[SignatureInfo]:
        raise self._error()

    async def transaction(self, signature: str) -> Transaction:
        raise self._error()

    async def aclose(self) -> None:
        """Holds nothing."""


class BlockedChain:
    """Another chain, of which holdings are answered only when `release` is set; `reached` tells that they were asked
    for.
    """

    def __init__(self, chain: SolanaDataService, release: asyncio.Event, reached: asyncio.Event) -> None:
        self._chain = chain
        self.release = release
        self.reached = reached

    def metered(self, calls: Counter[str]) -> BlockedChain:
        return BlockedChain(self._chain.metered(calls), self.release, self.reached)

    async def genesis_hash(self) -> str:
        return await self._chain.genesis_hash()

    async def balances(self, wallets: Sequence[str], token_accounts: Sequence[TokenAccount] = ()) -> AccountBalances:
        return await self._chain.balances(wallets, token_accounts)

    def associated_accounts(self, owner: str, mint: str) -> Sequence[TokenAccount]:
        return self._chain.associated_accounts(owner, mint)

    async def token_balances(self, owner: str) -> TokenBalances:
        answer = await self._chain.token_balances(owner)
        self.reached.set()
        await self.release.wait()
        return answer

    async def token_names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        return await self._chain.token_names(mints)

    async def signatures(
        self, address: str, *, until: str | None, limit: int, before: str | None = None
    ) -> Sequence[SignatureInfo]:
        return await self._chain.signatures(address, until=until, limit=limit, before=before)

    async def transaction(self, signature: str) -> Transaction:
        return await self._chain.transaction(signature)

    async def aclose(self) -> None:
        await self._chain.aclose()
