"""A faulty RPC: the answers of a correct one, with values changed by their structure, or with broken bytes.

Its chain is that of `rpc_world`, with a history for every address whose transactions say what they changed.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha512
from typing import Any

from solders.signature import Signature

from tests.support import rpc_world
from tests.support.load import LOAD_SECONDS
from tests.support.scripted_rpc import Answer, Behaviour, Exchange, ScriptedRpc

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
_LONGEST_REPEATED = 2**20
"""Characters of JSON that a list which is repeated may come to: one mutation must not be what fills the memory."""


def _copy(value: Any) -> Any:
    """As `copy.deepcopy` does, in a fifth of the time: all of it is JSON."""
    return json.loads(json.dumps(value))


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
        times = some.choice([2, 10, 100])
        if len(json.dumps(old)) * times <= _LONGEST_REPEATED:
            return [_copy(item) for _ in range(times) for item in old]  # copies: the next change is of one
    if kind < 0.7:
        nested = old
        for _ in range(some.choice([1, 5, 200])):
            nested = [nested] if some.random() < 0.5 else {"x": nested}
        return nested
    # A copy: what is changed inside it later must not be what the next answer is changed to.
    return _copy(some.choice([*_NUMBERS, *_TEXTS, *_OTHERS]))


def mutated(some: random.Random, answer: Any) -> Any:
    """An answer with a few of its values changed, dropped, moved or repeated."""
    answer = _copy(answer)
    for _ in range(some.choice([1, 1, 1, 2, 5])):
        place = _somewhere(some, answer)
        if place is None:
            break
        holder, last = place
        kind = some.random()
        if kind < 0.12:
            del holder[last]
        elif kind < 0.2 and isinstance(holder, list):
            holder.insert(some.randrange(len(holder) + 1), _copy(holder[last]))
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


class MutatingRpc:
    """Answers for the chain, and how they are changed. `unchanged_share` is how many are not, from 0 to 1; `mutations`
    counts the changed ones, by method.
    """

    def __init__(self, seed: int, unchanged_share: float = 0.3) -> None:
        self._unchanged_share = unchanged_share
        self._some = random.Random(seed)
        self._owners: dict[str, str] = {}
        self.mutations: Counter[str] = Counter()

    def answer(self, method: str, params: list[Any]) -> Any:
        """The true result of a request."""
        if method == "getSignaturesForAddress":
            paid, failed, spent = (self._signature(params[0], number) for number in range(3))
            return [
                rpc_world.history_row(paid, rpc_world.SLOT),
                rpc_world.history_row(failed, rpc_world.SLOT - 10, err={"InstructionError": [0, {}]}),
                rpc_world.history_row(spent, rpc_world.SLOT - 20),
            ]
        if method == "getTransaction":
            return rpc_world.transaction_between(
                params[0], rpc_world.SENDER, self._owners.get(params[0], rpc_world.OWNER)
            )
        return rpc_world.answer(method, params)

    def newest(self, owner: str) -> str:
        """The signature of an address's newest transaction."""
        return self._signature(owner, 0)

    def _signature(self, owner: str, number: int) -> str:
        signature = str(Signature(sha512(f"{owner} {number}".encode()).digest()))
        self._owners[signature] = owner
        return signature

    @property
    def behaviour(self) -> Behaviour:
        """Changes most of its answers."""

        async def mutate(to: Exchange) -> None:
            await to.send(self._changed(to.request.method, {"jsonrpc": "2.0", "id": to.id, "result": to.result}))

        return mutate

    def answered(self, request_id: Any, method: str, params: list[Any]) -> bytes:
        """The body of the answer to a request, changed mostly."""
        result = self.answer(method, params)
        return self._changed(method, {"jsonrpc": "2.0", "id": request_id, "result": result})

    def _changed(self, method: str, whole: dict[str, Any]) -> bytes:
        some = self._some
        if some.random() < self._unchanged_share:
            return json.dumps(whole).encode()
        self.mutations[method] += 1
        kind = some.random()
        if kind >= 0.86:
            return _mangled(some, json.dumps(whole).encode())
        changed = mutated(some, whole if kind < 0.14 else whole["result"])
        return json.dumps(changed if kind < 0.14 else {**whole, "result": changed}).encode(errors="replace")


@asynccontextmanager
async def in_a_thread(answer: Answer) -> AsyncIterator[ScriptedRpc]:
    """A scripted RPC on an event loop of its own, so that what it does costs the server's loop nothing."""
    rpc = ScriptedRpc(answer)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(rpc.listen(), loop))
        yield rpc
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(rpc.stop(), loop))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(LOAD_SECONDS)
        loop.close()
