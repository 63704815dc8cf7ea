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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.world import OWNER
from tests.support import rpc_world
from tests.support.rpc_faults import FAULTS
from tests.support.scripted_rpc import Exchange, ScriptedRpc

MOST_SECONDS = 8


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
            for _ in range(200):
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
        assert time.monotonic() - started < MOST_SECONDS + 2, "still there"
        await asyncio.sleep(0.02)
    return time.monotonic() - started


def _slowly(seconds: float) -> Any:
    async def behave(to: Exchange) -> None:
        await asyncio.sleep(seconds)
        await to.send()

    return behave


async def test_requests_under_way_end_and_readiness_goes_first(tmp_path: Path) -> None:
    async with ScriptedRpc(rpc_world.answer) as rpc, _server(rpc, tmp_path / "a.sqlite3") as (process, client):
        assert (await client.post("/api/wallets", json={"wallet_address": OWNER})).status_code == 201
        rpc.behaviour = _slowly(0.4)
        refresh = asyncio.create_task(client.post(f"/api/wallets/{OWNER}/refresh"))
        await asyncio.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        leaving = asyncio.create_task(_ended(process))
        await asyncio.sleep(0.2)
        unready = await client.get("/readyz")
        assert (unready.status_code, unready.json()["detail"]) == (503, "The process is shutting down.")
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/api/wallets")).status_code == 200, "balancers need a moment to notice"
        answer = await refresh
        assert (answer.status_code, answer.json()["outcome"]) == (200, "complete")
        assert await leaving < MOST_SECONDS
        assert process.returncode in (0, -signal.SIGTERM)


async def test_a_request_that_takes_too_long_is_answered_too(tmp_path: Path) -> None:
    async with ScriptedRpc(rpc_world.answer) as rpc, _server(rpc, tmp_path / "a.sqlite3") as (process, client):
        await client.post("/api/wallets", json={"wallet_address": OWNER})
        rpc.behaviour = FAULTS["hang"].behaviour
        refresh = asyncio.create_task(client.post(f"/api/wallets/{OWNER}/refresh"))
        await asyncio.sleep(0.3)
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

        async def follow() -> str:
            return str((await client.get(f"{path_of}/events")).text)

        streams = [asyncio.create_task(follow()) for _ in range(5)]
        await asyncio.sleep(1.5)
        process.send_signal(signal.SIGTERM)
        sent = time.monotonic()
        for text in await asyncio.gather(*streams):
            assert "event: progress" in text
            assert "event: done" not in text
        assert time.monotonic() - sent < 3
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
        for _ in range(100):
            if (await client.get(path_of)).json()["state"] == "COMPLETED":
                break
            await asyncio.sleep(0.1)
        done = (await client.get(path_of)).json()
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
