"""A refresh operation in the terminal: a live bar with counts, then a table of what failed and why."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from wallet_cli.refresh_client import PARTS, RefreshClient
from wallet_cli.refresh_client import Progress as Operation

_ROWS = 50
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # a message may quote strangers; a terminal obeys
_STYLES = {
    "complete": "green",
    "partial": "yellow",
    "failed": "red",
    "updated": "green",
    "unchanged": "dim",
    "superseded": "yellow",
}


def follow(client: RefreshClient, operation: Operation, *, quiet: bool = False, console: Console | None = None) -> None:
    """Watch until the end. `quiet` shows nothing; without a terminal, nothing is shown before the end."""
    if quiet:
        for _ in client.follow(operation):
            pass
        return
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    )
    task = bar.add_task("refreshing", total=None)
    console = console or Console(stderr=True)
    with Live(_picture(bar, operation), console=console, refresh_per_second=8, transient=True) as live:
        for _ in client.follow(operation):
            now = operation.operation
            bar.update(task, completed=now["done"], total=now["total"] or None)
            live.update(_picture(bar, operation))


def _picture(bar: Progress, operation: Operation) -> Group:
    return Group(bar, _outcomes(operation), _parts(operation))


def _outcomes(operation: Operation) -> Text:
    words = Text("  ")
    for outcome in ("complete", "partial", "failed"):
        words.append(f"{outcome} {operation.operation[outcome]}   ", style=_STYLES[outcome])
    calls = sum(operation.operation["rpc_calls"].values())
    return words.append(f"RPC calls {calls}", style="dim")


def _parts(operation: Operation) -> Table:
    table = Table(box=None, padding=(0, 2), show_header=False)
    for part in PARTS:
        counts = operation.parts[part]
        if counts:
            words = Text()
            for outcome in ("updated", "unchanged", "superseded", "failed"):
                if counts[outcome]:
                    words.append(f"{outcome} {counts[outcome]}   ", style=_STYLES[outcome])
            table.add_row(Text(part, style="dim"), words)
    return table


def show(operation: Operation, *, as_json: bool, console: Console | None = None) -> None:
    """The outcome: as one JSON object, or counts and a table of failures."""
    if as_json:
        json.dump(
            {"operation": operation.operation, "parts": operation.parts, "failures": operation.failures},
            sys.stdout,
            indent=2,
        )
        sys.stdout.write("\n")
        return
    console = console or Console()
    now = operation.operation
    console.print(Text(f"{now['operation_id']} {now['state']}: {now['done']} of {now['total']} wallets", style="bold"))
    console.print(_outcomes(operation))
    console.print(_parts(operation))
    if not operation.failures:
        return
    table = Table("wallet", "part", "reason", title="What failed", title_justify="left")
    for item in operation.failures[:_ROWS]:
        for part, code, message in _reasons(item):
            table.add_row(_plain(item["wallet_address"]), _plain(part), _plain(f"{code}: {message}"))
    console.print(table)
    rest = now["partial"] + now["failed"] - min(_ROWS, len(operation.failures))
    if rest > 0:
        console.print(f"... and {rest} more; --json lists them")


def _reasons(item: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Part, code and message of everything that failed with a wallet."""
    found = [("wallet", item["error"]["code"], item["error"]["message"])] if item["error"] else []
    for part in PARTS:
        result = item["results"][part]
        if result is not None and result["error"] is not None:
            found.append((part, result["error"]["code"], result["error"]["message"]))
    return found


def _plain(text: str) -> Text:
    return Text(_CONTROL.sub("", text))
