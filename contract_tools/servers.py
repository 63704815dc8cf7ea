"""Servers to be tested: one of our own, started for the occasion, or one that runs already."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from contract_tools.exit_codes import ToolError
from emulators.process import Child, EmulatorFailed, EmulatorMissing, answers
from server.access.api_keys import new_key, write_keys
from server.roles import ROLES, Role

if TYPE_CHECKING:
    from emulators.chain_seed import SeededWorld

START_SECONDS = 180.0
_SHARED_STORES = ("FIRESTORE_EMULATOR_HOST", "GOOGLE_CLOUD_PROJECT", "WALLET_SQLITE_PATH", "WALLET_FIREBASE_PROJECT")

_CALLERS = {**{role: role for role in ROLES}, "other": Role.operate.value}
"""The roles of those who have a key of a server of our own."""

SERVE = (sys.executable, "-m", "wallet_cli.main", "serve")
"""What starts a server of our own."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A server to talk to. `credential` goes with every request; empty for a server that is not ours.

    `keys` are the credentials of two callers who may do everything (`operate`, `other`) and of one who may only read
    (`read`).
    """

    url: str
    credential: Mapping[str, str]
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@contextmanager
def serving(
    backend: str,
    *,
    populated: bool = True,
    settings: Mapping[str, str] | None = None,
    chain: str | None = None,
) -> Iterator[Serving]:
    """A server: `backend` is the URL of a running one, or `mock` or `real` for one that lives as long as this block.

    Real mode gets local stand-ins for what the environment does not name (as `make run-real`). `populated=False`: a
    world without wallets. Credentials are asked for in both modes. There is no cooldown, which would answer most
    refreshes with 429. `chain`: the RPC that real mode reads, with a store of its own that nobody else has. Raises
    `ToolError`.
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
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wallet-orchestrator-")))
            env, world = ({}, None) if backend == "mock" else _real(stack, chain, folder)
            keys = _keys(folder / "keys")
            if backend == "mock" and not populated:
                env["WALLET_MOCK_WALLETS"] = "0"
            access = {"WALLET_AUTH": "on", "WALLET_API_KEYS_FILE": str(folder / "keys")}
            env = {**os.environ, "WALLET_REFRESH_COOLDOWN": "0", **access, **env, **(settings or {})}
            server = stack.enter_context(Child([*SERVE, "--backend", backend, "--port", str(port)], env=env))
            server.wait_until(lambda: answers(url), what=f"the {backend} server", seconds=START_SECONDS)
            headers = {who: {"X-API-Key": key} for who, key in keys.items()}
            if world is not None and populated:
                _create_wallets(url, headers["operate"], world)
            yield Serving(url, headers["operate"], headers)
    except (EmulatorMissing, EmulatorFailed) as error:
        raise ToolError(str(error)) from error


def _real(stack: ExitStack, chain: str | None, folder: Path) -> tuple[dict[str, str], SeededWorld | None]:
    from emulators.run_real import start_world  # needs what real mode needs; the mock is fuzzed without

    if chain is None:
        return start_world(stack, os.environ)
    given = {name: value for name, value in os.environ.items() if name not in _SHARED_STORES}
    env, _ = start_world(stack, {**given, "SOLANA_RPC_URL": chain})
    env.pop("GOOGLE_CLOUD_PROJECT", None)  # whose users' tokens would be another way in
    if env["WALLET_STORE"] == "sqlite":
        env["WALLET_SQLITE_PATH"] = str(folder / "wallets.sqlite3")
    return {**dict.fromkeys(_SHARED_STORES, ""), **env, "SOLANA_RPC_URL": chain}, None


def _keys(path: Path) -> dict[str, str]:
    """Writes a file with the callers' keys, which have the same names in both modes: the audit trail tells them."""
    made = {who: new_key(f"tools-{who}", role) for who, role in _CALLERS.items()}
    write_keys(path, [kept for _, kept in made.values()])
    return {who: text for who, (text, _) in made.items()}


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
