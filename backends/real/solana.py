"""`SolanaDataService` on a Solana node's JSON-RPC."""

from __future__ import annotations

import asyncio
import base64
import copy
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile
from typing import Literal, Self, TypeVar

from backends.errors import ChainUnavailable, TransactionMissing
from backends.meter import NO_METER, Meter
from backends.orchestrator.ports import (
    AccountBalances,
    FoundTokenAccount,
    SignatureInfo,
    TokenAccount,
    TokenBalance,
    TokenBalances,
    TokenName,
    Transaction,
)
from generated_models import TokenProgram

from .rpc import shapes
from .rpc.client import RpcClient
from .rpc.faults import NoResult, UnknownVersion
from .rpc.limits import RpcLimits
from .rpc.metadata import METAPLEX_PROGRAM, metaplex_address, metaplex_name, token_2022_name
from .rpc.shapes import (
    Account,
    Accounts,
    Address,
    HistoryEntry,
    Reply,
    SignatureEntries,
    TokenAccounts,
    checked_address,
    is_failure,
)
from .rpc.slots import SlotGuard
from .rpc.tokens import HELD_BYTES, PROGRAM_IDS, associated_accounts, found_accounts, held_amount, sum_by_mint
from .rpc.transactions import transaction_of

T = TypeVar("T")

_log = logging.getLogger(__name__)

Commitment = Literal["confirmed", "finalized"]

_ACCOUNTS_A_REQUEST = 100
_MINTS_A_REQUEST = 50
# Names come first in their accounts; the rest of a large one (a Token-2022 mint can have many extensions) is
# not worth its bytes.
_NAMED_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _ProgramAccounts:
    """What one owner has in one token program."""

    slot: int
    accounts: tuple[FoundTokenAccount, ...]
    by_mint: dict[str, TokenBalance]


