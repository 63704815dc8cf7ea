"""How long a connection waits for its next request, by a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from backends.real.rpc import transport
from server import chain
from server.process import listening
from server.process.protocol import BoundedHttpProtocol
from server.settings import load_settings

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
WAIT = 5


class Loop:
    """Timers that run when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: dict[object, tuple[float, Callable[[], object]]] = {}
        self.create_task = asyncio.get_running_loop().create_task

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, call: Callable[[], object]) -> _Timer:
        timer = _Timer(self)
        self.timers[timer] = self.now + seconds, call
        return timer

    def go_on(self, until: float) -> None:
        while due := [(at, timer) for timer, (at, _) in self.timers.items() if at <= until]:
            self.now, timer = min(due, key=lambda each: each[0])
            self.timers.pop(timer)[1]()
        self.now = until


class _Timer:
    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def cancel(self) -> None:
        self._loop.timers.pop(self, None)


class Wire(asyncio.Transport):
    """A connection from the loopback."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self.answered = asyncio.Event()

    def is_closing(self) -> bool:
        return self.closed

    def writelines(self, _: object) -> None:
        self.answered.set()

    async def next_answer(self) -> None:
        await self.answered.wait()
        self.answered.clear()

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


async def empty(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def connected(app: Any = empty) -> tuple[Loop, Wire, BoundedHttpProtocol]:
    loop, wire = Loop(), Wire()
    config = uvicorn.Config(app, log_config=None, ws="none", lifespan="off", timeout_keep_alive=WAIT)
    protocol = BoundedHttpProtocol(config, ServerState(), {}, _loop=loop)  # type: ignore[arg-type]
    protocol.connection_made(wire)
    return loop, wire, protocol


async def test_a_connection_waits_from_its_latest_answer() -> None:
    loop, wire, protocol = connected()
    for _ in range(4):
        protocol.data_received(REQUEST)
        await wire.next_answer()
        loop.go_on(loop.now + WAIT - 1)
        assert not wire.closed
    loop.go_on(loop.now + 0.9)
    assert not wire.closed
    loop.go_on(loop.now + 0.1)
    assert wire.closed


async def test_an_answer_under_way_is_waited_for() -> None:
    released = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            await released.wait()
        await empty(scope, receive, send)

    loop, wire, protocol = connected(slow)
    protocol.data_received(REQUEST)
    await wire.next_answer()
    protocol.data_received(REQUEST.replace(b"/", b"/slow", 1))
    loop.go_on(10 * WAIT)
    assert not wire.closed
    released.set()
    await wire.next_answer()
    loop.go_on(loop.now + WAIT - 1)
    assert not wire.closed
    loop.go_on(loop.now + 1)
    assert wire.closed


async def test_requests_in_a_row_share_one_timer() -> None:
    loop, wire, protocol = connected()
    for _ in range(100):
        protocol.data_received(REQUEST)
        await wire.next_answer()
    assert len(loop.timers) == 1
    protocol.connection_lost(ConnectionResetError())
    assert loop.timers == {}


def test_the_faked_chain_keeps_connections_longer_than_busy_clients_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that meets the end of its connection is lost, and asked again, which costs one call more."""
    kept: list[float] = []

    class Served:
        """A server that has served."""

        started = True

        def __init__(self, config: uvicorn.Config, *_: object, **__: object) -> None:
            kept.append(config.timeout_keep_alive)

        async def serve(self) -> None:
            """At once."""

    monkeypatch.setattr(listening, "DrainingServer", Served)
    monkeypatch.setattr(chain, "configure_logs", lambda *_: None)
    chain.serve_chain(load_settings({"port": 0}))
    assert kept == [60]
    assert kept[0] > 10 * transport._IDLE_SECONDS
