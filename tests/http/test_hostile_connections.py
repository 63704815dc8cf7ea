"""Connections that say nothing or drip: bounded in number and in time, and nobody else notices (bench/hostile.py)."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from server.app import create_app
from server.process.protocol import BoundedHttpProtocol
from server.process.time_limits import REQUEST_SECONDS
from server.settings import Settings
from tests.http.conftest import serving
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.http.raw import exchange, request
from tests.support.load import LOAD_SECONDS


@pytest.fixture
def port() -> Iterator[int]:
    with serving(create_app(ExampleBackend(), settings=Settings(), contract=CONTRACT)) as port:
        yield port


@contextlib.contextmanager
def _idle(port: int, count: int) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5)) for _ in range(count)]
        for number, each in enumerate(made):
            each.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: " if number % 2 else b"")
        yield made


def test_three_hundred_idle_connections_stop_nobody(port: int) -> None:
    """What they cost the others, `bench.hostile` measures."""
    with _idle(port, 300):
        for _ in range(50):
            assert exchange(port, request("GET", "/healthz")).status == 200


def test_connections_are_limited(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedHttpProtocol, "most_connections", 5)
    with _idle(port, 5):
        answer = exchange(port, b"")
        assert (answer.status, answer.problem["code"]) == (503, "store_unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    deadline = time.monotonic() + LOAD_SECONDS
    while exchange(port, request("GET", "/healthz")).status != 200:
        assert time.monotonic() < deadline, "the five have left"
        time.sleep(0.01)


def test_a_body_behind_an_early_answer_is_bounded_too(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedHttpProtocol, "request_seconds", 0.2)
    head = b"POST /nothing-here HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(head)
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while connection.recv(65_536):
                connection.sendall(b"x")
        assert time.monotonic() - began < REQUEST_SECONDS - 1


def test_an_answer_that_nobody_reads_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedHttpProtocol, "answer_seconds", 0.3)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.settimeout(5)
        connection.sendall(request("GET", "/openapi.json").replace(b"Connection: close\r\n", b"") * 30)
        time.sleep(1)
        received = 0
        with contextlib.suppress(ConnectionError):
            while chunk := connection.recv(65_536):
                received += len(chunk)
        whole = len(exchange(port, request("GET", "/openapi.json")).body)
        assert received < 30 * whole
