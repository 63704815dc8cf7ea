"""A client of the local Solana runtime: JSON-RPC, signed transfers, the runtime's way to write accounts."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx
from solders.compute_budget import set_compute_unit_limit
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import Transaction

from emulators.layouts import rent_exempt

CLOCK_SYSVAR = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")
LAMPORTS_PER_SOL = 1_000_000_000


class ChainError(RuntimeError):
    """The chain answered a call with an error object."""


def keypair(seed: str) -> Keypair:
    """The same keypair for the same words, everywhere: for local chains only, since anyone can make it."""
    return Keypair.from_seed(hashlib.sha256(seed.encode()).digest())


class LocalChain:
    """One runtime, asynchronously; `async with LocalChain(rpc_url) as chain`."""

    _unique = itertools.count()

    def __init__(self, rpc_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=rpc_url, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def call(self, method: str, *params: Any) -> Any:
        """The `result` of one JSON-RPC call; raises ChainError for an error object."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = (await self._http.post("/", json=request)).json()
        if "error" in answer:
            raise ChainError(f"{method}: {answer['error']}")
        return answer["result"]

    async def lamports(self, address: Pubkey) -> int:
        """The balance of an address, lamports; 0 for an account that does not exist."""
        answer = await self.call("getBalance", str(address), {"commitment": "processed"})
        return int(answer["value"])

    async def now(self) -> datetime:
        """The block time of what happens now, in whole seconds.

        It falls behind the wall clock, a little more each minute: the runtime counts slots of a length they exceed.
        """
        clock = await self.account_data(CLOCK_SYSVAR) or b""
        _slot, _epoch_start, _epoch, _leader_epoch, seconds = struct.unpack("<QqQQq", clock)
        return datetime.fromtimestamp(seconds, UTC)

    async def next_slot(self) -> None:
        """Wait for the next slot: what happened in one slot is listed in any order, in another one a moment later."""
        slot = await self.call("getSlot")
        while await self.call("getSlot") == slot:  # noqa: ASYNC110 - the chain has no event to wait for
            await asyncio.sleep(0.02)

    async def airdrop(self, address: Pubkey, lamports: int) -> str:
        """New lamports out of nowhere; returns the signature of the transfer that brought them."""
        return str(await self.call("requestAirdrop", str(address), lamports))

    async def send(self, instructions: Sequence[Instruction], signers: Sequence[Keypair]) -> str:
        """Signs and sends one transaction, paid by the first signer; returns its signature.

        The chain refuses a transaction that equals one before it, so each asks for another compute limit.
        """
        unique = set_compute_unit_limit(200_000 + next(self._unique))
        latest = await self.call("getLatestBlockhash")
        blockhash = Hash.from_string(latest["value"]["blockhash"])
        message = Message.new_with_blockhash([unique, *instructions], signers[0].pubkey(), blockhash)
        raw = base64.b64encode(bytes(Transaction(list(signers), message, blockhash))).decode()
        return str(await self.call("sendTransaction", raw, {"encoding": "base64"}))

    async def transfer(self, sender: Keypair, recipient: Pubkey, lamports: int) -> str:
        """A System Program transfer, signed by the sender, who pays the fee (5,000 lamports)."""
        params = TransferParams(from_pubkey=sender.pubkey(), to_pubkey=recipient, lamports=lamports)
        return await self.send([transfer(params)], [sender])

    async def set_account(self, address: Pubkey, *, owner: Pubkey, data: bytes) -> None:
        """Writes an account's bytes as if program `owner` had, with the lamports it needs to stay alive."""
        account = {
            "lamports": rent_exempt(len(data)),
            "owner": str(owner),
            "data": data.hex(),
            "executable": False,
            "rentEpoch": 0,
        }
        await self.call("surfnet_setAccount", str(address), account)

    async def account_data(self, address: Pubkey) -> bytes | None:
        """An account's bytes, or None when there is no such account."""
        options = {"encoding": "base64", "commitment": "processed"}
        value = (await self.call("getAccountInfo", str(address), options))["value"]
        return base64.b64decode(value["data"][0]) if value else None
