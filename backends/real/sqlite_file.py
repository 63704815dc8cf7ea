"""An open SQLite file: its connections and threads, its deadline, and its errors as ours.

Every operation is one function run in a thread: a caller who gives up can't leave a transaction half done, and the
event loop never waits for the disk. One thread writes; others read beside it (WAL).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from backends.errors import StoreUnavailable, UnusableStore
from backends.real.sqlite_schema import prepare

T = TypeVar("T")

_BAD_ARGUMENTS = (
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    OverflowError,
)

_log = logging.getLogger(__name__)

_READERS = 2

_LOG_PAGES = 4000
"""Of the write-ahead log, 16 MiB, before they go into the file: pages that many commits change go there once."""

_CACHE_KIB = 2048
"""Of pages, for each connection. What is beyond comes from the operating system's own cache, which all share."""


class _FileReplaced(sqlite3.OperationalError):
    """The file was deleted or replaced: what is written to the open one would be lost."""


class SqliteFile:
    """One file, made if it is not there; its folder must be.

    Args:
        path: the file.
        deadline: seconds after which any operation gives up.
    """

    def __init__(self, path: Path, *, deadline: float) -> None:
        self.path = path
        self.deadline = deadline
        # The wait for another process's lock ends before the deadline, so that no thread lags behind its callers.
        self._lock_wait = deadline * 0.8
        self._opening = asyncio.Lock()
        self._identity: tuple[int, int] | None = None
        self._closed = False
        self._writer = ThreadPoolExecutor(1, "sqlite-writer")
        self._readers = ThreadPoolExecutor(_READERS, "sqlite-reader")
        self._connection: sqlite3.Connection | None = None
        self._idle: deque[sqlite3.Connection] = deque()

    async def connect(self) -> None:
        """Open the file, and make what it lacks. Idempotent; the first operation does it otherwise.

        Raises:
            UnusableStore: the file can't be made, is damaged, or is not ours; the message names WALLET_SQLITE_PATH.
            StoreUnavailable: another process keeps it locked.
        """
        async with self._opening:
            if self._identity is None and not self._closed:
                await asyncio.get_running_loop().run_in_executor(self._writer, self._open)

    def _open(self) -> None:
        if not self.path.parent.is_dir():
            raise UnusableStore(f"WALLET_SQLITE_PATH names {self.path}, in a folder that does not exist.")
        connection = None
        try:
            connection = self._connected()
            prepare(connection, self.path, wait=self._lock_wait)
            # What a statement would undo is kept in memory: with all indexes it is more than SQLite does by default,
            # which would make a file for each wallet that is written.
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        except (sqlite3.Error, UnusableStore) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, UnusableStore):
                raise
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise StoreUnavailable from error
            raise UnusableStore(f"WALLET_SQLITE_PATH names {self.path}, which can't be used: {error}") from error
        self._connection = connection
        self._identity = self._found()

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=self._lock_wait, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        except sqlite3.Error:  # the file is damaged
            connection.close()
            raise
        return connection

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino)

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        """Run in a thread, in time. The one place where SQLite's errors become ours."""
        try:
            async with asyncio.timeout(self.deadline):
                if self._identity is None:
                    await self.connect()
                if self._closed:
                    raise StoreUnavailable("The wallet store is closed.")
                return await asyncio.get_running_loop().run_in_executor(executor, work)
        except _BAD_ARGUMENTS as error:
            raise ValueError("SQLite refuses what it was asked") from error  # our mistake, and no outage
        except (sqlite3.Error, TimeoutError, UnusableStore) as error:
            _log.warning("SQLite: %s: %s", type(error).__name__, error)
            raise StoreUnavailable from error

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` finds. All its statements see the same state.

        Raises:
            StoreUnavailable: as every operation of a store that is down, or too slow.
            ValueError: SQLite can't be asked that.
        """

        def run() -> T:
            self._check_file()
            connection = self._idle.pop() if self._idle else self._connected()
            try:
                connection.execute("BEGIN")
                return work(connection)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._idle.append(connection)

        return await self._run(self._readers, run)

    def _check_file(self) -> None:
        if self._found() != self._identity:
            raise _FileReplaced(
                "the file at WALLET_SQLITE_PATH was deleted or replaced while in use: put it back, or restart to use "
                "the one that is there now"
            )

    async def write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Commit what `work` writes, or nothing of it if it raises.

        Raises:
            Exception: what `work` does, and what `read` does.
        """

        def run() -> None:
            self._check_file()
            connection = self._connection
            if connection is None:  # closed meanwhile
                raise StoreUnavailable
            connection.execute("BEGIN IMMEDIATE")
            try:
                work(connection)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

        await self._run(self._writer, run)

    async def aclose(self) -> None:
        """Let what is under way end, and close the file."""
        self._closed = True

        def close() -> None:
            for executor in (self._readers, self._writer):
                executor.shutdown(wait=True)
            while self._idle:
                self._idle.pop().close()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

        await asyncio.to_thread(close)
