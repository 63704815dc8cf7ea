"""The chain's port: read only, every call a request that costs money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from generated_models import TokenProgram


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's lamports as of `slot`, below 2^63 (what the stores can keep). An account that the chain does not
    know has 0.
    """

    lamports: int
    slot: int


@dataclass(frozen=True, slots=True)
class TokenBalance:
    """What one owner holds of one mint, its accounts summed, in the mint's raw units (a u64 sum, so possibly above
    2^63).
    """

    mint_address: str
    amount: int
    decimals: int
    token_program: TokenProgram


@dataclass(frozen=True, slots=True)
class TokenBalances:
    """All non-zero holdings of one owner in both token programs, by mint; `slot` is the older of the two answers'
    slots.
    """

    holdings: tuple[TokenBalance, ...]
    slot: int


@dataclass(frozen=True, slots=True)
class TokenName:
    """A mint's own name and ticker as the chain has them, made safe to show (rule 16). None where the mint carries
    none.
    """

    name: str | None
    ticker: str | None


@dataclass(frozen=True, slots=True)
class SignatureInfo:
    """One entry of an address's history."""

    signature: str
    slot: int
    block_time: datetime | None
    failed: bool


@dataclass(frozen=True, slots=True)
class SystemTransfer:
    """One System Program transfer inside a transaction, top-level or inner."""

    sender: str
    recipient: str
    lamports: int


class SolanaDataService(Protocol):
    """The chain, read only. Only a refresh may call it: every call costs money.

    Raises, per call: `ChainTimeout`, `ChainRateLimited`, `ChainUnavailable`. An answer that is short, malformed or
    for something else than was asked is `ChainUnavailable`, never a guess.
    """

    def metered(self, calls: Counter[str]) -> SolanaDataService:
        """The same service, which counts each JSON-RPC request it sends in `calls`, under its RPC method's name."""
        ...

    async def genesis_hash(self) -> str:
        """The identity of the chain (base58 of 32 bytes)."""
        ...

    async def balances(self, addresses: Sequence[str]) -> Mapping[str, Balance]:
        """Balances of 1 to 100 distinct addresses, by address: one request."""
        ...

    async def token_balances(self, owner: str) -> TokenBalances:
        """Holdings of one owner: one request a token program, and both must answer."""
        ...

    async def token_names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        """Names and tickers of 1 to 50 mints, by mint: at most one request (two accounts a mint, a hundred accounts a
        request). The mint's own Token-2022 metadata wins over Metaplex's.
        """
        ...

    async def signatures(self, address: str, *, until: str | None, limit: int) -> Sequence[SignatureInfo]:
        """The newest `limit` (1 to 1000) entries of an address's history, newest first, ending before `until`. One
        request. An `until` that the node does not know gives the history as if it were None.
        """
        ...

    async def transfers(self, signature: str) -> Sequence[SystemTransfer]:
        """The System Program transfers of lamports that one transaction made, inner ones included; none if it failed.
        One request. (Slot and block time are in the history entry: `signatures`.)
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections. Idempotent."""
        ...
