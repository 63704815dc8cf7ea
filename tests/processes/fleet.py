"""Servers and workers as processes of their own, over one store: to be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx

from emulators.nats import free_port
from tests.support.load import LOAD_SECONDS


class Process:
    """One server or worker."""

    def __init__(self, arguments: list[str], settings: dict[str, str]) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        command = [sys.executable, "-m", "wallet_cli.main", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("WALLET_", "SOLANA_"))}
        self._process = subprocess.Popen(command, env=environment | settings, stdout=self._log, stderr=self._log)

    def log(self) -> str:
        return os.pread(self._log.fileno(), 10**6, 0).decode()

    def kill(self) -> float:
        """kill -9; when."""
        self._process.send_signal(signal.SIGKILL)
        at = time.monotonic()
        self._process.wait()
        return at

    def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit code, and the seconds that it took."""
        started = time.monotonic()
        self._process.terminate()
        return self._process.wait(8 + 2 * LOAD_SECONDS), time.monotonic() - started

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._log.close()


class Fleet:
    """All processes over one SQLite file and one RPC; each spends `rps` of its own."""

    def __init__(self, store: Path, rpc_url: str, rps: float, queue_url: str | None) -> None:
        self._settings = {
            "WALLET_AUTH": "off",
            "WALLET_STORE": "sqlite",
            "WALLET_SQLITE_PATH": str(store),
            "SOLANA_RPC_RPS": str(rps),
            **({"WALLET_QUEUE_URL": queue_url} if queue_url else {}),
        }
        self._rpc_url = rpc_url
        self._processes: list[Process] = []

    def _start(self, *arguments: str) -> Process:
        rpc_url = f"{self._rpc_url}/process-{len(self._processes)}"  # its path tells who asked
        process = Process(list(arguments), self._settings | {"SOLANA_RPC_URL": rpc_url})
        self._processes.append(process)
        return process

    def worker(self) -> Process:
        return self._start("worker")

    def seen_worker(self) -> tuple[Process, str]:
        """A worker that says how it is, and where; it may still be starting."""
        port = free_port()
        return self._start("worker", "--port", str(port)), f"http://127.0.0.1:{port}"

    def server(self) -> tuple[Process, str]:
        """A server and its address; it may still be starting."""
        port = free_port()
        return self._start("serve", "--backend", "real", "--port", str(port)), f"http://127.0.0.1:{port}"

    def close(self) -> None:
        for process in self._processes:
            process.close()


@contextmanager
def fleet(store: Path, rpc_url: str, rps: float, queue_url: str | None = None) -> Iterator[Fleet]:
    """Nothing outlives the test."""
    ships = Fleet(store, rpc_url, rps, queue_url)
    try:
        yield ships
    except BaseException:
        for process in ships._processes:
            sys.stderr.write(process.log()[-3000:])
        raise
    finally:
        ships.close()


def ready(url: str, seconds: float = 2 * LOAD_SECONDS) -> None:
    """Wait until a server serves."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if httpx.get(f"{url}/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the server does not get ready"
        time.sleep(0.05)


def get(url: str, path: str, **query: Any) -> Any:
    answer = httpx.get(f"{url}/api/wallets{path}", params=query, timeout=LOAD_SECONDS)
    assert answer.is_success, answer.text
    return answer.json()


def all_results(url: str, operation_id: str) -> list[dict[str, Any]]:
    """Every page of an operation's results."""
    path = f"/refresh-operations/{operation_id}/results"
    page = get(url, path, page_size=200)
    items = list(page["items"])
    while page["next_page_token"]:
        page = get(url, path, page_token=page["next_page_token"])
        items += page["items"]
    return items
