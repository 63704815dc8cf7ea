"""Listening for requests: uvicorn with our protocol and our way to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from server.draining import Draining
from server.process.protocol import BoundedHttpProtocol
from server.settings import Settings, SettingsError

logger = logging.getLogger(__name__)

_START_FAILED = 3  # as uvicorn's own exit code
_REQUESTS_SECONDS = 3
"""For requests under way to end by themselves; then they are cancelled, and answered with a 503."""
_IDLE_SECONDS = 5


class DrainingServer(uvicorn.Server):
    """uvicorn, which goes on answering for `pause` seconds after SIGTERM while `/readyz` already says 503, so that a
    load balancer stops sending before the listening ends. Ctrl-C does not wait.

    Once it listens, `listening` is called with its address.
    """

    def __init__(
        self, config: uvicorn.Config, draining: Draining, *, pause: float, listening: Callable[[str], None] | None
    ) -> None:
        super().__init__(config)
        self._listening = listening
        self._draining = draining
        self._pause = pause
        self._terminated = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, as uvicorn does."""
        await super().startup(sockets)
        if self.started and self._listening is not None:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._listening(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal, as uvicorn does."""
        self._terminated = self._terminated or sig == signal.SIGTERM
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: object = None) -> None:
        """Drain, then end as uvicorn does."""
        self._draining.begin()
        if self._terminated and self._pause:
            logger.info("not ready any more; listening ends in %g s", self._pause)
            await asyncio.sleep(self._pause)
        await super().shutdown(sockets)  # type: ignore[arg-type]


async def listen(
    app: ASGIApp,
    settings: Settings,
    draining: Draining,
    *,
    port: int,
    backend_name: str,
    listening: Callable[[str], None] | None = None,
    idle_seconds: int = _IDLE_SECONDS,
) -> None:
    """Serve an application until a signal.

    Args:
        app: what to serve.
        settings: of the process: its host and its limits.
        draining: begun when the signal comes.
        port: where to listen; 0 picks a free one.
        backend_name: what `X-Backend` says where no operation was reached.
        listening: called with the server's URL once it listens.
        idle_seconds: after which a connection is closed that nobody uses.

    Raises:
        SystemExit: if serving can't begin; the log says why.
    """
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
            http=type("HttpProtocol", (BoundedHttpProtocol,), limits),
            lifespan="on",
            ws="none",
            access_log=False,  # paths may hold what was pasted into them
            server_header=False,
            proxy_headers=False,
            log_config=None,
            timeout_graceful_shutdown=_REQUESTS_SECONDS,
            timeout_keep_alive=idle_seconds,
        ),
        draining,
        pause=settings.drain_seconds,
        listening=listening,
    )
    await server.serve()
    if not server.started:
        raise SystemExit(_START_FAILED)


def check_port(host: str, port: int) -> None:
    """Raises `SettingsError` for a port that somebody listens at, before anything is built."""
    if port == 0:
        return
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise SettingsError(f"HOST is {host}, which is no address of this machine: {error.strerror}") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SettingsError(
                    f"port {port} of {host} is in use, perhaps by another mock: stop it, or choose another port with "
                    f"--port {port + 1} (--port 0 picks a free one)"
                ) from error
            raise SettingsError(f"can't listen at port {port} of {host}: {error.strerror}") from error


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
