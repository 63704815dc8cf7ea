"""The console's sources: unit and property tests, and what a build of them is. Their types are `make check`'s."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.console.conftest import CONSOLE

_FIRST_LOAD = 160 * 1024  # bytes of script and style, packed, until a page is there


def _run(*command: str | Path, cwd: Path = CONSOLE) -> None:
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_consoles_own_tests_pass(node_modules: Path) -> None:
    _run(node_modules / ".bin" / "vitest", "run")


def test_a_build_is_small_and_the_same_twice(node_modules: Path, tmp_path: Path) -> None:
    builds = [tmp_path / "one", tmp_path / "two"]
    for folder in builds:
        _run(
            node_modules / ".bin" / "vite",
            "build",
            "--outDir",
            folder,
            "--emptyOutDir",
            "--manifest",
            "--logLevel",
            "error",
        )
    one, two = (
        {path.relative_to(folder): _digest(path) for path in folder.rglob("*") if path.is_file()} for folder in builds
    )
    assert one == two
    manifest = json.loads((builds[0] / ".vite" / "manifest.json").read_text())
    pages = [name for name in manifest if name.startswith("src/pages/") and name.count("/") == 3]
    assert len(pages) >= 5
    sizes = {page: _packed(builds[0], _with_imports(manifest, ["index.html", page])) for page in pages}
    assert {page: size for page, size in sizes.items() if size > _FIRST_LOAD} == {}


def _with_imports(manifest: dict[str, Any], names: list[str]) -> set[str]:
    """The files of chunks, and of all that must be there before they run."""
    files: set[str] = set()
    for name in names:
        chunk = manifest[name]
        files |= {chunk["file"], *chunk.get("css", []), *_with_imports(manifest, chunk.get("imports", []))}
    return files


def _packed(folder: Path, files: set[str]) -> int:
    return sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in files)


def test_dependencies_are_pinned() -> None:
    package = json.loads((CONSOLE / "package.json").read_text())
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert "resolved" not in (CONSOLE / "package-lock.json").read_text()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
