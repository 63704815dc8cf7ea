"""Listening for requests: uvicorn with our protocol and our way to stop."""

from __future__ import annotations

import contextlib

import uvicorn
from starlette.types import ASGIApp

from server.process.connection import AbortableProtocol
from server.process.draining import REQUESTS_SECONDS, Draining, DrainingServer
from server.process.protocol import BoundedHttpProtocol
from server.settings import Settings

_START_FAILED = 3  # as uvicorn's own exit code


async def listen(app: ASGIApp, settings: Settings, draining: Draining, *, port: int, backend_name: str) -> None:
    """Serve an application until a signal. Raises `SystemExit` if that can't begin; the log says why."""
    limits = {
        "backend_name": backend_name,
        "request_seconds": settings.wallet_request_seconds,
        "most_connections": settings.wallet_connections,
    }
    _allow_files(settings.wallet_connections)
    server = DrainingServer(
        uvicorn.Config(
            app,
            host=settings.host,
            port=port,
            http=type("HttpProtocol", (AbortableProtocol, BoundedHttpProtocol), limits),
            lifespan="on",
            ws="none",
            access_log=False,  # paths may hold what was pasted into them
            server_header=False,
            proxy_headers=False,
            log_config=None,
            timeout_graceful_shutdown=REQUESTS_SECONDS,
        ),
        draining,
        pause=settings.drain_seconds,
    )
    await server.serve()
    if not server.started:
        raise SystemExit(_START_FAILED)


def _allow_files(connections: int) -> None:
    """Each connection is an open file, of which systems allow 1024 until they are asked for more."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 512
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
