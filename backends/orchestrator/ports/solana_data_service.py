"""The chain's port: read only, every call a request that costs money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backends.orchestrator.printable import printable
from generated_models import TokenProgram


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's lamports as of `slot`, at most `bounds.MAX_LAMPORTS`. An unknown account has 0."""

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
class TokenAccount:
    """A token account that `owner` has, or may have, of one mint."""

    address: str
    owner: str
    mint_address: str
    token_program: TokenProgram


@dataclass(frozen=True, slots=True)
class FoundTokenAccount:
    """A token account as it was found: with `amount` of the mint in it, in raw units, possibly 0."""

    account: TokenAccount
    amount: int
    decimals: int


@dataclass(frozen=True, slots=True)
class TokenBalances:
    """All non-zero holdings of one owner in both token programs, by mint, and the accounts that they are in, with the
    empty ones; `slot` is the older of the two answers' slots.
    """

    holdings: tuple[TokenBalance, ...]
    slot: int
    accounts: tuple[FoundTokenAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountBalances:
    """What wallets and token accounts hold, all as of `slot`.

    `lamports` is by wallet; `amounts` is by token account, in raw units, and None where its owner has no such account
    (any more): closed, given away, or made anew for another mint.
    """

    slot: int
    lamports: Mapping[str, int]
    amounts: Mapping[TokenAccount, int | None]


@dataclass(frozen=True, slots=True)
class TokenName:
    """A mint's own name and ticker as the chain has them, made safe to show (rule 16). None where the mint carries
    none.
    """

    name: str | None
    ticker: str | None

    @classmethod
    def shown(cls, name: str | None, ticker: str | None) -> TokenName:
        """Of what the mint's maker, a stranger, wrote."""
        return cls(printable(name or "", 64), printable(ticker or "", 32))


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


@dataclass(frozen=True, slots=True)
class TokenMove:
    """By how much an owner's holding of one mint changed in a transaction, in raw units; never 0."""

    mint_address: str
    amount: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one transaction did.

    `transfers` are the System Program transfers of lamports that it made, inner ones included; none if it failed.
    `lamports` is the change of each account's balance, fee included, by address and without zeros, and `tokens` that of
    each owner's holdings; both are None where the node doesn't say. `fee` was paid by `payer`.
    """

    transfers: tuple[SystemTransfer, ...]
    fee: int | None = None
    payer: str | None = None
    lamports: Mapping[str, int] | None = None
    tokens: Mapping[str, tuple[TokenMove, ...]] | None = None


class SolanaDataService(Protocol):
    """The chain, read only. Only a refresh may call it: every call costs money.

    Raises:
        ChainTimeout: from every call, when there is no complete answer within its deadline.
        ChainRateLimited: likewise, when the RPC said 429 and waiting would have passed the deadline.
        ChainUnavailable: likewise, when the RPC refused or failed, or its answer is short, malformed or for something
            else than was asked, or names figures that can't be true: more than there is (`bounds`), a slot far from
            the ones before it or ahead of the clock, a block of the future.
    """

    def metered(self, calls: Counter[str]) -> SolanaDataService:
        """The same service, counting its requests.

        Args:
            calls: gets one more under the RPC method's name for each JSON-RPC request that is sent.
        """
        ...

    async def genesis_hash(self) -> str:
        """The identity of the chain (base58 of 32 bytes)."""
        ...

    async def balances(self, wallets: Sequence[str], token_accounts: Sequence[TokenAccount] = ()) -> AccountBalances:
        """Read the lamports of wallets and the amounts in token accounts, in one request.

        Args:
            wallets: distinct addresses.
            token_accounts: distinct ones; together with the wallets 1 to 100.

        Returns:
            An entry for each of them.
        """
        ...

    async def token_balances(self, owner: str) -> TokenBalances:
        """Read all token holdings of an owner, whatever accounts they are in: one request for each token program, and
        both must answer.
        """
        ...

    def associated_accounts(self, owner: str, mint: str) -> Sequence[TokenAccount]:
        """The accounts that wallets use for a mint by convention, one in each token program; a mint is in one of them.
        Asks nobody.
        """
        ...

    async def token_names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        """Read the names and tickers of mints, in at most one request (two accounts a mint, a hundred accounts a
        request). A mint's own Token-2022 metadata wins over Metaplex's.

        Args:
            mints: 1 to 50 mints, each with its token program.

        Returns:
            A name for each mint, with None for what it does not carry.
        """
        ...

    async def signatures(
        self, address: str, *, until: str | None, limit: int, before: str | None = None
    ) -> Sequence[SignatureInfo]:
        """Read the history of an address, newest first, in one request.

        Args:
            address: whose history.
            until: the signature before which the answer ends. One that the node does not know counts as None.
            limit: the number of entries at most, 1 to 1000.
            before: the signature behind which the answer begins. One that the node does not know may give nothing.
        """
        ...

    async def transaction(self, signature: str) -> Transaction:
        """Read what one transaction did, in one request. (Slot and block time are in its history entry.) Of one in a
        format that is not known yet, nothing is told.

        Raises:
            TransactionMissing: the node does not have it, although its history may list it.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections. Idempotent."""
        ...
