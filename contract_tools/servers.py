"""Servers to be tested: one of our own, started for the occasion, or one that runs already."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from contract_tools.exit_codes import ToolError
from emulators.process import Child, EmulatorFailed, EmulatorMissing, answers
from server.access.api_keys import new_key, write_keys

if TYPE_CHECKING:
    from emulators.chain_seed import SeededWorld

START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Serving:
    """A server to talk to. `credential` goes with every request; empty for a server that is not ours."""

    url: str
    credential: Mapping[str, str]


@contextmanager
def serving(backend: str, *, populated: bool = True, settings: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """A server: `backend` is the URL of a running one, or `mock` or `real` for one that lives as long as this block.

    Real mode gets local stand-ins for what the environment does not name (as `make run-real`). `populated=False`: a
    world without wallets. Credentials are asked for in both modes. There is no cooldown, which would answer most
    refreshes with 429. Raises `ToolError`.
    """
    if backend.startswith(("http://", "https://")):
        if not answers(backend.rstrip("/")):
            raise ToolError(f"{backend} does not answer at /readyz")
        yield Serving(backend.rstrip("/"), {})
        return
    if backend not in ("mock", "real"):
        raise ToolError(f"{backend!r} is neither mock, nor real, nor an http(s) URL")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    try:
        with ExitStack() as stack:
            env, key, world = _mock() if backend == "mock" else _real(stack)
            if backend == "mock" and not populated:
                env["WALLET_MOCK_WALLETS"] = "0"
            env = {**os.environ, "WALLET_REFRESH_COOLDOWN": "0", "WALLET_AUTH": "on", **env, **(settings or {})}
            command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", backend, "--port", str(port)]
            server = stack.enter_context(Child(command, env=env))
            server.wait_until(lambda: answers(url), what=f"the {backend} server", seconds=START_SECONDS)
            credential = {"X-API-Key": key}
            if world is not None and populated:
                _create_wallets(url, credential, world)
            yield Serving(url, credential)
    except (EmulatorMissing, EmulatorFailed) as error:
        raise ToolError(str(error)) from error


def _mock() -> tuple[dict[str, str], str, None]:
    return {}, "mock-operate", None


def _real(stack: ExitStack) -> tuple[dict[str, str], str, SeededWorld | None]:
    from emulators.run_real import start_world  # needs what real mode needs; the mock is fuzzed without

    env, world = start_world(stack, os.environ)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wallet-orchestrator-")))
    key, kept = new_key("tools", "operate")
    write_keys(folder / "keys", [kept])
    return {**env, "WALLET_API_KEYS_FILE": str(folder / "keys")}, key, world


def _create_wallets(url: str, credential: Mapping[str, str], world: SeededWorld) -> None:
    for wallet in world.wallets:
        body = {"wallet_address": str(wallet.address), "label": wallet.label, "tags": ["seeded"]}
        answer = httpx.post(f"{url}/api/wallets", json=body, headers=dict(credential), timeout=30)
        if answer.status_code not in {201, 409}:  # 409: a store that was given has it from an earlier run
            raise ToolError(f"creating a wallet was answered {answer.status_code}: {answer.text}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
