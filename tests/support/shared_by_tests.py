"""What takes long to make, and that nobody writes to, is made once a process: contracts, worlds, chains."""

from __future__ import annotations

import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from importlib.util import find_spec
from typing import Any
from weakref import WeakKeyDictionary

import httpx
import jsonschema_rs
import pytest

from backends.mock import factory, world_cache
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.seed import Seed
from backends.mock.world import WorldSpec
from backends.orchestrator.policy import Policy
from server.contract import loading, schemas


def share(patch: pytest.MonkeyPatch) -> None:
    """The servers of a process share contracts (a tenth of a second to read), worlds of a moment ago, as the sessions
    of one mock do (a quarter of a second to make), and the chain of a seed: a function that remembers its answers.
    """
    made: defaultdict[Policy, OrderedDict[Any, Any]] = defaultdict(OrderedDict)
    begin = world_cache.WorldCache.__init__

    def begin_with_those(self: world_cache.WorldCache, policy: Policy) -> None:
        begin(self, policy)
        self._made = made[policy]

    patch.setattr(world_cache.WorldCache, "__init__", begin_with_those)
    patch.setattr(world_cache, "_AGE", timedelta(seconds=60))
    patch.setattr(world_cache, "_MOST", 8)
    chains: dict[tuple[Any, ...], FakeChain] = {}
    build_chain = factory.build_chain

    def chain_of(spec: WorldSpec, seed: Seed, names: FakeNames) -> FakeChain:
        if spec.named:
            return build_chain(spec, seed, names)
        known = (seed.text, spec.whale_tokens, spec.whale_changes)
        if known not in chains:
            if len(chains) >= 8:
                chains.clear()
            chains[known] = build_chain(spec, seed, names)
        return chains[known]

    patch.setattr(factory, "build_chain", chain_of)
    patch.setattr(loading, "read_contract", lru_cache(8)(loading.read_contract))
    patch.setattr(schemas.Schemas, "compile", _compiled_once(schemas.Schemas.compile))
    # What is not installed would be looked for in all folders, several times a request.
    for name in ("sniffio", "trio"):
        if find_spec(name) is None:
            patch.setitem(sys.modules, name, None)
    # Each `httpx.get` of a loop that waits for something would read all certificate authorities: 20 ms.
    patch.setattr("httpx._transports.default.create_ssl_context", lru_cache(8)(httpx.create_ssl_context))


def _compiled_once(
    compile_schema: Callable[[schemas.Schemas, dict[str, Any]], jsonschema_rs.Draft202012Validator],
) -> Callable[[schemas.Schemas, dict[str, Any]], jsonschema_rs.Draft202012Validator]:
    """Of a contract that servers share they share the validators too: to compile them is a third of making a server."""
    made: WeakKeyDictionary[schemas.Schemas, dict[str, jsonschema_rs.Draft202012Validator]] = WeakKeyDictionary()

    def compiled(self: schemas.Schemas, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        known = made.setdefault(self, {})
        text = repr(schema)
        if text not in known:
            known[text] = compile_schema(self, schema)
        return known[text]

    return compiled
