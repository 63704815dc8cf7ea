"""A clock that several processes share: a file with one instant, at which time stands until somebody writes another."""

from __future__ import annotations

import asyncio
import os
import tempfile
from datetime import datetime
from pathlib import Path

from backends.orchestrator.timestamps import format_timestamp, truncate_to_milliseconds

_MOST_SECONDS = 1.0


class ClockFile:
    """A `Clock` for tests, so that a server, its chain and whoever asks agree on the time to the millisecond.

    Raises ValueError or OSError at its making where the file holds no instant. Later the last good instant stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_as: tuple[int, int] | None = None
        self._now = self._read()

    def now(self) -> datetime:
        try:
            status = self._path.stat()
            if (status.st_ino, status.st_mtime_ns) != self._read_as:
                self._now = self._read()
        except (OSError, ValueError):
            pass
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Real time, up to a second; more never passes. What comes round every few seconds or minutes does not come
        round where time stands: whether it did before a request or behind it would be the machine's luck.
        """
        await (asyncio.sleep(seconds) if seconds <= _MOST_SECONDS else asyncio.Event().wait())

    def _read(self) -> datetime:
        with self._path.open(encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            moment = datetime.fromisoformat(file.read(64).strip())
        if moment.tzinfo is None:
            raise ValueError("an instant without its offset from UTC")
        self._read_as = status.st_ino, status.st_mtime_ns
        return truncate_to_milliseconds(moment)


def set_clock(path: Path, moment: datetime) -> None:
    """Move the time of all that share a file, forwards or backwards, at once."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{format_timestamp(moment)}\n")
    Path(name).replace(path)
