"""SIGTERM under load: a real process is not ready any more, ends what is under way, closes streams, hands work back."""

# ruff: noqa: ASYNC220

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.world import OWNER
from tests.support import rpc_world
from tests.support.load import LOAD_SECONDS
from tests.support.rpc_faults import FAULTS
from tests.support.scripted_rpc import Exchange, ScriptedRpc

MOST_SECONDS = 8 + LOAD_SECONDS


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _log(path: Path) -> Path:
    return path.with_suffix(".log")


@asynccontextmanager
async def _server(rpc: ScriptedRpc, path: Path, **settings: str) -> AsyncIterator[tuple[subprocess.Popen[bytes], Any]]:
    port = _free_port()
    ours = ("WALLET_", "SOLANA_", "FIRESTORE_", "GOOGLE_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "WALLET_BACKEND": "real",
        "WALLET_STORE": "sqlite",
        "WALLET_SQLITE_PATH": str(path),
        "WALLET_AUTH": "off",
        "WALLET_DRAIN_SECONDS": "0.6",
        "WALLET_REFRESH_COOLDOWN": "0",
        "SOLANA_RPC_URL": rpc.url,
        "SOLANA_RPC_RPS": "1000",
        "PORT": str(port),
        **settings,
    }
    log = _log(path).open("wb")
    process = subprocess.Popen([sys.executable, "-m", "wallet_cli.main", "serve"], env=environment, stderr=log)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            for _ in range(1_000):
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        break
                except httpx.ConnectError:
                    assert process.poll() is None, _log(path).read_text()
                await asyncio.sleep(0.05)
            yield process, client
    finally:
        process.kill()
        process.wait()
        log.close()


async def _ended(process: subprocess.Popen[bytes]) -> float:
    started = time.monotonic()
    while process.poll() is None:
        assert time.monotonic() - started < MOST_SECONDS, "still there"
        await asyncio.sleep(0.02)
    return time.monotonic() - started


async def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LOAD_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.01)


async def test_requests_under_way_end_and_readiness_goes_first(tmp_path: Path) -> None:
    let_go = asyncio.Event()

    async def behave(to: Exchange) -> None:
        await let_go.wait()
        await to.send()

    async with (
        ScriptedRpc(rpc_world.answer) as rpc,
        _server(rpc, tmp_path / "a.sqlite3", WALLET_DRAIN_SECONDS="2") as (process, client),
    ):
        assert (await client.post("/api/wallets", json={"wallet_address": OWNER})).status_code == 201
        rpc.behaviour = behave
        refresh = asyncio.create_task(client.post(f"/api/wallets/{OWNER}/refresh"))
        await _until(lambda: rpc.requests)
        process.send_signal(signal.SIGTERM)
        leaving = asyncio.create_task(_ended(process))
        while (unready := await client.get("/readyz")).status_code == 200:
            assert process.poll() is None
            await asyncio.sleep(0.01)
        assert (unready.status_code, unready.json()["detail"]) == (503, "The process is shutting down.")
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/api/wallets")).status_code == 200, "balancers need a moment to notice"
        let_go.set()
        answer = await refresh
        assert (answer.status_code, answer.json()["outcome"]) == (200, "complete")
        assert await leaving < MOST_SECONDS
        assert process.returncode in (0, -signal.SIGTERM)


async def test_a_request_that_takes_too_long_is_answered_too(tmp_path: Path) -> None:
    async with ScriptedRpc(rpc_world.answer) as rpc, _server(rpc, tmp_path / "a.sqlite3") as (process, client):
        await client.post("/api/wallets", json={"wallet_address": OWNER})
        rpc.behaviour = FAULTS["hang"].behaviour
        refresh = asyncio.create_task(client.post(f"/api/wallets/{OWNER}/refresh"))
        await _until(lambda: rpc.requests)
        process.send_signal(signal.SIGTERM)
        answer = await refresh
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
        assert answer.headers["retry-after"]
        assert await _ended(process) < MOST_SECONDS


async def test_streams_close_and_shards_are_handed_back(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    async with ScriptedRpc(rpc_world.answer) as rpc, _server(rpc, path, SOLANA_RPC_TIMEOUT="60") as (process, client):
        await client.post("/api/wallets", json={"wallet_address": OWNER})
        rpc.behaviour = FAULTS["hang"].behaviour
        operation = (await client.post("/api/wallets/refresh-all")).json()["operation_id"]
        path_of = f"/api/wallets/refresh-operations/{operation}"

        heard = [""] * 5

        async def follow(number: int) -> str:
            async with client.stream("GET", f"{path_of}/events") as answer:
                async for text in answer.aiter_text():
                    heard[number] += text
            return heard[number]

        streams = [asyncio.create_task(follow(number)) for number in range(5)]
        await _until(lambda: rpc.requests and all("event: progress" in text for text in heard))
        process.send_signal(signal.SIGTERM)
        sent = time.monotonic()
        for text in await asyncio.gather(*streams):
            assert "event: progress" in text
            assert "event: done" not in text
        assert time.monotonic() - sent < LOAD_SECONDS
        assert await _ended(process) < MOST_SECONDS
        said = _log(path).read_text()
        assert "Traceback" not in said, said
    with closing(sqlite3.connect(path)) as store:
        leased = store.execute(
            "SELECT json_extract(body, '$.leased_until'), json_extract(body, '$.finished') FROM refresh_shards"
        )
        for until, finished in leased.fetchall():
            assert not finished
            assert until <= time.strftime("%Y-%m-%dT%H:%M:%S.999Z", time.gmtime()), "the lease has ended"
    async with ScriptedRpc(rpc_world.answer) as rpc, _server(rpc, path) as (_, client):
        deadline = time.monotonic() + LOAD_SECONDS
        while (done := (await client.get(path_of)).json())["state"] != "COMPLETED":
            assert time.monotonic() < deadline, done
            await asyncio.sleep(0.1)
        assert (done["state"], done["done"], done["complete"]) == ("COMPLETED", 1, 1), done


@pytest.mark.parametrize("style", ["json", "console"])
async def test_logs_name_the_request(tmp_path: Path, style: str) -> None:
    async with (
        ScriptedRpc(rpc_world.answer) as rpc,
        _server(rpc, tmp_path / "a.sqlite3", WALLET_LOG_FORMAT=style) as (process, client),
    ):
        await client.post("/api/wallets", json={"wallet_address": OWNER})
        await rpc.stop()
        name = "req-1-of-the-test"
        assert (await client.post(f"/api/wallets/{OWNER}/refresh", headers={"X-Request-Id": name})).status_code == 502
        process.send_signal(signal.SIGTERM)
        await _ended(process)
        lines = [line for line in _log(tmp_path / "a.sqlite3").read_text().splitlines() if name in line]
        assert len(lines) == 1
        assert "chain_unavailable" in lines[0]
        assert lines[0].startswith("{") is (style == "json")
