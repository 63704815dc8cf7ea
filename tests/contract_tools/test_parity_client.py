"""What parity sends, and what it makes of the answer."""

from __future__ import annotations

import gzip
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from contract_tools.exit_codes import ToolError
from contract_tools.parity.client import Server
from contract_tools.parity.recording import Request

_EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def _answering(*connections: list[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """A server whose connections answer so, one after the other, and are closed then; and what it was sent."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answers in connections:
                connection, _ = listener.accept()
                with connection:
                    for answer in answers:
                        seen.append(connection.recv(65_536))
                        connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        thread.join(10)


def test_a_request_is_sent_as_it_is() -> None:
    request = Request("POST", "/a%2Fb/../ä?q=%20'{}", {"X-A": "1", "Content-Type": ""}, '{"ä": 1}', who="read")
    with (
        _answering([_EMPTY]) as (url, seen),
        Server("one", f"{url}/base", {"X-B": "2", "X-A": "0"}, keys={"read": {"X-API-Key": "k"}}) as server,
    ):
        assert server.send(request).status == 200
    head, body = seen[0].split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /base/a%2Fb/../%C3%A4?q=%20'{} HTTP/1.1"
    assert {"X-A: 1", "X-B: 2", "X-API-Key: k", "Content-Type: ", "Accept-Encoding: identity"} < set(lines)
    assert not [line for line in lines if line == "X-A: 0"]
    assert body.decode() in (request.body, "")  # a packet of its own


def test_an_answer_is_read_whole() -> None:
    text = gzip.compress("né".encode())
    head = f"HTTP/1.1 404 No\r\nVary: A\r\nvary: B\r\nContent-Encoding: gzip\r\nContent-Length: {len(text)}\r\n\r\n"
    with _answering([head.encode() + text]) as (url, _), Server("one", url) as server:
        reply = server.send(Request("GET", "/"))
    assert (reply.status, reply.body, reply.headers["vary"]) == (404, "né", "A, B")


def test_a_connection_that_the_server_has_closed_is_made_anew() -> None:
    with _answering([_EMPTY], [_EMPTY, _EMPTY]) as (url, seen), Server("one", url) as server:
        for number in range(3):
            assert server.send(Request("GET", f"/{number}")).status == 200
            if number == 0:
                assert select.select([server._connection.sock], [], [], 10)[0]  # until it is closed
    assert [each.split()[1] for each in seen] == [b"/0", b"/1", b"/2"]


@pytest.mark.parametrize(("to_end", "told"), [(False, ["result", "progress"]), (True, ["result", "progress", "done"])])
def test_a_stream_may_be_left_when_it_has_told_its_progress(to_end: bool, told: list[str]) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n"
    events = b"".join(b"event: %s\ndata: {}\n\n" % name for name in (b"result", b"progress", b"done"))
    with _answering([head + events], [_EMPTY]) as (url, _), Server("one", url) as server:
        reply = server.send(Request("GET", "/"), to_end=to_end)
        assert [line[7:] for line in reply.body.split("\n") if line.startswith("event")] == told
        assert server.send(Request("GET", "/")).status == 200  # on another connection


def test_no_answer_is_told() -> None:
    with (
        _answering([b""]) as (url, _),
        Server("one", url) as server,
        pytest.raises(ToolError, match="one did not answer GET /x"),
    ):
        server.send(Request("GET", "/x"))


def test_several_at_once_have_a_connection_each() -> None:
    with _answering(*[[_EMPTY]] * 3) as (url, seen), Server("one", url, {"X-A": "1"}) as server:
        replies = server.send_all([Request("GET", f"/{number}") for number in range(3)])
    assert [reply.status for reply in replies] == [200] * 3
    assert sorted(each.split()[1] for each in seen) == [b"/0", b"/1", b"/2"]
    assert all(b"X-A: 1" in each for each in seen)
