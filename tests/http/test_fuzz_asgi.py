"""A fuzzer straight into the application: no answer of 500, every refusal a problem (bench/fuzz_asgi.py: for long)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.contract import load_contract
from tests.support.fuzzed import KNOWN_ADDRESSES, fuzzed_app
from tests.support.fuzzing import Fuzzer, run

CONTRACT = load_contract()


@pytest.mark.parametrize("mode", ["mock", "real"])
def test_no_answer_of_500(mode: str) -> None:
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32))
    def attack(seed: int) -> None:
        fuzzer = Fuzzer(CONTRACT, Random(seed), {"wallet_address": KNOWN_ADDRESSES})
        runner.run(run(app, fuzzer, 25))

    with asyncio.Runner() as runner, TemporaryDirectory() as folder:
        world = fuzzed_app(mode, Path(folder))
        app = runner.run(world.__aenter__())
        try:
            attack()
        finally:
            runner.run(world.__aexit__(None, None, None))
