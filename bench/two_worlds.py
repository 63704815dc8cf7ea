"""Drives mock and real side by side: `python -m bench.two_worlds [--runs 200] [--steps 30]`. Fails at a difference."""

from __future__ import annotations

import argparse
import logging
import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.two_worlds import TwoWorlds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--steps", type=int, default=30)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    chosen = settings(
        max_examples=options.runs,
        stateful_step_count=options.steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    started = time.monotonic()
    run_state_machine_as_test(TwoWorlds, settings=chosen)
    print(f"{options.runs} runs of {options.steps} steps in {time.monotonic() - started:.0f} s: no difference")


if __name__ == "__main__":
    main()
