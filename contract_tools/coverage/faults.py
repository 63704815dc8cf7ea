"""Faults on demand: in the operations of a backend, and on the way to a real chain."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import httpx

from backends.base import WalletBackend
from server.contract import Contract

_HANG_SECONDS = 20.0


class FaultyBackend:
    """A backend whose next call of an operation raises what it is told to; everything else is its own."""

    def __init__(self, backend: WalletBackend, contract: Contract) -> None:
        self._backend = backend
        self.failing: dict[str, Exception] = {}
        """By method name, `ready` among them; each is raised once."""
        for name in ("ready", *(operation.method_name for operation in contract.operations)):
            method = getattr(backend, name, None)
            if method is not None:
                setattr(self, name, self._wrapped(name, method))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def _wrapped(self, name: str, method: Any) -> Any:
        @functools.wraps(method)
        async def call(**arguments: Any) -> Any:
            error = self.failing.pop(name, None)
            if error is not None:
                raise error
            return await method(**arguments)

        return call


class ChainSwitch:
    """Stands between a server and a chain's RPC: passes requests on, refuses them, or lets them wait."""

    def __init__(self, upstream: str) -> None:
        self.mode: Literal["pass", "refuse", "hang"] = "pass"
        self._client = httpx.Client(base_url=upstream, timeout=30)

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """The answer to one JSON-RPC request."""
        waited = time.monotonic() + _HANG_SECONDS
        while self.mode == "hang" and time.monotonic() < waited:
            time.sleep(0.05)
        if self.mode != "pass":
            return 500, b""
        answer = self._client.post("/", content=body, headers={"Content-Type": "application/json"})
        return answer.status_code, answer.content


@contextmanager
def chain_switch(upstream: str) -> Iterator[tuple[str, ChainSwitch]]:
    """The URL of a switch before a chain, and the switch."""
    switch = ChainSwitch(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # the interface's
            status, body = switch.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that has stopped waiting is what this is for."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", switch
    finally:
        switch.mode = "refuse"
        server.shutdown()
        server.server_close()
        thread.join(5)
