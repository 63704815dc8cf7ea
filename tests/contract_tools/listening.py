"""An ASGI application on a port of the loopback, and a client behind the validation proxy."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from contract_tools.proxy.upstream import Upstream
from contract_tools.proxy.validator import Breach, ValidationProxy
from server.contract import load_contract

CONTRACT = load_contract()
SECONDS = 60
"""What a busy machine is given."""


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """Its URL, while a thread serves it."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", access_log=False))
    # Without IPPROTO_TCP asyncio does not set TCP_NODELAY: 45 ms a request.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def proxied(upstream: str, **options: Any) -> Iterator[tuple[httpx.Client, list[Breach]]]:
    """A client of a server by way of the proxy, and what breaks the contract between them."""
    found: list[Breach] = []
    proxy = ValidationProxy(Upstream(upstream), CONTRACT, found.append, **options)
    with listening(proxy) as url, httpx.Client(base_url=url, timeout=SECONDS) as client:
        yield client, found
