"""What is installed is pinned and hashed, and the pins name no place to get it from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt", "requirements-ops.txt"]
NODE_LOCKS = ["package-lock.json", "emulators/solana_runtime/package-lock.json", "clients/typescript/package-lock.json"]


def _pins(name: str) -> dict[str, list[str]]:
    """Hashes by `name==version`."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text().splitlines():
        if re.match(r"[a-z0-9]", line):
            pins[line.split()[0]] = []
        elif found := re.match(r"    --hash=(sha256:[0-9a-f]{64})", line):
            pins[list(pins)[-1]].append(found[1])
    return pins


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    pins = _pins(name)
    assert pins
    for pin, hashes in pins.items():
        assert "==" in pin
        assert hashes, pin


def test_what_runs_is_what_was_tested() -> None:
    assert _pins("requirements.txt").items() <= _pins("requirements-dev.txt").items()


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_name_no_index_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"://|^--(?!hash)|(^|\s)/", text, re.MULTILINE)


@pytest.mark.parametrize("name", NODE_LOCKS)
def test_node_packages_are_hashed_and_name_no_place(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text, "npm writes `funding` addresses; take them out"
    packages = json.loads(text)["packages"]
    for path, package in packages.items():
        assert "resolved" not in package
        assert not path or package["integrity"].startswith("sha512-"), path
