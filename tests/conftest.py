"""Fixtures for all tests, and the marker of those that need an emulator."""

from __future__ import annotations

import gc
import os
from collections import OrderedDict, defaultdict
from datetime import timedelta
from functools import lru_cache
from typing import Any

import httpx
import pytest

from backends.mock import factory, world_cache
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.seed import Seed
from backends.mock.world import WorldSpec
from backends.orchestrator.policy import Policy
from server.contract import loading
from tests.support.load import LOAD_SECONDS

pytest_plugins = ["tests.support.emulators"]

_OWN_DEADLINES = ("tests/unit/", "tests/faults/test_store_faults.py", "tests/contract/test_wallets_data_service.py")

_EMULATORS = {"firestore_emulator", "solana_runtime", "nats_server"}


def pytest_configure(config: pytest.Config) -> None:
    """Contracts, worlds and chains are made once a process, from the collection of tests on: to read the contract takes
    a tenth of a second, to make a mock's world a quarter of one. Nobody writes to any, so that the servers of a process
    share them: worlds of a moment ago, as the sessions of one mock do, and the chain of a seed, a function that
    remembers what it was asked.
    """
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
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
    # Each `httpx.get` of a loop that waits for something would read all certificate authorities: 20 ms.
    patch.setattr("httpx._transports.default.create_ssl_context", lru_cache(8)(httpx.create_ssl_context))


def pytest_make_parametrize_id(val: object) -> str | None:
    """A test is not called by all 100,000 characters that it is given."""
    if isinstance(val, str) and len(val) > 130:
        return f"{val[:60]}... of {len(val)} characters".encode("unicode_escape").decode()
    return None


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules are there to stay: to look through them again and again for garbage takes a
    tenth of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses an emulator, through however many fixtures, is marked. Files with slow tests come first, so that no
    process ends with one of them while the others have nothing left to do.
    """
    for item in items:
        if _EMULATORS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.emulator)
        if os.environ.get("NIGHTLY"):  # some do the same for an hour
            item.add_marker(pytest.mark.timeout(7_200))
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def _patient_stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a disk or an emulator may take longer than the 3 s after which a store counts as down."""
    if not request.node.nodeid.startswith(_OWN_DEADLINES):
        monkeypatch.setattr("backends.real.sqlite.DEADLINE_SECONDS", LOAD_SECONDS)
        monkeypatch.setattr("backends.real.firebase.DEADLINE_SECONDS", LOAD_SECONDS)
