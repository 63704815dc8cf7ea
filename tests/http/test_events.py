"""Server-Sent Events: the format, the heartbeat, the longest time, and a client that leaves."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from backends.answers import Answer, AnswerKind, ServerEvent
from backends.errors import NotFound
from generated_models import ProblemCode
from server.app import create_app
from server.draining import Draining
from server.operations.streams import EventStream, encode
from server.settings import Settings
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.http.raw import request
from tests.support import virtual_time
from tests.support.client import app_client
from tests.support.load import LOAD_SECONDS

PATH = f"/api/wallets/refresh-operations/op_{'0' * 32}/events"


async def test_events_arrive_in_order(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    response = await client.get(PATH, headers={"Last-Event-ID": "7"})
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["cache-control"] == "private, no-cache"
    assert response.text == ': open\n\nid: 1\nevent: progress\ndata: {"a":1}\n\nid: 2\nevent: done\ndata: {}\n\n'
    assert backend.calls[0][1]["last_event_id"] == "7"
    assert backend.closed_streams == 1


def test_data_of_several_lines_stays_one_event() -> None:
    assert encode(ServerEvent("x", "a\nb")) == b"event: x\ndata: a\ndata: b\n\n"
    assert encode(ServerEvent("x", "")) == b"event: x\ndata: \n\n"
    assert encode(ServerEvent("x", "a\r\nb\rc")) == b"event: x\ndata: a\ndata: b\ndata: c\n\n"


def test_what_is_no_end_of_a_line_in_the_format_is_none() -> None:
    """In JSON these stand as they are: cut in two, an event's data was no JSON any more."""
    text = json.dumps({"label": "\u2028\u2029\x85 \x7f"}, ensure_ascii=False)
    assert encode(ServerEvent("x", text)) == f"event: x\ndata: {text}\n\n".encode()


async def test_an_error_before_the_first_event_is_a_problem(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    backend.raises["stream_refresh_events"] = NotFound(ProblemCode.operation_not_found, "None such.")
    assert (await client.get(PATH)).json()["code"] == "operation_not_found"


async def test_head_sends_no_events(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    response = await client.head(PATH)
    assert (response.status_code, response.content) == (200, b"")


class _Endless:
    """Never an event; says when it is closed."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    async def stream(self) -> AsyncIterator[ServerEvent]:
        try:
            await asyncio.Event().wait()
            yield ServerEvent("never", "")
        finally:
            self.closed.set()


async def _send(stream: EventStream, *, leave_after: float | None = None) -> bytes:
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        await asyncio.sleep(3600 if leave_after is None else leave_after)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await stream.send(receive, send)
    assert sent[0]["type"] == "http.response.start"
    assert not sent[-1].get("more_body", False)
    return b"".join(message.get("body", b"") for message in sent[1:])


def test_heartbeats_and_the_longest_time() -> None:
    async def main() -> tuple[bytes, bool]:
        endless = _Endless()
        body = await _send(EventStream(endless.stream(), [], seconds=50, draining=Draining()))
        return body, endless.closed.is_set()

    body, closed = virtual_time.run(main)
    assert body == b": open\n\n" + b": heartbeat\n\n" * 3, "every 15 seconds"
    assert closed


def test_a_client_who_does_not_read_keeps_no_stream_open() -> None:
    async def main() -> tuple[float, bool]:
        closed = asyncio.Event()

        async def events() -> AsyncIterator[ServerEvent]:
            try:
                while True:
                    yield ServerEvent("a", "1")
            finally:
                closed.set()

        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)
            if len(sent) >= 10:  # buffers are full
                await asyncio.Event().wait()

        async def receive() -> Any:
            await asyncio.Event().wait()

        started = asyncio.get_running_loop().time()
        await EventStream(events(), [], seconds=50, draining=Draining()).send(receive, send)
        return asyncio.get_running_loop().time() - started, closed.is_set()

    assert virtual_time.run(main) == (50, True)


async def test_thousands_of_events_that_are_there_leave_turns_to_others() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async def many() -> AsyncIterator[ServerEvent]:
        for number in range(2_000):
            yield ServerEvent("a", str(number))

    waiting = asyncio.ensure_future(others())
    body = await _send(EventStream(many(), [], seconds=60, draining=Draining()))
    waiting.cancel()
    assert body.count(b"event: a") == 2_000
    assert turns >= 20


async def test_a_client_that_leaves_ends_the_stream() -> None:
    endless = _Endless()
    started = time.monotonic()
    await _send(EventStream(endless.stream(), [], seconds=60, draining=Draining()), leave_after=0.05)
    assert time.monotonic() - started < LOAD_SECONDS
    assert endless.closed.is_set()


async def test_a_stream_that_breaks_just_ends(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> AsyncIterator[ServerEvent]:
        yield ServerEvent("a", "1")
        raise RuntimeError("gone")

    assert await _send(EventStream(broken(), [], seconds=5, draining=Draining())) == b": open\n\nevent: a\ndata: 1\n\n"
    assert "an event stream broke" in caplog.text


def test_leaving_over_a_real_socket(port: int, served_backend: ExampleBackend) -> None:
    endless: list[_Endless] = []

    class Late:
        """Makes its events on the server's own loop."""

        def __aiter__(self) -> Late:
            endless.append(_Endless())
            self._events = endless[0].stream()
            return self

        async def __anext__(self) -> ServerEvent:
            if not endless:
                aiter(self)
            return await anext(self._events)

        async def aclose(self) -> None:
            await self._events.aclose()  # type: ignore[attr-defined]  # a generator

    served_backend.answers["stream_refresh_events"] = Answer(AnswerKind.OK, Late())
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request("GET", PATH))
        assert b"text/event-stream" in connection.recv(65_536)
    deadline = time.monotonic() + LOAD_SECONDS
    while not (endless and endless[0].closed.is_set()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def test_the_longest_time_is_a_setting(backend: ExampleBackend) -> None:
    backend.answers["stream_refresh_events"] = Answer(AnswerKind.OK, _Endless().stream())
    app = create_app(backend, settings=Settings(wallet_stream_seconds=0.05), contract=CONTRACT)
    async with app_client(app) as client:
        assert (await client.get(PATH)).text == ": open\n\n"
