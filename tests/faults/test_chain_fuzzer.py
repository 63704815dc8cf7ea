"""The chain's answers, fuzzed: more at night (NIGHTLY=1), and any number by CHAIN_FUZZ_CASES."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.support.chain_fuzzer import fuzz_service

NIGHTLY = os.environ.get("NIGHTLY") == "1"
SEED = int(os.environ.get("CHAIN_FUZZ_SEED", "1"))


def _cases(usual: int) -> int:
    return int(os.environ.get("CHAIN_FUZZ_CASES", 20_000 if NIGHTLY else usual))


async def test_only_what_fits_comes_through_the_port() -> None:
    assert await fuzz_service(_cases(5_000), SEED) == []


def test_the_server_survives_and_recovers() -> None:
    """In a process of its own, whose memory is measured."""
    command = [sys.executable, "-m", "tests.support.chain_fuzzer", "--server-only"]
    ran = subprocess.run(
        [*command, "--cases", str(_cases(150)), "--seed", str(SEED)], capture_output=True, text=True, check=False
    )
    found = json.loads(ran.stdout)
    assert found["failures"] == []
    assert len(found["requests"]) == 5, "every method was lied about"
    assert found["peak"] < 100, found
    # The liar lives on the same event loop, and making its answers counts as well: `test_hostile_answers` has neither.
    assert found["stall_cpu"] < 1, found
