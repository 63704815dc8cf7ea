"""HTTP as far as the JSON-RPC client may see it: one address, bounded answers, failures as `Fault`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil
from typing import Any

import httpx2

from .faults import Fault, limited, silent, unreachable, unusable
from .limits import RpcLimits

PLACEHOLDER_URL = "http://solana-rpc/"
"""What every layer above believes to be the address, so that none of them can log, print or raise the real
one.
"""

before_writing: ContextVar[Callable[[], Awaitable[None]]] = ContextVar("before_writing")
"""What the caller wants to have awaited when a request's connection stands and its bytes are about to go out. (The
layers between the caller and the transport have no place for it.)
"""

# httpcore's names for the two writes of a request
_WRITES = frozenset({"http11.send_request_headers.started", "http11.send_request_body.started"})


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Sends each request to the one real URL, and gives back complete, decompressed JSON bodies with status
    200, or a `Fault`.

    Redirects are not followed, cookies not kept, `HTTP_PROXY` and `.netrc` not read, at most `max_body` bytes
    of a body ever held. A server silent for half the `timeout` is given up; the caller keeps the deadline for
    the whole.
    """

    def __init__(self, url: str, limits: RpcLimits) -> None:
        try:
            self._url = httpx2.URL(url)
        except (httpx2.InvalidURL, UnicodeError):
            self._url = httpx2.URL("")
        if self._url.scheme not in ("http", "https") or not self._url.host:
            # Not a word of the URL itself: it may hold a key even when it is malformed.
            raise ValueError("the Solana RPC's URL must start with http:// or https:// and name a host")
        self._max_body = limits.max_body
        self._headers = {"Host": self._url.netloc.decode("ascii"), "Accept-Encoding": "gzip"}
        if self._url.userinfo:
            login = f"{self._url.username}:{self._url.password}".encode()
            self._headers["Authorization"] = f"Basic {b64encode(login).decode('ascii')}"
        self._tls = httpx2.create_ssl_context(trust_env=False)
        self._idle: list[httpx2.AsyncHTTPTransport] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One attempt. Raises `Fault` and nothing else."""
        headers = httpx2.Headers(request.headers)
        headers.update(self._headers)
        there = httpx2.Request(
            request.method,
            self._url,
            headers=headers,
            stream=request.stream,
            extensions={**request.extensions, "trace": _tell_before_writing},
        )
        line = self._idle.pop() if self._idle else self._line()
        try:
            response = await line.handle_async_request(there)
            try:
                _check_head(response)
                body = await self._read(response)
            finally:
                await response.aclose()
        except Fault:
            raise
        except httpx2.TimeoutException:
            fault = silent()
        except httpx2.TransportError as error:
            fault = unreachable(type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever a hostile answer makes a decoder raise
            fault = unusable(type(error).__name__)
        else:
            return httpx2.Response(200, headers={"Content-Type": "application/json"}, content=body)
        finally:
            self._idle.append(line)
        # Out here the fault has no context: nothing of what failed, and so no address, travels with it.
        raise fault

    def _line(self) -> httpx2.AsyncHTTPTransport:
        """One connection. A pool of many looks at each of them at every request: at a few hundred, that is all it does.
        (How many there are is our caller's business: the pacer's.)
        """
        one = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
        return httpx2.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=one)

    async def _read(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for piece in response.aiter_bytes():  # decompressed, at most 1 MiB at a time
            if len(body) + len(piece) > self._max_body:
                raise unusable(f"a body above {self._max_body} bytes")
            body += piece
        return bytes(body)

    async def aclose(self) -> None:
        """Close all connections."""
        while self._idle:
            await self._idle.pop().aclose()


async def _tell_before_writing(event: str, _: dict[str, Any]) -> None:
    if event in _WRITES and (tell := before_writing.get(None)) is not None:
        await tell()


def _check_head(response: httpx2.Response) -> None:
    status = response.status_code
    if status == 429:
        raise limited(retry_after(response.headers.get("Retry-After")))
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
