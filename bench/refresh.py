"""What a refresh of N wallets costs: calls, time, memory, writes; beside the least possible and beside the naive way.

`python -m bench.refresh` measures against a scripted RPC server in its own process, `--runtime` against the local
Solana runtime, of which only small worlds can be made. Everything runs on SQLite in a temporary folder. Takes about
half an hour; `--sizes 100,1000` is quicker.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.scripted_rpc import scripted_rpc
from bench.world import World

NAIVE_CALLS = 7
_NAIVE_RUN_UP_TO = 1_000  # wallets; above, seven calls a wallet are computed rather than spent


@dataclass(frozen=True)
class Case:
    """One size under one budget."""

    wallets: int
    rps: float


CASES = [
    Case(100, 50),
    Case(100, 500),
    Case(1_000, 50),
    Case(1_000, 500),
    Case(10_000, 500),
    Case(10_000, 50),
    Case(100_000, 500),
]


def _one(task: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.one_refresh", json.dumps(task)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


class Report:
    """Two tables: calls, and everything else. What comes while the scripted server is stalled seems to it to have come
    at once.
    """

    def __init__(self) -> None:
        self.calls = Table("wallets", "budget/s", "run", "method", "calls", "minimum", "ratio", title="Calls by method")
        self.runs = Table(
            "wallets",
            "budget/s",
            "run",
            "calls",
            "naive calls",
            "of naive",
            "seconds",
            "calls/budget",
            "ratio",
            "most in 1 s",
            "RPC's stall ms",
            "peak MiB",
            "commits",
            "records",
            "failed",
            title="Runs",
        )
        for table in (self.calls, self.runs):
            for column in table.columns[3 if table is self.runs else 4 :]:
                column.justify = "right"

    def add(
        self, case: Case, name: str, run: dict[str, Any], minimum: dict[str, int] | None, stats: dict[str, Any] | None
    ) -> None:
        total = sum(run["calls"].values())
        naive = NAIVE_CALLS * case.wallets
        ideal = total / case.rps
        size, rps = f"{case.wallets:,}", f"{case.rps:g}"
        for method in sorted({*run["calls"], *(minimum or {})}) if minimum is not None else ():
            least, calls = (minimum or {}).get(method, 0), run["calls"].get(method, 0)
            ratio = f"{calls / least:.4f}" if least else "-"
            self.calls.add_row(size, rps, name, method, f"{calls:,}", f"{least:,}", ratio)
        self.runs.add_row(
            size,
            rps,
            name,
            f"{total:,}",
            f"{naive:,}",
            f"{total / naive:.2f}",
            f"{run['seconds']:.2f}",
            f"{ideal:.2f}",
            f"{run['seconds'] / ideal:.3f}",
            "-" if stats is None else str(max(stats["most_in_a_second"].values())),
            "-" if stats is None else f"{stats['stall'] * 1000:.0f}",
            f"{run['peak_mib']:.0f}",
            f"{run['commits']:,}",
            f"{run['records']:,}",
            str(run["failed"]),
        )


def scripted(report: Report, cases: list[Case], latency_ms: float) -> None:
    """Worlds of any size, from a server that only answers."""
    for case in cases:
        world = World(case.wallets)
        with scripted_rpc(case.wallets, latency_ms=latency_ms) as rpc:
            task = {"url": rpc.url, "wallets": case.wallets, "rps": case.rps}
            for name, run in _one({"way": "planned", **task}).items():
                report.add(case, name, run, world.minimum(cold=name == "cold"), rpc.stats())
            if case.wallets <= _NAIVE_RUN_UP_TO:
                rpc.reset()
                run = _one({"way": "naive", **task})["naive"]
                report.add(case, "naive", run, None, rpc.stats())
        print(f"{case.wallets:,} wallets at {case.rps:g}/s: done", file=sys.stderr)


def runtime(report: Report, wallets: int, rps: float) -> None:
    """Real programs behind a real RPC: as many wallets as can be seeded quickly."""
    from bench.runtime_world import seeded_runtime

    with seeded_runtime(wallets) as (url, minimum):
        case = Case(wallets, rps)
        for name, run in _one({"way": "planned", "url": url, "wallets": wallets, "rps": rps}).items():
            report.add(case, f"{name} (runtime)", run, minimum(cold=name == "cold"), None)
        report.add(
            case,
            "naive (runtime)",
            _one({"way": "naive", "url": url, "wallets": wallets, "rps": rps})["naive"],
            None,
            None,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", help="only cases of these sizes, separated by commas")
    parser.add_argument("--latency-ms", type=float, default=5, help="what the scripted server takes for an answer")
    parser.add_argument("--runtime", type=int, metavar="N", help="the local Solana runtime instead, with N wallets")
    parser.add_argument("--rps", type=float, default=500, help="the budget with --runtime")
    options = parser.parse_args()
    report = Report()
    if options.runtime:
        runtime(report, options.runtime, options.rps)
    else:
        sizes = {int(size) for size in options.sizes.split(",")} if options.sizes else None
        scripted(report, [case for case in CASES if sizes is None or case.wallets in sizes], options.latency_ms)
    console = Console(width=200)
    console.print(report.calls)
    console.print(report.runs)


if __name__ == "__main__":
    main()
