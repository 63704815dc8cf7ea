"""Mock mode needs no cloud SDK, no Solana SDK and no HTTP client."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import asyncio, sys
from backends.mock.factory import build_mock, build_overlay
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.policy import Policy

async def main():
    backend = await build_mock(seed=1, wallets=3, policy=Policy())
    await backend.start()
    await backend.get_portfolio_summary()
    await backend.aclose()
    await build_overlay(MemoryWalletsDataService(), seed=1, policy=Policy()).get_portfolio_summary()

asyncio.run(main())
forbidden = {"google", "grpc", "firebase_admin", "solana", "solders", "sqlite3", "httpx", "aiohttp"}
print(sorted(forbidden & {name.partition(".")[0] for name in sys.modules}))
"""


def test_nothing_of_the_real_world_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
