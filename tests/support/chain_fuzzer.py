"""A fuzzer of the chain's answers: whatever an RPC says, the server stays up, stays small, and recovers.

`fuzz_service` asks every method of the port and looks at what comes through. `fuzz_server` registers and refreshes
wallets over the real backend with SQLite, one by one and all at once, reads everything back by every GET, and in the
end, when the RPC is correct again, a refresh must heal all. A case is one answer that was changed.

`python -m tests.support.chain_fuzzer --cases 20000 [--seed 1]` does both, and prints what it found as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partialmethod
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

from solders.pubkey import Pubkey

from backends.errors import ChainError
from backends.orchestrator.bounds import MAX_LAMPORTS, latest_slot
from backends.orchestrator.ports import AccountBalances, Balance, Transaction
from backends.real.rpc.faults import unusable
from backends.real.rpc.limits import RpcLimits
from backends.real.rpc.transport import LARGE_BODY, RpcTransport
from backends.real.solana import SimpleSolanaService
from generated_models import TokenProgram
from tests.faults.world import RealWorld, every_request, real_world, sqlite
from tests.support import rpc_world
from tests.support.mutating_rpc import MutatingRpc, in_a_thread
from tests.support.process_cost import StallWatch, peak_memory
from tests.support.scripted_rpc import Behaviour, ScriptedRpc, behave

_WALLETS = 50
_SINGLE = 8
"""Wallets refreshed one by one between two refreshes of all."""
_READ_EVERY = 10
"""Refreshes of all between two times that everything is read."""
_IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where files are in memory, on Linux: it is not the disk that is fuzzed."""
_QUERIES = [
    *(f"/api/wallets?sort={sort}" for sort in ("created_at", "updated_at", "last_balance", "label")),
    *(f"/api/wallets?freshness={state}" for state in ("fresh", "stale", "error", "never")),
    *(f"/api/wallets?status={status}&min_balance=0" for status in ("FUNDED", "UNFUNDED")),
    "/api/wallets/portfolio/tokens?max_age=0",
    "/api/wallets/export?format=jsonl",
]
"""Reads beside one of each operation."""


def address_of(number: int) -> str:
    """The address of a wallet that is fuzzed."""
    return str(Pubkey(sha256(b"fuzzed" + number.to_bytes(8, "big")).digest()))


_MINTS = {str(rpc_world.CLASSIC): TokenProgram.spl_token, str(rpc_world.MODERN): TokenProgram.token_2022}

_CALLS: list[Callable[[SimpleSolanaService], Awaitable[Any]]] = [
    lambda chain: chain.genesis_hash(),
    lambda chain: chain.balances([rpc_world.OWNER, rpc_world.SENDER]),
    lambda chain: chain.balances([rpc_world.OWNER], rpc_world.TOKEN_ACCOUNTS),
    lambda chain: chain.token_balances(rpc_world.OWNER),
    lambda chain: chain.token_names(_MINTS),
    lambda chain: chain.signatures(rpc_world.OWNER, until=None, limit=10),
    lambda chain: chain.transaction(rpc_world.SIGNATURE),
]


async def fuzz_service(cases: int, seed: int) -> list[str]:
    """Ask every method of the port in turn; what came through that should not have."""
    mutating = MutatingRpc(seed, unchanged_share=0.1)  # what takes two answers is to see a correct first one
    failures: list[str] = []
    limits = RpcLimits(rps=100_000, timeout=5, retry_share=0.000_1, retry_advance=0, retry_reserve=0, max_pause=0.001)
    with patch.object(RpcTransport, "post", partialmethod(_in_memory, mutating=mutating)):
        chain = SimpleSolanaService("http://rpc.invalid", limits)
        asked = 0
        while (case := mutating.mutations.total()) < cases:
            asked += 1
            try:
                found = await _CALLS[asked % len(_CALLS)](chain)
            except ChainError:
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, it should not have come
                failures.append(f"case {case} of seed {seed} raised {error!r}")
                continue
            failures += [f"case {case} of seed {seed} let {wrong} through" for wrong in _beyond(found)]
        await chain.aclose()
    return failures


