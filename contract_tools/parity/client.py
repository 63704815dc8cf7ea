"""Sends requests as they are: nothing added that a recording does not have, no redirects followed.

By the standard library: a run has ten thousand requests, each of which costs a third of what httpx takes.
"""

from __future__ import annotations

import gzip
import re
import select
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from contract_tools.exit_codes import ToolError
from contract_tools.parity.recording import Reply, Request

_AS_SENT = "".join(map(chr, range(0x21, 0x7F)))
"""Characters of a target that need no escape."""
_CALLER = re.compile(r"\$(operate|other|read)")
_ALWAYS = {"Accept": "*/*", "Accept-Encoding": "identity"}


class Server:
    """One server to talk to. Its connection is kept, and made anew where the server has closed it.

    Args:
        name: what reports call it.
        url: where it is.
        headers: go with every request.
        keys: the credentials of the callers that requests name (`Request.who`); without, all are the same.
        seconds: for which an answer is waited for.
    """

    def __init__(
        self,
        name: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        keys: Mapping[str, Mapping[str, str]] | None = None,
        seconds: float = 120.0,
    ) -> None:
        self.name = name
        self.url = url
        self._seconds = seconds
        place = urlsplit(url)
        kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
        self._connection = kind(place.hostname or "", place.port, timeout=seconds)
        self._path = place.path
        self._headers = {**_ALWAYS, **(headers or {})}
        self._keys = keys or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def send_all(self, requests: Sequence[Request]) -> list[Reply]:
        """Send requests at the same time, each on a connection of its own. Raises `ToolError` as `send` does."""

        def send(request: Request) -> Reply:
            with Server(self.name, self.url, self._headers, keys=self._keys, seconds=self._seconds) as alone:
                return alone.send(request)

        with ThreadPoolExecutor(len(requests)) as threads:
            return list(threads.map(send, requests))

    def send(self, request: Request, *, to_end: bool = True) -> Reply:
        """Send one request. Not `to_end`: a stream of events is left when it has told its progress once. Raises
        `ToolError` when there is no answer at all.
        """
        try:
            return self._send(request, to_end=to_end)
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise ToolError(
                f"{self.name} did not answer {request.method} {request.target}: {type(error).__name__}"
            ) from error

    def _send(self, request: Request, *, to_end: bool) -> Reply:
        connection = self._connection
        if connection.sock is not None and select.select([connection.sock], [], [], 0)[0]:
            connection.close()  # by the server, when it had been idle for some time
        body = None if request.body is None else request.body.encode(errors="surrogateescape")
        own = {name: self._with_keys(value) for name, value in request.headers.items()}
        headers = {**self._headers, **self._keys.get(request.who, {}), **own}
        target = quote(f"{self._path}{request.target}", safe=_AS_SENT)
        with suppress(BrokenPipeError, ConnectionResetError):  # it may refuse a body before it has read it all
            chunked = "Transfer-Encoding" in headers
            connection.request(request.method, target, body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        streams = answer.headers.get_content_type() == "text/event-stream"
        content = _until_progress(answer) if streams and not to_end else answer.read()
        if not answer.isclosed():
            connection.close()
        return Reply(answer.status, _headers(answer), _text(answer, content))

    def _with_keys(self, text: str) -> str:
        """A header with the caller's key for `$` and the caller's name."""
        if "$" not in text:
            return text
        return _CALLER.sub(lambda found: self._keys.get(found[1], {}).get("X-API-Key", found[0]), text)


def _until_progress(answer: HTTPResponse) -> bytes:
    """A stream of events to its first `progress`, or to its end: when the next one comes, and what it says, is luck."""
    lines, told = [], False
    for line in answer:
        lines.append(line)
        told = told or line.startswith(b"event: progress")
        if told and not line.strip():
            break
    return b"".join(lines)


def _headers(answer: HTTPResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in answer.getheaders():
        name = name.lower()  # noqa: PLW2901
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _text(answer: HTTPResponse, content: bytes) -> str:
    if answer.getheader("content-encoding") == "gzip" and content:
        content = gzip.decompress(content)
    return content.decode(errors="replace")
