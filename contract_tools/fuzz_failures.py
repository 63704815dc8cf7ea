"""What a fuzzing run found: told in one line each, with a curl that shows it again, and as GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_MOST = 4000
"""Characters of a command line that a person may want to see. Longer ones are rare: bodies of chance."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One broken promise. `curl` is one line."""

    operation: str
    code: str
    title: str
    message: str
    curl: str


def read_failures(path: Path, url: str = "", replay_url: str = "") -> list[Failure]:
    """The failures that `fuzz_hooks` wrote during a run, each once; `url`, of a server that is gone then, replaced."""
    if not path.exists():
        return []
    found: dict[tuple[str, ...], Failure] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        failure = Failure(**json.loads(line))
        if url:
            failure = replace(failure, curl=failure.curl.replace(url, replay_url))
        found.setdefault((failure.operation, failure.code, failure.message), failure)
    return list(found.values())


def describe(failures: Iterable[Failure], server: str) -> Iterator[str]:
    """Three lines a failure: what, how to see it again, and on which server (how to start it)."""
    for failure in failures:
        yield f"{failure.operation}: {failure.title}{': ' if failure.message else ''}{failure.message} [{failure.code}]"
        size = len(failure.curl)
        yield f"  {failure.curl}" if size <= _MOST else f"  {failure.curl[:_MOST]}… ({size} characters; --har has all)"
        yield f"  on: {server}"


def github_annotations(failures: Iterable[Failure], *, backend: str, contract: str) -> Iterator[str]:
    """GitHub workflow commands that show each failure on the contract's operation."""
    lines = Path(contract).read_text(encoding="utf-8").splitlines()
    for failure in failures:
        number = _line_of(failure.operation, lines)
        title = _escaped(f"{failure.title} ({backend}): {failure.operation}", in_property=True)
        text = _escaped(f"{failure.message}\n{failure.curl}")
        yield f"::error file={Path(contract).name},line={number},title={title}::{text}"


def _line_of(operation: str, lines: list[str]) -> int:
    method, _, path = operation.partition(" ")
    inside = False
    for number, line in enumerate(lines, start=1):
        if line.startswith("  /"):
            inside = line.strip().rstrip(":") == path
        elif inside and line.strip() == f"{method.lower()}:":
            return number
    return 1


def _escaped(text: str, *, in_property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text
