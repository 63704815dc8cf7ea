"""What a refresh of N wallets costs: calls, time, memory, writes; beside the least possible and beside the naive way.

`python -m bench.refresh [CASE...]` measures against a scripted RPC server in its own process, `--runtime` against the
local Solana runtime, of which only small worlds can be made. A case is `WALLETS@BUDGET`: `10000@50` is ten thousand
wallets at 50 requests a second. Everything runs on SQLite in a temporary folder. Each run is printed as it ends; all
cases take about an hour, of which reading 10,000 wallets the first time at 50 requests a second is a fifth.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.scripted_rpc import scripted_rpc
from bench.world import World

NAIVE_CALLS = 7
_NAIVE_RUN_UP_TO = 1_000  # wallets; above, seven calls a wallet are computed rather than spent
IDLE_AT_MOST = 0.01
"""Of the naive calls, for wallets with three token accounts that have not changed."""
TIME_AT_MOST = 1.2
"""Times what the calls take at the budget, where that is a second or more."""
MIB_AT_MOST = 123
"""Of one process that refreshes 100,000 wallets."""


@dataclass(frozen=True)
class Case:
    """One size under one budget."""

    wallets: int
    rps: float

    @classmethod
    def parsed(cls, text: str) -> Case:
        wallets, _, rps = text.partition("@")
        return cls(int(wallets), float(rps))


CASES = ("100@50", "100@500", "1000@50", "1000@500", "10000@500", "10000@50", "100000@500")


def _runs(task: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The runs of a process of its own, as they end."""
    command = [sys.executable, "-m", "bench.one_refresh", json.dumps(task)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield from json.loads(line).items()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


class Report:
    """A paragraph a run, printed as it ends, and what was missed. What comes while the scripted server is stalled seems
    to it to have come at once.
    """

    def __init__(self) -> None:
        self.missed: list[str] = []

    def add(
        self, case: Case, name: str, run: dict[str, Any], minimum: dict[str, int] | None, stats: dict[str, Any] | None
    ) -> None:
        total = sum(run["calls"].values())
        naive, ideal = NAIVE_CALLS * case.wallets, total / case.rps
        title = f"{case.wallets:,} wallets at {case.rps:g}/s, {name}"
        lines = [
            f"{title}: {total:,} calls, {total / naive:.4f} of the naive {naive:,}; {run['failed']} failed",
            f"  {run['seconds']:.2f} s, {run['cpu']:.2f} of them of the processor; calls / budget: {ideal:.2f} s",
            f"  at most {run['peak_mib']:.0f} MiB; {run['commits']:,} commits of {run['records']:,} records",
        ]
        if stats is not None:
            most = max(stats["most_in_a_second"].values())
            lines.append(f"  the RPC's worst second: {most} requests; longest stall: {stats['stall'] * 1000:.0f} ms")
        for method in sorted({*run["calls"], *(minimum or {})}) if minimum is not None else ():
            least, calls = (minimum or {}).get(method, 0), run["calls"].get(method, 0)
            ratio = f"{calls / least:.4f} of the formula's {least:,}" if least else "none but what is due"
            lines.append(f"  {method}: {calls:,}; {ratio}")
        print("\n".join(lines), flush=True)
        self._judge(title, case, name, run, total / naive, run["seconds"] / ideal if ideal >= 1 else 0)

    def _judge(self, title: str, case: Case, name: str, run: dict[str, Any], of_naive: float, of_ideal: float) -> None:
        missed = []
        if name == "idle" and case.wallets >= 1_000 and of_naive > IDLE_AT_MOST:
            missed.append(f"{of_naive:.4f} of the naive calls; at most {IDLE_AT_MOST}")
        if name != "naive" and of_ideal > TIME_AT_MOST:
            missed.append(f"{of_ideal:.2f} times calls / budget; at most {TIME_AT_MOST}")
        if name != "naive" and run["failed"]:
            missed.append(f"{run['failed']} wallets failed")
        if run["peak_mib"] > MIB_AT_MOST:
            missed.append(f"{run['peak_mib']:.0f} MiB; at most {MIB_AT_MOST}")
        for words in missed:
            self.missed.append(f"{title}: {words}")
            print(f"  MISSED {words}", flush=True)


def scripted(report: Report, cases: list[Case], latency_ms: float) -> None:
    """Worlds of any size, from a server that only answers."""
    for case in cases:
        world = World(case.wallets)
        with scripted_rpc(case.wallets, latency_ms=latency_ms) as rpc:
            task = {"url": rpc.url, "wallets": case.wallets, "rps": case.rps}
            for name, run in _runs({"way": "planned", **task}):
                report.add(case, name, run, world.minimum(cold=name == "cold"), rpc.stats())
            if case.wallets <= _NAIVE_RUN_UP_TO:
                rpc.reset()
                for name, run in _runs({"way": "naive", **task}):
                    report.add(case, name, run, None, rpc.stats())


def runtime(report: Report, case: Case) -> None:
    """Real programs behind a real RPC: as many wallets as can be seeded quickly."""
    from bench.runtime_world import seeded_runtime

    with seeded_runtime(case.wallets) as (url, minimum):
        task = {"url": url, "wallets": case.wallets, "rps": case.rps}
        for name, run in _runs({"way": "planned", **task}):
            report.add(case, name, run, minimum(cold=name == "cold"), None)
        for name, run in _runs({"way": "naive", **task}):
            report.add(case, name, run, None, None)


def main() -> int:
    """Measure and print; 1 if something was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", default=CASES, help=f"left out: {' '.join(CASES)}")
    parser.add_argument("--latency-ms", type=float, default=5, help="what the scripted server takes for an answer")
    parser.add_argument("--runtime", action="store_true", help="the local Solana runtime, with few wallets: 100@500")
    options = parser.parse_args()
    cases = [Case.parsed(text) for text in options.cases]
    report = Report()
    if options.runtime:
        for case in cases:
            runtime(report, case)
    else:
        scripted(report, cases, options.latency_ms)
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
