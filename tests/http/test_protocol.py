"""The HTTP protocol itself: what is not HTTP, and heads that are too large or too slow."""

from __future__ import annotations

import contextlib
import inspect
import socket
import time

import pytest
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from server.access.api_keys import MOCK_KEYS
from server.access.guard import Access
from server.app import create_app
from server.process.protocol import HEAD_BYTES, MOST_PIECES, MOST_PIPELINED, BoundedHttpProtocol
from server.process.refusals import RefusingHttpProtocol
from server.process.time_limits import REQUEST_SECONDS, TimedHttpProtocol
from server.settings import Settings
from tests.http.conftest import serving
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.http.raw import exchange, exchange_all, request
from tests.support.load import LOAD_SECONDS

BROKEN = {
    "nonsense": b"hello\r\n\r\n",
    "TLS": bytes.fromhex("16030100"),
    "unknown version": b"GET / HTTP/9.9\r\n\r\n",
    "length twice": b"POST /api/wallets HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "length and chunks": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
    "negative length": b"POST /api/wallets HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "length in words": b"POST /api/wallets HTTP/1.1\r\nHost: x\r\nContent-Length: one\r\n\r\n",
    "length of 22 digits": b"POST /api/wallets HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999999999999\r\n\r\n",
    "folded header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n",
    "space before the colon": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A : b\r\n\r\n",
    "NUL in a header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: \x00\r\n\r\n",
    "raw byte in the path": b"GET /api/wallets/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "space in the path": b"GET /api/wallets/a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "unknown method": b"FROBNICATE /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT localhost:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "the same host twice": b"GET /healthz HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n",
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
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + header)
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


UPGRADES = {
    "h2c": "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    "websocket": "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AA==\r\n",
}


@pytest.mark.parametrize("name", UPGRADES)
def test_the_body_of_a_request_that_asks_for_another_protocol_is_no_request(port: int, name: str) -> None:
    """What stood in it was taken for requests of their own: behind a proxy, whoever sends it chooses them."""
    inner = request("GET", "/healthz").replace(b"Connection: close\r\n", b"")
    one = request("POST", "/api/wallets/refresh-all", inner, more=UPGRADES[name])
    one = one.replace(b"Connection: close\r\n", b"")
    head, body = one[: -len(inner)], one[-len(inner) :]
    end = request("GET", "/readyz", more=UPGRADES[name])
    for pieces in ((one + end,), (head, body, end), (head[:-1], head[-1:] + body[:5], body[5:] + end)):
        with socket.create_connection(("127.0.0.1", port), timeout=LOAD_SECONDS) as connection:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.01)  # which makes them segments of their own, on the loopback nearly always
            received = b"".join(iter(lambda: connection.recv(65_536), b""))  # read here, at once
        assert received.count(b"HTTP/1.1 ") == 2
        assert b"malformed_json" in received
        assert received.startswith(b"HTTP/1.1 400")


def test_a_body_counts_whatever_protocol_is_asked_for(port: int) -> None:
    """`curl --http2 -d …` asks so, and its body was dropped."""
    for length in (0, HEAD_BYTES):
        body = b" " * length + b"{}"
        assert exchange(port, request("POST", "/api/wallets/refresh-all", body, more=UPGRADES["h2c"])).status == 202
    chunked = CHUNKED + UPGRADES["h2c"].replace("Upgrade,", "close, Upgrade,").encode() + b"\r\n2\r\n{}\r\n0\r\n\r\n"
    assert exchange(port, chunked).status == 202


