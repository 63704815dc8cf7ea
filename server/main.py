"""Runs the server: builds what the settings ask for, serves it until a signal, and stops in order."""

from __future__ import annotations

import asyncio
import logging
import sys

import uvicorn

from server.app import create_app
from server.binding import BindingError
from server.composition import build
from server.contract import ContractError
from server.protocol import BoundedHttpProtocol
from server.settings import Settings

_STOP_SECONDS = 6
_START_FAILED = 3  # as uvicorn's own exit code


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises `SettingsError`; `SystemExit` if serving can't begin for another reason."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for chatty in ("httpx", "httpx2", "httpcore", "httpcore2"):  # they log whole URLs, keys included, at INFO
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(settings))
    except (ContractError, BindingError) as error:
        raise SystemExit(f"wallet-orchestrator: {error}") from error


async def _serve(settings: Settings) -> None:
    backends = await build(settings)
    app = create_app(backends.main, group_backends=backends.groups, settings=settings)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=type("HttpProtocol", (BoundedHttpProtocol,), {"backend_name": backends.main.name}),
            lifespan="on",
            ws="none",
            access_log=False,  # paths may hold what was pasted into them
            server_header=False,
            proxy_headers=False,
            log_config=None,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
    )
    await server.serve()
    if not server.started:
        raise SystemExit(_START_FAILED)  # the log says why


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # not on Windows
        return None
    return uvloop.Loop
