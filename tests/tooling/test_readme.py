"""The README is true: its settings table is the settings, and its examples run as written."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulators.process import Child, answers
from wallet_cli.settings_table import with_table

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
_EXAMPLES = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README, re.DOTALL)
_SHOWN_AT = "http://127.0.0.1:8000"


def test_settings_table_is_current() -> None:
    assert with_table(README) == README, "run: .venv/bin/python -m wallet_cli.settings_table README.md"


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "mock", "--port", str(port)]
    with Child(command, env=dict(os.environ)) as server:
        server.wait_until(lambda: answers(url), what="the mock server", seconds=20)
        yield url


def test_there_are_examples() -> None:
    assert len(_EXAMPLES) >= 5


@pytest.mark.parametrize(("command", "shown"), _EXAMPLES, ids=[command[:60] for command, _ in _EXAMPLES])
def test_example_answers_as_shown(base_url: str, command: str, shown: str) -> None:
    answer = subprocess.run(
        ["bash", "-c", command.replace(_SHOWN_AT, base_url)], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    pattern = ".*?".join(re.escape(piece) for piece in shown.strip().split("…"))
    assert re.fullmatch(pattern, answer.strip(), re.DOTALL), f"the README shows\n{shown}\nbut the answer is\n{answer}"
