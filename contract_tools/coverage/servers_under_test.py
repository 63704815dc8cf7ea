"""Servers for coverage: composed as they always are, in a thread, with faults on demand before their backends."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import uvicorn

from backends.base import WalletBackend
from contract_tools.coverage.faults import ChainSwitch, FaultyBackend, chain_switch
from contract_tools.exit_codes import ToolError
from emulators.process import EmulatorFailed, EmulatorMissing
from emulators.run_real import start_world
from server.access.api_keys import new_key, write_keys
from server.app import create_app
from server.composition import build, build_access
from server.contract import Contract
from server.process.protocol import BoundedHttpProtocol
from server.settings import Settings

_START_SECONDS = 180.0
COOLDOWN = 60
"""Seconds; long, so that the second refresh of a wallet always meets it."""
_SETTINGS: dict[str, Any] = {
    "wallet_refresh_cooldown": COOLDOWN,
    "wallet_refresh_seconds": 2,
    "solana_rpc_timeout": 1,
    "wallet_stream_seconds": 5,
    "wallet_portfolio_ttl": 0,
    "wallet_check_responses": False,  # what breaks the contract is to be seen from outside
    "wallet_quiet": True,
}


@dataclass(frozen=True, slots=True)
class Keys:
    """API keys of both roles, and one that was revoked."""

    operate: str
    read: str
    revoked: str


@dataclass(frozen=True, slots=True)
class ServersUnderTest:
    """A server with keys, and one without authentication (`open_port`), which guards itself by host names."""

    port: int
    open_port: int
    keys: Keys
    backend: FaultyBackend
    chain: ChainSwitch | None
    """None in mock mode, where the chain's faults belong to a session's world."""


@contextmanager
def serving_with_faults(mode: str, contract: Contract) -> Iterator[ServersUnderTest]:
    """Both servers of a mode, `mock` or `real` (with local stand-ins for what the environment does not name). Raises
    `ToolError`.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wallet-orchestrator-")))
        keys = _keys(folder / "keys")
        chain = None
        settings: dict[str, Any] = {"wallet_backend": mode, "wallet_api_keys_file": folder / "keys", **_SETTINGS}
        if mode == "real":
            try:
                env, _ = start_world(stack, os.environ)
            except (EmulatorMissing, EmulatorFailed) as error:
                raise ToolError(str(error)) from error
            settings |= {name.lower(): value for name, value in env.items()}
            url, chain = stack.enter_context(
                chain_switch(settings.get("solana_rpc_url") or os.environ["SOLANA_RPC_URL"])
            )
            settings["solana_rpc_url"] = url
        port, backend = stack.enter_context(_served({**settings, "wallet_auth": "on"}, contract))
        if settings.get("wallet_store") == "sqlite":
            settings["wallet_sqlite_path"] = folder / "open.sqlite3"
        open_port, _ = stack.enter_context(
            _served({**settings, "wallet_auth": "off", "wallet_api_keys_file": None}, contract)
        )
        yield ServersUnderTest(port, open_port, keys, backend, chain)


def _keys(path: Path) -> Keys:
    made = {name: new_key(name, "read" if name == "reads" else "operate") for name in ("operates", "reads", "revoked")}
    kept = [key for _, key in made.values()]
    kept[-1] = type(kept[-1])(kept[-1].name, kept[-1].role, kept[-1].sha256, kept[-1].created_at, revoked=True)
    write_keys(path, kept)
    return Keys(made["operates"][0], made["reads"][0], made["revoked"][0])


@contextmanager
def _served(given: dict[str, Any], contract: Contract) -> Iterator[tuple[int, FaultyBackend]]:
    settings = Settings(**given)
    started = threading.Event()
    found: dict[str, Any] = {}
    # Without IPPROTO_TCP asyncio does not set TCP_NODELAY: 45 ms a request.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))

        async def serve() -> None:
            backends = await build(settings)
            found["backend"] = backend = FaultyBackend(backends.main, contract)
            app = create_app(
                cast("WalletBackend", backend),
                group_backends=backends.groups,
                settings=settings,
                contract=contract,
                access=build_access(settings),
                mounts=backends.mounts,
                session_control=backends.session_control,
            )
            config = uvicorn.Config(
                app, http=BoundedHttpProtocol, ws="none", access_log=False, log_config=None, server_header=False
            )
            found["server"] = server = uvicorn.Server(config)
            asyncio.get_running_loop().call_later(0, _tell, server, started)
            await server.serve([listener])

        def run() -> None:
            try:
                asyncio.run(serve())
            except Exception as error:  # noqa: BLE001  # told to whoever waits for the start
                found["error"] = error
                started.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        if not started.wait(_START_SECONDS) or "error" in found:
            raise ToolError(f"the server did not start: {found.get('error', 'no sign of it')}")
        try:
            yield listener.getsockname()[1], found["backend"]
        finally:
            found["server"].should_exit = True
            thread.join(10)


def _tell(server: uvicorn.Server, started: threading.Event) -> None:
    if server.started or server.should_exit:
        started.set()
    else:
        asyncio.get_running_loop().call_later(0.02, _tell, server, started)
