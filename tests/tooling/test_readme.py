"""README and docs/ are true: the settings table is the settings, and what they show a command to answer it answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulators.process import Child, answers
from server.contract import load_contract
from wallet_cli.settings_table import with_table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
SETTINGS = ROOT / "docs/settings.md"
_SHOWN_AT = "http://127.0.0.1:8000"


def _examples() -> Iterator[tuple[str, str, str]]:
    """Document, command and answer of each console block with one command and what it answers."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for command, shown in re.findall(r"```console\n\$ ([^\n]*)\n(.*?)```", path.read_text("utf-8"), re.DOTALL):
            if shown.strip() and not re.search(r"^\$ ", shown, re.MULTILINE):
                yield path.name, command, shown


EXAMPLES = list(_examples())


def test_settings_table_is_current() -> None:
    text = SETTINGS.read_text("utf-8")
    assert "<!-- settings -->" in text
    assert with_table(text) == text, "run: .venv/bin/python -m wallet_cli.settings_table docs/settings.md"


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_the_readme_names_every_operation_in_its_group() -> None:
    rows = re.findall(r"^\| (\w+) \| [^|]+ \| (`[^|]+`) \|$", README, re.MULTILINE)
    named = {group: set(re.findall(r"`(\w+)`", operations)) for group, operations in rows}
    declared: dict[str, set[str]] = {}
    for operation in load_contract().operations:
        declared.setdefault(operation.tag, set()).add(operation.id)
    assert named == declared


def test_prerequisites_are_named_once() -> None:
    assert README.count("Java") == 1
    assert "cloud-firestore-emulator.jar" in README
    assert "google-cloud-cli-firestore-emulator" in README
    [version] = re.findall(r"Java (\d+)", README)
    for other in (".ci/run", "emulators/firestore.py"):
        assert set(re.findall(r"Java (\d+)", (ROOT / other).read_text())) == {version}, other


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "mock", "--port", str(port)]
    with Child(command, env=dict(os.environ)) as server:
        server.wait_until(lambda: answers(url), what="the mock server", seconds=60)
        yield url


def _answer(command: str, base_url: str, folder: Path) -> str:
    for program in ("curl", "jq"):
        if re.search(rf"\b{program} ", command) and shutil.which(program) is None:
            missing = pytest.fail if os.environ.get("REQUIRE_EMULATORS") else pytest.skip
            missing(f"{program} is not installed")
    command = command.replace(_SHOWN_AT, base_url)
    done = subprocess.run(["bash", "-ec", command], capture_output=True, text=True, cwd=folder, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_there_are_examples() -> None:
    assert [name for name, _, _ in EXAMPLES].count("README.md") >= 5
    assert sum(name.startswith("mock-") for name, _, _ in EXAMPLES) >= 15


@pytest.mark.parametrize(
    ("document", "command", "shown"), EXAMPLES, ids=[f"{name}: {command[:60]}" for name, command, _ in EXAMPLES]
)
def test_example_answers_as_shown(base_url: str, tmp_path: Path, document: str, command: str, shown: str) -> None:
    answer = _answer(command, base_url, tmp_path)
    pattern = ".*?".join(re.escape(piece) for piece in shown.strip().split("…"))
    assert re.fullmatch(pattern, answer, re.DOTALL), f"{document} shows\n{shown}\nbut the answer is\n{answer}"


def test_what_is_exported_can_be_imported_as_shown(base_url: str, tmp_path: Path) -> None:
    section = (ROOT / "docs/operations.md").read_text("utf-8").split("\n## Data in and out\n")[1].split("\n## ")[0]
    export, import_ = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    _answer(export, base_url, tmp_path)
    lines = (tmp_path / "wallets.jsonl").read_text().splitlines()
    answer = json.loads(_answer(import_, base_url, tmp_path))
    assert len(lines) == len(answer["items"]) >= 50
    assert {item["outcome"] for item in answer["items"]} == {"exists"}
