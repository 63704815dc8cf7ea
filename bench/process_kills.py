"""A refresh-all of 10,000 wallets over three servers and two workers, three of which are killed in the middle.

`python -m bench.process_kills --wallets 10000 --rps 300`: the scenario of `tests/processes`, at full size.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.processes.test_refresh_all import three_kills


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wallets", type=int, default=10_000)
    parser.add_argument("--rps", type=float, default=300, help="the budget of each worker")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = three_kills(Path(folder) / "wallets.sqlite3", options.wallets, options.rps)
    print(f"{options.wallets:,} wallets, each refreshed and counted once, in {found.seconds:.0f} s")
    print(f"recovery after a worker's death: {', '.join(f'{each:.1f} s' for each in found.recoveries)}")
    print(f"read twice: {found.read_twice} wallets, {found.stored_read_again} of them although their result was stored")


if __name__ == "__main__":
    main()
