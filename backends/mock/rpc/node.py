"""The methods of a Solana node that wallets are read by, answered by the faked chain as of its clock's moment."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable
from typing import Any

from backends.mock.fake_chain import FakeChain
from backends.mock.fault_injector import Faults
from backends.mock.program_addresses import PROGRAM_IDS
from backends.mock.seed import encode
from backends.mock.slots import block_time, moment_of, slot_at, to_ms
from backends.orchestrator.ports import Clock, SignatureInfo

from . import parameters
from .accounts import Account, Accounts, ui_amount
from .json_rpc import JsonRpc, RpcError, invalid_params
from .parameters import Options, counted
from .transactions import TransactionPrinter

VERSION = "4.1.2"
"""Of Agave, the node's program, whose answers these are like."""
_FEATURE_SET = 3_345_198_602
_MOST_ACCOUNTS = 100
_MOST_ENTRIES = 1000
_MOST_BASE58 = 128
_FINALIZED_AFTER = 12_800
"""Milliseconds, 32 slots: so far is what is final behind what is confirmed."""
_NEVER_COLLECTED = 2**64 - 1  # the rent epoch of every account of today


class FakedNode:
    """A node. Its `rpc` answers requests.

    Every valid address has a history; token accounts are found by their addresses as `Accounts` says.

    Args:
        chain: whose state it tells.
        clock: as of when. What is `confirmed` is as of now, what is `finalized` 12.8 seconds earlier.
        owners: whose token accounts are found by their addresses alone from the start.
        latency: seconds that each call takes.
        faults: fail some of the calls.
    """

    def __init__(
        self,
        chain: FakeChain,
        clock: Clock,
        *,
        owners: Iterable[str] = (),
        latency: float = 0,
        faults: Faults | None = None,
    ) -> None:
        self._chain = chain
        self._clock = clock
        self._accounts = Accounts(chain, owners)
        self._transactions = TransactionPrinter(chain, self._accounts)
        self._latency = latency
        self._faults = faults
        self.rpc = JsonRpc(
            {
                "getAccountInfo": self._account_info,
                "getBalance": self._balance,
                "getBlockTime": self._block_time,
                "getGenesisHash": self._genesis_hash,
                "getHealth": self._health,
                "getMultipleAccounts": self._multiple_accounts,
                "getSignaturesForAddress": self._signatures,
                "getSlot": self._slot,
                "getTokenAccountBalance": self._token_account_balance,
                "getTokenAccountsByOwner": self._token_accounts,
                "getTransaction": self._transaction,
                "getVersion": self._version,
            }
        )

    async def _genesis_hash(self, params: list[Any]) -> Any:
        counted(params, 0, 0)
        await self._asked("getGenesisHash", self._chain.genesis_hash)
        return self._chain.genesis_hash

    async def _health(self, params: list[Any]) -> Any:
        counted(params, 0, 0)
        return "ok"

    async def _version(self, params: list[Any]) -> Any:
        counted(params, 0, 0)
        return {"feature-set": _FEATURE_SET, "solana-core": VERSION}

    async def _slot(self, params: list[Any]) -> Any:
        (given,) = counted(params, 0, 1)
        options = parameters.options(given)
        await self._asked("getSlot", "")
        return slot_at(self._now(options))

    async def _block_time(self, params: list[Any]) -> Any:
        (slot,) = counted(params, 1, 1)
        at = moment_of(parameters.natural(slot))
        if at > self._now(Options("confirmed")):
            raise RpcError(-32004, f"Block not available for slot {slot}")
        return int(block_time(at).timestamp())

    async def _balance(self, params: list[Any]) -> Any:
        given, more = counted(params, 1, 2)
        address, options = parameters.address(given), parameters.options(more)
        await self._asked("getBalance", address)
        now = self._now(options)
        account = self._accounts.at(address, now)
        return _in_context(now, account.lamports if account else 0)

    async def _account_info(self, params: list[Any]) -> Any:
        given, more = counted(params, 1, 2)
        address, options = parameters.address(given), parameters.options(more)
        await self._asked("getAccountInfo", address)
        now = self._now(options)
        return _in_context(now, _shown(self._accounts.at(address, now), options))

    async def _multiple_accounts(self, params: list[Any]) -> Any:
        given, more = counted(params, 1, 2)
        addresses, options = parameters.addresses(given, _MOST_ACCOUNTS), parameters.options(more)
        if addresses:
            await self._asked("getMultipleAccounts", addresses[0])
        now = self._now(options)
        for address in addresses:
            self._accounts.know(address)  # its token accounts may stand before it
        return _in_context(now, [_shown(self._accounts.at(address, now), options) for address in addresses])

    async def _token_account_balance(self, params: list[Any]) -> Any:
        given, options = counted(params, 1, 2)
        address, now = parameters.address(given), self._now(parameters.options(options))
        account = self._accounts.at(address, now)
        if account is None:
            raise invalid_params("Invalid param: could not find account")
        if account.parsed is None or account.parsed["parsed"]["type"] != "account":
            raise invalid_params("Invalid param: not a Token account")
        held = account.parsed["parsed"]["info"]["tokenAmount"]
        return _in_context(now, ui_amount(int(held["amount"]), held["decimals"]))

    async def _token_accounts(self, params: list[Any]) -> Any:
        given, wanted, more = counted(params, 2, 3)
        owner, options = parameters.address(given), parameters.options(more)
        kind, subject = parameters.token_filter(wanted)
        await self._asked("getTokenAccountsByOwner", owner)
        now = self._now(options)
        found = self._accounts.token_accounts(owner, now)
        if kind == "programId":
            found = [held for held in found if PROGRAM_IDS[self._accounts.program_of(held.mint)] == subject]
        else:
            found = [held for held in found if held.mint == subject]
        return _in_context(
            now,
            [
                {"account": _shown(self._accounts.token_account(held), options), "pubkey": held.address}
                for held in found
            ],
        )

    async def _signatures(self, params: list[Any]) -> Any:
        given, more = counted(params, 1, 2)
        address, options = parameters.address(given), parameters.options(more)
        if not 1 <= options.limit <= _MOST_ENTRIES:
            raise invalid_params(f"Invalid limit; max {_MOST_ENTRIES}")
        await self._asked("getSignaturesForAddress", address)
        now = self._now(options)
        entries = self._chain.transactions.history(
            address, now, until=options.until, limit=options.limit, before=options.before
        )
        final = slot_at(to_ms(self._clock.now()) - _FINALIZED_AFTER)
        return [_entry(entry, final) for entry in entries]

    async def _transaction(self, params: list[Any]) -> Any:
        given, more = counted(params, 1, 2)
        signature = parameters.signature(given)
        options = parameters.options(more, parameters.TRANSACTION_ENCODINGS)
        await self._asked("getTransaction", signature)
        now = self._now(options)
        return self._transactions.printed(signature, now, options.encoding or "json")

    def _now(self, options: Options) -> int:
        """The moment as of which a call is answered."""
        now = to_ms(self._clock.now())
        if options.commitment == "finalized":
            now -= _FINALIZED_AFTER
        slot = slot_at(now)
        if options.min_slot is not None and options.min_slot > slot:
            raise RpcError(-32016, "Minimum context slot has not been reached", {"contextSlot": slot})
        return now

    async def _asked(self, method: str, subject: str) -> None:
        if self._latency:
            await asyncio.sleep(self._latency)
        if self._faults is not None:
            await self._faults.before(method, subject)


