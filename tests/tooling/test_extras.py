"""A plain install is small and serves the mock; what an extra brings is asked for by the extra's name."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from emulators.nats import free_port
from emulators.process import Child, answers

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MOST_PACKAGES = 35
"""Of a plain `pip install`, ours included."""
MOST_BYTES = 58_000_000
"""Of the others' files, without bytecode; docs/testing-a-client.md says which weigh most, and why."""

_WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
from wallet_cli.main import main
main()
"""


def _closure(requirements: list[str]) -> set[str]:
    """The packages that an installation of `requirements` brings on this machine, by the metadata of what is here."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(each) for each in requirements]
    while waiting:
        package = waiting.pop()
        key = canonicalize_name(package.name), frozenset(package.extras)
        if key in found:
            continue
        found.add(key)
        extras = [{"extra": extra} for extra in (*package.extras, "")]
        needed = map(Requirement, metadata.requires(package.name) or ())
        waiting += [each for each in needed if not each.marker or any(map(each.marker.evaluate, extras))]
    return {name for name, _ in found}


def _bytes(package: str) -> int:
    found = (path.locate() for path in metadata.files(package) or () if path.suffix != ".pyc")
    return sum(Path(path).stat().st_size for path in found if Path(path).is_file())


def _run(*arguments: str, absent: set[str], **settings: str) -> subprocess.CompletedProcess[str]:
    code = _WITHOUT.format(absent=absent)
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **settings},
        cwd=ROOT,
        timeout=60,
    )


def test_a_plain_install_is_small() -> None:
    plain = _closure(PROJECT["dependencies"])
    assert {"fastapi", "starlette", "pydantic-core"} <= plain
    assert not {"nats-py", "httpx", "solders", "firebase-admin", "opentelemetry-sdk"} & plain
    assert len(plain) + 1 <= MOST_PACKAGES, sorted(plain)
    weights = {name: _bytes(name) for name in plain}
    assert sum(weights.values()) <= MOST_BYTES, sorted(weights.items(), key=lambda item: -item[1])[:10]


def test_the_mock_serves_without_any_extra() -> None:
    absent = {
        "nats",
        "aiohttp",
        "yarl",
        "httpx",
        "structlog",
        "solders",
        "msgspec",
        "firebase_admin",
        "google",
        "schemathesis",
    }
    port = free_port()
    command = [sys.executable, "-c", _WITHOUT.format(absent=absent), "serve", "--backend", "mock", "--port", str(port)]
    with Child(command) as server:
        server.wait_until(lambda: answers(f"http://127.0.0.1:{port}"), what="the mock server", seconds=60)


@pytest.mark.parametrize(
    ("command", "absent", "extra", "settings"),
    [
        ("worker", "nats", "distributed", {"WALLET_QUEUE_URL": "nats://127.0.0.1:4222"}),
        ("serve --backend real --no-auth --port 0", "solders", "real", {}),
        ("serve --backend mock", "structlog", "real", {"WALLET_LOG_FORMAT": "json"}),
        ("refresh --all", "httpx", "real", {}),
        ("fuzz --backend mock", "schemathesis", "tools", {}),
        ("fuzz --backend mock", "httpx", "tools", {}),
        ("parity --first mock", "httpx", "tools", {}),
    ],
)
def test_a_missing_extra_is_named(
    tmp_path: Path, command: str, absent: str, extra: str, settings: dict[str, str]
) -> None:
    real = {
        "SOLANA_RPC_URL": "http://127.0.0.1:9",
        "WALLET_STORE": "sqlite",
        "WALLET_SQLITE_PATH": str(tmp_path / "wallets.sqlite3"),
    }
    done = _run(*command.split(), absent={absent}, **real, **settings)
    assert done.returncode == 2, done.stderr
    assert f"pip install 'wallet-orchestrator[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr
