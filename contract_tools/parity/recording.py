"""Requests with their answers, and recordings of them: JSON Lines, a header first, then one exchange a line."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from contract_tools.exit_codes import ToolError

FORMAT = "wallet-orchestrator recording"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Request:
    """`target` is the path with its query, as sent; `body` is text, None for none (lone surrogates stand for bytes that
    are no text, as PEP 383 has it). `note` says why it is sent.

    In a header, `$operate`, `$other` and `$read` are the keys of these callers.
    `who` is the caller: `operate`, `other` (a second one who may do everything), `read`, `unknown` (a key that nobody
    has) or `nobody` (no key).
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    note: str = ""
    who: str = "operate"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that passes between two requests, in seconds, where the servers' clock is ours to move."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Background:
    """A request that begins what the next ones come into, until `Settle`. The work of any other one is waited for."""

    request: Request


@dataclass(frozen=True, slots=True)
class Settle:
    """Wait until both servers are done with what was begun in the background."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Requests that are sent at the same time. Whose answer is which is luck: how many are the same is compared."""

    requests: tuple[Request, ...]


Step: TypeAlias = Request | Pause | Background | Settle | AtOnce


@dataclass(frozen=True, slots=True)
class Reply:
    """`headers` in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str

    def json(self) -> Any:
        """The body as data; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


Script: TypeAlias = Generator[Step, Reply | None, None]
"""Yields requests, and the time that passes between them; is sent the first server's answer to each request."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    request: Request
    reply: Reply


def header_line() -> str:
    """The first line of a recording."""
    return json.dumps({"format": FORMAT, "version": VERSION})


def exchange_line(exchange: Exchange) -> str:
    """One line of a recording."""
    line = json.dumps(asdict(exchange), ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:  # of bytes that are no text
        return json.dumps(asdict(exchange))
    return line


def write_recording(path: Path, exchanges: Iterable[Exchange]) -> None:
    """Write a whole recording."""
    path.write_text("\n".join([header_line(), *map(exchange_line, exchanges)]) + "\n", encoding="utf-8")


def read_recording(path: Path) -> Iterator[Exchange]:
    """The exchanges of a recording. Raises `ToolError`."""
    try:
        header, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
        if json.loads(header) != {"format": FORMAT, "version": VERSION}:
            raise ToolError(f"{path} is not a recording that this version reads")
        for number, line in enumerate(lines, start=2):
            try:
                found = json.loads(line)
                yield Exchange(Request(**found["request"]), Reply(**found["reply"]))
            except (ValueError, TypeError, KeyError) as error:
                raise ToolError(f"{path}, line {number}: not an exchange") from error
    except (OSError, ValueError) as error:
        raise ToolError(f"{path} is not a recording: {error}") from error
