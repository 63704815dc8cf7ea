"""A pytest plugin: the fixture `wallet_mock` is a mock server of the test run's own, on a free port.

    def test_my_client(wallet_mock):
        client = MyClient(wallet_mock.url, headers=wallet_mock.session())

Nothing is started unless a test asks for it. Options of `wallet-orchestrator serve` go into pytest's settings:
`wallet_mock_args = ["--seed", "7", "--wallets", "200"]`.

It is one module and imports none of ours: in the project that it tests, `server` or `backends` may mean something else.
For the same reason the server runs apart from that project: in a folder of its own, which Python doesn't import from.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_LAST_WORDS = 4000
"""Characters of what the server said, where it does not start."""


@dataclass(frozen=True, slots=True)
class WalletMock:
    """A running mock server; `url` has no final slash."""

    url: str

    def session(self, name: str | None = None) -> dict[str, str]:
        """Headers that give a test its own copy of the world, so that tests don't see each other's writes."""
        return {"X-Mock-Session": name or uuid.uuid4().hex}

    def session_url(self, name: str | None = None) -> str:
        """The same as a base URL, for a client that can't be given headers."""
        return f"{self.url}/__mock__/s/{name or uuid.uuid4().hex}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the setting."""
    parser.addini("wallet_mock_args", "options of `wallet-orchestrator serve` for the fixture wallet_mock", type="args")


@pytest.fixture(scope="session")
def wallet_mock(pytestconfig: pytest.Config) -> Iterator[WalletMock]:
    """A mock server for the whole test run, stopped at its end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    mock = WalletMock(f"http://127.0.0.1:{port}")
    with _serving(mock.url, ["--port", str(port), *map(str, pytestconfig.getini("wallet_mock_args"))]):
        yield mock


@contextmanager
def _serving(url: str, options: list[str]) -> Iterator[None]:
    command = [sys.executable, "-P", "-m", "wallet_cli.main", "serve", "--backend", "mock", *options]
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    with tempfile.TemporaryDirectory(prefix="wallet-mock-") as folder:
        said = Path(folder) / "said.txt"
        with said.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603 (our own command)
                command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            _wait(server, url, said)
            yield
        finally:
            server.terminate()
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], url: str, said: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _is_ready(url):
        if server.poll() is not None or time.monotonic() > deadline:
            words = said.read_text(errors="replace")[-_LAST_WORDS:].strip()
            pytest.fail(f"the mock server did not start: {words or 'it said nothing'}", pytrace=False)
        time.sleep(0.02)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 (http, on this machine)
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False
