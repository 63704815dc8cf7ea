"""uvicorn's HTTP/1.1 protocol, with the limits that it lacks: on a request's size, on how many wait and on how many
connect. Those on time are in `time_limits`.
"""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from generated_models import ProblemCode
from server.process.abort import ABORT_EXTENSION
from server.process.cycle import RequestCycle
from server.process.refusals import RefusingHttpProtocol

HEAD_BYTES = 32_768
"""For a request's line and headers; again for what frames its body: chunk sizes, chunk extensions and trailers."""
BYTES_A_CHUNK = 16
"""Of framing that come on top for each piece of a body."""
MOST_PIECES = 8_192
"""Of a body, and one more for each `BYTES_A_PIECE` of it: what a piece costs does not depend on its size."""
BYTES_A_PIECE = 64
MOST_PIPELINED = 32
"""Requests that may wait on a connection for the answer to the one before; what comes behind them is not read."""
MOST_CONNECTIONS = 1000
_BODY_GRACE = 1.0
"""The application stops reading a slow body first, since it can say so in an answer."""


class _TooMany(Exception):
    """Requests on one connection that nobody has room for, or pieces of a body. It stops the parser."""


class BoundedHttpProtocol(RefusingHttpProtocol):
    """Refuses requests that are too large or too many, and what is not HTTP."""

    most_connections = MOST_CONNECTIONS

    _part = 0
    """Counts the parts of requests, heads and bodies, as they begin."""
    _head_bytes = 0
    """Of the request's headers so far."""
    _hosts = 0
    """`Host` headers of the request so far."""
    _part_bytes = 0
    """Received of the part that is coming in: of a body, what frames it."""
    _pieces_left = MOST_PIECES
    _body_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """A client connected; it has to say something."""
        super().connection_made(transport)
        self._extensions: dict[str, dict[object, object]] = {ABORT_EXTENSION: {"abort": transport.abort}}
        if len(self.connections) > self.most_connections:
            self._refuse("503 Service Unavailable", ProblemCode.store_unavailable, 503, "Too many connections.")
        else:
            self._start_part_timer(self.request_seconds)

    def data_received(self, data: bytes) -> None:
        """Bytes came. Those of a body are bounded by the application."""
        if self._refused:
            return
        part = self._part
        self._part_bytes += len(data)
        self._idle_since = None
        try:
            self._parse(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        if part != self._part:
            self._part_bytes = 0  # its first bytes shared theirs with the part before
        if self._part_bytes > HEAD_BYTES and self._part_seconds is not None and not self.transport.is_closing():
            self._too_large()
        if self._part_seconds is not None and self._part_timer is None and not self.transport.is_closing():
            # Only what did not come whole needs a timer; most requests do.
            self._start_part_timer(self._part_seconds)
        elif self._part_seconds is None and self.cycle is not None:
            self._await_next_request()  # what came was no request, an empty line say, and must not keep the connection

    def _parse(self, data: bytes) -> None:
        """Have the parser read what came.

        At a head that asks for another protocol (`Upgrade`) the parser stops, and takes the request's body for
        something that is not HTTP. No other protocol is spoken here, so such a request is one like any other (RFC 9110,
        7.8): a new parser gets its head without that header, and what came behind it.
        """
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as stopped:
                if self.parser.get_method() == b"CONNECT":
                    self.send_400_response("This is no proxy.")
                    return
                head = _head_without_upgrade(self.parser, self.url, self.headers)
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's
                data = head + data[stopped.args[0] :]
            else:
                return

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._head_bytes = self._hosts = 0
        if self._part_timer is not None:
            self._stop_part_timer()
        self._begin_part(in_head=True)
        self._part_seconds = self.request_seconds

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. A trailer is dropped: no proxy that filters headers has seen it."""
        if not self._in_head:
            return
        name = name.lower()
        if name == b"host":
            self._hosts += 1
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self._head_bytes += len(name) + len(value)
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """A whole head; the body's time begins, and the application's work."""
        if self.parser.should_upgrade():
            return  # it comes again, see `_parse`
        if self._part_timer is not None:
            self._stop_part_timer()
        if self._refused:
            return
        if len(self.url) + self._head_bytes > HEAD_BYTES:
            self._too_large()
            return
        version = self.parser.get_http_version()
        if self._hosts > 1 or (self._hosts == 0 and version == "1.1"):  # RFC 9112, 3.2
            self.send_400_response("A request has one Host header.")
            return
        if len(self.pipeline) >= MOST_PIPELINED:
            self._refused = True
            newest, _ = self.pipeline[0]
            newest.keep_alive = False
            raise _TooMany
        self._begin_part(in_head=False)
        self._begin_cycle(version)
        self._part_seconds = self.request_seconds + _BODY_GRACE

    def _begin_cycle(self, version: str) -> None:
        """Hand a request to the application, as uvicorn does but for what is never used here: WebSockets, a limit on
        requests at once, a path before the application's.
        """
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        self.scope = {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": version,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,  # type: ignore[typeddict-item]  # known since the connection was made
            "root_path": "",
            "headers": self.headers,
            "state": self.app_state.copy(),
            "method": self.parser.get_method().decode("ascii"),
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
            "extensions": self._extensions,
        }
        before: RequestResponseCycle | None = self.cycle
        self.cycle = RequestCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,  # paths may hold what was pasted into them
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def on_body(self, body: bytes) -> None:
        """Some of a body, kept for the application as uvicorn does, in less time: it may be a byte."""
        if self._refused:
            return
        length = len(body)
        self._part_bytes -= length + BYTES_A_CHUNK
        self._body_bytes += length
        self._pieces_left -= 1
        if self._pieces_left < 0 and self._pieces_left < -(self._body_bytes // BYTES_A_PIECE):
            self.send_400_response(
                f"A body may come in {MOST_PIECES} pieces, and one more for each {BYTES_A_PIECE} bytes."
            )
            raise _TooMany
        cycle = self.cycle
        if cycle.response_complete:
            return
        received = cycle.body
        received += body
        if len(received) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        cycle.message_event.set()

    def on_message_complete(self) -> None:
        """A whole request."""
        if self.parser.should_upgrade():
            return  # it comes again, see `_parse`
        if self._part_timer is not None:
            self._stop_part_timer()
        self._part_seconds = None
        if self._refused:
            return
        super().on_message_complete()
        if self.cycle.response_complete:
            self._await_next_request()  # the answer was faster than the body: uvicorn would wait for ever

    def on_response_complete(self) -> None:
        """An answer is on its way: on to what waits behind it."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        else:
            self._await_next_request()

    def _begin_part(self, *, in_head: bool) -> None:
        self._part += 1
        self._in_head = in_head
        self._part_bytes = 0
        self._body_bytes, self._pieces_left = 0, MOST_PIECES

    def _too_large(self) -> None:
        what = "The request line and the headers" if self._in_head else "Chunk extensions and trailers"
        self.send_400_response(f"{what} may have at most {HEAD_BYTES} bytes.")


def _head_without_upgrade(
    parser: httptools.HttpRequestParser, target: bytes, headers: list[tuple[bytes, bytes]]
) -> bytes:
    line = b"%s %s HTTP/%s" % (parser.get_method(), target, parser.get_http_version().encode())
    kept = (b"%s: %s" % header for header in headers if header[0] != b"upgrade")
    return b"\r\n".join([line, *kept, b"", b""])
