from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulators.process import Child, answers

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "typescript"


@pytest.fixture(scope="package")
def node_modules() -> Path:
    """What `make install` puts there where npm is."""
    found = CLIENT / "node_modules"
    if not found.is_dir():
        reason = "the TypeScript client's packages are not installed: make install, with Node.js 20+"
        if os.environ.get("REQUIRE_EMULATORS") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="package")
def mock_url() -> Iterator[str]:
    """The mock server as users start it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "mock", "--port", str(port)]
    with Child(command, env=dict(os.environ)) as server:
        server.wait_until(lambda: answers(url), what="the mock server", seconds=20)
        yield url
