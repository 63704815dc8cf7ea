"""Refresh-all over processes that die: nothing is lost, nothing counted twice, the budget kept."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from backends.orchestrator.queries import shards_of
from backends.orchestrator.records import RefreshShard, Wallet
from backends.real.sqlite import SqliteWalletsDataService
from bench.one_refresh import seed
from bench.scripted_rpc import scripted_rpc
from bench.world import World
from emulators.nats import nats_server
from tests.processes.fleet import all_results, fleet, get, ready
from tests.support.load import LOAD_SECONDS

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

RPS = 150
ACK_WAIT = 5  # seconds: the lease of a shard


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "wallets.sqlite3"


async def _seeded(file: Path, wallets: int) -> None:
    store = SqliteWalletsDataService(file, deadline=60)
    await seed(store, wallets)
    await store.aclose()


def _progress(url: str, operation_id: str) -> dict[str, Any]:
    found: dict[str, Any] = get(url, f"/refresh-operations/{operation_id}")
    return found


def _until_done(url: str, operation_id: str, count: int, seconds: float = 300) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while True:
        operation = _progress(url, operation_id)
        if operation["done"] >= count and (count < operation["total"] or operation["state"] == "COMPLETED"):
            return operation
        assert time.monotonic() < deadline, operation
        time.sleep(0.05)


class Watch:
    """Looks at the shards themselves, beside all servers."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def shards(self, operation_id: str) -> list[RefreshShard]:
        return asyncio.run(self._shards(operation_id))

    def stored(self, operation_id: str) -> set[str]:
        """The addresses of the wallets whose results are stored."""
        return {result.wallet_address for shard in self.shards(operation_id) for result in shard.results}

    async def _shards(self, operation_id: str) -> list[RefreshShard]:
        store = SqliteWalletsDataService(self._file, deadline=30)  # a spectator may wait on a busy machine
        try:
            return [each.record for each in await store.query(shards_of(operation_id), limit=1000)]
        finally:
            await store.aclose()

    def recovery(self, operation_id: str, killed: float, orphans: dict[str, str | None]) -> float:
        """Seconds from a death until another worker has the last of the shards that it held."""
        while True:
            now = {shard.key: shard for shard in self.shards(operation_id)}
            if all(now[key].owner != owner or now[key].finished for key, owner in orphans.items()):
                return time.monotonic() - killed
            assert time.monotonic() - killed < ACK_WAIT + 2 * LOAD_SECONDS
            time.sleep(0.1)

    def held_by_the_dead(self, operation_id: str) -> dict[str, str | None]:
        """Shards that nobody has kept for a checkpoint's time."""
        before = {shard.key: shard for shard in self.shards(operation_id)}
        time.sleep(1.6)
        after = {shard.key: shard for shard in self.shards(operation_id)}
        return {
            key: shard.owner
            for key, shard in before.items()
            if not shard.finished and shard.owner and after[key].leased_until == shard.leased_until
        }


def _check_world(file: Path, world: World) -> None:
    async def check() -> None:
        store = SqliteWalletsDataService(file, deadline=60)
        for number, found in enumerate(await store.get_many(Wallet, world.addresses)):
            assert found is not None
            wallet = found.record
            assert wallet.last_balance_lamports == world.lamports(number)
            assert wallet.holdings is not None
            assert wallet.holdings.count == len(world.held(number))
            funded = {funding.signature for funding in wallet.recent_funding or ()}
            assert funded == {payment.signature for payment in world.histories[number]}
            assert wallet.cache_class == "ok"
        await store.aclose()

    asyncio.run(check())


def _check_results(url: str, operation: dict[str, Any], world: World) -> None:
    assert operation["state"] == "COMPLETED"
    assert (operation["total"], operation["done"], operation["complete"]) == (world.size,) * 3
    assert operation["partial"] == operation["failed"] == 0
    results = all_results(url, operation["operation_id"])
    assert sorted(item["wallet_address"] for item in results) == sorted(world.addresses)


def _check_pace(stats: dict[str, Any], rps: float) -> None:
    # While the RPC's own process stalls, what it is sent seems to come at once, at either end of a second.
    stall = stats["stall"]
    for path, most in stats["most_in_a_second"].items():
        assert most <= rps * (1 + 2 * stall), f"{path} sent {most} in a second (stalled: {stall:.3f} s)"


@dataclass(frozen=True)
class KillsOutcome:
    """What three kills did to a refresh-all."""

    recoveries: list[float]
    """Seconds from a worker's death until its shards had another."""
    read_twice: int
    """Wallets."""
    stored_read_again: int
    """Of these, wallets whose result was stored before a death: that is what a checkpoint is there to save."""
    seconds: float


