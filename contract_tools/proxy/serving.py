"""Serving a proxy until a signal, and the words around it."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import uvicorn
from starlette.types import ASGIApp

from contract_tools.exit_codes import ToolError
from server.draining import Draining
from server.process.event_loop import run
from server.process.listening import DrainingServer, check_port
from server.process.protocol import BoundedHttpProtocol
from server.settings import SettingsError

_ENDING_SECONDS = 3


def serve(application: ASGIApp, host: str, port: int, what: str) -> None:
    """Say what is done and where, and do it until Ctrl-C or SIGTERM. Raises `ToolError` where it can't listen."""
    try:
        check_port(host, port)
    except SettingsError as error:
        raise ToolError(str(error)) from error
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        http=BoundedHttpProtocol,
        lifespan="on",
        ws="none",
        access_log=False,  # paths may hold what was pasted into them
        log_config=None,
        server_header=False,
        date_header=False,  # the server's own passes
        proxy_headers=False,
        timeout_graceful_shutdown=_ENDING_SECONDS,
    )

    def announce(url: str) -> None:
        print(f"{what} from {url}; Ctrl-C ends it", flush=True)

    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # its hints are for those who build servers
    server = DrainingServer(config, Draining(), pause=0, listening=announce)
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again when it has ended: there are words to say
    try:
        run(server.serve())
    except KeyboardInterrupt:
        pass
    if not server.started:
        raise ToolError(f"can't listen at port {port} of {host}")


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """A recording's file to write. Raises `ToolError`."""
    try:
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        raise ToolError(f"can't write {path}: {error.strerror}") from error
    with file:
        yield file