async def _in_memory(
    _: RpcTransport,
    content: bytes,
    *,
    max_body: int,
    before_sending: Callable[[], Awaitable[None]],
    on_large: Callable[[], Awaitable[object]],
    mutating: MutatingRpc,
) -> bytearray:
    """An answer of the mutating RPC without a socket, in a third of the time: what is changed is never how HTTP frames
    it.
    """
    await before_sending()
    asked = json.loads(content)
    body = bytearray(mutating.answered(asked["id"], asked["method"], asked["params"] or []))
    if len(body) > max_body:
        raise unusable("too much")
    if len(body) > LARGE_BODY:
        await on_large()
    return body


def _beyond(found: Any) -> Iterator[str]:
    """What of an answer of the port does not fit the store."""
    if isinstance(found, Mapping):
        found = list(found.values())
    if isinstance(found, list | tuple):
        for item in found:
            yield from _beyond(item)
        return
    if isinstance(found, Transaction):
        yield from _beyond(found.transfers)
        for lamports in (found.fee or 0, *map(abs, (found.lamports or {}).values())):
            if not 0 <= lamports <= MAX_LAMPORTS:
                yield f"a change of {lamports} lamports"
        for moves in (found.tokens or {}).values():
            if any(abs(move.amount) >= 2**73 or not 0 <= move.decimals <= 255 for move in moves):
                yield f"moves {moves}"
        return
    if isinstance(found, AccountBalances):
        yield from _beyond([Balance(lamports, found.slot) for lamports in found.lamports.values()])
        for amount in found.amounts.values():
            if amount is not None and not 0 <= amount < 2**64:
                yield f"{amount} in a token account"
        return
    slot, lamports = getattr(found, "slot", 0), getattr(found, "lamports", 0)
    if not 0 <= slot <= latest_slot():
        yield f"slot {slot}"
    if not 0 <= lamports <= MAX_LAMPORTS:
        yield f"{lamports} lamports"
    for holding in getattr(found, "holdings", ()):
        if not (0 < holding.amount < 2**64 and 0 <= holding.decimals <= 255 and len(holding.mint_address) <= 44):
            yield f"holding {holding}"
    for text, longest in (("name", 64), ("ticker", 32), ("sender", 44), ("recipient", 44), ("signature", 88)):
        if len(getattr(found, text, None) or "") > longest:
            yield f"a {text} of {len(getattr(found, text))}"


