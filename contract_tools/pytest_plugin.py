"""A pytest plugin: the fixture `wallet_mock` is a mock server of the test run's own, on a free port.

    def test_my_client(wallet_mock):
        client = MyClient(wallet_mock.url, headers=wallet_mock.session())

Nothing is started unless a test asks for it. Options of `wallet-orchestrator serve` go into pytest's settings:
`wallet_mock_args = ["--seed", "7", "--wallets", "200"]`.
"""

from __future__ import annotations

import socket
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class WalletMock:
    """A running mock server; `url` has no final slash."""

    url: str

    def session(self, name: str | None = None) -> dict[str, str]:
        """Headers that give a test its own copy of the world, so that tests don't see each other's writes."""
        return {"X-Mock-Session": name or uuid.uuid4().hex}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the setting."""
    parser.addini("wallet_mock_args", "options of `wallet-orchestrator serve` for the fixture wallet_mock", type="args")


@pytest.fixture(scope="session")
def wallet_mock(pytestconfig: pytest.Config) -> Iterator[WalletMock]:
    """A mock server for the whole test run, stopped at its end."""
    from emulators.process import Child, answers

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    mock = WalletMock(f"http://127.0.0.1:{port}")
    arguments = [str(argument) for argument in pytestconfig.getini("wallet_mock_args")]
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "mock", "--port", str(port), *arguments]
    with Child(command) as server:
        server.wait_until(lambda: answers(mock.url), what="the mock server", seconds=_START_SECONDS)
        yield mock
