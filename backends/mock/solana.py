"""The faked chain behind the port: its state as of now, with a count of calls, a latency and injected faults."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from backends.errors import TransactionMissing
from backends.orchestrator.ports import (
    AccountBalances,
    Clock,
    SignatureInfo,
    TokenAccount,
    TokenBalances,
    TokenName,
    Transaction,
)
from generated_models import TokenProgram

from .fake_chain import FakeChain
from .fault_injector import Faults
from .slots import slot_at, to_ms


class FakeSolanaService:
    """A `SolanaDataService` on which every valid address has activity; any two processes with one seed agree.

    `latency` is in seconds, for each JSON-RPC request that a real node would be sent.
    """

    def __init__(
        self,
        chain: FakeChain,
        clock: Clock,
        *,
        latency: float = 0,
        faults: Faults | None = None,
        calls: Counter[str] | None = None,
    ) -> None:
        self._chain = chain
        self._clock = clock
        self._latency = latency
        self._faults = faults
        self._calls = calls

    def metered(self, calls: Counter[str]) -> FakeSolanaService:
        return FakeSolanaService(self._chain, self._clock, latency=self._latency, faults=self._faults, calls=calls)

    async def genesis_hash(self) -> str:
        await self._request("getGenesisHash", self._chain.genesis_hash)
        return self._chain.genesis_hash

    async def balances(self, wallets: Sequence[str], token_accounts: Sequence[TokenAccount] = ()) -> AccountBalances:
        await self._request("getMultipleAccounts", wallets[0] if wallets else token_accounts[0].address)
        now = self._now()
        lamports = {address: self._chain.balance(address, now) for address in wallets}
        return AccountBalances(slot_at(now), lamports, self._chain.amounts(token_accounts, now))

    async def token_balances(self, owner: str) -> TokenBalances:
        for _ in TokenProgram:
            await self._request("getTokenAccountsByOwner", owner)
        return self._chain.token_balances(owner, self._now())

    def associated_accounts(self, owner: str, mint: str) -> Sequence[TokenAccount]:
        return [self._chain.token_account(owner, mint, program) for program in TokenProgram]

    async def token_names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        await self._request("getMultipleAccounts", next(iter(mints)))
        return {mint: self._chain.tokens.facts(mint).named for mint in mints}

    async def signatures(
        self, address: str, *, until: str | None, limit: int, before: str | None = None
    ) -> Sequence[SignatureInfo]:
        await self._request("getSignaturesForAddress", address)
        return self._chain.transactions.history(address, self._now(), until=until, limit=limit, before=before)

    async def transaction(self, signature: str) -> Transaction:
        await self._request("getTransaction", signature)
        transaction = self._chain.transactions.by_signature(signature, self._now())
        if transaction is None:
            raise TransactionMissing("The Solana RPC does not know the transaction.")
        return transaction

    async def aclose(self) -> None:
        """There is nothing to close."""

    def _now(self) -> int:
        return to_ms(self._clock.now())

    async def _request(self, method: str, subject: str) -> None:
        if self._calls is not None:
            self._calls[method] += 1
        if self._latency:
            await asyncio.sleep(self._latency)
        if self._faults is not None:
            await self._faults.before(method, subject)
