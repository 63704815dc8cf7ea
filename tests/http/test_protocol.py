"""The HTTP protocol itself: what is not HTTP, and heads that are too large or too slow."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest

from server.process.protocol import HEAD_BYTES, BoundedHttpProtocol
from tests.http.raw import exchange, request

BROKEN = {
    "nonsense": b"hello\r\n\r\n",
    "TLS": bytes.fromhex("16030100"),
    "unknown version": b"GET / HTTP/9.9\r\n\r\n",
    "length twice": b"POST /api/wallets HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "length and chunks": b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "negative length": b"POST /api/wallets HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "length in words": b"POST /api/wallets HTTP/1.1\r\nContent-Length: one\r\n\r\n",
    "length of 30 digits": b"POST /api/wallets HTTP/1.1\r\nContent-Length: 999999999999999999999999999999\r\n\r\n",
    "folded header": b"GET /healthz HTTP/1.1\r\nX-A: b\r\n c\r\n\r\n",
    "space before the colon": b"GET /healthz HTTP/1.1\r\nX-A : b\r\n\r\n",
    "NUL in a header": b"GET /healthz HTTP/1.1\r\nX-A: \x00\r\n\r\n",
    "raw byte in the path": b"GET /api/wallets/\xff HTTP/1.1\r\n\r\n",
    "space in the path": b"GET /api/wallets/a b HTTP/1.1\r\n\r\n",
    "unknown method": b"FROBNICATE /healthz HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_http_is_a_problem(port: int, name: str) -> None:
    answer = exchange(port, BROKEN[name])
    assert answer.status == 400
    assert answer.problem["code"] == "validation_failed"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("header", [b"X-A: ", b"X-A: b\r\n"], ids=["one long header", "many headers"])
def test_heads_are_bounded(port: int, header: bytes) -> None:
    filling = b"a" if header.endswith(b" ") else header
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n" + header)
        sent = 0
        with contextlib.suppress(ConnectionError):  # the server hung up
            while sent < 100 * HEAD_BYTES:
                sent += connection.send(filling * 1000)
                time.sleep(0.001)
    assert sent < 50 * HEAD_BYTES


def test_a_large_body_is_no_large_head(port: int) -> None:
    body = b'{"parts":' + b" " * (2 * HEAD_BYTES - 20) + b"[1]}"
    assert exchange(port, request("POST", "/api/wallets/refresh-all", body)).problem["errors"][0]["where"] == (
        "/body/parts/0"
    )


def test_requests_in_a_row_on_one_connection(port: int) -> None:
    body = b" " * HEAD_BYTES + b"{}"
    one = request("POST", "/api/wallets/refresh-all", body).replace(b"Connection: close\r\n", b"")
    answer = exchange(port, one * 5 + request("GET", "/healthz"))
    assert answer.body.count(b"HTTP/1.1 202") == 4
    assert answer.body.endswith(b'{"status":"ok"}')


def test_heads_have_a_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedHttpProtocol, "request_seconds", 0.3)
    for start in (b"", b"GET /hea", b"GET /healthz HTTP/1.1\r\nX-A: b\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(start)
            began = time.monotonic()
            assert connection.recv(1) == b""
            assert time.monotonic() - began < 2
