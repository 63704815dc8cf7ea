"""Mock and real answer alike, whatever they are told; bench/two_worlds.py runs the 200 times 30 steps."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.two_worlds import TwoWorlds


def test_mock_and_real_answer_alike() -> None:
    chosen = settings(
        max_examples=12,
        stateful_step_count=25,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(TwoWorlds, settings=chosen)
