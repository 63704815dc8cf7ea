"""What the fuzzer sends by chance: no instructions for the mock."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.docs.commands import ROOT

_SCRIPT = """
import json, sys
import schemathesis
from contract_tools.fuzz_hooks import map_headers
from schemathesis.hooks import HookContext
path, *names = sys.argv[1:]
operation = schemathesis.openapi.from_path("openapi.yaml")[path]["POST"]
print(json.dumps(list(map_headers(HookContext(operation=operation), dict.fromkeys(names, "")))))
"""  # in a process of its own: the hooks are schemathesis' for good


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/api/wallets/launches/record", ["A", "Idempotency-Key"]),
        ("/api/wallets/refresh-all", ["A", "Idempotency-Key", "Prefer"]),
    ],
)
def test_the_mock_is_not_steered_by_chance(path: str, kept: list[str]) -> None:
    command = [sys.executable, "-c", _SCRIPT, path, "A", "Idempotency-Key", "x-mock-session", "Prefer"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == kept