def test_heads_have_a_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedHttpProtocol, "request_seconds", 0.3)
    for start in (b"", b"GET /hea", b"GET /healthz HTTP/1.1\r\nX-A: b\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=REQUEST_SECONDS - 1) as connection:
            connection.sendall(start)
            assert connection.recv(1) == b""


CHUNKED = b"POST /api/wallets/refresh-all HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED += b"Transfer-Encoding: chunked\r\n"


def test_trailers_are_no_headers() -> None:
    """A proxy that strips a header from strangers' requests strips it from heads alone."""
    app = create_app(ExampleBackend(), settings=Settings(), contract=CONTRACT, access=Access(MOCK_KEYS, None))
    trailer = b"X-API-Key: mock-operate\r\n"
    with serving(app) as port:
        head = CHUNKED + b"Connection: close\r\n"
        assert exchange(port, head + trailer + b"\r\n2\r\n{}\r\n0\r\n\r\n").status == 202
        assert exchange(port, head + b"\r\n2\r\n{}\r\n0\r\n" + trailer + b"\r\n").status == 401


@pytest.mark.parametrize(
    ("start", "filling"),
    [
        (b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n"),
        (b"2\r\n{}\r\n0\r\nX-A: ", b"aaaaaaaa"),
        (b"2\r\n{}\r\n0;", b"aaaaaaaa"),
        (b"", b"1;" + b"a" * 1000 + b"\r\n \r\n"),
    ],
    ids=["many trailers", "one long trailer", "one long chunk extension", "many chunk extensions"],
)
def test_what_frames_a_body_is_bounded(port: int, start: bytes, filling: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(CHUNKED + b"\r\n" + start)
        sent, received = 0, b""
        with contextlib.suppress(ConnectionError):  # the server hung up
            while sent < 100 * HEAD_BYTES:
                sent += connection.send(filling * (1000 // len(filling) or 1))
                time.sleep(0.0005)
        with contextlib.suppress(ConnectionError):
            received = connection.recv(4096)
    assert sent < 50 * HEAD_BYTES
    assert received == b"" or received.startswith(b"HTTP/1.1 400 ")


def _in_pieces(body: bytes, size: int) -> bytes:
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return CHUNKED + b"Connection: close\r\n\r\n" + chunks + b"0\r\n\r\n"


def test_a_body_in_small_pieces_is_no_flood_of_frames(port: int) -> None:
    assert exchange(port, _in_pieces(b" " * (MOST_PIECES - 2) + b"{}", 1)).status == 202
    assert exchange(port, _in_pieces(b" " * 60_000 + b"{}", 7)).status == 202


def test_the_pieces_of_a_body_are_bounded(port: int) -> None:
    """Each costs half a microsecond, however small it is."""
    answer = exchange(port, _in_pieces(b" " * 50_000 + b"{}", 1))
    assert answer.status == 400
    assert "pieces" in answer.problem["detail"]


def test_requests_that_wait_are_bounded(port: int) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = exchange(port, one * 5000)
    answered = answer.body.count(b"HTTP/1.1 200") + 1
    assert MOST_PIPELINED <= answered <= MOST_PIPELINED + 1
    assert answer.body.count(b"connection: close") == 1


def test_a_broken_request_never_gets_into_the_answer_to_another(port: int) -> None:
    slow = b"GET /api/wallets HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = exchange_all(port, slow + b"GET /healthz HTTP/9.9\r\n\r\n")
    assert received == b"" or received.startswith(b"HTTP/1.1 200")


def test_empty_lines_keep_no_connection(app: FastAPI) -> None:
    with (
        serving(app, timeout_keep_alive=2) as port,
        socket.create_connection(("127.0.0.1", port), timeout=LOAD_SECONDS) as connection,
    ):
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        connection.sendall(b"\r\n")
        assert connection.recv(1) == b"", "uvicorn's time for the next request ends this"


def test_what_we_override_of_uvicorn_is_still_there() -> None:
    """Our protocol builds on these internals, which a minor version may move: read them before pinning a newer one."""
    assert uvicorn.__version__.rsplit(".", 1)[0] == "0.54"
    ours_alone = {**vars(TimedHttpProtocol), **vars(RefusingHttpProtocol), **vars(BoundedHttpProtocol)}
    overridden = {name for name, value in ours_alone.items() if callable(value) and name[0] != "_"}
    assert overridden == {
        "connection_made", "connection_lost", "data_received", "on_message_begin", "on_header", "on_headers_complete",
        "on_body", "on_message_complete", "on_response_complete", "timeout_keep_alive_handler", "pause_writing",
        "resume_writing", "send_400_response",
    }  # fmt: skip
    for name in overridden:
        ours, theirs = getattr(BoundedHttpProtocol, name), getattr(HttpToolsProtocol, name, None)
        assert theirs is not None, f"uvicorn's HttpToolsProtocol has no {name} any more"
        assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters), name
    source = inspect.getsource(HttpToolsProtocol)
    for name in (
        "cycle", "pipeline", "url", "headers", "scope", "connections", "server_state", "timeout_keep_alive",
        "timeout_keep_alive_task", "timeout_keep_alive_handler", "transport", "loop", "app", "app_state", "flow",
        "parser", "expect_100_continue", "on_response_complete", "_start_asgi_task", "_unset_keepalive_if_required",
    ):  # fmt: skip
        assert f"self.{name}" in source or f"def {name}(" in source, f"HttpToolsProtocol has no {name} any more"
    assert "self.pipeline.appendleft((self.cycle, app))" in source
    assert "set_dangerous_leniencies(lenient_data_after_close=True)" in source, "our second parser has what it has"
    cycle = inspect.getsource(RequestResponseCycle)
    for name in (
        "response_complete", "response_started", "keep_alive", "chunked_encoding", "expected_content_length", "flow",
        "disconnected", "default_headers", "message_event", "on_response", "waiting_for_100_continue", "transport",
    ):  # fmt: skip
        assert f"self.{name}" in cycle, f"uvicorn's RequestResponseCycle has no {name} any more"
