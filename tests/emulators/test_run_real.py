"""`make run-real` as a developer meets it: a seeded chain, a real server over it, and nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from emulators.chain import keypair
from server.access.api_keys import new_key, write_keys
from tests.support.ctrl_c import heed_ctrl_c

pytestmark = [pytest.mark.emulator, pytest.mark.slow]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _run_real(port: int, chain: str = "local", **settings: str) -> Iterator[subprocess.Popen[str]]:
    configured = ("WALLET_", "SOLANA_", "FIRESTORE_", "GOOGLE_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(configured)} | settings
    command = [sys.executable, "-m", "emulators.run_real", "--port", str(port), "--chain", chain]
    with subprocess.Popen(
        command,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - it takes no lock
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    text = ""
    for line in process.stdout:
        text += line
        if words in line:
            return text
    raise AssertionError(text)


def _refused(port: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("store", ["firestore", "sqlite"])
@pytest.mark.usefixtures("solana_runtime", "firestore_emulator")  # skips, or fails, where one is missing
def test_what_is_on_the_chain_is_read_back_exactly(store: str) -> None:
    port = _free_port()
    with _run_real(port, WALLET_STORE=store) as process:
        said = _read_until(process, "Stop: Ctrl-C")
        api = f"http://127.0.0.1:{port}/api/wallets"
        main = keypair("small-world/Main").pubkey()
        assert f"curl -s -X POST {api}/{main}/refresh" in said

        before = httpx.get(f"{api}/{main}").json()
        assert before["cache"]["state"] == "never"
        assert before["wallet"]["last_balance_lamports"] is None
        refreshed = httpx.post(f"{api}/{main}/refresh", timeout=30).json()
        assert refreshed["outcome"] == "complete"
        wallet = httpx.get(f"{api}/{main}").json()["wallet"]

        ports = [int(found) for found in re.findall(r"127\.0\.0\.1:(\d+)", said)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert wallet["label"] == "Main"
    assert wallet["last_balance_lamports"] == "2500000001"
    assert wallet["status"] == "FUNDED"
    assert sorted((h["name"], h["ticker"], h["amount"], h["token_program"]) for h in wallet["token_holdings"]) == [
        ("Local Bonk", "LBONK", "1234567", "spl-token"),
        ("Local Pump", "LPUMP", "98765432100001", "token-2022"),
    ]
    assert sorted(f["amount_lamports"] for f in wallet["recent_funding"]) == ["2000000000", "500000001"]
    assert all(_refused(port) for port in ports)


@pytest.mark.usefixtures("solana_runtime")
def test_a_server_that_does_not_start_stops_everything_and_says_so() -> None:
    port = _free_port()
    with _run_real(port, WALLET_STORE="sqlite", WALLET_CACHE_TTL="soon") as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "WALLET_CACHE_TTL" in said
    assert "the server ended with code" in said
    assert all(_refused(int(found)) for found in re.findall(r"127\.0\.0\.1:(\d+)", said))


def test_a_taken_port_is_refused_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _run_real(port) as process:
            said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"port {port} is taken" in said
    assert "Solana" not in said


@pytest.mark.usefixtures("solana_runtime")
def test_a_missing_emulator_is_a_clear_message() -> None:
    with _run_real(_free_port(), FIRESTORE_EMULATOR_JAR="/absent.jar") as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.endswith("make run-real: FIRESTORE_EMULATOR_JAR names no file: /absent.jar\n")


@pytest.mark.usefixtures("solana_runtime")
def test_with_authentication(tmp_path: Path) -> None:
    """The small world is made all the same, though we have no key of the user's."""
    keys, port = tmp_path / "keys", _free_port()
    text, key = new_key("me", "read")
    write_keys(keys, [key])
    with _run_real(port, WALLET_STORE="sqlite", WALLET_AUTH="on", WALLET_API_KEYS_FILE=str(keys)) as process:
        said = _read_until(process, "Stop: Ctrl-C")
        assert "X-API-Key" in said
        url = f"http://127.0.0.1:{port}/api/wallets"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"X-API-Key": text}).json()["total_size"] == said.count("transfer(s)")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_faked_chain_needs_no_node(tmp_path: Path) -> None:
    for needed in ("sh", "cat"):
        (tmp_path / needed).symlink_to(shutil.which(needed) or "")
    port = _free_port()
    with _run_real(port, "faked", WALLET_STORE="sqlite", PATH=str(tmp_path)) as process:
        said = _read_until(process, "Stop: Ctrl-C")
        [refresh] = re.findall(r"curl -s -X POST (\S+/refresh)$", said, re.MULTILINE)
        refreshed = httpx.post(refresh, timeout=30)
        assert refreshed.headers["X-Backend"] == "real"
        assert refreshed.json()["outcome"] == "complete"
        ports = [int(found) for found in re.findall(r"127\.0\.0\.1:(\d+)", said)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert all(_refused(each) for each in ports)
