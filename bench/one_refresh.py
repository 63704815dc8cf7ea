"""One refresh-all of a scripted world in this process, measured: `python -m bench.one_refresh '{"wallets": 100, ...}'`.

A process of its own each, so that peak memory is that of the one run.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from backends.errors import ChainError
from backends.orchestrator.context import Context
from backends.orchestrator.counting import Counting
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Put, WalletsDataService, Write
from backends.orchestrator.records import Record, Wallet, WalletTombstone
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.orchestrator.wallets.state import with_derived_fields
from backends.real.clock_and_ids import RandomIds, SystemClock
from backends.real.rpc.limits import RpcLimits
from backends.real.solana import SimpleSolanaService
from backends.real.sqlite import SqliteWalletsDataService
from bench.world import address
from generated_models import OperationState, RefreshOperation, TokenProgram
from server.composition.common import read_concurrency
from server.process import event_loop
from server.settings import Settings
from tests.support.delegating_store import DelegatingStore

R = TypeVar("R", bound=Record)
_BATCH = 200


@dataclass(frozen=True)
class Run:
    """What one measurement found. `seconds` is from the request to the end, by the operation's own clock; `cpu` is
    processor time.
    """

    seconds: float
    cpu: float
    calls: dict[str, int]
    complete: int
    failed: int
    commits: int
    records: int
    peak_mib: float


class CommitCountingStore(DelegatingStore):
    """A store that counts its commits, and the records in them."""

    def __init__(self, store: WalletsDataService) -> None:
        super().__init__(store)
        self.commits = self.records = 0

    async def commit(self, writes: Sequence[Write]) -> None:
        self.commits += bool(writes)
        self.records += len(writes)
        await super().commit(writes)


async def seed(store: WalletsDataService, wallets: int) -> None:
    """Wallets as `createWallet` leaves them."""
    now, policy = SystemClock().now(), Policy()
    for first in range(0, wallets, _BATCH):
        writes: list[Write] = []
        for number in range(first, min(first + _BATCH, wallets)):
            each = address(number)
            blank = Wallet(
                wallet_address=each,
                generation=1,
                metadata_version=1,
                chain_version=0,
                label=None,
                notes=None,
                tags=(),
                status_override=None,
                created_at=now + timedelta(milliseconds=number),
                updated_at=now,
            )
            writes.append(Put(with_derived_fields(blank, policy)))
            writes.append(Put(WalletTombstone(wallet_address=each, generations=1, metadata_version=1, launch_count=0)))
        await store.commit(writes)


def chain_of(url: str, rps: float) -> SimpleSolanaService:
    """The chain as the composition root makes it for a budget."""
    settings = Settings(wallet_backend="mock", solana_rpc_rps=rps)
    return SimpleSolanaService(url, RpcLimits(rps=rps, concurrency=settings.rpc_concurrency))


async def refresh_all(backend: WalletManagementOrchestrator, look_every: float) -> RefreshOperation:
    """Start and wait; looking costs the store something, so not too often."""
    operation = (await backend.refresh_all_wallets(body=None, prefer=None, idempotency_key=None)).value
    while operation.state is not OperationState.COMPLETED:
        await asyncio.sleep(look_every)
        operation = (await backend.get_refresh_operation(operation_id=operation.operation_id)).value
    return operation


def _seconds(operation: RefreshOperation) -> float:
    began, ended = (datetime.fromisoformat(str(each)) for each in (operation.created_at, operation.finished_at))
    return (ended - began).total_seconds()


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def planned(url: str, wallets: int, rps: float, folder: str) -> AsyncIterator[tuple[str, Run]]:
    """Our way: cold, then idle."""
    embedded = SqliteWalletsDataService(Path(folder) / "wallets.sqlite3", deadline=30)
    store = CommitCountingStore(embedded)
    await seed(store, wallets)
    policy = Policy(read_concurrency=read_concurrency(rps))
    context = Context(
        store=store,
        chain=chain_of(url, rps),
        clock=SystemClock(),
        ids=RandomIds(),
        queue=LocalShardQueue(10),
        policy=policy,
    )
    await Counting(context).ensure()  # wallets made through the API are; otherwise it would be done during a run
    backend = WalletManagementOrchestrator("real", context)
    await backend.start()
    event_loop.tune_garbage_collection()  # as servers and workers do
    await asyncio.sleep(0.2)
    for name in ("cold", "idle"):
        store.commits = store.records = 0
        cpu = time.process_time()
        operation = await refresh_all(backend, 0.1 if wallets <= 1000 else 0.5)
        calls = dict(operation.rpc_calls)
        calls.pop("getGenesisHash", None)
        run = Run(
            seconds=_seconds(operation),
            cpu=time.process_time() - cpu,
            calls=calls,
            complete=operation.complete,
            failed=operation.failed + operation.partial,
            commits=store.commits,
            records=store.records,
            peak_mib=peak_mib(),
        )
        yield name, run
    await backend.aclose()


async def naive(url: str, wallets: int, rps: float) -> Run:
    """Seven calls a wallet, as a loop over wallets makes them."""
    calls: Counter[str] = Counter()
    chain = chain_of(url, rps).metered(calls)
    slots = asyncio.Semaphore(read_concurrency(rps))
    failed = 0

    async def one(each: str) -> None:
        nonlocal failed
        async with slots:
            try:
                await chain.balances([each])
                held = (await chain.token_balances(each)).holdings
                programs = {holding.mint_address: holding.token_program for holding in held}
                await chain.token_names(programs or {each: TokenProgram.spl_token})
                history = await chain.signatures(each, until=None, limit=100)
                for entry in (*history, *history)[:2]:
                    await chain.transaction(entry.signature)
            except ChainError:
                failed += 1

    started, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one(address(number)) for number in range(wallets)))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    await chain.aclose()
    return Run(seconds, cpu, dict(calls), wallets - failed, failed, 0, 0, peak_mib())


def _say(name: str, run: Run) -> None:
    print(json.dumps({name: asdict(run)}), flush=True)


async def _main(task: dict[str, Any]) -> None:
    """A line a run, as it ends."""
    if task["way"] == "naive":
        _say("naive", await naive(task["url"], task["wallets"], task["rps"]))
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async for name, run in planned(task["url"], task["wallets"], task["rps"], folder):
            _say(name, run)


if __name__ == "__main__":
    event_loop.run(_main(json.loads(sys.argv[1])))
