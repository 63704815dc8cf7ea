"""The same seed makes the same world, byte for byte, in any process and whatever was asked before."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WORLD = """
import asyncio, hashlib, sys
from datetime import UTC, datetime, timedelta
from backends.mock.clock import MockClock
from backends.mock.factory import build_world
from backends.mock.populate import wallet_address
from backends.mock.world import WORLDS
from backends.orchestrator.policy import Policy
from generated_models import WalletSort

order = range(50) if sys.argv[1] == "forwards" else range(49, -1, -1)

async def main():
    clock = MockClock(frozen_at=datetime(2026, 11, 22, 16, 10, tzinfo=UTC))
    policy = Policy(refresh_cooldown=timedelta(0))
    world = await build_world(WORLDS["default"], seed="twins", policy=policy, clock=clock)
    backend = world.backend()
    clock.move(timedelta(hours=3))
    bodies = {}
    for number in order:
        address = wallet_address(world.seed, number)
        if sys.argv[1] == "backwards":
            await backend.list_wallets(
                status=None, tag="vip", freshness=None, sort=WalletSort.label, page_size=9, page_token=None
            )
            world.chain.transactions.history(address, 1_700_000_000_000, until=None, limit=40)
        refreshed = await backend.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
        shown = await backend.get_wallet(wallet_address=address)
        # Whoever refreshes first pays for what others then know (names of mints, the chain's identity).
        bodies[number] = refreshed.value.model_dump_json(exclude={"rpc_calls"}) + shown.value.model_dump_json()
        bodies[number] += shown.etag
    page = await backend.list_wallets(
        status=None, tag=None, freshness=None, sort=WalletSort.updated_at, page_size=200, page_token=None
    )
    whole = page.value.model_dump_json() + "".join(bodies[number] for number in sorted(bodies))
    print(len(whole), hashlib.sha256(whole.encode()).hexdigest())

asyncio.run(main())
"""


def run(direction: str, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", WORLD, direction]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_two_processes_agree_byte_for_byte() -> None:
    first = run("forwards", "1")
    assert int(first.split()[0]) > 50_000
    assert run("backwards", "2") == first
