"""Answers of an RPC that are made to cost the server more than they cost the sender, and a server to meet them.

`python -m tests.support.hostile_answers URL FOLDER` is a real server over the RPC at URL: it refreshes a wallet once,
says so, and at the next line on standard input refreshes it again and then all, and prints what that cost as JSON.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from solders.pubkey import Pubkey

from tests.faults.world import OWNER, RealWorld, real_world, sqlite
from tests.support import rpc_world
from tests.support.load import LOAD_SECONDS
from tests.support.process_cost import StallWatch, peak_memory
from tests.support.scripted_rpc import Exchange, ScriptedRpc

_MIB = 2**20
_OTHERS = 7
"""Wallets beside the one that is refreshed alone: a refresh-all meets as many hostile answers at once."""
_CLASSIC = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"


def _address(number: int) -> str:
    return str(Pubkey(sha256(number.to_bytes(8, "big")).digest()))


@cache
def _token_accounts(count: int) -> bytes:
    items = (
        rpc_world.token_account(
            OWNER, _CLASSIC, mint=_address(number), address=_address(count + number), amount=number + 1
        )
        for number in range(count)
    )
    return b",".join(json.dumps(item, separators=(",", ":")).encode() for item in items)


class _Packed:
    """An answer as gzip, packed once up to the id, which is another one for each request."""

    def __init__(self, result: bytes) -> None:
        self._packer = zlib.compressobj(1, wbits=31)
        self._beginning = self._packer.compress(b'{"jsonrpc":"2.0","result":' + result)

    def to(self, number: int) -> bytes:
        """The whole answer to a request."""
        packer = self._packer.copy()
        return self._beginning + packer.compress(b',"id":%d}' % number) + packer.flush()


def _value(items: bytes) -> bytes:
    return b'{"context":{"slot":%d},"value":[%s]}' % (rpc_world.SLOT, items)


_TOKENS, _ACCOUNTS, _HISTORY, _TRANSACTION = (
    "getTokenAccountsByOwner",
    "getMultipleAccounts",
    "getSignaturesForAddress",
    "getTransaction",
)

CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty token accounts": (_TOKENS, lambda: _value(b"{}," * 10_000_000 + b"{}")),
    "20,000 token accounts": (_TOKENS, lambda: _value(_token_accounts(20_000))),
    "40,000 token accounts": (_TOKENS, lambda: _value(_token_accounts(40_000))),
    "a long context": (_TOKENS, lambda: b'{"context":[' + b"{}," * 5_000_000 + b'{}],"value":[]}'),
    "unknown members": (_TOKENS, lambda: b'{"context":{"slot":1},"value":[],"more":[' + b"[]," * 5_000_000 + b"0]}"),
    "a long text": (_TOKENS, lambda: _value(b'{"pubkey":"' + b"x" * (15 * _MIB) + b'"}')),
    "accounts of nothing": (_ACCOUNTS, lambda: _value(b"null," * 6_000_000 + b"null")),
    "empty history rows": (_HISTORY, lambda: b"[" + b"{}," * 10_000_000 + b"{}]"),
    "an enormous error": (_HISTORY, lambda: b'[{"signature":"' + b"1" * 80 + b'","err":[' + b"{}," * 600_000 + b"0]}]"),
    "empty instructions": (
        _TRANSACTION,
        lambda: (
            b'{"meta":{"err":null},"transaction":{"signatures":["%s"],"message":{"instructions":[%s{}]}}}'
            % (rpc_world.SIGNATURE.encode(), b"{}," * 10_000_000)
        ),
    ),
    "an enormous instruction": (
        _TRANSACTION,
        lambda: (
            (
                b'{"meta":{"err":null},"transaction":{"signatures":["%s"],"message":{"instructions":'
                b'[{"programId":"11111111111111111111111111111111","parsed":{"type":"transfer","info":[%s{}]}}]}}}'
            )
            % (rpc_world.SIGNATURE.encode(), b"{}," * 600_000)
        ),
    ),
}
"""By name: the method that is answered so, and the result, of up to 30 MB."""

HONEST = ("20,000 token accounts", "40,000 token accounts")  # such wallets exist, but in one program


async def cost_of(name: str, folder: Path) -> dict[str, Any]:
    """What one case costs a server of its own: `peak`, MiB above idle; `stall` and `stall_cpu`, the longest that its
    event loop was busy with one thing, in seconds and in its thread's seconds of CPU; `part`, how the part fared.
    """
    method, make = CASES[name]
    packed = _Packed(make())

    async def behave(to: Exchange) -> None:
        if to.request.method != method or (name in HONEST and to.request.params[1]["programId"] != _CLASSIC):
            await to.send()
            return
        await to.send(packed.to(to.id), headers={"Content-Encoding": "gzip"})

    async with ScriptedRpc(rpc_world.answer) as rpc:
        command = [sys.executable, "-m", "tests.support.hostile_answers", rpc.url, str(folder)]
        child = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdin
        assert child.stdout
        try:
            async with asyncio.timeout(8 * LOAD_SECONDS):
                assert (await child.stdout.readline()).strip() == b"ready"
                rpc.behaviour = behave
                child.stdin.write(b"go\n")
                line = await child.stdout.readline()
        finally:
            with suppress(ProcessLookupError):
                child.kill()  # it has said all that it has to say
            await child.wait()
    cost: dict[str, Any] = json.loads(line)
    return cost


async def _meet(world: RealWorld) -> dict[str, Any]:
    watch = StallWatch()
    idle = peak_memory()
    watching = asyncio.create_task(watch.run())
    refreshed = await world.post(f"/api/wallets/{OWNER}/refresh")
    assert refreshed.status in (200, 502, 504), refreshed.answer.text
    operation = await world.post("/api/wallets/refresh-all", Prefer="wait=30")
    while operation.json()["state"] in ("PENDING", "RUNNING"):  # for as long as whoever started this waits
        operation = await world.get(f"/api/wallets/refresh-operations/{operation.json()['operation_id']}")
        await asyncio.sleep(0.1)
    assert operation.json()["state"] == "COMPLETED", operation.answer.text
    watching.cancel()
    return {
        "peak": (peak_memory() - idle) / _MIB,
        "stall": watch.stall,
        "stall_cpu": watch.stall_cpu,
        "outcome": refreshed.json()["outcome"] if refreshed.status == 200 else refreshed.status,
    }


async def _serve(url: str, folder: Path) -> None:
    rpc: Any = SimpleNamespace(url=url)
    settings = {"solana_rpc_timeout": 30, "wallet_refresh_seconds": 60, "wallet_check_responses": False}
    async with real_world(rpc, sqlite(folder), **settings) as world:
        for wallet in (OWNER, *(_address(number) for number in range(_OTHERS))):
            await world.post("/api/wallets", {"wallet_address": wallet})
        # Not the history: once it is known, nothing of it is asked again.
        refreshed = await world.post(f"/api/wallets/{OWNER}/refresh", {"parts": ["sol_balance", "token_holdings"]})
        assert refreshed.json()["outcome"] == "complete"
        print("ready", flush=True)  # noqa: T201
        await asyncio.to_thread(sys.stdin.readline)
        print(json.dumps(await _meet(world)), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
