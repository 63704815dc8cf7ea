"""The store refused, held, slow, flapping, killed, locked, removed: every operation answers in time with a problem, the
server says why it is not ready, recovers by itself, and has lost nothing.
"""

# ruff: noqa: ASYNC240

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from emulators.firestore import find_jar
from emulators.process import EmulatorMissing
from tests.faults.world import CONTRACT, OWNER, RealWorld, Timed, every_request, firestore, real_world, sqlite
from tests.support import rpc_world
from tests.support.emulators import warm_firestore
from tests.support.load import LOAD_SECONDS
from tests.support.scripted_rpc import ScriptedRpc
from tests.support.tcp_proxy import TcpProxy

DOWN_SECONDS = 3 + LOAD_SECONDS
RECOVERY_SECONDS = 3 + LOAD_SECONDS


async def _fill(world: RealWorld) -> dict[str, str]:
    """A wallet with everything, and the ids that belong to it."""
    assert (await world.post("/api/wallets", {"wallet_address": OWNER, "label": "kept"})).status == 201
    assert (await world.post(f"/api/wallets/{OWNER}/refresh")).status == 200
    operation = (await world.post("/api/wallets/refresh-all", Prefer="wait=10")).json()
    schedule = await world.post(
        "/api/wallets/funding/schedule",
        {"wallet_address": OWNER, "amount_sol": "2", "scheduled_for": "2030-01-01T00:00:00.000Z"},
    )
    return {"operation_id": operation["operation_id"], "schedule_id": schedule.json()["schedule_id"]}


async def _all_at_once(world: RealWorld, known: dict[str, str]) -> dict[str, Timed]:
    requests = _over_the_store(known)
    answers = await asyncio.gather(*(world.send(method, path, json=body) for method, path, body in requests.values()))
    return dict(zip(requests, answers, strict=True))


def _assert_nobody_waits(answers: dict[str, Timed]) -> None:
    """The breaker is open: most are answered at once, where each would have waited for 3 s."""
    _assert_unavailable(answers, DOWN_SECONDS)
    assert statistics.median(answer.seconds for answer in answers.values()) < 1


def _assert_unavailable(answers: dict[str, Timed], seconds: float) -> None:
    for operation, answer in answers.items():
        assert answer.status == 503, (operation, answer.answer.text)
        assert answer.problem["code"] == "store_unavailable", operation
        assert answer.problem["retryable"] is True
        assert int(answer.answer.headers["retry-after"]) >= 1
        assert answer.seconds < seconds, (operation, answer.seconds)


async def _one_by_one(world: RealWorld, known: dict[str, str]) -> dict[str, Timed]:
    return {
        operation: await world.send(method, path, json=body)
        for operation, (method, path, body) in _over_the_store(known).items()
    }


def _over_the_store(known: dict[str, str]) -> dict[str, tuple[str, str, Any]]:
    """All requests but the one that is answered from its own credentials."""
    return {name: request for name, request in every_request(known).items() if name != "getCaller"}


async def _recovers_to_read(world: RealWorld) -> None:
    started = time.monotonic()
    while (await world.get("/readyz")).status != 200:
        assert time.monotonic() - started < RECOVERY_SECONDS
        await asyncio.sleep(0.1)


async def _recovers(world: RealWorld) -> None:
    await _recovers_to_read(world)
    started = time.monotonic()
    while (await world.send("PUT", f"/api/wallets/{OWNER}", json=KEPT)).status != 200:
        assert time.monotonic() - started < RECOVERY_SECONDS
        await asyncio.sleep(0.1)


KEPT: dict[str, Any] = {"label": "kept", "notes": None, "tags": [], "status_override": None}


def _data(wallet: Any) -> Any:
    return {name: value for name, value in wallet["wallet"].items() if name != "updated_at"}


async def _survives_an_outage(
    world: RealWorld, broken: Callable[[], Awaitable[None]], repaired: Callable[[], Awaitable[None]]
) -> None:
    known = await _fill(world)
    before = await world.wallet()
    await broken()
    _assert_unavailable(await _all_at_once(world, known), DOWN_SECONDS)
    _assert_nobody_waits(await _one_by_one(world, known))
    assert (await world.get("/healthz")).status == 200
    unready = await world.get("/readyz")
    assert (unready.status, unready.problem["code"]) == (503, "store_unavailable")
    assert "store" in unready.problem["detail"]
    assert b'wallet_store_circuit_open{circuit="reads"} 1.0' in world.metrics.text()
    await repaired()
    await _recovers(world)
    assert _data(await world.wallet()) == _data(before)
    assert (await world.get("/api/wallets/funding/scheduled")).json()["total_size"] == 1
    assert b'wallet_store_circuit_open{circuit="reads"} 0.0' in world.metrics.text()


@asynccontextmanager
async def _through_a_proxy(emulator: str, project: str) -> AsyncIterator[tuple[RealWorld, TcpProxy]]:
    proxy = TcpProxy(emulator)
    await proxy.plug()
    try:
        async with ScriptedRpc(rpc_world.answer) as rpc, real_world(rpc, firestore(proxy.address, project)) as world:
            yield world, proxy
    finally:
        proxy.release()
        await proxy.pull()


def test_every_operation_is_among_the_requests_with_a_valid_body() -> None:
    requests = every_request({})
    assert set(requests) == {each.id for each in CONTRACT.operations if each.tag != "server"}
    for each in CONTRACT.operations:
        body = requests[each.id][2] if each.id in requests else None
        if each.body is not None and (each.body.required or body is not None):
            assert CONTRACT.schemas.at(each.body.pointer).is_valid(body), each.id


