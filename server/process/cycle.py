"""One request and its answer on uvicorn's protocol: the answer's head leaves together with its body."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HEADER_RE, STATUS_LINE, RequestResponseCycle

_NO_BODY = (204, 304)
_IN_VALUES = bytes(code for code in range(256) if code == 0x09 or (code >= 0x20 and code != 0x7F))
"""What may be in a header's value (RFC 9110, 5.5)."""
_MOST_NAMES = 200


class RequestCycle(RequestResponseCycle):
    """Writes what uvicorn's would write, byte for byte, in one call of the system where the length of the body is told,
    and in a third of the time: it checks an answer's headers together, and names once.

    The head of an answer of unknown length, a stream of events say, is not held back.
    """

    _head: bytes | None = None
    """What waits for the first of the body."""
    _names: set[bytes] = set()  # noqa: RUF012 (for all: the names that were good)

    async def send(self, message: Any) -> None:
        """Take one message of the application. Raises `RuntimeError` for what is no answer."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        kind = message["type"]
        if not self.response_started and kind == "http.response.start":
            self._start(message["status"], message.get("headers", ()))
        elif self.response_started and not self.response_complete and kind == "http.response.body":
            self._go_on(message.get("body", b""), more=message.get("more_body", False))
        else:
            raise RuntimeError(f"an answer has no place for {kind} here")

    def _start(self, status: int, headers: Any) -> None:
        self.response_started = True
        self.waiting_for_100_continue = False
        headers = [*self.default_headers, *headers]
        lines = [b": ".join(header) for header in headers]
        named: dict[bytes, bytes] = dict(headers)
        self._check(named, lines)
        if b"connection" in named and b"close" in [each.strip().lower() for each in named[b"connection"].split(b",")]:
            self.keep_alive = False
        elif not self.keep_alive:
            lines.append(b"connection: close")
        length = named.get(b"content-length")
        if length is not None:
            self.expected_content_length = int(length)
            self.chunked_encoding = False
        elif named.get(b"transfer-encoding", b"").lower() == b"chunked":
            self.chunked_encoding = True
        elif self.scope["method"] != "HEAD" and status not in _NO_BODY:
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked")
        head = STATUS_LINE[status] + b"\r\n".join(lines) + b"\r\n\r\n"
        if length is None and status not in _NO_BODY:
            self.transport.write(head)
        else:
            self._head = head

    def _check(self, named: dict[bytes, bytes], lines: list[bytes]) -> None:
        """Nothing in a name or a value can end its line."""
        if not named.keys() <= self._names:
            for name in named:
                if HEADER_RE.search(name) or name != name.lower():
                    raise RuntimeError(f"{name!r} is no name of a header, in lower case")
                if len(self._names) < _MOST_NAMES:
                    self._names.add(name)
        if b"".join(lines).translate(None, _IN_VALUES):
            raise RuntimeError("a header holds what none may hold")

    def _go_on(self, body: bytes, *, more: bool) -> None:
        pieces = [] if self._head is None else [self._head]
        self._head = None
        if self.scope["method"] == "HEAD":
            self.expected_content_length = 0
        elif self.chunked_encoding:
            if body:
                pieces += b"%x\r\n" % len(body), body, b"\r\n"
            if not more:
                pieces.append(b"0\r\n\r\n")
        else:
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0:
                raise RuntimeError("the body is longer than its Content-Length")
            if body:  # asyncio of Python 3.12 and later writes an empty last piece for ever
                pieces.append(body)
        if pieces:
            self.transport.writelines(pieces)
        if not more:
            if self.expected_content_length:
                raise RuntimeError("the body is shorter than its Content-Length")
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()