class Fuzzing:
    """One run; `failures` says what went wrong, if anything."""

    def __init__(self, world: RealWorld, rpc: ScriptedRpc, mutating: MutatingRpc, seed: int) -> None:
        self._world = world
        self._rpc = rpc
        self._mutating = mutating
        self._some = random.Random(seed)
        self._known: dict[str, str] = {}
        self.failures: list[str] = []

    async def warm_up(self) -> None:
        """Do everything once, with correct answers, so that what is made once is there."""
        for number in range(_WALLETS):
            await self._ask("POST", "/api/wallets", {"wallet_address": address_of(number)})
        await self._single(0, behave)
        await self._refresh_all("full", ends=("COMPLETED",))
        await self._make_ids()
        await self._read_everything()

    async def run(self, cases: int) -> None:
        """Fuzz, read everything back, and heal."""
        rounds = 0
        while self._mutating.mutations.total() < cases:
            self._rpc.behaviour = self._mutating.behaviour
            for _ in range(_SINGLE):
                await self._single(self._some.randrange(_WALLETS), self._mutating.behaviour)
            await self._refresh_all()
            rounds += 1
            if rounds % _READ_EVERY == 0:
                await self._read_everything()
            self._rpc.requests.clear()
        await self._read_everything()
        await self._heal()
        await self._read_everything()

    async def _ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self._world.send(method, path, json=body, headers=headers)
        while answer.status == 503:  # a machine with much other work: the store took too long
            await asyncio.sleep(2)
            answer = await self._world.send(method, path, json=body, headers=headers)
        if answer.status == 500:
            self.failures.append(f"{method} {path}: {answer.answer.text[:300]}")
        return answer

    async def _single(self, number: int, behaviour: Behaviour) -> None:
        path = f"/api/wallets/{address_of(number)}"
        if self._some.random() < 0.5:
            await self._ask("DELETE", f"{path}?force=true")
            await self._ask("POST", "/api/wallets", {"wallet_address": address_of(number)})
        self._rpc.behaviour = behaviour
        parts = [{}, {}, {"parts": [self._some.choice(["sol_balance", "token_holdings", "funding_transactions"])]}]
        await self._ask("POST", f"{path}/refresh", self._some.choice(parts))
        await self._ask("GET", path)

    async def _refresh_all(self, depth: str = "known", ends: tuple[str, ...] = ("COMPLETED", "FAILED")) -> None:
        body = {"depth": depth}
        operation = (await self._ask("POST", "/api/wallets/refresh-all", body, Prefer="wait=30")).json()
        self._known["operation_id"] = operation.get("operation_id", self._known.get("operation_id"))
        while operation.get("state") == "RUNNING":
            await asyncio.sleep(1)
            path = f"/api/wallets/refresh-operations/{self._known['operation_id']}"
            operation = (await self._ask("GET", path)).json()
        if operation.get("state") not in ends:
            self.failures.append(f"refresh-all: {operation}")

    async def _make_ids(self) -> None:
        """A schedule, which a mutation may complete, and a launch."""
        requests = every_request({"wallet_address": address_of(0)})
        for name, key in (("scheduleFunding", "schedule_id"), ("recordLaunch", "launch_id")):
            method, path, body = requests[name]
            made = await self._ask(method, path, {**body, "wallet_address": address_of(1)})
            self._known[key] = made.json()[key]

    async def _read_everything(self) -> None:
        for number in range(_WALLETS):
            address = address_of(number)
            for method, path, _ in every_request({**self._known, "wallet_address": address}).values():
                if method == "GET" and (number == 0 or address in path):
                    await self._ask(method, path)
        for path in _QUERIES:
            await self._ask("GET", path)

    async def _heal(self) -> None:
        self._rpc.behaviour = behave
        bad: list[str] = []
        await asyncio.sleep(6)  # until a guard believes again what contradicts the mutations
        for _ in range(5):  # for a 429 among the mutations asked for silence, and a guard asks for confirmation
            # An account that was left out of a list is no contradiction: it is missed until accounts are looked for.
            await self._refresh_all("full")
            bad = [text for number in range(_WALLETS) if (text := await self._unhealed(address_of(number)))]
            if not bad:
                return
            await asyncio.sleep(2)
        self.failures += bad

    async def _unhealed(self, address: str) -> str | None:
        cached = (await self._ask("GET", f"/api/wallets/{address}")).json()
        wallet = cached["wallet"]
        amounts = sorted(holding["amount"] for holding in wallet["token_holdings"] or [])
        if cached["cache"]["state"] != "fresh":
            return f"{address} is {cached['cache']}"
        if wallet["last_balance_lamports"] != "0" or amounts != [str(rpc_world.AMOUNT)] * 2:
            return f"{address} has {wallet['last_balance_lamports']} lamports and {amounts}"
        # That it is there must heal; what it did is read once, and nothing contradicts a well-formed mutation of that.
        seen = (await self._ask("GET", f"/api/wallets/{address}/activity")).json()["items"]
        if not any(entry["signature"] == self._mutating.newest(address) and not entry["failed"] for entry in seen):
            return f"{address} lacks its newest transaction: {seen}"
        return None


async def fuzz_server(cases: int, seed: int) -> dict[str, Any]:
    """Run; what it found, and what it cost: `peak` in MiB above idle, `stall_cpu` in seconds."""
    watch, mutating = StallWatch(), MutatingRpc(seed)
    settings = {"wallet_history_sweep": 0, "wallet_refresh_seconds": 20, "solana_rpc_timeout": 2}
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY) as folder:
        async with (
            in_a_thread(mutating.answer) as rpc,
            real_world(rpc, sqlite(Path(folder)), **settings) as world,
        ):
            fuzzing = Fuzzing(world, rpc, mutating, seed)
            await fuzzing.warm_up()
            idle = peak_memory()
            watching = asyncio.create_task(watch.run())
            await fuzzing.run(cases)
            watching.cancel()
    return {
        "mutations": dict(mutating.mutations),
        "peak": (peak_memory() - idle) / 2**20,
        "stall_cpu": watch.stall_cpu,
        "failures": fuzzing.failures[:20],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server-only", action="store_true")
    options = parser.parse_args()
    logging.disable()
    found = asyncio.run(fuzz_server(options.cases, options.seed))
    if not options.server_only:
        found["failures"] += asyncio.run(fuzz_service(options.cases, options.seed))
    print(json.dumps(found), flush=True)  # noqa: T201
    sys.exit(bool(found["failures"]))


if __name__ == "__main__":
    main()
