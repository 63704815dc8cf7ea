"""Servers to be tested: one of our own, started for the occasion, or one that runs already."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from contract_tools.outcome import ToolError
from emulators.process import Child, EmulatorFailed, EmulatorMissing
from emulators.run_real import answers, create_wallets, start_world

START_SECONDS = 60.0


@contextmanager
def serving(backend: str, *, populated: bool = True, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The URL of a server: `backend` is its URL already, or `mock` or `real` for a server that lives as long as this.

    Real mode gets local stand-ins for what the environment does not name (as `make run-real`). `populated=False`: a
    world without wallets. There is no cooldown, which would answer most refreshes with 429. When the block raises, the
    server's last words are added to the error's notes. Raises `ToolError`.
    """
    if backend.startswith(("http://", "https://")):
        if not answers(backend.rstrip("/")):
            raise ToolError(f"{backend} does not answer at /readyz")
        yield backend.rstrip("/")
        return
    if backend not in ("mock", "real"):
        raise ToolError(f"{backend!r} is neither mock, nor real, nor an http(s) URL")
    url = f"http://127.0.0.1:{_free_port()}"
    try:
        with ExitStack() as stack:
            env, world = start_world(stack, os.environ) if backend == "real" else ({}, None)
            if backend == "mock" and not populated:
                env["WALLET_MOCK_WALLETS"] = "0"
            env = {**os.environ, "WALLET_REFRESH_COOLDOWN": "0", **env, **(settings or {})}
            command = [
                sys.executable,
                "-m",
                "server.cli",
                "serve",
                "--backend",
                backend,
                "--port",
                url.rpartition(":")[2],
            ]
            server = stack.enter_context(Child(command, env=env))
            server.wait_until(lambda: answers(url), what=f"the {backend} server", seconds=START_SECONDS)
            if world and populated:
                create_wallets(url, world)
            try:
                yield url
            except Exception as error:
                error.add_note(f"The {backend} server's last words:\n{server.tail()}")
                raise
    except (EmulatorMissing, EmulatorFailed) as error:
        raise ToolError(str(error)) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
