"""How fast the mock is, beside a bare Starlette route with the same bytes and beside Prism, in one run on one machine.

`python -m bench.mock` takes about four minutes. The mock runs as users run it, with everything switched on. Load comes
from wrk over 16 connections (see `bench.load`); Prism is fetched by npm where there is npm.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench import prism
from bench.load import CONNECTIONS, Load, LoadFailed, load, tool
from bench.server_process import ServerProcess, free_port, read, serving
from server.contract import load_contract

LIST = "/api/wallets"
_STARTS = 5
_ROUNDS = 9


@dataclass(frozen=True)
class Subject:
    """Something that serves both answers. `{port}` in the command is the port."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Read:
    """One answer under load, as medians over the rounds. `cpu` is processor time in µs a request; `mock_is`, how many
    times as many requests the mock answered in the same round.
    """

    per_second: float
    p50: float
    p99: float
    cpu: float
    mock_is: float


@dataclass(frozen=True)
class Row:
    """What was measured of one subject: the list and the one wallet."""

    name: str
    reads: tuple[Read, Read]
    start: float
    memory: float


def _measure(subjects: Sequence[tuple[Subject, tuple[str, str]]], seconds: int) -> list[Row]:
    """All subjects side by side in many short rounds, in each of which they are compared: neighbours on the machine
    disturb some rounds, but in one round all about alike.
    """
    starts: dict[str, list[float]] = {subject.name: [] for subject, _ in subjects}
    for _ in range(_STARTS):  # the disk cache is warm, as it is for whoever starts it every day
        for subject, _paths in subjects:
            with _served(subject) as server:
                starts[subject.name].append(server.start)
    rounds: dict[tuple[str, int], list[tuple[Load, float]]] = {}
    memory = {}
    with ExitStack() as stack:
        servers = [(subject, paths, stack.enter_context(_served(subject))) for subject, paths in subjects]
        for _ in range(_ROUNDS):
            for number in (0, 1):
                for subject, paths, server in servers:
                    before = server.cpu()
                    found = load(server.url + paths[number], seconds)
                    cpu = (server.cpu() - before) / found.requests * 1e6
                    rounds.setdefault((subject.name, number), []).append((found, cpu))
        for subject, _paths, server in servers:
            memory[subject.name] = server.memory()
    mock = subjects[0][0].name
    return [
        Row(
            name,
            (_read(rounds[mock, 0], rounds[name, 0]), _read(rounds[mock, 1], rounds[name, 1])),
            min(starts[name]),
            memory[name],
        )
        for name in starts
    ]


def _read(mock: Sequence[tuple[Load, float]], own: Sequence[tuple[Load, float]]) -> Read:
    loads = [found for found, _ in own]
    return Read(
        per_second=median(each.per_second for each in loads),
        p50=median(each.p50 for each in loads),
        p99=median(each.p99 for each in loads),
        cpu=median(cpu for _, cpu in own),
        mock_is=median(mine.per_second / other.per_second for (mine, _), (other, _) in zip(mock, own, strict=True)),
    )


def _served(subject: Subject) -> AbstractContextManager[ServerProcess]:
    port = free_port()
    return serving([part.replace("{port}", str(port)) for part in subject.command], port, LIST, {"HOST": "127.0.0.1"})


def _subjects(folder: Path, mock: Subject) -> Iterator[tuple[Subject, tuple[str, str]]]:
    """All subjects and the paths to read, the mock first; the others serve what it answered."""
    with _served(mock) as server:
        page = read(server.url + LIST)
        wallet = json.loads(page)["items"][0]["wallet"]["wallet_address"]
        paths = (LIST, f"{LIST}/{wallet}")
        bodies = (page, read(server.url + paths[1]))
    print(
        f"list of {len(json.loads(page)['items'])} wallets: {len(page):,} bytes; one wallet: {len(bodies[1]):,} bytes"
    )
    yield mock, paths
    files = []
    for number, (path, body) in enumerate(zip(paths, bodies, strict=True)):
        file = folder / f"{number}.json"
        file.write_bytes(body)
        files.append(f"{path}={file}")
    yield Subject("bare Starlette", [sys.executable, "-m", "bench.bare", "{port}", *files]), paths
    command = prism.install()
    if command is None:
        print("Prism is left out: npm is missing")
        return
    answers = {"listWallets": (paths[0], bodies[0]), "getWallet": (paths[1], bodies[1])}
    contract = folder / "contract.json"
    contract.write_text(prism.cut_contract(dict(load_contract().document), answers), "utf-8")
    call = [str(command), "mock", "--port", "{port}", "--verboseLevel", "silent"]
    yield Subject("Prism static", [*call, str(contract)]), paths
    yield Subject("Prism dynamic", [*call, "--dynamic", str(contract)]), paths


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title=f"{CONNECTIONS} connections, {tool()}, Python {platform.python_version()}")
    heads = ["", "start s", "MiB"]
    for what in ("list", "wallet"):
        heads += [f"{what} req/s", "p50 ms", "p99 ms", "CPU µs", "mock is"]
    for head in heads:
        table.add_column(head, justify="right" if head else "left")
    for row in rows:
        cells = [row.name, f"{row.start:.2f}", f"{row.memory:.0f}"]
        for each in row.reads:
            cells += [f"{each.per_second:,.0f}", f"{each.p50:.2f}", f"{each.p99:.2f}", f"{each.cpu:.0f}"]
            cells.append(f"{each.mock_is:.2f} x")
        table.add_row(*cells)
    return table


def _promises(rows: Sequence[Row]) -> Iterator[tuple[str, bool]]:
    """What the mock must keep to, in words, and whether it did."""
    mock, others = rows[0], {row.name: row for row in rows[1:]}
    for name, least in (("bare Starlette", 0.75), ("Prism static", 3), ("Prism dynamic", 100)):
        if name in others:
            ratio = others[name].reads[0].mock_is
            yield f"list: {ratio:.2f} times the requests a second of {name}; at least {least}", ratio >= least
    worst = max(each.p99 for each in mock.reads)
    yield f"p99 at {CONNECTIONS} connections: {worst:.2f} ms; below 5", worst < 5
    yield f"from the start to the first answer: {mock.start:.2f} s; below 0.6", mock.start < 0.6
    yield f"memory with the default world: {mock.memory:.0f} MiB; at most 80", mock.memory <= 80


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=2, help="of load on each URL in each round (default 2)")
    seconds: int = parser.parse_args(arguments).seconds
    mock = Subject("mock", [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "mock", "--port", "{port}"])
    with tempfile.TemporaryDirectory() as folder:
        try:
            rows = _measure(list(_subjects(Path(folder), mock)), seconds)
        except LoadFailed as error:
            print(error, file=sys.stderr)
            return 2
    Console(width=None if sys.stdout.isatty() else 140).print(_table(rows))
    kept = True
    for words, held in _promises(rows):
        print(f"{'ok    ' if held else 'MISSED'} {words}")
        kept = kept and held
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
