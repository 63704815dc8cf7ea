"""The server behind a proxy: a request is passed on as it came, and nothing is added to it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx
from starlette.types import Scope

from contract_tools.exit_codes import ToolError

_HOP_BY_HOP = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"),
    *("transfer-encoding", "upgrade"),
}
_OF_THE_PROXY = {b"host", b"content-length", b"expect", b"accept-encoding"}
"""Headers of a request that are said anew."""
_SECONDS = 120.0
"""Without a byte from the server; event streams send one more often."""
_MOST_CONNECTIONS = 1000
_MOST_IDLE = 50

Header = tuple[bytes, bytes]


class UpstreamFailed(Exception):
    """The server behind the proxy can't be reached, or broke off. The message is a clause without what may be a key."""


class Upstream:
    """Sends requests over a bare transport: no cookies kept, no redirects followed, no proxy or password of the
    environment's.
    """

    def __init__(self, url: str) -> None:
        """Raises `ToolError` for what is no http(s) URL."""
        try:
            self._url = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise ToolError("the upstream is no URL") from error
        if self._url.scheme not in ("http", "https") or not self._url.host:
            raise ToolError("the upstream has to be a URL such as http://127.0.0.1:8000")
        if self._url.query or self._url.fragment:
            raise ToolError("the upstream is a URL without a query: paths are put behind it")
        self._prefix = self._url.raw_path.rstrip(b"/")
        limits = httpx.Limits(max_connections=_MOST_CONNECTIONS, max_keepalive_connections=_MOST_IDLE)
        self._transport = httpx.AsyncHTTPTransport(limits=limits)

    async def send(self, scope: Scope, body: bytes) -> httpx.Response:
        """The answer, its body still to come. Raises `UpstreamFailed`."""
        headers = [pair for pair in end_to_end(scope["headers"]) if pair[0] not in _OF_THE_PROXY]
        headers.append((b"accept-encoding", b"identity"))  # what passes is what is looked at
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), _SECONDS)
        # The target goes as it came: a URL would be put into a normal form first.
        extensions = {"timeout": timeout, "target": self._prefix + target(scope).encode("latin-1")}
        try:
            request = httpx.Request(scope["method"], self._url, headers=headers, content=body, extensions=extensions)
            answer = await self._transport.handle_async_request(request)
        except (httpx.HTTPError, OSError) as error:
            raise UpstreamFailed(why(error)) from error
        location, prefix = answer.headers.get("Location", ""), self._prefix.decode()
        if prefix and location.startswith(f"{prefix}/"):
            answer.headers["Location"] = location.removeprefix(prefix)  # a client has to find it here
        return answer

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()


def why(error: Exception) -> str:
    """What went wrong with a server, without its words: they may repeat a URL, or what a stranger sent."""
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "nothing answers at its address"
        case httpx.TimeoutException():
            return f"it sent nothing for {_SECONDS:g} seconds"
        case httpx.ProtocolError():
            return "it broke off, or does not speak HTTP"
        case _:
            return "the connection broke"


def target(scope: Scope) -> str:
    """Path and query as they were sent."""
    path: str = scope["raw_path"].decode("latin-1").partition("?")[0]
    query: str = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def end_to_end(headers: Iterable[Header]) -> list[Header]:
    """The headers that are not between neighbours alone (RFC 9110, 7.6.1)."""
    pairs = [(name.lower(), value) for name, value in headers]
    named = {
        one.strip().lower()
        for name, value in pairs
        if name == b"connection"
        for one in value.decode("latin-1").split(",")
    }
    return [(name, value) for name, value in pairs if name.decode("latin-1") not in _HOP_BY_HOP | named]


def shown(upstream: str) -> str:
    """An upstream as it may be shown: its address without what may be a key."""
    try:
        parts = urlsplit(upstream)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    except ValueError:
        return "the server"
