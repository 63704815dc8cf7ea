"""`wallet-orchestrator refresh` and `worker` as a user types them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from emulators.nats import free_port
from tests.processes.fleet import Process, ready
from tests.support.ctrl_c import heed_ctrl_c
from tests.support.load import LOAD_SECONDS
from wallet_cli import refresh
from wallet_cli.main import app


@contextmanager
def mock_server(**settings: str) -> Iterator[str]:
    port = free_port()
    server = Process(["serve", "--backend", "mock", "--port", str(port)], settings)
    try:
        ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()


def typed(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WALLET_", "SOLANA_"))}
    command = [sys.executable, "-m", "wallet_cli.main", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment | {"COLUMNS": "160"})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with mock_server(WALLET_MOCK_WALLETS="120") as address:
        yield address


def test_it_exits_0_when_all_is_complete(url: str) -> None:
    done = typed("refresh", "--all", "--url", url, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["operation"]["state"] == "COMPLETED"
    assert said["operation"]["complete"] == said["operation"]["total"] == sum(said["parts"]["sol_balance"].values())
    again = typed("refresh", "--operation", said["operation"]["operation_id"], "--url", url)
    assert again.returncode == 0
    assert "COMPLETED" in again.stdout


def test_it_takes_addresses_and_parts(url: str) -> None:
    page = httpx.get(f"{url}/api/wallets", params={"page_size": 2}).json()
    addresses = [item["wallet"]["wallet_address"] for item in page["items"]]
    done = typed("refresh", *addresses, "--parts", "sol_balance", "--url", url)
    assert done.returncode == 0, done.stderr
    assert "2 of 2 wallets" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--all", "xyz"],
        ["xyz"],
        ["--all", "--scope", "some"],
        ["--all", "--parts", "gold"],
        ["--operation", "op_x"],
        ["--operation", "op_" + "0" * 32],
        ["--url", "ftp://x", "--all"],
    ],
    ids=" ".join,
)
def test_what_is_wrong_exits_2(url: str, words: list[str]) -> None:
    refused = CliRunner().invoke(app, ["refresh", *words, *([] if "--url" in words else ["--url", url])])
    assert refused.exit_code == 2, refused.stderr
    assert refused.stderr
    assert "Traceback" not in refused.stderr


def _operations(url: str) -> set[str]:
    items = httpx.get(f"{url}/api/wallets/refresh-operations").json()["items"]
    return {item["operation_id"] for item in items}


def test_a_server_that_nobody_named_is_asked_about(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever listens at the default address may be somebody else's."""
    monkeypatch.setattr(refresh, "DEFAULT_URL", url)
    commands, before = CliRunner(), _operations(url)
    unasked = commands.invoke(app, ["refresh", "--all"])
    assert unasked.exit_code == 2
    wallets = httpx.get(f"{url}/api/wallets/refresh-estimate").json()["wallets"]
    assert f"Refreshing {wallets} wallets through the mock server at {url}." in unasked.stderr
    assert "--yes" in unasked.stderr
    assert not _operations(url) - before
    meant = commands.invoke(app, ["refresh", "--all", "--yes", "--json"])
    assert meant.exit_code == 0, meant.stderr
    assert json.loads(meant.stdout)["operation"]["state"] == "COMPLETED"


def test_nobody_there_exits_3() -> None:
    unreachable = typed("refresh", "--all", "--url", f"http://127.0.0.1:{free_port()}")
    assert unreachable.returncode == 3
    assert "no server answers" in unreachable.stderr


def test_failures_exit_1() -> None:
    with mock_server(WALLET_WORLD="rpc-down", WALLET_MOCK_WALLETS="10") as address:
        failed = typed("refresh", "--all", "--url", address)
    assert failed.returncode == 1, failed.stderr
    assert "What failed" in failed.stdout
    assert "chain_" in failed.stdout


def test_ctrl_c_leaves_it_running(tmp_path: Path) -> None:
    world = tmp_path / "slow.yaml"  # of wallets without a past, which are quick to make
    world.write_text("wallets: 400\nfreshness: {never: 1}\nlatency_ms: 1500\n")
    with mock_server(WALLET_WORLD=str(world)) as address:
        command = [sys.executable, "-m", "wallet_cli.main", "refresh", "--all", "--url", address]
        with subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - it takes no lock
        ) as watching:
            deadline = time.monotonic() + LOAD_SECONDS
            while not _operations(address):
                assert time.monotonic() < deadline, "no operation begins"
                time.sleep(0.1)
            time.sleep(3)  # the world's own latency, until the command knows its operation's id; all of it takes 30 s
            watching.send_signal(signal.SIGINT)
            _, said = watching.communicate(timeout=60)
        assert watching.returncode == 3, said
        found = re.search(r"--operation (op_[0-9a-f]{32})", said)
        assert found, said
        operation = httpx.get(f"{address}/api/wallets/refresh-operations/{found[1]}").json()
        assert operation["state"] in ("RUNNING", "COMPLETED")
        assert operation["state"] != "CANCELLED"


def test_a_worker_says_what_it_lacks() -> None:
    refused = typed("worker")
    assert refused.returncode == 2
    assert "SOLANA_RPC_URL" in refused.stderr
