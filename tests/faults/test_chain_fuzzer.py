"""The chain's answers, 20,000 of them fuzzed, a tenth of them to a whole server, where each costs three times as much.

More at night (NIGHTLY=1), and any number by CHAIN_FUZZ_CASES.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.support.chain_fuzzer import fuzz_service

pytestmark = pytest.mark.slow

NIGHTLY = os.environ.get("NIGHTLY") == "1"
SEED = int(os.environ.get("CHAIN_FUZZ_SEED", "1"))


def _cases(usual: int) -> int:
    return int(os.environ.get("CHAIN_FUZZ_CASES", 100_000 if NIGHTLY else usual))


async def test_only_what_fits_comes_through_the_port() -> None:
    assert await fuzz_service(_cases(18_000), SEED) == []


def test_the_server_survives_and_recovers() -> None:
    """In a process of its own, whose memory is measured."""
    cases = _cases(2_000)
    command = [sys.executable, "-m", "tests.support.chain_fuzzer", "--server-only"]
    ran = subprocess.run(
        [*command, "--cases", str(cases), "--seed", str(SEED)], capture_output=True, text=True, check=False
    )
    found = json.loads(ran.stdout)
    assert found["failures"] == []
    assert min(found["mutations"].values()) > cases / 1_000, "answers of every method were mutated"
    assert found["peak"] < 100, found
    assert found["stall_cpu"] < 0.5, found  # `test_hostile_answers` looks closer
