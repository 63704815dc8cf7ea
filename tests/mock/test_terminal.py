"""What the terminal and refusals say: a banner, a line a request, and sentences with the way out."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from emulators.process import answers
from server.app import create_app
from server.composition import build_access
from server.composition.mock import build_mock
from server.settings import Settings
from tests.mock.conftest import mock_client
from tests.support.client import app_client

KEYPAIR = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf9" * 2


@contextmanager
def _listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def _serve(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "wallet_cli.main", "serve", *options]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def _said_at_start(*options: str) -> str:
    with _listening() as port:
        pass
    url = f"http://127.0.0.1:{port}"
    with _serve("--port", str(port), *options) as server:
        deadline = time.monotonic() + 20
        while not answers(url) and time.monotonic() < deadline:
            time.sleep(0.05)
        httpx.get(f"{url}/api/wallets?page_size=1", headers={"X-Mock-Session": "mine"})
        server.terminate()
        return server.communicate(timeout=20)[1].replace(str(port), "PORT")


@pytest.mark.slow
def test_the_banner_says_where_what_and_with_which_keys() -> None:
    said = _said_at_start("--auth", "--seed", "7", "--world", "stale", "--no-reload", "--no-quiet")
    for line in (
        "The mock is running on http://127.0.0.1:PORT",
        "API      http://127.0.0.1:PORT/api/wallets",
        "Docs     http://127.0.0.1:PORT/docs",
        "Control  http://127.0.0.1:PORT/__mock__/docs",
        "World    stale (50 wallets), seed 7",
        "Auth     on: X-API-Key mock-read or mock-operate",
        "Reload   off",
    ):
        assert line in said
    assert "GET /api/wallets?page_size=1 401 " in said
    assert " ms [mine]" in said


def test_quiet_is_one_line() -> None:
    assert _said_at_start("--quiet", "--no-reload", "--world", "empty").split("\n") == [
        "The mock is running on http://127.0.0.1:PORT",
        "",
    ]


def test_a_port_in_use_is_said_before_anything_is_built() -> None:
    with _listening() as port, _serve("--port", str(port)) as server:
        said = server.communicate(timeout=20)[1]
    assert server.returncode == 2
    assert said.startswith(f"wallet-orchestrator: port {port} of 127.0.0.1 is in use")
    assert f"--port {port + 1}" in said


async def test_a_request_is_a_line_that_repeats_nothing_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "server.mocking.request_log")
    async with mock_client(Settings(wallet_quiet=False)) as client:
        await client.get("/api/wallets?page_size=1", headers={"X-Mock-Session": "mine"})
        await client.get(f"/api/wallets/{KEYPAIR}")
        await client.get("/api/wallets?tag=pasted!&page_size=0")
        await client.get("/nowhere")
    lines = [record.getMessage().rpartition(" ms")[0].rpartition(" ")[0] for record in caplog.records]
    assert lines == [
        "GET /api/wallets?page_size=1 200",
        "GET /api/wallets/{wallet_address} 422",
        "GET /api/wallets 422",
        "GET /nowhere 404",
    ]
    assert caplog.records[0].getMessage().endswith(" ms [mine]")


async def test_refusals_say_the_way_out(client: httpx.AsyncClient) -> None:
    session = await client.get("/api/wallets", headers={"X-Mock-Session": "a b!"})
    assert session.status_code == 400
    assert "^[A-Za-z0-9._-]+$" in session.json()["detail"]

    directive = await client.get("/api/wallets", headers={"Prefer": "dely=3"})
    assert (directive.status_code, directive.json()["errors"][0]["got"]) == (400, "dely")
    assert "did you mean delay?" in directive.json()["detail"]
    assert (await client.get("/api/wallets", headers={"Prefer": "return=minimal"})).status_code == 200

    body = await client.post("/api/wallets")
    (error,) = body.json()["errors"]
    assert (error["where"], error["expected"].partition(":")[0]) == ("/body", "a JSON body")

    unknown = await client.get("/__mock__/request")
    assert unknown.status_code == 404
    assert "Did you mean /__mock__/requests?" in unknown.json()["detail"]


async def test_a_401_of_the_mock_names_its_keys() -> None:
    settings = Settings(wallet_auth="on")
    backends = await build_mock(settings)
    async with app_client(create_app(backends.main, settings=settings, access=build_access(settings))) as client:
        for headers in ({}, {"X-API-Key": "wrong"}):
            refused = await client.get("/api/wallets", headers=headers)
            assert refused.status_code == 401
            assert "mock-read or mock-operate" in refused.json()["detail"]
