"""Files that are taken over while the server runs: saved, they take effect; broken, the last good ones go on serving.

Files are looked at, not listened to: that works on every file system, also where containers mount a folder.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from server.contract import Contract, load_contract
from server.contract.source_location import located

INTERVAL = 0.15
"""Seconds between two looks. A file counts as saved when two looks in a row find it the same."""

logger = logging.getLogger(__name__)

Signature: TypeAlias = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A file, and how it takes effect: `take_over` says in words what it did, or raises and has done nothing."""

    path: Path
    take_over: Callable[[], str]


def watched_contract(path: Path, use: Callable[[Contract], None]) -> Watched:
    """The contract's own file. `use` serves another contract; it raises where the backend doesn't fit it."""

    def take_over() -> str:
        contract = load_contract(path)
        for operation in contract.operations:  # what is otherwise compiled at its first use
            for response in operation.responses.values():
                for pointer in (response.pointer, *(header.pointer for header in response.headers.values())):
                    if pointer is not None:
                        contract.schemas.at(pointer)
        contract.relations.check()
        use(contract)
        return f"{len(contract.operations)} operations"

    return Watched(path, take_over)


async def watch(files: Sequence[Watched]) -> None:
    """Take files over whenever they change, until cancelled."""
    taken = {file.path: _signature(file.path) for file in files}
    seen = dict(taken)
    while True:
        await asyncio.sleep(INTERVAL)
        for file in files:
            now = _signature(file.path)
            if now is not None and now != taken[file.path] and now == seen[file.path]:
                taken[file.path] = now
                _take_over(file)
            seen[file.path] = now


def _take_over(file: Watched) -> None:
    began = time.perf_counter()
    try:
        done = file.take_over()
    except Exception as error:  # noqa: BLE001 (whatever a file can do wrong must not end the server)
        said = str(error) or type(error).__name__
        logger.error("%s\n  The last good one goes on serving.", located(file.path, said))
    else:
        logger.info("%s: taken over in %d ms: %s", file.path.name, (time.perf_counter() - began) * 1000, done)


def _signature(path: Path) -> Signature:
    try:
        found = path.stat()
    except OSError:  # between two steps of an editor's saving
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
