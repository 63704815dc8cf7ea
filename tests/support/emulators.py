"""Fixtures that start the real emulators, once a test session (with pytest-xdist: once a worker).

Tests share them: give each test a Firestore project of its own, and seeds of its own on the chain.
"""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest

from emulators import firestore, nats, solana
from emulators.process import EmulatorMissing
from tests.support.load import LOAD_SECONDS

if TYPE_CHECKING:
    from emulators.chain import LocalChain


def _missing(reason: EmulatorMissing) -> None:
    if os.environ.get("REQUIRE_EMULATORS") == "1":
        pytest.fail(f"REQUIRE_EMULATORS=1, but {reason}", pytrace=False)
    pytest.skip(str(reason))


async def warm_firestore(address: str) -> None:
    """Have the emulator load and compile its code: on a busy machine its first answers take longer than a store waits.

    Raises StoreUnavailable if it doesn't answer within minutes.
    """
    from backends.errors import StoreUnavailable
    from backends.orchestrator import queries
    from backends.orchestrator.ports import Put
    from backends.orchestrator.records import NamedValue
    from backends.real.firebase import SimpleFirebaseService
    from tests.support import records as make

    store = SimpleFirebaseService(f"warm-{uuid.uuid4().hex[:20]}", emulator_host=address, deadline=120)
    try:
        deadline = time.monotonic() + 2 * LOAD_SECONDS
        while True:
            try:
                await store.ping()
                break
            except StoreUnavailable:  # it is still starting
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.2)
        for number in range(20):
            await store.commit([Put(make.named_value(f"n{number}", "1"))])
            await store.get_many(NamedValue, [f"n{number}"])
            await store.query(queries.wallets(), limit=2)
            await store.count(queries.wallets())
            await store.sums(queries.wallets(), ["launch_count"])
    finally:
        await store.aclose()


@pytest.fixture(scope="session")
def firestore_emulator() -> Iterator[str]:
    """`host:port` of a running Firestore emulator."""
    try:
        with firestore.firestore_emulator() as address:
            asyncio.run(warm_firestore(address))
            yield address
    except EmulatorMissing as reason:
        _missing(reason)


@pytest.fixture
def firestore_project() -> str:
    """A project id that no other test uses: the emulator keeps projects apart."""
    return f"demo-{uuid.uuid4().hex[:24]}"


@pytest.fixture(scope="session")
def solana_runtime() -> Iterator[str]:
    """The RPC URL of a running local Solana runtime whose slots follow the wall clock."""
    try:
        with solana.solana_runtime() as rpc_url:
            yield rpc_url
    except EmulatorMissing as reason:
        _missing(reason)


@pytest.fixture
async def chain(solana_runtime: str) -> AsyncIterator[LocalChain]:
    """A client of the local Solana runtime, to seed and to move things."""
    from emulators.chain import LocalChain

    async with LocalChain(solana_runtime) as client:
        yield client


@pytest.fixture(scope="session")
def nats_server() -> Iterator[str]:
    """`nats://host:port` of a running NATS server with JetStream."""
    try:
        with nats.nats_server() as url:
            yield url
    except EmulatorMissing as reason:
        _missing(reason)


@pytest.fixture
def seed() -> str:
    """Words that no other test uses, to derive keypairs from."""
    return uuid.uuid4().hex
