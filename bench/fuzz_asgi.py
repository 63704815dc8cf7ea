"""Fuzzes the application in both modes: `python -m bench.fuzz_asgi [--requests 100000] [--seed N]`. Exit 1 at a 500."""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from server.contract import load_contract
from tests.support.fuzzed import KNOWN_ADDRESSES, fuzzed_app
from tests.support.fuzzing import Fuzzer, run


async def _fuzz(mode: str, requests: int, seed: int) -> None:
    with TemporaryDirectory() as folder:
        async with fuzzed_app(mode, Path(folder)) as app:
            started = time.monotonic()
            fuzzer = Fuzzer(load_contract(), Random(seed), {"wallet_address": KNOWN_ADDRESSES})
            statuses = await run(app, fuzzer, requests)
            seconds = time.monotonic() - started
    found = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    print(f"{mode}: {requests} requests in {seconds:.0f} s, no answer of 500 ({found})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000, help="a mode")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mode", choices=["mock", "real"])
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    for mode in [options.mode] if options.mode else ["mock", "real"]:
        asyncio.run(_fuzz(mode, options.requests, options.seed))


if __name__ == "__main__":
    main()
