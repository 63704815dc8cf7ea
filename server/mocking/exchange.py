"""What the mock's journal keeps of a request and its answer, and what of it may be shown: nothing secret."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TypeAlias
from urllib.parse import unquote, unquote_plus

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
_REFUSED = (400, 422)
_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}

_MOST_HARMLESS = 2000
_LONGEST_PATH = 500
"""Characters of a path or a query that are kept."""

Headers: TypeAlias = Iterable[tuple[bytes, bytes]]


class RecordedRequest:
    """`backends.session_control.ServedRequest`: noted as the request and its answer pass, kept as they came, and looked
    at when somebody asks. Bodies above `MOST_BYTES` are let go.
    """

    __slots__ = (
        "_answer",
        "_answer_headers",
        "_body",
        "_headers",
        "_shown",
        "armed",
        "method",
        "milliseconds",
        "operation",
        "path",
        "preferences",
        "query",
        "request_id",
        "status",
    )

    def __init__(self, operation: str, scope: Scope) -> None:
        """`path`, `query` and `milliseconds` are told in the end."""
        self.operation = operation
        self.request_id: str = scope["request_id"]
        self.method: str = scope["method"]
        self.path = self.query = ""
        self.status: int | None = None
        self.milliseconds = 0
        self.preferences: Sequence[str] = ()
        self.armed: str | None = None
        self._headers: Headers = scope["headers"]
        self._body: bytes | None = b""
        self._answer_headers: Headers = ()
        self._answer: bytes | None = b""
        self._shown: Exchange | None = None

    @property
    def refused(self) -> bool:
        """As invalid: its body is not shown, nor what the answer repeats of it (it may be what must not be)."""
        return self.status in _REFUSED

    @property
    def size(self) -> int:
        """Bytes of its bodies and of the request's headers."""
        size = len(self._body or b"") + len(self._answer or b"")
        for name, value in self._headers:
            size += len(name) + len(value)
        return size

    def reading(self, receive: Receive) -> Receive:
        """What the operation reads the request from."""
        if self.method not in _WITH_BODY:
            return receive

        async def noted() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self._body = _joined(self._body, message.get("body", b""))
            return message

        return noted

    def begun(self, status: int, headers: Headers) -> None:
        """The answer begins."""
        self.status, self._answer_headers = status, headers

    def went_on(self, body: bytes) -> None:
        """Some of the answer's body."""
        self._answer = _joined(self._answer, body)

    def redacted(self) -> Exchange:
        """See `ServedRequest`."""
        if self._shown is None:  # looking for secrets among signatures takes its time
            refused = self.refused
            self._shown = Exchange(
                _shown_headers(self._headers),
                None if refused else _shown(self._body or None),
                _shown_headers(self._answer_headers),
                _without_values(self._answer or None) if refused else _shown(self._answer or None),
            )
        return self._shown

    def drop_bodies(self) -> None:
        """See `ServedRequest`; headers above `MOST_HEADER_BYTES` go as well."""
        self._body = self._answer = self._shown = None
        if _header_bytes(self._headers) > MOST_HEADER_BYTES:
            self._headers = ()


class PathRedaction:
    """Paths and queries as they may be shown. The same come again and again: harmless ones are remembered."""

    def __init__(self) -> None:
        self._harmless: set[bytes] = set()

    def shown(self, scope: Scope) -> tuple[str, str] | None:
        """A request's path and query, shortened; None if a secret is in one of them."""
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        query: bytes = scope["query_string"]
        if not self._is_harmless(path) or (query and not self._is_harmless(query)):
            return None
        return path.decode("latin-1")[:_LONGEST_PATH], query.decode("latin-1")[:_LONGEST_PATH]

    def _is_harmless(self, raw: bytes) -> bool:
        if raw in self._harmless:
            return True
        search, text = SecretSearch(), raw.decode("latin-1")
        if search.is_secret(unquote_plus(text)) or ("+" in text and search.is_secret(unquote(text))):
            return False
        if len(self._harmless) >= _MOST_HARMLESS:
            self._harmless.clear()
        if len(raw) <= _LONGEST_PATH:
            self._harmless.add(raw)
        return True


def _header_bytes(headers: Headers) -> int:
    return sum([len(name) + len(value) for name, value in headers])


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
