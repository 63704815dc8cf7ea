from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from emulators.process import Child, answers

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "typescript"


def missing(reason: str) -> NoReturn:
    """Skip with the reason; fail where nothing may be missing."""
    if os.environ.get("REQUIRE_EMULATORS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def node_modules() -> Path:
    """What `make install` puts there where npm is."""
    found = CLIENT / "node_modules"
    if not found.is_dir():
        missing("the TypeScript client's packages are not installed: make install, with Node.js 20+")
    return found


@pytest.fixture(scope="package")
def built(node_modules: Path) -> Path:
    """The client's `dist`, made of its sources."""
    command = [str(node_modules / ".bin/tsc"), "--project", "tsconfig.build.json"]
    compiled = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stdout
    return CLIENT / "dist"


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
