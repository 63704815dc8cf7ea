"""The TypeScript client is the contract's, compiles with every strict check, and works."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.clients.conftest import CLIENT


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), cwd=CLIENT, capture_output=True, text=True, timeout=120)


def test_types_are_the_contracts(node_modules: Path) -> None:
    script = json.loads((CLIENT / "package.json").read_text())["scripts"]["generate"].split()
    done = _run(node_modules / ".bin" / script[0], *script[1:], "--check")
    assert done.returncode == 0, "run: make generate"


def test_compiles_strictly_and_tours_the_mock(node_modules: Path, mock_url: str) -> None:
    assert json.loads((CLIENT / "tsconfig.json").read_text())["compilerOptions"]["strict"] is True
    compiled = _run(node_modules / ".bin" / "tsc", "--project", ".", "--strict")
    assert compiled.returncode == 0, compiled.stdout
    toured = _run("node", "dist/test/tour.js", mock_url)
    assert toured.returncode == 0, toured.stdout + toured.stderr
    assert toured.stdout.startswith("toured")
