"""Child processes that never outlive us, not even after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from types import TracebackType
from typing import IO, Self

# Runs "$@" and sends it SIGTERM when our end of the pipe on standard input closes, as the kernel does when we
# die, however we die. The guard reads a copy of the pipe: a shell gives background jobs /dev/null as input.
_TETHER = """
exec 3<&0
"$@" 3<&- </dev/null & child=$!
( cat <&3 >/dev/null; kill "$child" 2>/dev/null ) &
exec 3<&- </dev/null
wait "$child" 2>/dev/null # no "Terminated" in the terminal
"""


class EmulatorMissing(RuntimeError):
    """This machine can't run the emulator; the message says what to install."""


class EmulatorFailed(RuntimeError):
    """The emulator started, but died or never answered; the message ends with the tail of its output."""


class Child:
    """A process of its own session (Ctrl-C in the terminal does not reach it) that is stopped with SIGTERM.

    Args:
        argv: the command line.
        env: its environment; ours when left out.
        quiet: keep its output for `tail()` instead of showing it.
        stop_seconds: how long it may take to end after SIGTERM before it is killed.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        quiet: bool = True,
        stop_seconds: float = 10.0,
    ) -> None:
        self._stop_seconds = stop_seconds
        self._log: IO[bytes] | None = tempfile.TemporaryFile() if quiet else None  # noqa: SIM115
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", _TETHER, "tether", *argv],
            env=env,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT if quiet else None,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def output(self) -> str:
        """All that a quiet process has written so far."""
        if self._log is None:
            return ""
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0).decode(errors="replace")

    def tail(self, lines: int = 15) -> str:
        """The last lines of a quiet process' output."""
        return "\n".join(self.output().splitlines()[-lines:])

    def wait_until(self, ready: Callable[[], bool], *, what: str, seconds: float) -> None:
        """Polls until `ready()`; raises EmulatorFailed when the process dies first or time runs out."""
        deadline = time.monotonic() + seconds
        while not ready():
            code = self.process.poll()
            if code is not None:
                raise EmulatorFailed(f"{what} ended with code {code} before it was ready\n{self.tail()}")
            if time.monotonic() > deadline:
                raise EmulatorFailed(f"{what} did not answer within {seconds:g} s\n{self.tail()}")
            time.sleep(0.02)

    def wait(self) -> int:
        """Waits for its end and returns its exit code (128 + n when signal n ended it)."""
        return self.process.wait()

    def stop(self) -> None:
        """SIGTERM, then SIGKILL to whatever of its session is left; does nothing when it has ended."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None


def answers(base_url: str) -> bool:
    """Whether a server is there and says that it is ready."""
    try:
        with urllib.request.urlopen(f"{base_url}/readyz", timeout=2):  # noqa: S310 (a URL of our own)
            return True
    except (OSError, HTTPException):
        return False
