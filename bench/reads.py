"""How fast real mode reads from SQLite, beside a bare Starlette route that reads the same rows printed, in one run.

`python -m bench.reads [--wallets 1000] [--seconds 3]` takes about two minutes a size, and as long as it takes to fill a
store with the mock's world; the server runs as operators run it. `quiet`: nobody writes. `written to`: a wallet changes
ten times a second. Medians of three rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import pydantic_core
from rich.console import Console
from rich.table import Table

from backends.mock.factory import build_world
from backends.mock.world import WORLDS
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Put
from backends.orchestrator.records import KINDS
from backends.real.sqlite import SqliteWalletsDataService
from bench.load import CONNECTIONS, load, tool
from bench.server_process import free_port, read, serving

LIST = "/api/wallets"
_BATCH = 400
_WRITES_A_SECOND = 10
_ROUNDS = 3


async def _fill(path: Path, wallets: int) -> None:
    """A store with the mock's default world of so many wallets."""
    world = await build_world(replace(WORLDS["default"], wallets=wallets), seed=1, policy=Policy())
    store = SqliteWalletsDataService(path, deadline=60)
    for kind in KINDS:
        records = list(world.store.all(kind))
        for start in range(0, len(records), _BATCH):
            await store.commit([Put(record) for record in records[start : start + _BATCH]])
    await store.aclose()


def _print_rows(path: Path, pages: Iterable[bytes], whole: bytes) -> None:
    """The same rows as an application without rules would keep them: printed, beside an indexed column. `whole` is a
    wallet; each has its holdings and its funding here.
    """
    wallet = pydantic_core.from_json(whole)["wallet"]
    beside = pydantic_core.to_json([wallet["token_holdings"], wallet["recent_funding"]]).decode()
    with sqlite3.connect(path) as table:
        table.execute("CREATE TABLE holdings (address TEXT PRIMARY KEY, printed TEXT)")
        table.execute("CREATE TABLE wallets (address TEXT PRIMARY KEY, created_at TEXT, printed TEXT)")
        table.execute("CREATE INDEX by_created_at ON wallets (created_at, address)")
        for page in pages:
            for item in pydantic_core.from_json(page)["items"]:
                wallet = item["wallet"]
                row = wallet["wallet_address"], wallet["created_at"], pydantic_core.to_json(item).decode()
                table.execute("INSERT INTO wallets VALUES (?, ?, ?)", row)
                table.execute("INSERT INTO holdings VALUES (?, ?)", (row[0], beside))


def _pages(url: str) -> Iterator[bytes]:
    token = ""
    while True:
        page = read(f"{url}{LIST}?page_size=200{token}")
        yield page
        following = pydantic_core.from_json(page)["next_page_token"]
        if following is None:
            return
        token = f"&page_token={following}"


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Another process's writes, as far as the server can tell: a wallet is stored again, ten times a second."""
    stop = threading.Event()

    def write() -> None:
        connection = sqlite3.connect(path, timeout=5)
        while not stop.wait(1 / _WRITES_A_SECOND):
            connection.execute("UPDATE wallets SET revision = revision + 1 WHERE key = (SELECT min(key) FROM wallets)")
            connection.commit()
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _measure(folder: Path, wallets: int, seconds: int, table: Table) -> None:
    store, printed = folder / f"{wallets}.sqlite", folder / f"{wallets}.printed.sqlite"
    began = time.perf_counter()
    asyncio.run(_fill(store, wallets))
    print(f"{wallets:,} wallets stored in {time.perf_counter() - began:.0f} s")
    environment = {
        "WALLET_STORE": "sqlite",
        "WALLET_SQLITE_PATH": str(store),
        "SOLANA_RPC_URL": "http://127.0.0.1:1",
        "WALLET_AUTH": "off",
        "HOST": "127.0.0.1",
    }
    with ExitStack() as stack:
        ports = [free_port(), free_port()]
        command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "real", "--port", str(ports[0])]
        server = stack.enter_context(serving(command, ports[0], LIST, environment))
        address = pydantic_core.from_json(read(server.url + LIST))["items"][0]["wallet"]["wallet_address"]
        _print_rows(printed, _pages(server.url), read(f"{server.url}{LIST}/{address}"))
        command = [sys.executable, "-m", "bench.bare_rows", str(ports[1]), str(printed)]
        bare = stack.enter_context(serving(command, ports[1], LIST, dict(os.environ)))
        reads = {"list of 50": LIST, "one wallet": f"{LIST}/{address}"}
        for name, path in reads.items():
            rounds: list[tuple[float, float, float]] = []
            for _ in range(_ROUNDS):  # in turn: the machine may be busier in one than in another
                least = load(bare.url + path, seconds).per_second
                quiet = load(server.url + path, seconds).per_second
                with _writing(store):
                    rounds.append((least, quiet, load(server.url + path, seconds).per_second))
            ratios = [median(each[place] / each[0] for each in rounds) for place in (1, 2)]
            bare_rate, *rates = (median(column) for column in zip(*rounds, strict=True))
            cells = (f"{each:,.0f} ({ratio:.2f})" for each, ratio in zip(rates, ratios, strict=True))
            table.add_row(f"{wallets:,}", name, f"{bare_rate:,.0f}", *cells)
        for name, query in (
            ("freshness=stale", "?freshness=stale"),
            ("sort=label", "?sort=label"),
            ("summary", "/portfolio/summary"),
            ("analytics", "/portfolio/launches"),
            ("token totals", "/portfolio/tokens"),
        ):
            with _writing(store):
                found = load(server.url + LIST + query, seconds)
            table.add_row(f"{wallets:,}", name, "", "", f"{found.per_second:,.0f}, p50 {found.p50:.1f} ms")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wallets", default="1000", help="sizes, separated by commas (default 1000)")
    parser.add_argument("--seconds", type=int, default=3, help="of load on each URL (default 3)")
    options = parser.parse_args(arguments)
    table = Table(title=f"{CONNECTIONS} connections, {tool()}, Python {platform.python_version()}; requests a second")
    for head in ("wallets", "read", "bare Starlette", "quiet (ratio)", "written to (ratio)"):
        table.add_column(head, justify="right" if head != "read" else "left")
    with tempfile.TemporaryDirectory() as folder:
        for size in options.wallets.split(","):
            _measure(Path(folder), int(size), options.seconds, table)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


if __name__ == "__main__":
    main()
