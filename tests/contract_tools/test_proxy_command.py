"""`wallet-orchestrator proxy` as a program: what it says, and its exit codes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from contract_tools.parity.recording import read_recording
from tests.support.ctrl_c import heed_ctrl_c
from wallet_cli.main import app as commands
from wallet_orchestrator_pytest import WalletMock

SECONDS = 60


class _Program:
    """The command, from its first line on."""

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "wallet_cli.main", "proxy", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - it takes no lock
            env={**os.environ, "WALLET_ALLOWED_HOSTS": "proxy.example"},
        )
        assert self._process.stdout is not None
        # A pipe has no timeout: a command that says nothing is ended, and has said nothing.
        ending = threading.Timer(SECONDS, self._process.kill)
        ending.start()
        self.said = self._process.stdout.readline()
        ending.cancel()
        self.url = self.said.partition(" from ")[2].partition(";")[0]

    def end(self, by: signal.Signals) -> tuple[int, str, str]:
        self._process.send_signal(by)
        out, err = self._process.communicate(timeout=SECONDS)
        return self._process.returncode, out, err


def test_a_clean_run_is_0(wallet_mock: WalletMock) -> None:
    program = _Program("--upstream", wallet_mock.session_url())
    assert program.said.startswith(
        f"Validating what passes to {wallet_mock.url.removeprefix('http://')} from http://127"
    )
    named = httpx.get(f"{program.url}/api/wallets", headers={"Host": "proxy.example"}, timeout=SECONDS)
    assert (named.status_code, named.json()["total_size"]) == (200, 50)
    assert program.end(signal.SIGTERM) == (0, "0 request(s) and 0 answer(s) broke the contract\n", "")


def test_what_broke_the_contract_is_told_and_1(wallet_mock: WalletMock, tmp_path: Path) -> None:
    path = tmp_path / "traffic.jsonl"
    program = _Program("--upstream", wallet_mock.url, "--report-only", "--record", str(path))
    headers = {**wallet_mock.session(), "X-API-Key": "canary"}
    assert httpx.get(f"{program.url}/api/wallets?page_siz=canary", headers=headers, timeout=SECONDS).status_code == 422
    assert (
        httpx.get(f"{program.url}/api/wallets/portfolio/summary", headers=headers, timeout=SECONDS).status_code == 200
    )
    code, out, err = program.end(signal.SIGINT)
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "request  listWallets: validation_failed /query/page_siz (unknown)",
        "1 request(s) and 0 answer(s) broke the contract",
        f"2 exchanges in {path}, 0 left out",
    ]
    assert [each.reply.status for each in read_recording(path)] == [422, 200]
    assert "canary" not in path.read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--upstream", "127.0.0.1:8000"], "has to be a URL such as http://127.0.0.1:8000"),
        (["--upstream", "http://127.0.0.1:8000/?key=canary"], "a URL without a query"),
        (["--upstream", "http://[::1"], "is no URL"),
        (["--upstream", "http://127.0.0.1:8000", "--record", "/nowhere/traffic.jsonl"], "can't write"),
    ],
)
def test_what_is_not_possible_is_2(options: list[str], words: str) -> None:
    done = CliRunner().invoke(commands, ["proxy", *options])
    assert done.exit_code == 2
    assert words in done.output
    assert "canary" not in done.output


def test_a_port_in_use_is_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = CliRunner().invoke(commands, ["proxy", "--upstream", "http://127.0.0.1:9", "--port", str(port)])
    assert done.exit_code == 2
    assert f"port {port} of 127.0.0.1 is in use" in done.output
