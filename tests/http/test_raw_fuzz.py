"""Raw HTTP from a fuzzer against both modes: no answer of 500, no leak, and no request costs more than 20 ms of CPU."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from emulators.nats import free_port
from server.contract import load_contract
from tests.support.raw_http import RawHttp

NIGHTLY = os.environ.get("NIGHTLY") == "1"
SECONDS, CASES = (600.0, 20_000) if NIGHTLY else (4.0, 2_000)  # for each mode, whichever ends first
SILENCE = 0.3 if NIGHTLY else 0.1
"""Seconds without a byte after which an answer counts as whole: what nearly every case waits for."""
AT_LEAST = 50
"""Cases, however busy the machine is."""
SEED = int(os.environ.get("SEED", "11"))
MOST_CPU = 0.02
"""Seconds of processor time that a request may take beyond what its answer needs, where `_slowness` is 1."""
_STATUS = re.compile(rb"(?:^|\r\n\r\n|\})HTTP/1\.1 (\d{3}) |^HTTP/1\.1 (\d{3}) ")

pytestmark = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="processor time is read as on Linux")


@dataclass
class Server:
    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time so far, of all threads, to the microsecond: other processes don't count."""
        files = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(file.read_text().split()[0]) for file in files) / 1e9

    def memory(self) -> float:
        """Resident MiB."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1]) / 1024

    def send(self, data: bytes) -> bytes:
        """Everything that comes back until the server hangs up, or is silent for a while."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SILENCE) as connection:
            try:
                connection.sendall(data)
            except OSError:
                pass  # it hung up before it had read everything
            try:
                while chunk := connection.recv(262_144):
                    received += chunk
            except OSError:
                pass
        return received

    def cost(self, data: bytes) -> tuple[bytes, float]:
        before = self.cpu()
        received = self.send(data)
        return received, self.cpu() - before


def _slowness() -> float:
    """How many times longer this machine takes now than the one that the bounds were set on."""
    started = time.thread_time()
    sum(number * number for number in range(500_000))
    return max(1.0, (time.thread_time() - started) / 0.03)


@pytest.fixture(params=["mock", "real"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WALLET_", "SOLANA_"))}
    environment |= {"WALLET_REQUEST_SECONDS": "1", "WALLET_LOG_LEVEL": "error", "WALLET_RELOAD": ""}
    if request.param == "real":
        environment |= {
            "SOLANA_RPC_URL": "http://127.0.0.1:9",
            "WALLET_STORE": "sqlite",
            "WALLET_SQLITE_PATH": str(tmp_path / "wallets.sqlite3"),
            "WALLET_AUTH": "off",
        }
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", request.param, "--port", str(port)]
    log = tmp_path / "log"
    with log.open("wb") as written, subprocess.Popen(command, env=environment, stderr=written) as process:
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
                    break
                except httpx.TransportError:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield Server(port, process.pid)
        finally:
            process.terminate()
    assert b"Traceback" not in log.read_bytes(), log.read_text()


def test_no_request_is_too_much(server: Server) -> None:
    made = RawHttp(load_contract())
    with ThreadPoolExecutor(8) as threads:  # what is compiled, imported and read at its first use
        for _ in threads.map(lambda number: server.send(made.case(SEED + 1, number)), range(40)):
            pass
    memory = server.memory()
    deadline = time.monotonic() + SECONDS
    for number in range(CASES):
        if number >= AT_LEAST and time.monotonic() > deadline:
            break
        data = made.case(SEED, number)
        received, cost = server.cost(data)
        statuses = {int(found[0] or found[1]) for found in _STATUS.findall(received)}
        assert 500 not in statuses, (number, data[:2000])
        requests = max(1, data.count(b" HTTP/1.1\r\n"))
        needed = 0.002 * received.count(b"HTTP/1.1 ") + 0.05 * len(received) / 1e6  # 2 ms an answer, 50 ms a megabyte
        if cost > MOST_CPU * requests + needed:
            # Others' work in the same process, or the first of its kind: the least of several tells.
            cost = min(server.cost(data)[1] for _ in range(4)) / _slowness()
            assert cost <= MOST_CPU * requests + needed, (number, cost, data[:2000])
    assert httpx.get(f"http://127.0.0.1:{server.port}/healthz").status_code == 200
    assert server.memory() - memory < 100
