"""An answer's head leaves with its body, and what is no answer never leaves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Any, cast

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from server.process.cycle import RequestCycle

LENGTH = (b"content-length", b"4")
DATE = (b"date", b"Sun, 29 Nov 2026 16:10:00 GMT")


class Wire(asyncio.Transport):
    """Remembers what it is told to write, and whether it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.sent.append(data)

    def writelines(self, pieces: Iterable[bytes]) -> None:  # type: ignore[override]
        pieces = list(pieces)
        assert all(pieces), "asyncio of Python 3.12 and later never gets past an empty piece at the end"
        self.sent.append(b"".join(pieces))

    def close(self) -> None:
        self.closed = True


def answering(
    method: str = "GET", *, keep_alive: bool = True, kind: type[RequestResponseCycle] = RequestCycle
) -> tuple[Wire, RequestResponseCycle]:
    wire = Wire()
    cycle = kind(
        scope={"method": method},  # type: ignore[typeddict-item]
        transport=wire,
        flow=FlowControl(wire),
        logger=logging.getLogger("test"),
        access_logger=logging.getLogger("test"),
        access_log=False,
        default_headers=[DATE],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: None,
    )
    return wire, cycle


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Any:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes, *, more: bool = False) -> Any:
    return {"type": "http.response.body", "body": data, "more_body": more}


ANSWERS: dict[str, tuple[str, Sequence[Any]]] = {
    "length told": ("GET", [start(LENGTH), body(b"body")]),
    "in pieces": ("GET", [start(LENGTH), body(b"bo", more=True), body(b"dy")]),
    "nothing but a head at first": ("GET", [start(LENGTH), body(b"", more=True), body(b"body")]),
    "length unknown": ("GET", [start(), body(b"some", more=True), body(b"", more=True), body(b"more")]),
    "chunked by the application's wish": ("GET", [start((b"transfer-encoding", b"Chunked")), body(b"some")]),
    "no content": ("DELETE", [start(status=204), body(b"")]),
    "not modified": ("GET", [start((b"etag", b'"1"'), status=304), body(b"")]),
    "a status without a phrase": ("GET", [start(LENGTH, status=599), body(b"body")]),
    "HEAD": ("HEAD", [start(LENGTH), body(b"")]),
    "HEAD, length unknown": ("HEAD", [start(), body(b"")]),
    "the last on its connection": ("GET", [start(LENGTH, (b"connection", b"TE, Close")), body(b"body")]),
    "bytes that are not ASCII": ("GET", [start(LENGTH, (b"x-a", b"caf\xe9\tx")), body(b"body")]),
}  # fmt: skip


@pytest.mark.parametrize("keep_alive", [True, False])
@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_is_as_uvicorn_writes_it(name: str, keep_alive: bool) -> None:
    method, messages = ANSWERS[name]
    (ours, cycle), (theirs, reference) = (
        answering(method, keep_alive=keep_alive, kind=kind) for kind in (RequestCycle, RequestResponseCycle)
    )
    for message in messages:
        for each in (cycle, reference):
            await each.send(cast("Any", {**message}))
    assert b"".join(ours.sent) == b"".join(theirs.sent)
    assert (
        (ours.closed, cycle.response_complete)
        == (theirs.closed, reference.response_complete)
        == (
            not cycle.keep_alive,
            True,
        )
    )


async def test_a_head_and_its_body_are_one_write() -> None:
    wire, cycle = answering()
    await cycle.send(start(LENGTH))
    assert wire.sent == []
    await cycle.send(body(b"body"))
    assert len(wire.sent) == 1
    assert wire.sent[0].endswith(b"\r\n\r\nbody")


async def test_the_head_of_a_stream_does_not_wait() -> None:
    wire, cycle = answering()
    await cycle.send(start())
    assert wire.sent[0].endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "header",
    [(b"x-a", b"b\r\nset-cookie: c"), (b"x-a", b"\x00"), (b"x-a", b"\x7f"), (b"x a", b"b"), (b"x:", b"b"),
     (b"X-A", b"b")],
)  # fmt: skip
async def test_no_header_ends_its_line(header: tuple[bytes, bytes]) -> None:
    wire, cycle = answering()
    with pytest.raises(RuntimeError):
        await cycle.send(start(LENGTH, header))
    assert wire.sent == []


@pytest.mark.parametrize(
    "messages",
    [
        [body(b"body")],
        [start(LENGTH), start(LENGTH)],
        [start(LENGTH), body(b"body and more")],
        [start(LENGTH), body(b"b")],
        [start(LENGTH), body(b"body"), body(b"body")],
    ],
    ids=["body first", "two heads", "too long", "too short", "two bodies"],
)
async def test_what_is_no_answer_is_refused(messages: Sequence[Any]) -> None:
    _, cycle = answering()
    *good, bad = messages
    for message in good:
        await cycle.send(message)
    with pytest.raises(RuntimeError):
        await cycle.send(bad)
