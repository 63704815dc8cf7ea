"""A server in a process of its own, and what it costs. Processor time and memory are read from /proc (Linux)."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 30.0  # seconds until a server should have answered


@dataclass(frozen=True)
class ServerProcess:
    """A server that has answered. `start` is the seconds from its process's beginning to its first whole answer."""

    url: str
    pid: int
    start: float

    def cpu(self) -> float:
        """Seconds of processor time used so far, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident memory in MiB."""
        lines = Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def free_port() -> int:
    """A port of the loopback that nobody listens at just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(command: Sequence[str], port: int, path: str, environment: Mapping[str, str]) -> Iterator[ServerProcess]:
    """Run a server until the block ends; it begins when `path` was read. Raises `RuntimeError` if it never answers."""
    began = time.perf_counter()
    log = tempfile.TemporaryFile()  # noqa: SIM115 (a pipe that nobody reads would stop a server that has much to say)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env={**os.environ, **environment})
    try:
        url = f"http://127.0.0.1:{port}"
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                read(url + path)
                break
            if process.poll() is not None or time.perf_counter() - began > _PATIENCE:
                process.kill()
                said = os.pread(log.fileno(), os.fstat(log.fileno()).st_size, 0).decode(errors="replace")[-1000:]
                raise RuntimeError(f"{' '.join(command)} does not answer: {said}")
            time.sleep(0.002)
        yield ServerProcess(url, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def read(url: str) -> bytes:
    """The body of a GET."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (our own servers)
        body: bytes = answer.read()
        return body
