"""uvicorn's HTTP/1.1 protocol, with the limits that it lacks: on a request's size and time, on an answer that nobody
reads, on how many connect.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import cast

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from generated_models import ProblemCode
from server.problems import RequestRejected, problem_reply
from server.process.transport import GatheringTransport
from server.reply import Reply

HEAD_BYTES = 32_768
"""For a request's line and headers; again for what frames its body: chunk sizes, chunk extensions and trailers."""
BYTES_A_CHUNK = 16
"""Of framing that come on top for each piece of a body."""
MOST_PIECES = 16_384
"""Of a body, and one more for each `BYTES_A_PIECE` of it: what a piece costs does not depend on its size."""
BYTES_A_PIECE = 256
MOST_PIPELINED = 32
"""Requests that may wait on a connection for the answer to the one before; what comes behind them is not read."""
REQUEST_SECONDS = 10.0
"""For a request's head, and again for its body, whatever trickles in meanwhile."""
ANSWER_SECONDS = 30.0
"""For a client to make room for more of an answer."""
MOST_CONNECTIONS = 1000
_BODY_GRACE = 1.0
"""The application stops reading a slow body first, since it can say so in an answer."""

_ABORT_EXTENSION = "wallet_orchestrator.abort"


class _TooMany(Exception):
    """Requests on one connection that nobody has room for, or pieces of a body. It stops the parser."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """Closes connections whose request is too large or too slow, answers broken HTTP with a problem.

    `backend_name` is what `X-Backend` says there: no operation was reached.
    """

    backend_name = "mock"
    request_seconds = REQUEST_SECONDS
    answer_seconds = ANSWER_SECONDS
    most_connections = MOST_CONNECTIONS

    _part = 0
    """Counts the parts of requests, heads and bodies, as they begin."""
    _in_head = True
    _part_bytes = 0
    """Received of the part that is coming in: of a body, what frames it."""
    _part_limit = HEAD_BYTES
    _pieces_left = MOST_PIECES
    _body_bytes = 0
    _seconds: float | None = None
    """For the part of a request that is coming in."""
    _refused = False
    _timer: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """A client connected; it has to say something."""
        super().connection_made(GatheringTransport(transport, self.loop))
        if len(self.connections) > self.most_connections:
            self._refuse("503 Service Unavailable", ProblemCode.store_unavailable, 503, "Too many connections.")
        else:
            self._timer = self.loop.call_later(self.request_seconds, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """A client left."""
        self._stop_timer()
        if self._stuck is not None:
            self._stuck.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came. Those of a body are bounded by the application."""
        if self._refused:
            return
        part = self._part
        self._part_bytes += len(data)
        super().data_received(data)
        if part != self._part:
            self._part_bytes = 0  # its first bytes shared theirs with the part before
        if self._part_bytes > self._part_limit and self._seconds is not None and not self.transport.is_closing():
            self._too_large()
        if self._seconds is not None and self._timer is None and not self.transport.is_closing():
            # Only what did not come whole needs a timer; most requests do.
            self._timer = self.loop.call_later(self._seconds, self._too_slow)
        elif self._seconds is None and self.cycle is not None:
            self._expect_another()  # what came was no request, an empty line say, and must not keep the connection

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self.scope["extensions"] = {_ABORT_EXTENSION: {"abort": self.transport.abort}}
        self._stop_timer()
        self._begin_part(in_head=True)
        self._seconds = self.request_seconds

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. A trailer is dropped: no proxy that filters headers has seen it."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """A whole head; the body's time begins."""
        self._stop_timer()
        if self._refused:
            return
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_BYTES:
            self._too_large()
            return
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):  # RFC 9112, 3.2
            self.send_400_response("A request has one Host header.")
            return
        if len(self.pipeline) >= MOST_PIPELINED:
            self._refused = True
            newest, _ = self.pipeline[0]
            newest.keep_alive = False
            raise _TooMany
        self._begin_part(in_head=False)
        super().on_headers_complete()
        self._seconds = self.request_seconds + _BODY_GRACE

    def on_body(self, body: bytes) -> None:
        """Some of a body."""
        if self._refused:
            return
        self._part_bytes -= len(body)
        self._part_limit += BYTES_A_CHUNK
        self._body_bytes += len(body)
        self._pieces_left -= 1
        if self._pieces_left < -(self._body_bytes // BYTES_A_PIECE):
            self.send_400_response(
                f"A body may come in {MOST_PIECES} pieces, and one more for each {BYTES_A_PIECE} bytes."
            )
            raise _TooMany
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A whole request."""
        self._stop_timer()
        self._seconds = None
        if self._refused:
            return
        super().on_message_complete()
        self._expect_another()  # the answer was faster than the body: uvicorn would wait for ever

    def pause_writing(self) -> None:
        """The client does not read fast enough."""
        super().pause_writing()
        self._stuck = self.loop.call_later(self.answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, as a problem, and hang up."""
        if not self._refused:
            self._refuse("400 Bad Request", ProblemCode.validation_failed, 400, msg)

    def _expect_another(self) -> None:
        if self.cycle.response_complete and self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _begin_part(self, *, in_head: bool) -> None:
        self._part += 1
        self._in_head = in_head
        self._part_bytes, self._part_limit = 0, HEAD_BYTES
        self._body_bytes, self._pieces_left = 0, MOST_PIECES

    def _too_large(self) -> None:
        what = "The request line and the headers" if self._in_head else "Chunk extensions and trailers"
        self.send_400_response(f"{what} may have at most {HEAD_BYTES} bytes.")

    def _refuse(self, line: str, code: ProblemCode, status: int, detail: str) -> None:
        self._refused = True
        self._stop_timer()
        if self._answers_another():
            self.transport.close()
            return
        request_id = f"req_{secrets.token_hex(16)}"
        reply = problem_reply(RequestRejected(code, detail, status=status), request_id)
        reply.set("X-Request-Id", request_id)
        self._hang_up(line, reply)

    def _answers_another(self) -> bool:
        """Whether what is written now would get into the answer to an earlier request, or to this one."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is None or cycle.response_complete:
            return False
        return self._in_head or bool(self.pipeline) or cycle.response_started

    def _hang_up(self, line: str, reply: Reply) -> None:
        reply.set("X-Backend", self.backend_name)
        reply.set("Content-Length", str(len(reply.body)))
        reply.set("Connection", "close")
        head = [b"HTTP/1.1 " + line.encode()]
        head += [name + b": " + value for name, value in [*self.server_state.default_headers, *reply.headers]]
        self.transport.write(b"\r\n".join(head) + b"\r\n\r\n" + reply.body)
        self.transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


async def abort(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request that got no answer yet: what `Prefer: drop` needs, and ASGI has no message for.

    Raises:
        RuntimeError: on another server than ours.
    """
    extension = scope.get("extensions", {}).get(_ABORT_EXTENSION)
    if extension is None:
        raise RuntimeError("this server can't close a connection without an answer")
    extension["abort"]()
    while (await receive())["type"] != "http.disconnect":  # uvicorn has to notice, or it would send a 500
        pass