async def test_firestore_refuses(firestore_emulator: str, firestore_project: str) -> None:
    async with _through_a_proxy(firestore_emulator, firestore_project) as (world, proxy):
        await _survives_an_outage(world, proxy.pull, proxy.plug)


async def test_firestore_is_a_black_hole(firestore_emulator: str, firestore_project: str) -> None:
    async def hold() -> None:
        proxy.hold()

    async def release() -> None:
        proxy.release()

    async with _through_a_proxy(firestore_emulator, firestore_project) as (world, proxy):
        await _survives_an_outage(world, hold, release)


async def test_firestore_is_slow(firestore_emulator: str, firestore_project: str) -> None:
    async with _through_a_proxy(firestore_emulator, firestore_project) as (world, proxy):
        known = await _fill(world)
        proxy.delay = 0.015
        for operation, answer in (await _one_by_one(world, known)).items():
            assert answer.status < 500, (operation, answer.answer.text)


async def test_firestore_flaps(firestore_emulator: str, firestore_project: str) -> None:
    async with _through_a_proxy(firestore_emulator, firestore_project) as (world, proxy):
        known = await _fill(world)
        before = await world.wallet()
        requests = {
            name: request
            for name, request in every_request(known).items()
            if request[0] == "GET" or name in ("updateWallet", "refreshWallet")
        }
        stop = asyncio.Event()

        async def flap() -> None:
            while not stop.is_set():
                await proxy.pull()
                await asyncio.sleep(0.2)
                await proxy.plug()
                await asyncio.sleep(0.6)

        flapping = asyncio.create_task(flap())
        for _ in range(3):
            for name, (method, path, body) in requests.items():
                answer = await world.send(method, path, json=body)
                assert answer.status < 500 or answer.problem["code"] == "store_unavailable", name
                assert answer.seconds < DOWN_SECONDS
        stop.set()
        await flapping
        await _recovers(world)
        assert {**_data(await world.wallet()), "label": "kept"} == _data(before)


class _Emulator:
    """A Firestore emulator of its own, to be stopped and killed."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.address = f"127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        try:
            jar = find_jar()
        except EmulatorMissing as reason:
            if os.environ.get("REQUIRE_EMULATORS") == "1":
                pytest.fail(str(reason))
            pytest.skip(str(reason))
        main = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
        memory = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        command = ["java", *memory, "-cp", str(jar), main, "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


async def test_firestore_is_suspended_then_killed_and_begun_anew() -> None:
    emulator = _Emulator()
    emulator.start()
    try:
        store = firestore(emulator.address, f"demo-{uuid4().hex[:20]}")
        async with ScriptedRpc(rpc_world.answer) as rpc, real_world(rpc, store) as world:
            await warm_firestore(emulator.address)
            await _recovers_to_read(world)
            known = await _fill(world)
            emulator.signal(signal.SIGSTOP)
            _assert_unavailable(await _all_at_once(world, known), DOWN_SECONDS)
            emulator.signal(signal.SIGCONT)
            await _recovers(world)
            under_way = asyncio.create_task(_all_at_once(world, known))
            await asyncio.sleep(0.05)
            emulator.kill()
            for operation, answer in (await under_way).items():
                assert answer.status < 500 or answer.problem["code"] == "store_unavailable", operation
            emulator.start()  # empty now: what matters is that the server goes on
            await warm_firestore(emulator.address)
            deadline = time.monotonic() + RECOVERY_SECONDS
            while (await world.post("/api/wallets", {"wallet_address": OWNER})).status not in (201, 409):
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)
            assert (await world.wallet())["wallet"]["wallet_address"] == OWNER
    finally:
        emulator.kill()


async def test_sqlite_is_removed(tmp_path: Path) -> None:
    store = sqlite(tmp_path)
    path: Path = store["wallet_sqlite_path"]
    hidden = path.with_suffix(".away")

    async def remove() -> None:
        path.rename(hidden)

    async def restore() -> None:
        hidden.rename(path)

    async with ScriptedRpc(rpc_world.answer) as rpc, real_world(rpc, store) as world:
        await _survives_an_outage(world, remove, restore)


async def test_sqlite_is_locked_by_another_process(tmp_path: Path) -> None:
    """Only writes wait for the lock: what reads goes on, at once and all the time."""
    store = sqlite(tmp_path)
    async with ScriptedRpc(rpc_world.answer) as rpc, real_world(rpc, store) as world:
        known = await _fill(world)
        before = await world.wallet()
        with closing(sqlite3.connect(store["wallet_sqlite_path"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for operation, answer in (await _all_at_once(world, known)).items():
                method = every_request(known)[operation][0]
                assert answer.seconds < DOWN_SECONDS, operation
                assert answer.status < 500 or answer.problem["code"] == "store_unavailable", operation
                assert method != "GET" or answer.status < 300, operation
            puts = {str(n): await world.send("PUT", f"/api/wallets/{OWNER}", json=KEPT) for n in range(5)}
            _assert_nobody_waits(puts)
            assert (await world.get("/readyz")).status == 200
            assert _data(await world.wallet()) == _data(before)
            paid = rpc.calls.total()
            refreshes = {str(n): await world.post(f"/api/wallets/{OWNER}/refresh") for n in range(5)}
            _assert_nobody_waits(refreshes)
            assert rpc.calls.total() == paid, "the chain was asked for what could not be kept"
            other.execute("ROLLBACK")
        await _recovers(world)
        assert _data(await world.wallet()) == _data(before)