def _in_context(now: int, value: Any) -> dict[str, Any]:
    return {"context": {"apiVersion": VERSION, "slot": slot_at(now)}, "value": value}


def _shown(account: Account | None, options: Options) -> dict[str, Any] | None:
    if account is None:
        return None
    return {
        "data": _data(account, options),
        "executable": False,
        "lamports": account.lamports,
        "owner": account.owner,
        "rentEpoch": _NEVER_COLLECTED,
        "space": len(account.data),
    }


def _data(account: Account, options: Options) -> Any:
    encoding = options.encoding or "base64"
    if encoding == "jsonParsed" and account.parsed is not None:
        return account.parsed
    data = account.data
    if options.slice is not None:
        first, length = options.slice
        data = data[first : first + length]
    if encoding in ("base58", "binary"):
        fits = len(data) <= _MOST_BASE58
        return [encode(data) if fits else "error: data too large for bs58 encoding", "base58"]
    if encoding == "base64+zstd":
        raise invalid_params("this node does not compress: ask for base64")
    return [base64.b64encode(data).decode(), "base64"]


def _entry(entry: SignatureInfo, final: int) -> dict[str, Any]:
    return {
        "blockTime": None if entry.block_time is None else int(entry.block_time.timestamp()),
        "confirmationStatus": "finalized" if entry.slot <= final else "confirmed",
        "err": {"InstructionError": [0, {"Custom": 1}]} if entry.failed else None,
        "memo": None,
        "signature": entry.signature,
        "slot": entry.slot,
    }
