"""HTTP as far as the JSON-RPC client may see it: one address, bounded answers, failures as `Fault`."""

from __future__ import annotations

import asyncio
import platform
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from .faults import Fault, limited, silent, unreachable, unusable

if TYPE_CHECKING:
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

LARGE_BODY = 2**17
"""Bytes from which on an answer is large."""

_NO_ANSWER_IN_TIME = (408, 504)
"""Statuses by which whoever stands before a node says that it has waited in vain, too."""

_IDLE_SECONDS = 4.0
"""After which an idle connection is closed. Many servers close theirs after 5 (Node's and uvicorn's default): a request
that meets that is lost, and asked again costs one call more; one that nobody uses again would stay half closed."""

_UNREAD_BYTES = 2**16
"""Of an answer, decompressed: where twice as many wait to be read, no more are taken from the network."""


class RpcTransport:
    """Sends each request to the one real URL, and gives back complete, decompressed JSON bodies.

    Redirects are not followed, cookies not kept, `HTTP_PROXY` and `.netrc` not read. Nothing here waits for ever, but
    only as long as the caller does, who keeps the deadline.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = URL(url) if url.isprintable() else URL()
        except ValueError:
            parsed = URL()
        if parsed.scheme not in ("http", "https") or not parsed.host:
            # Not a word of the URL itself: it may hold a key even when it is malformed.
            raise ValueError("the Solana RPC's URL must start with http:// or https:// and name a host")
        self._url = parsed.with_user(None)
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
        }
        if parsed.user or parsed.password:
            login = f"{parsed.user or ''}:{parsed.password or ''}".encode()
            self._headers["Authorization"] = f"Basic {b64encode(login).decode('ascii')}"
        self._tls = _trusted_authorities() if parsed.scheme == "https" else True
        self._opened: aiohttp.ClientSession | None = None

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
        before = _BEFORE_SENDING.set(before_sending)
        try:
            async with self._session().post(self._url, data=content, allow_redirects=False) as response:
                _check_head(response)
                return await _read(response, max_body, on_large)
        except Fault as known:
            fault = known
        except TimeoutError:  # its own: what the caller's deadline raises in here is a cancellation
            fault = silent()
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError) as error:
            fault = unreachable(type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever a hostile answer makes a parser or a decoder raise
            fault = unusable(type(error).__name__)
        finally:
            _BEFORE_SENDING.reset(before)
        # Out here the fault has no context: nothing of what failed, and so no address, travels with it.
        try:
            raise fault
        finally:
            del fault  # it holds this frame: if the frame held it, both would wait for the garbage collector

    def _session(self) -> aiohttp.ClientSession:
        """All connections, of the running loop. How many there are is our caller's business: the rate limiter's."""
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=_PacedConnector(ssl=self._tls, limit=0, keepalive_timeout=_IDLE_SECONDS),
                headers=self._headers,
                skip_auto_headers=["User-Agent"],
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(),
                read_bufsize=_UNREAD_BYTES,
            )
        return self._opened

    async def aclose(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None


_BEFORE_SENDING: ContextVar[Callable[[], Awaitable[None]]] = ContextVar("before_sending")
"""Of the request under way: the session, which asks for connections, has no way to pass it on."""


class _PacedConnector(aiohttp.TCPConnector):
    """Holds a request back until it may be sent, once its connection stands."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the library's
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        try:
            await _BEFORE_SENDING.get()()
        except BaseException:
            connection.close()
            raise
        return connection


def _trusted_authorities() -> ssl.SSLContext:
    """Those that the operating system trusts."""
    if platform.system() == "Linux":
        return ssl.create_default_context()
    from truststore import SSLContext  # macOS and Windows keep theirs where OpenSSL does not look

    return SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _read(
    response: aiohttp.ClientResponse, max_body: int, on_large: Callable[[], Awaitable[object]]
) -> bytearray:
    body = bytearray()
    is_large = False
    async for piece in response.content.iter_any():
        if len(body) + len(piece) > max_body:
            body.clear()  # what is raised keeps this frame alive
            raise unusable(f"a body above {max_body} bytes")
        if not is_large and len(body) + len(piece) > LARGE_BODY:
            is_large = True
            await on_large()
        body += piece
        await asyncio.sleep(0)  # a few compressed bytes can be many pieces, which come without a pause
    return body


def _check_head(response: aiohttp.ClientResponse) -> None:
    status = response.status
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
