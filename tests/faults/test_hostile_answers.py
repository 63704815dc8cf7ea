"""What answers that are made to cost much cost a whole server: memory, and how long it hears nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.hostile_answers import CASES, HONEST, cost_of


@pytest.mark.parametrize("name", CASES)
async def test_a_small_answer_costs_little(name: str, tmp_path: Path) -> None:
    cost = await cost_of(name, tmp_path)
    assert cost["peak"] < 100, cost
    # Its thread's CPU, not the clock: what other processes take is not the server's doing. (The bench has both.)
    assert cost["stall_cpu"] < (0.3 if name in HONEST else 0.1), cost
    assert cost["outcome"] == ("complete" if name == "20,000 token accounts" else "partial")
