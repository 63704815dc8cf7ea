"""A process that refreshes one wallet again and again over a SQLite file, and says what it has read: to be killed.

Its chain is the mock's, a function of time alone, and its time runs `SPEED` times as fast: so all processes over one
file see the same chain, and a test knows what there was at any slot.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backends.errors import BackendError
from backends.mock.address_activity import ActivityLevel
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.seed import Seed
from backends.mock.solana import FakeSolanaService
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.orchestrator.timestamps import truncate_to_milliseconds
from backends.real.clock_and_ids import RandomIds
from backends.real.sqlite import SqliteWalletsDataService
from generated_models import CreateWalletRequest

SPEED = 20_000
"""Five and a half hours a second: about a dozen moves."""
BEGINNING = datetime(2026, 1, 5, tzinfo=UTC)
_SEED = Seed("recording")


class FastClock:
    """A `Clock`, of which every process over one file has the same."""

    def __init__(self, started: float) -> None:
        self._started = started

    def now(self) -> datetime:
        return truncate_to_milliseconds(BEGINNING + timedelta(seconds=(time.time() - self._started) * SPEED))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def faked_chain() -> FakeChain:
    """The chain that all of them see."""
    return FakeChain(_SEED, FakeNames())


def busy_address(chain: FakeChain) -> str:
    """A wallet that moves often."""
    number = 0
    while True:
        address = _SEED.address(b"busy", number)
        if chain.activity(address).level is ActivityLevel.BUSY:
            return address
        number += 1


def recorder(file: Path, started: float) -> tuple[WalletManagementOrchestrator, str]:
    """An orchestrator over a file, and the wallet that it is about."""
    chain, clock = faked_chain(), FastClock(started)
    context = Context(
        store=SqliteWalletsDataService(file, deadline=60),
        chain=FakeSolanaService(chain, clock),
        clock=clock,
        ids=RandomIds(),
        queue=LocalShardQueue(),
        policy=Policy(refresh_cooldown=timedelta(0), history_transactions=200),
    )
    return WalletManagementOrchestrator("real", context), busy_address(chain)


async def create(file: Path, started: float) -> None:
    """Make the wallet."""
    backend, address = recorder(file, started)
    await backend.create_wallet(body=CreateWalletRequest(wallet_address=address), idempotency_key=None)
    await backend.aclose()


async def _refresh_for_ever(file: Path, started: float) -> None:
    backend, address = recorder(file, started)
    while True:
        try:
            answer = (await backend.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)).value
        except BackendError:  # another process kept the file too busy
            continue
        balance = answer.results.sol_balance
        if balance is not None and balance.outcome in ("updated", "unchanged"):
            sys.stdout.write(f"{balance.slot}\n")  # committed: whoever reads the line may rely on it
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_refresh_for_ever(Path(sys.argv[1]), float(sys.argv[2])))
