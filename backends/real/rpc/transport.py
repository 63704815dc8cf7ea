"""HTTP as far as the JSON-RPC client may see it: one address, bounded answers, failures as `Fault`."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any

import httpx2

from .faults import Fault, limited, silent, unreachable, unusable

LARGE_BODY = 2**17
"""Bytes from which on an answer is large."""

_NO_ANSWER_IN_TIME = (408, 504)
"""Statuses by which whoever stands before a node says that it has waited in vain, too."""

_IDLE_SECONDS = 4.0
"""After which an idle connection is closed. Many servers close theirs after 5 (Node's and uvicorn's default): a request
that meets that is lost, and asked again costs one call more; one that nobody uses again would stay half closed."""

# httpcore's name for the moment when a request's connection stands and its first bytes are about to be written. (Its
# `trace` extension is documented, the names of the events are not promised: a test fails when they move.)
_ABOUT_TO_SEND = "http11.send_request_headers.started"


class RpcTransport:
    """Sends each request to the one real URL, and gives back complete, decompressed JSON bodies.

    Redirects are not followed, cookies not kept, `HTTP_PROXY` and `.netrc` not read. Nothing here waits for ever, but
    only as long as the caller does, who keeps the deadline.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url = httpx2.URL(url)
        except (httpx2.InvalidURL, UnicodeError, ValueError):
            self._url = httpx2.URL("")
        if self._url.scheme not in ("http", "https") or not self._url.host:
            # Not a word of the URL itself: it may hold a key even when it is malformed.
            raise ValueError("the Solana RPC's URL must start with http:// or https:// and name a host")
        self._headers = {
            "Host": self._url.netloc.decode("ascii"),
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
        }
        if self._url.userinfo:
            login = f"{self._url.username}:{self._url.password}".encode()
            self._headers["Authorization"] = f"Basic {b64encode(login).decode('ascii')}"
        # To read all authorities takes 20 ms; a context that knows none is never asked for one.
        encrypted = self._url.scheme == "https"
        self._tls = httpx2.create_ssl_context(trust_env=False) if encrypted else SSLContext(PROTOCOL_TLS_CLIENT)
        self._idle: deque[tuple[float, httpx2.AsyncHTTPTransport]] = deque()  # since when, the longest first
        self._timer: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def post(
        self,
        content: bytes,
        *,
        max_body: int,
        before_sending: Callable[[], Awaitable[None]],
        on_large: Callable[[], Awaitable[object]],
    ) -> bytearray:
        """The body of one answer of status 200.

        Args:
            content: the request's body.
            max_body: bytes of the answer's body, after decompression.
            before_sending: awaited when the connection stands and the request's bytes are about to go out.
            on_large: awaited once, before more than `LARGE_BODY` bytes of the answer are read.

        Raises:
            Fault: for everything that goes wrong, and nothing else.
        """

        async def trace(event: str, _: dict[str, Any]) -> None:
            if event == _ABOUT_TO_SEND:
                await before_sending()

        headers = {**self._headers, "Content-Length": str(len(content))}
        request = httpx2.Request("POST", self._url, headers=headers, content=content, extensions={"trace": trace})
        connection = self._idle.pop()[1] if self._idle else self._connection()
        try:
            response = await connection.handle_async_request(request)
            try:
                _check_head(response)
                return await _read(response, max_body, on_large)
            finally:
                await response.aclose()
        except Fault as known:
            fault = known
        except httpx2.TimeoutException:
            fault = silent()
        except httpx2.TransportError as error:
            fault = unreachable(type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever a hostile answer makes a decoder raise
            fault = unusable(type(error).__name__)
        finally:
            self._rest(connection)
        # Out here the fault has no context: nothing of what failed, and so no address, travels with it.
        try:
            raise fault
        finally:
            del fault  # it holds this frame: if the frame held it, both would wait for the garbage collector

    def _connection(self) -> httpx2.AsyncHTTPTransport:
        """One connection. A pool of many looks at each of them at every request: at a few hundred, that is all it does.
        (How many there are is our caller's business: the rate limiter's.)
        """
        one = httpx2.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS)
        return httpx2.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=one)

    def _rest(self, connection: httpx2.AsyncHTTPTransport) -> None:
        loop = asyncio.get_running_loop()
        self._idle.append((loop.time(), connection))
        if self._timer is None:
            self._timer = loop.call_later(_IDLE_SECONDS, self._close_idle)

    def _close_idle(self) -> None:
        """Close the connections that nobody has used for long enough; look again when that is true of the next one."""
        loop = asyncio.get_running_loop()
        self._timer = None
        while self._idle:
            since, connection = self._idle[0]
            if loop.time() < since + _IDLE_SECONDS:
                self._timer = loop.call_at(since + _IDLE_SECONDS, self._close_idle)
                break
            self._idle.popleft()
            closing = loop.create_task(_close(connection))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def aclose(self) -> None:
        """Close all connections."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await asyncio.gather(*self._closing)
        while self._idle:
            await _close(self._idle.pop()[1])


async def _close(connection: httpx2.AsyncHTTPTransport) -> None:
    with suppress(Exception):  # whatever a broken one makes of it
        await connection.aclose()


async def _read(response: httpx2.Response, max_body: int, on_large: Callable[[], Awaitable[object]]) -> bytearray:
    body = bytearray()
    is_large = False
    async for piece in response.aiter_bytes():  # decompressed, at most 1 MiB at a time
        if len(body) + len(piece) > max_body:
            body.clear()  # what is raised keeps this frame alive
            raise unusable(f"a body above {max_body} bytes")
        if not is_large and len(body) + len(piece) > LARGE_BODY:
            is_large = True
            await on_large()
        body += piece
        await asyncio.sleep(0)  # a few compressed bytes can be many pieces, which come without a pause
    return body


def _check_head(response: httpx2.Response) -> None:
    status = response.status_code
    if status == 429:
        raise limited(retry_after(response.headers.get("Retry-After")))
    if status in _NO_ANSWER_IN_TIME:
        raise silent()
    if status >= 500:
        raise unreachable(f"HTTP {status}")
    if status != 200:
        raise unusable(f"HTTP {status}")
    media_type, _, _ = response.headers.get("Content-Type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise unusable("a body that is not declared as JSON")
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("gzip", "identity"):
        raise unusable("a compression that was not asked for")


def retry_after(value: str | None) -> float | None:
    """Seconds to wait by a `Retry-After` header, which holds seconds or a date; None where it says nothing
    sensible.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return float(max(0, ceil((then - datetime.now(UTC)).total_seconds())))
