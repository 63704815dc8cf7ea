"""The TypeScript client works, and can be packed and used. That it is the contract's, and compiles, is `make check`."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from pathlib import Path

from tests.clients.conftest import CLIENT


def _run(*command: str | Path, cwd: Path = CLIENT, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **variables}
    return subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, timeout=120)


def test_it_tours_the_mock_and_passes_its_own_tests(node_modules: Path, built: Path, mock_url: str) -> None:
    compiled = _run(node_modules / ".bin" / "tsc", "--project", "tsconfig.test.json")
    assert compiled.returncode == 0, compiled.stdout
    toured = _run("node", "build/test/tour.js", mock_url)
    assert toured.returncode == 0, toured.stdout + toured.stderr
    assert toured.stdout.startswith("toured")
    tested = _run("node", "--test", "--test-timeout=60000", "build/test/client.test.js", MOCK_URL=mock_url)
    assert tested.returncode == 0, tested.stdout


def test_it_is_packed_and_installed(node_modules: Path, built: Path, tmp_path: Path) -> None:
    packed = _run("npm", "pack", "--ignore-scripts", "--json", "--pack-destination", tmp_path)
    assert packed.returncode == 0, packed.stderr
    (package,) = json.loads(packed.stdout)
    names = {each["path"] for each in package["files"]}
    assert {"package.json", "README.md", "dist/index.js", "dist/index.d.ts", "dist/mock.js", "src/index.ts"} <= names
    assert not any(name.startswith(("test/", "build/", "node_modules/")) for name in names)
    modules = tmp_path / "app" / "node_modules"
    with tarfile.open(tmp_path / package["filename"]) as archive:
        archive.extractall(tmp_path, filter="data")
    modules.mkdir(parents=True)
    (tmp_path / "package").rename(modules / "wallet-orchestrator-client")
    for dependency in json.loads((CLIENT / "package.json").read_text())["dependencies"]:
        (modules / dependency).symlink_to(node_modules / dependency)
    script = """
        import { ok, walletClient } from "wallet-orchestrator-client";
        import { MockSession } from "wallet-orchestrator-client/mock";
        console.log(typeof ok, typeof walletClient("/").GET, new MockSession("http://mock/", { session: "a" }).baseUrl);
    """
    ran = _run("node", "--input-type=module", "--eval", script, cwd=tmp_path / "app")
    assert ran.stdout == "function function http://mock/__mock__/s/a\n", ran.stderr
