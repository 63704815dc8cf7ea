"""uvicorn's HTTP/1.1 protocol, with the limits that it lacks: a request's head is bounded in size and in time."""

from __future__ import annotations

import asyncio
import secrets

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from generated_models import ProblemCode
from server.problems import Refused, problem_reply

HEAD_BYTES = 32_768
HEAD_SECONDS = 10.0


class BoundedHttpProtocol(HttpToolsProtocol):
    """Closes connections whose request head is too large or too slow, and answers broken HTTP with a problem.

    `backend_name` is what `X-Backend` says there: no operation was reached.
    """

    backend_name = "mock"

    _head_bytes = 0
    _in_head = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """A client connected; it has to say something."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """A client left."""
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came. Those of a body are bounded by the application."""
        was_in_head = self._in_head
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data) if was_in_head else 0  # its first bytes may have shared theirs with a body
            if self._head_bytes > HEAD_BYTES:
                self.send_400_response(f"The request line and the headers may have at most {HEAD_BYTES} bytes.")

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._end_head()
        self._in_head = True
        self._head_bytes = 0
        self._timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def on_headers_complete(self) -> None:
        """A whole head."""
        self._end_head()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, as a problem, and hang up."""
        request_id = f"req_{secrets.token_hex(16)}"
        reply = problem_reply(Refused(ProblemCode.validation_failed, msg, status=400), request_id)
        reply.set("X-Request-Id", request_id)
        reply.set("X-Backend", self.backend_name)
        reply.set("Content-Length", str(len(reply.body)))
        reply.set("Connection", "close")
        head = [b"HTTP/1.1 400 Bad Request"]
        head += [name + b": " + value for name, value in [*self.server_state.default_headers, *reply.headers]]
        self.transport.write(b"\r\n".join(head) + b"\r\n\r\n" + reply.body)
        self.transport.close()

    def _end_head(self) -> None:
        self._in_head = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
