"""What the mock's journal keeps of a request and its answer, and what of it may be shown: nothing secret."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.types import Message, Receive, Scope

from backends.session_control import Exchange
from server.operations.json_body import parse_json
from server.operations.secret_detection import SecretSearch, is_secret
from server.problems import RequestRejected

MOST_BYTES = 65_536
"""Of a body that is kept."""
MOST_HEADER_BYTES = 4096
"""Of a request whose bodies went: what has more headers loses them too."""
REMOVED = "removed"
_CREDENTIALS = {b"authorization", b"proxy-authorization", b"x-api-key", b"cookie", b"set-cookie"}
_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}

Headers: TypeAlias = Iterable[tuple[bytes, bytes]]


@dataclass(slots=True)
class Recorded:
    """`backends.session_control.RecordedExchange`: kept as it came, looked at when somebody asks for it."""

    request_headers: Headers
    request_body: bytes | None
    response_headers: Headers
    response_body: bytes | None
    refused: bool = False
    """Refused as invalid: its body is not shown, nor what the answer repeats of it (it may be what must not be)."""
    _shown: Exchange | None = None
    """What may be shown of it, once somebody asked: looking for secrets among signatures takes its time."""

    @property
    def size(self) -> int:
        return len(self.request_body or b"") + len(self.response_body or b"") + _header_bytes(self.request_headers)

    def redacted(self) -> Exchange:
        if self._shown is None:
            self._shown = Exchange(
                _shown_headers(self.request_headers),
                None if self.refused else _shown(self.request_body),
                _shown_headers(self.response_headers),
                _without_values(self.response_body) if self.refused else _shown(self.response_body),
            )
        return self._shown

    def drop_bodies(self) -> None:
        self.request_body = self.response_body = self._shown = None
        if _header_bytes(self.request_headers) > MOST_HEADER_BYTES:
            self.request_headers = ()


class Recorder:
    """Notes one request of an operation and its answer. Bodies above `MOST_BYTES` are let go."""

    __slots__ = ("_answer", "_body", "_headers", "_receive", "_scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._headers: Headers = ()
        self._body: bytes | None = b""
        self._answer: bytes | None = b""

    @property
    def receive(self) -> Receive:
        """What the operation reads the request from."""
        return self._reading if self._scope["method"] in _WITH_BODY else self._receive

    def note(self, message: Message) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start":
            self._headers = message["headers"]
        else:
            self._answer = _joined(self._answer, message.get("body", b""))

    def recorded(self, *, refused: bool) -> Recorded:
        """What passed."""
        return Recorded(self._scope["headers"], self._body or None, self._headers, self._answer or None, refused)

    async def _reading(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._body = _joined(self._body, message.get("body", b""))
        return message


def _header_bytes(headers: Headers) -> int:
    return sum(len(name) + len(value) for name, value in headers)


def _joined(body: bytes | None, more: bytes) -> bytes | None:
    if body is None or len(body) + len(more) > MOST_BYTES:
        return None
    return body + more if body else more


def _shown_headers(headers: Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, raw in headers:
        value = raw.decode("latin-1")
        key = name.decode("latin-1").lower()
        hidden = name.lower() in _CREDENTIALS or is_secret(value)
        found[key] = REMOVED if hidden else f"{found[key]}, {value}" if key in found else value
    return found


def _without_values(body: bytes | None) -> str | None:
    """A problem without what it repeats of the request."""
    try:
        problem = parse_json(body or b"null")
    except RequestRejected:
        return None
    if not isinstance(problem, dict):
        return None
    errors = [{**error, "got": None} for error in problem.get("errors", ()) if isinstance(error, dict)]
    return json.dumps({**problem, "detail": "", "errors": errors}, ensure_ascii=False)


def _shown(body: bytes | None) -> str | None:
    if body is None:
        return None
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    search = SecretSearch.through_all(2 * len(text))
    if search.is_secret(text):
        return None
    try:
        value = parse_json(body)
    except RequestRejected:
        return text
    return None if search.find(value, "") else text