class SimpleSolanaService:
    """Reads the chain within the limits of one process; `metered` views share them.

    Args:
        url: the RPC endpoint, `http` or `https`. It may hold a key: it appears in no log, exception or
            `repr`.
        limits: what the process may spend, and how long it waits.
        commitment: how settled a state must be to be read. `confirmed` (a supermajority has voted for it) is
            about a second behind the chain, and none was ever rolled back; `finalized` is about 13 s behind
            and can't be.
        meter: is told of every request.
        slots: judges whether a slot can be true; left out, by the system's clocks.
    """

    def __init__(
        self,
        url: str,
        limits: RpcLimits | None = None,
        *,
        commitment: Commitment = "confirmed",
        meter: Meter = NO_METER,
        slots: SlotGuard | None = None,
    ) -> None:
        self._limits = limits or RpcLimits()
        self._rpc = RpcClient(url, self._limits, meter)
        self._commitment = commitment
        self._slots = slots or SlotGuard()
        self._calls: Counter[str] = Counter()

    def metered(self, calls: Counter[str]) -> Self:
        """See `SolanaDataService`. Closing the view closes the service."""
        view = copy.copy(self)
        view._calls = calls  # noqa: SLF001 - it is one of us
        return view

    async def genesis_hash(self) -> str:
        """See `SolanaDataService`."""
        return await self._rpc.call("getGenesisHash", [], Reply[Address], checked_address, self._calls)

    async def balances(self, wallets: Sequence[str], token_accounts: Sequence[TokenAccount] = ()) -> AccountBalances:
        """See `SolanaDataService`."""
        distinct = len(set(wallets)) + len(set(token_accounts))
        asked = len(wallets) + len(token_accounts)
        _expect(1 <= distinct == asked <= _ACCOUNTS_A_REQUEST, "1 to 100 distinct accounts")
        keys = [*wallets, *(each.address for each in token_accounts)]

        def read(slot: int, accounts: Sequence[Account | None]) -> AccountBalances:
            lamports = {key: each.lamports if each else 0 for key, each in zip(wallets, accounts, strict=False)}
            held = zip(token_accounts, accounts[len(wallets) :], strict=True)
            return AccountBalances(slot, lamports, {account: held_amount(each, account) for account, each in held})

        return await self._accounts(keys, read, length=HELD_BYTES if token_accounts else 0)

    async def token_balances(self, owner: str) -> TokenBalances:
        """See `SolanaDataService`."""
        classic, modern = await _both(
            self._token_accounts(owner, TokenProgram.spl_token),
            self._token_accounts(owner, TokenProgram.token_2022),
        )
        if classic.by_mint.keys() & modern.by_mint.keys():
            raise ChainUnavailable("The Solana RPC reported one mint in both token programs.")
        holdings = classic.by_mint | modern.by_mint
        return TokenBalances(
            tuple(holdings[mint] for mint in sorted(holdings)),
            min(classic.slot, modern.slot),
            (*classic.accounts, *modern.accounts),
        )

    def associated_accounts(self, owner: str, mint: str) -> Sequence[TokenAccount]:
        """See `SolanaDataService`."""
        return associated_accounts(owner, mint)

    async def token_names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        """See `SolanaDataService`. A malformed metadata account names nothing; it is not an error."""
        _expect(1 <= len(mints) <= _MINTS_A_REQUEST, "1 to 50 mints")
        own = [mint for mint, program in mints.items() if program is TokenProgram.token_2022]
        metaplex = {mint: metaplex_address(mint) for mint in mints}
        keys = [*own, *metaplex.values()]

        def read(_: int, accounts: Sequence[Account | None]) -> dict[str, TokenName]:
            found = dict(zip(keys, accounts, strict=True))
            return {mint: _name(mint, found.get(mint), found[metaplex[mint]]) for mint in mints}

        return await self._accounts(keys, read, length=_NAMED_BYTES)

    async def signatures(
        self, address: str, *, until: str | None, limit: int, before: str | None = None
    ) -> Sequence[SignatureInfo]:
        """See `SolanaDataService`."""
        _expect(1 <= limit <= 1000, "a limit of 1 to 1000")
        bounds = {name: bound for name, bound in (("before", before), ("until", until)) if bound}
        options = {"commitment": self._commitment, "limit": limit, **bounds}

        def read(rows: Sequence[HistoryEntry]) -> list[SignatureInfo]:
            entries = _history(rows, until=until, limit=limit)
            for row in rows[:1]:
                self._slots.check_past(row.slot)
            return entries

        params = [address, options]
        return await self._rpc.call("getSignaturesForAddress", params, Reply[SignatureEntries], read, self._calls)

    async def transaction(self, signature: str) -> Transaction:
        """See `SolanaDataService`."""
        options = {
            "commitment": self._commitment,
            "encoding": "jsonParsed",
            "maxSupportedTransactionVersion": 0,
        }
        read = partial(transaction_of, signature=signature)
        answer = Reply[shapes.Transaction]
        detail = "The Solana RPC has a transaction without a record of how it went."
        try:
            found = await self._rpc.call("getTransaction", [signature, options], answer, read, self._calls)
            if found is not None:
                return found
        except UnknownVersion:
            # Anybody can send one to a wallet: it is not to keep everything else of its history from being read.
            _log.warning("transaction %s is of a version that is not known here: what it did is not read", signature)
            return Transaction(transfers=())
        except NoResult as error:
            detail = error.detail
        raise TransactionMissing(detail)  # out here, so that nothing travels with it

    async def aclose(self) -> None:
        """See `SolanaDataService`."""
        await self._rpc.aclose()

    async def _accounts(
        self, keys: Sequence[str], read: Callable[[int, Sequence[Account | None]], T], *, length: int
    ) -> T:
        options = {
            "commitment": self._commitment,
            "encoding": "base64",
            "dataSlice": {"offset": 0, "length": length},
        }

        def checked(answer: Accounts) -> T:
            if len(answer.value) != len(keys):
                raise ChainUnavailable("The Solana RPC answered for another number of accounts than was asked for.")
            return read(self._slots.check(answer.context.slot), answer.value)

        return await self._rpc.call("getMultipleAccounts", [list(keys), options], Reply[Accounts], checked, self._calls)

    async def _token_accounts(self, owner: str, program: TokenProgram) -> _ProgramAccounts:
        # `jsonParsed`, for it is the one encoding that brings the mint's decimals along: one request a
        # program.
        options = {"commitment": self._commitment, "encoding": "jsonParsed"}
        params = [owner, {"programId": PROGRAM_IDS[program]}, options]

        def read(answer: TokenAccounts) -> _ProgramAccounts:
            accounts = found_accounts(answer.value, owner, program)
            return _ProgramAccounts(self._slots.check(answer.context.slot), accounts, sum_by_mint(accounts))

        return await self._rpc.call(
            "getTokenAccountsByOwner",
            params,
            Reply[TokenAccounts],
            read,
            self._calls,
            max_body=self._limits.max_token_body,
        )


def _history(rows: Sequence[HistoryEntry], *, until: str | None, limit: int) -> list[SignatureInfo]:
    slots = [row.slot for row in rows]
    if len(rows) > limit or slots != sorted(slots, reverse=True):
        raise ChainUnavailable("The Solana RPC's history is longer than was asked for, or out of order.")
    # A node that joins its own history with an archive's can repeat a row where they meet.
    unique = {row.signature: row for row in takewhile(lambda row: row.signature != until, rows)}
    return [
        SignatureInfo(
            signature=row.signature,
            slot=row.slot,
            block_time=None if row.blockTime is None else datetime.fromtimestamp(row.blockTime, UTC),
            failed=is_failure(row.err),
        )
        for row in unique.values()
    ]


def _name(mint: str, own: Account | None, metaplex: Account | None) -> TokenName:
    name = None
    if own and own.owner == PROGRAM_IDS[TokenProgram.token_2022]:
        name = token_2022_name(_bytes(own), mint)
    if name is None and metaplex and metaplex.owner == str(METAPLEX_PROGRAM):
        name = metaplex_name(_bytes(metaplex), mint)
    return name or TokenName(name=None, ticker=None)


def _bytes(account: Account) -> bytes:
    try:
        return base64.b64decode(account.data[0], validate=True)
    except ValueError:
        return b""


async def _both(first: Coroutine[None, None, T], second: Coroutine[None, None, T]) -> tuple[T, T]:
    """Both results; the first failure stops the other, whose requests would be spent in vain."""
    tasks = [asyncio.create_task(first), asyncio.create_task(second)]
    try:
        one, other = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    return one, other


def _expect(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"the caller promised {what}")
