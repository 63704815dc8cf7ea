"""A fuzzer of the chain's answers: whatever an RPC says, the server stays up, stays small, and recovers.

An honest RPC's answers are changed by their structure: values at their limits, of other types, missing, repeated,
nested, or bytes of the whole. `fuzz_service` asks every method of the port and looks at what comes through;
`fuzz_server` registers and refreshes wallets over the real backend with SQLite, refreshes everything at once from time
to time, reads everything back by every GET, and in the end, when the RPC is honest again, a refresh must heal all.

`python -m tests.support.chain_fuzzer --cases 20000 [--seed 1]` does both, and prints what it found as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import logging
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey

from backends.errors import ChainError
from backends.orchestrator.bounds import MAX_LAMPORTS, latest_slot
from backends.orchestrator.ports import Transaction
from backends.real.rpc.limits import RpcLimits
from backends.real.solana import SimpleSolanaService
from generated_models import TokenProgram
from tests.faults.world import RealWorld, every_request, real_world, sqlite
from tests.support import rpc_world
from tests.support.process_cost import StallWatch, peak_memory
from tests.support.scripted_rpc import Behaviour, Exchange, ScriptedRpc, behave

_WALLETS = 50
_UNKNOWN = {"schedule_id": "sch_" + "0" * 32, "launch_id": "sch_" + "0" * 32}
_ALL_EVERY = 250
"""Cases between two refreshes of all wallets, after each of which everything is read."""

_NUMBERS = [-1, 0, 1, 5, 255, 256, 2**31, 2**32, 2**53 - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**30, -(2**63)]
_TEXTS = [
    "",
    "0",
    "-1",
    "1e5",
    "00",
    " 1",
    "\0",
    "\ud800",
    "é" * 50,
    "1" * 32,
    "1" * 44,
    "1" * 88,
    "z" * 5000,
    "initialized",
]
_OTHERS: list[Any] = [None, True, False, 0.5, 1e308, [], {}, [[]], {"": None}, [None] * 3]


def address_of(number: int) -> str:
    """The address of a wallet that is fuzzed."""
    return str(Pubkey(sha256(b"fuzzed" + number.to_bytes(8, "big")).digest()))


def _somewhere(some: random.Random, value: Any) -> tuple[Any, Any] | None:
    """A container inside a JSON value and one of its keys; None where there is none."""
    found = None
    while isinstance(value, dict | list) and value:
        key = some.choice(list(value)) if isinstance(value, dict) else some.randrange(len(value))
        found = value, key
        if some.random() < 0.2:
            break
        value = value[key]
    return found


def _replace(some: random.Random, old: Any) -> Any:
    kind = some.random()
    if kind < 0.45 and isinstance(old, int) and not isinstance(old, bool):
        return some.choice(_NUMBERS)
    if kind < 0.45 and isinstance(old, str):
        return some.choice([*_TEXTS, old + "1", old[1:], old.swapcase()])
    if kind < 0.6 and isinstance(old, list) and 0 < len(old) < 5:
        return old * some.choice([2, 10, 100])  # of at most a few hundred bytes each
    if kind < 0.7:
        nested = old
        for _ in range(some.choice([1, 5, 200])):
            nested = [nested] if some.random() < 0.5 else {"x": nested}
        return nested
    return some.choice([*_NUMBERS, *_TEXTS, *_OTHERS])


def mutated(some: random.Random, answer: Any) -> Any:
    """An answer with a few of its values changed, dropped, moved or repeated."""
    answer = copy.deepcopy(answer)
    for _ in range(some.choice([1, 1, 1, 2, 5])):
        place = _somewhere(some, answer)
        if place is None:
            break
        holder, last = place
        kind = some.random()
        if kind < 0.12:
            del holder[last]
        elif kind < 0.2 and isinstance(holder, list):
            holder.insert(some.randrange(len(holder) + 1), copy.deepcopy(holder[last]))
        else:
            holder[last] = _replace(some, holder[last])
    return answer


def _mangled(some: random.Random, body: bytes) -> bytes:
    """The bytes of an answer, cut, doubled, overwritten or with something in between."""
    at = some.randrange(len(body))
    return some.choice(
        [
            body[:at],
            body + body,
            body[:at] + bytes([some.randrange(256)]) + body[at + 1 :],
            body[:at] + b"{}," * some.choice([1, 1000, 300_000]) + body[at:],
            body[:at] + b"[" * some.choice([10, 2000]) + body[at:],
        ]
    )


def lies(some: random.Random) -> Behaviour:
    """A behaviour of the RPC that lies in most of its answers."""

    async def lie(to: Exchange) -> None:
        kind = some.random()
        if kind < 0.3:
            await to.send()
        elif kind < 0.9:
            whole = {"jsonrpc": "2.0", "id": to.id, "result": to.result}
            changed = mutated(some, whole if kind < 0.4 else whole["result"])
            body = json.dumps(changed if kind < 0.4 else {**whole, "result": changed})
            await to.send(body.encode(errors="replace"))
        else:
            await to.send(_mangled(some, to.envelope()))

    return lie


_MINTS = {str(rpc_world.CLASSIC): TokenProgram.spl_token, str(rpc_world.MODERN): TokenProgram.token_2022}

_CALLS: list[Callable[[SimpleSolanaService], Awaitable[Any]]] = [
    lambda chain: chain.genesis_hash(),
    lambda chain: chain.balances([rpc_world.OWNER, rpc_world.SENDER]),
    lambda chain: chain.token_balances(rpc_world.OWNER),
    lambda chain: chain.token_names(_MINTS),
    lambda chain: chain.signatures(rpc_world.OWNER, until=None, limit=10),
    lambda chain: chain.transaction(rpc_world.SIGNATURE),
]


async def fuzz_service(cases: int, seed: int) -> list[str]:
    """Ask every method of the port in turn; what came through that should not have."""
    some = random.Random(seed)
    failures: list[str] = []
    limits = RpcLimits(rps=100_000, timeout=5, retry_share=0.000_1, retry_advance=0, retry_reserve=0, max_pause=0.001)
    async with ScriptedRpc(rpc_world.answer, behaviour=lies(some)) as rpc:
        chain = SimpleSolanaService(rpc.url, limits)
        for case in range(cases):
            try:
                found = await _CALLS[case % len(_CALLS)](chain)
            except ChainError:
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, it should not have come
                failures.append(f"case {case} of seed {seed} raised {error!r}")
                continue
            failures += [f"case {case} of seed {seed} let {wrong} through" for wrong in _beyond(found)]
            rpc.requests.clear()
        await chain.aclose()
    return failures


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

    def __init__(self, world: RealWorld, rpc: ScriptedRpc, seed: int) -> None:
        self._world = world
        self._rpc = rpc
        self._some = random.Random(seed)
        self._operation = "op_" + "0" * 32
        self.failures: list[str] = []

    async def warm_up(self) -> None:
        """Do everything once, honestly, so that what is made once is there."""
        await self._case(0, behave)
        await self._refresh_all()
        await self._read_everything()

    async def run(self, cases: int) -> None:
        """Fuzz, read everything back, and heal."""
        for case in range(cases):
            await self._case(case, lies(self._some))
            if case % _ALL_EVERY == _ALL_EVERY - 1:
                await self._refresh_all()
                await self._read_everything()
        await self._refresh_all()
        await self._read_everything()
        await self._heal()
        await self._read_everything()

    async def _ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self._world.send(method, path, json=body, headers=headers)
        if answer.status == 500:
            self.failures.append(f"{method} {path}: {answer.answer.text[:300]}")
        return answer

    async def _case(self, case: int, behaviour: Behaviour) -> None:
        address = address_of(case % _WALLETS)
        path = f"/api/wallets/{address}"
        await self._ask("DELETE", f"{path}?force=true")
        await self._ask("POST", "/api/wallets", {"wallet_address": address})
        self._rpc.behaviour = behaviour
        await self._ask("POST", f"{path}/refresh")
        await self._ask("GET", path)

    async def _refresh_all(self) -> None:
        operation = (await self._ask("POST", "/api/wallets/refresh-all", Prefer="wait=30")).json()
        self._operation = operation.get("operation_id", self._operation)
        if operation.get("state") != "COMPLETED":
            self.failures.append(f"refresh-all: {operation}")

    async def _read_everything(self) -> None:
        for number in range(_WALLETS):
            known = {
                "wallet_address": address_of(number),
                "operation_id": self._operation,
                "schedule_id": "sch_0",
                "launch_id": "lch_0",
            }
            for method, path, _ in every_request(known).values():
                if method == "GET" and (number == 0 or address_of(number) in path):
                    await self._ask(method, path)

    async def _heal(self) -> None:
        self._rpc.behaviour = behave
        bad: list[str] = []
        await asyncio.sleep(6)  # until a guard that was lied to believes what it is told again and again
        for _ in range(5):  # for a 429 among the lies asked for silence, and a guard asks for confirmation
            await self._refresh_all()
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
        return None


async def fuzz_server(cases: int, seed: int) -> dict[str, Any]:
    """Run; what it found, and what it cost: `peak` in MiB above idle, `stall_cpu` in seconds."""
    watch = StallWatch()
    settings = {"wallet_history_sweep": 0, "wallet_refresh_seconds": 20, "solana_rpc_timeout": 2}
    with tempfile.TemporaryDirectory() as folder:
        async with (
            ScriptedRpc(rpc_world.answer) as rpc,
            real_world(rpc, sqlite(Path(folder)), **settings) as world,
        ):
            fuzzing = Fuzzing(world, rpc, seed)
            await fuzzing.warm_up()
            idle = peak_memory()
            watching = asyncio.create_task(watch.run())
            await fuzzing.run(cases)
            watching.cancel()
            asked = rpc.calls
    return {
        "cases": cases,
        "requests": dict(asked),
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