def three_kills(file: Path, wallets: int, rps: float) -> KillsOutcome:
    """Three servers and two workers over one store: the server that planned it dies, then one worker, then the other;
    workers come back. Asserts that nothing is lost, and that the budget is kept.
    """
    world = World(wallets)
    asyncio.run(_seeded(file, world.size))
    with (
        scripted_rpc(world.size, latency_ms=5) as rpc,
        nats_server() as queue_url,
        fleet(file, rpc.url, rps, queue_url) as ships,
    ):
        workers = [ships.worker(), ships.worker()]
        servers = [ships.server() for _ in range(3)]
        for _, url in servers:
            ready(url)
        planner, other, watcher = (url for _, url in servers)
        started = time.monotonic()
        operation_id = httpx.post(f"{planner}/api/wallets/refresh-all").json()["operation_id"]
        watch = Watch(file)
        recoveries = []
        stored_then: list[tuple[set[str], set[str]]] = []
        _until_done(watcher, operation_id, wallets // 20)
        servers[0][0].kill()
        for index, share in ((0, 0.15), (1, 0.45)):
            _until_done(watcher, operation_id, int(wallets * share), seconds=300)
            killed = workers[index].kill()
            stored_then.append((watch.stored(operation_id), set(rpc.stats()["read_again"])))
            orphans = watch.held_by_the_dead(operation_id)
            workers[index] = ships.worker()
            if orphans:  # towards the end, one may have had nothing to do
                recoveries.append(watch.recovery(operation_id, killed, orphans))
        assert recoveries
        operation = _until_done(watcher, operation_id, wallets, seconds=600)
        seconds = time.monotonic() - started
        assert operation["total"] == wallets
        _check_results(other, operation, world)
        _check_world(file, world)
        stats = rpc.stats()
        _check_pace(stats, rps)
        assert len(stats["asked"]) <= 4, "servers with a queue leave the chain to the workers"
        again = set(stats["read_again"])
        wasted = {address for stored, before in stored_then for address in stored & (again - before)}
        return KillsOutcome(recoveries, len(again), len(wasted), seconds)


def test_three_servers_two_workers_three_deaths(file: Path) -> None:
    found = three_kills(file, 600, RPS)
    assert max(found.recoveries) < ACK_WAIT + LOAD_SECONDS, found
    assert not found.stored_read_again


def test_a_worker_that_is_stopped_hands_its_shards_back(file: Path) -> None:
    world = World(250)
    asyncio.run(_seeded(file, world.size))
    with (
        scripted_rpc(world.size, latency_ms=5) as rpc,
        nats_server() as queue_url,
        fleet(file, rpc.url, RPS, queue_url) as ships,
    ):
        (worker, seen), (_, url) = ships.seen_worker(), ships.server()
        ready(seen)
        ready(url)
        operation_id = httpx.post(f"{url}/api/wallets/refresh-all").json()["operation_id"]
        _until_done(url, operation_id, 40)
        _check_probes(seen)
        code, seconds = worker.stop()
        assert code == 0
        assert seconds < 8 + LOAD_SECONDS
        done = _progress(url, operation_id)["done"]
        watch, read_again = Watch(file), set(rpc.stats()["read_again"])
        stored = watch.stored(operation_id)
        held = [shard for shard in watch.shards(operation_id) if shard.owner and not shard.finished]
        assert sum(len(shard.results) for shard in held) == done, "what was done is stored"
        ships.worker()
        _check_results(url, _until_done(url, operation_id, world.size), world)
        _check_world(file, world)
        read_again = set(rpc.stats()["read_again"]) - read_again
        assert not stored & read_again, "only what was under way is read again"


def _check_probes(worker: str) -> None:
    assert httpx.get(f"{worker}/healthz").json() == {"status": "ok"}
    metrics = httpx.get(f"{worker}/metrics").text
    counted = re.findall(r'^wallet_refreshes_total{outcome="complete"} (\d+)', metrics, re.MULTILINE)
    assert int(counted[0]) >= 20
    assert 'wallet_rpc_requests_total{method="getTokenAccountsByOwner",outcome="ok"}' in metrics
    elsewhere = httpx.get(f"{worker}/api/wallets")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "route_not_found")


def test_a_server_that_dies_alone_resumes_by_itself(file: Path) -> None:
    world = World(250)
    asyncio.run(_seeded(file, world.size))
    with scripted_rpc(world.size, latency_ms=5) as rpc, fleet(file, rpc.url, RPS) as ships:
        server, url = ships.server()
        ready(url)
        operation_id = httpx.post(f"{url}/api/wallets/refresh-all").json()["operation_id"]
        _until_done(url, operation_id, 100)
        server.kill()
        _, url = ships.server()
        ready(url)
        _check_results(url, _until_done(url, operation_id, world.size), world)
        _check_world(file, world)
        _check_pace(rpc.stats(), RPS)
