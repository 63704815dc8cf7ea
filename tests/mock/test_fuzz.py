"""The fuzzer finds nothing: neither in the mock's own operations, nor in the API with a directive on every request.

Small runs, without what the fuzzer derives of each schema (`coverage`); `make fuzz-mock` makes whole ones, each night.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = "10" if os.environ.get("NIGHTLY") == "1" else "1"
PHASES = "--phases=examples,coverage,fuzzing,stateful" if EXAMPLES == "10" else "--phases=examples,fuzzing,stateful"


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        ["--contract", "openapi.mock.yaml", "--max-examples", EXAMPLES, "--", PHASES],
        ["--header", "Prefer: delay=1", "--max-examples", EXAMPLES, "--", "--phases=examples,fuzzing"],
    ],
    ids=["mock contract", "with a delay"],
)
def test_fuzzing_the_mock_finds_nothing(options: list[str]) -> None:
    command = [sys.executable, "-m", "wallet_cli.main", "fuzz", "--seed", "4", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
