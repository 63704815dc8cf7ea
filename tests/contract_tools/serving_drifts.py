"""Places to run a drifting server: a thread with a real port, or the command line of a process of its own.

`PLANTED_DRIFT=NAME PLANTED_IN=real python -m tests.contract_tools.serving_drifts serve …` is the command line with a
drift in it, if the server is of that mode. With `check` it names the drifts for which the code has no place any more.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from backends.mock.factory import build_mock
from backends.orchestrator.policy import Policy
from server.access.api_keys import MOCK_KEYS
from server.access.guard import Access
from server.app import create_app
from server.contract import load_contract, read_contract
from server.settings import Settings, load_settings
from tests.contract_tools.chain_drifts import CHAIN
from tests.contract_tools.drifts import DRIFTS, Drift, Edited
from tests.contract_tools.form_drifts import FORMS
from tests.contract_tools.line_drifts import LINES
from tests.contract_tools.rare_drifts import RARE
from tests.contract_tools.rule_drifts import RULES
from tests.contract_tools.store_drifts import STORE

ALL = DRIFTS | RULES | LINES | RARE | FORMS | STORE | CHAIN
CREDENTIAL = {"X-API-Key": "mock-operate"}


@contextmanager
def served(drift: Drift | None = None) -> Iterator[str]:
    """The URL of a mock server without wallets; drifting, it no longer checks its own answers."""
    drift = drift or Drift()
    settings = load_settings({"wallet_check_responses": False})
    policy = Policy(portfolio_ttl=timedelta(0), refresh_cooldown=timedelta(0))
    contract = load_contract()
    if drift.contract is not None:
        contract = read_contract(drift.contract(contract.text.decode()).encode())
    ready = threading.Event()
    servers: list[uvicorn.Server] = []
    # Without IPPROTO_TCP asyncio does not set TCP_NODELAY: 45 ms a request.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))

        async def serve() -> None:
            backend: Any = await build_mock(world="empty", seed=42, policy=policy)
            if drift.backend is not None:
                backend = drift.backend(backend)
            access = Access(MOCK_KEYS, None)
            app: ASGIApp = create_app(backend, settings=settings, contract=contract, access=access)
            app = Edited(app, drift)
            config = uvicorn.Config(app, log_config=None, ws="none", access_log=False, lifespan="on")
            servers.append(uvicorn.Server(config))
            ready.set()
            await servers[0].serve([listener])

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert ready.wait(30)
        while not servers[0].started:
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            servers[0].should_exit = True
            thread.join(20)


def plant(drift: Drift) -> None:
    """Make the server that this process is going to be drift."""
    from server import main

    server: Any = main
    if drift.patch is not None:
        drift.patch()
    build, create, load = server.build, server.create_app, server.load_contract

    async def build_drifting(settings: Settings, **given: Any) -> Any:
        backends = await build(settings, **given)
        return backends if drift.backend is None else replace(backends, main=drift.backend(backends.main))

    def load_drifting() -> Any:
        contract = load()
        return contract if drift.contract is None else read_contract(drift.contract(contract.text.decode()).encode())

    def create_drifting(*given: Any, **named: Any) -> Any:
        return Edited(create(*given, **named), drift)

    server.build, server.load_contract, server.create_app = build_drifting, load_drifting, create_drifting


def unplantable() -> list[str]:
    """The drifts that can't be planted: what they change is gone, or renamed. Each is tried in a process of its own."""
    found = []
    contract = load_contract().text.decode()
    # Imported and collected once, not in each child.
    for module in ("server.main", "backends.real.firebase", "backends.real.solana"):
        import_module(module)
    gc.collect()
    gc.freeze()
    for name, drift in ALL.items():
        child = os.fork()
        if child == 0:
            try:
                plant(drift)
                if drift.contract is not None:
                    drift.contract(contract)
            except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
                sys.stderr.write(f"{name}: {error!r}\n")
                os._exit(1)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            found.append(name)
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(bool(unplantable()))
    os.environ["WALLET_CHECK_RESPONSES"] = "false"  # what drifts does not notice
    if os.environ["PLANTED_IN"] in sys.argv:  # serve --backend MODE
        plant(ALL[os.environ["PLANTED_DRIFT"]])
    from wallet_cli.main import main

    main()
