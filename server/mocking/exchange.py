"""What the mock's journal keeps of a request and its answer, and what of it may be shown: nothing secret."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TypeAlias
from urllib.parse import unquote, unquote_plus

from starlette.types import Message, Receive, Scope

from backends.session_control import Exchange
from server.contract.model import Operation
from server.operations.json_body import parse_json
from server.operations.secret_detection import SecretSearch, is_secret
from server.problems import RequestRejected

MOST_BYTES = 65_536
"""Of a body that is kept."""
MOST_HEAD_BYTES = 4096
"""Of a request whose bodies went: what has a longer head loses its headers too."""
REMOVED = "removed"
_CREDENTIALS = {b"authorization", b"proxy-authorization", b"x-api-key", b"cookie", b"set-cookie"}
_REFUSED = (400, 422)
WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}
"""The methods of requests whose bodies are kept."""

_LONGEST_PATH = 500
"""Characters of a path or a query that are kept."""

Headers: TypeAlias = Iterable[tuple[bytes, bytes]]


class RecordedRequest:
    """`backends.session_control.ServedRequest`: noted as the request and its answer pass, kept as they came, and looked
    at when somebody asks. Bodies above `MOST_BYTES` are let go.
    """

    __slots__ = (
        "_answer",
        "_body",
        "_head_bytes",
        "_headers",
        "_query",
        "_raw_path",
        "_shown",
        "_shown_target",
        "_template",
        "answer_headers",
        "armed",
        "method",
        "milliseconds",
        "operation",
        "preferences",
        "request_id",
        "status",
    )

    def __init__(self, operation: Operation, scope: Scope) -> None:
        """Status and headers of the answer are told when it begins, `milliseconds` in the end."""
        self.operation = operation.id
        self.request_id: str = scope["request_id"]
        self.method: str = scope["method"]
        self.status: int | None = None
        self.milliseconds = 0
        self.preferences: Sequence[str] = ()
        self.armed: str | None = None
        self._headers: Headers = scope["headers"]
        self._body: bytes | None = b""
        self.answer_headers: Headers = ()
        self._answer: bytes | None = b""
        self._shown: Exchange | None = None
        self._template = operation.path
        self._raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        self._query: bytes = scope["query_string"]
        self._shown_target: tuple[str, str] | None = None
        self._head_bytes = -1  # not counted yet

    @property
    def path(self) -> str:
        """See `ServedRequest`."""
        return self._target[0]

    @property
    def query(self) -> str:
        """See `ServedRequest`."""
        return self._target[1]

    @property
    def refused(self) -> bool:
        """As invalid: its body is not shown, nor what the answer repeats of it (it may be what must not be)."""
        return self.status in _REFUSED

    @property
    def size(self) -> int:
        """Bytes of its bodies and of the request's head."""
        if self._head_bytes < 0:
            size = len(self._raw_path) + len(self._query)
            for name, value in self._headers:
                size += len(name) + len(value)
            self._head_bytes = size
        return len(self._body or b"") + len(self._answer or b"") + self._head_bytes

    def reading(self, receive: Receive) -> Receive:
        """What the operation reads a request with a body from."""

        async def noted() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self._body = _joined(self._body, message.get("body", b""))
            return message

        return noted

    def went_on(self, body: bytes) -> None:
        """Some of the answer's body; mostly all of it at once."""
        self._answer = body if self._answer == b"" and len(body) <= MOST_BYTES else _joined(self._answer, body)

    def redacted(self) -> Exchange:
        """See `ServedRequest`."""
        if self._shown is None:  # looking for secrets among signatures takes its time
            refused = self.refused
            self._shown = Exchange(
                _shown_headers(self._headers),
                None if refused else _shown(self._body or None),
                _shown_headers(self.answer_headers),
                _without_values(self._answer or None) if refused else _shown(self._answer or None),
            )
        return self._shown

    def drop_bodies(self) -> None:
        """See `ServedRequest`; a head above `MOST_HEAD_BYTES` goes as well."""
        self._body = self._answer = self._shown = None
        if self.size > MOST_HEAD_BYTES:
            self._shown_target = self._target
            self._headers, self._raw_path, self._query = (), b"", b""

    @property
    def _target(self) -> tuple[str, str]:
        """Path and query as they may be shown: the template alone of what was refused, or holds a secret."""
        if self._shown_target is None:
            shown = None if self.refused else _shown_path(self._raw_path, self._query)
            self._shown_target = (self._template, "") if shown is None else shown
        return self._shown_target


def _shown_path(raw: bytes, query: bytes) -> tuple[str, str] | None:
    """A path and a query as they may be shown, shortened; None if a secret is in one of them."""
    if not _is_harmless(raw) or (query and not _is_harmless(query)):
        return None
    return raw.decode("latin-1")[:_LONGEST_PATH], query.decode("latin-1")[:_LONGEST_PATH]


def _is_harmless(raw: bytes) -> bool:
    search, text = SecretSearch(), raw.decode("latin-1")
    return not (search.is_secret(unquote_plus(text)) or ("+" in text and search.is_secret(unquote(text))))


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
