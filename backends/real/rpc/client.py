"""JSON-RPC with every promise the port makes about failing: paced, retried a little, bounded, typed, and
silent about its URL.

solana-py brings the request model and the HTTP provider. Its typed methods are not used, for they raise what
no caller expects (AttributeError, pyo3's PanicException) when a server answers nonsense, and neither is its
`send_rpc_request`, for it does not look at the answer's id. The provider's HTTP session is replaced by one
over `BoundedTransport`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from itertools import count
from typing import Any, Generic, Literal, TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from solana.rpc.async_http_provider import AsyncHTTPProvider
from solana.rpc.jsonrpc import JsonRpcRequest

from backends.errors import ChainError, ChainRateLimited
from backends.meter import NO_METER, Meter

from .faults import Fault, limited, silent, unreachable, unusable
from .limits import RpcLimits
from .pacing import Pacer, Paused, RetryBudget
from .redaction import hide_url
from .transport import PLACEHOLDER_URL, BoundedTransport, before_writing

log = logging.getLogger(__name__)

T = TypeVar("T")

_TRIES = 3
_FIRST_BACKOFF = 0.4  # seconds; doubles, and jitter takes up to three quarters of it away
_LEAST_SHARE = 0.1  # of the deadline: with less left, asking again would only turn the reason into a timeout

# What providers use for "too many requests" inside an answer of status 200.
_LIMITED_CODES = frozenset({429, -32429})
# A node that is behind, or has not got the block yet; another one behind the same balancer may.
_PASSING_CODES = frozenset({-32004, -32005, -32014, -32016})


class Shape(BaseModel):
    """The part of an answer that we read, of exactly the declared types. The rest may be anything."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class RpcErrorObject(Shape):
    """Only the number: the message is a stranger's text and may quote the request's URL."""

    code: int = Field(ge=-(2**63), lt=2**63)  # a stranger's number, which goes into messages


class Reply(Shape, Generic[T]):
    """An answer to one request: a result or an error."""

    jsonrpc: Literal["2.0"]
    id: int | str | None = None
    result: T | None = None
    error: RpcErrorObject | None = None


class RpcClient:
    """One connection pool and one budget, shared by all that read the chain in this process."""

    def __init__(self, url: str, limits: RpcLimits, meter: Meter = NO_METER) -> None:
        transport = BoundedTransport(url, limits)
        hide_url(url)
        self._limits = limits
        self._meter = meter
        self._pacer = Pacer(limits.rps, limits.method_rps, limits.concurrency)
        self._retries = RetryBudget(limits.retry_share, limits.retry_advance, limits.retry_reserve)
        self._ids = count(1)
        self._provider = AsyncHTTPProvider(PLACEHOLDER_URL, http2=False, max_transport_retries=0)
        self._provider.session = httpx2.AsyncClient(
            transport=transport, timeout=limits.timeout / 2, follow_redirects=False, trust_env=False
        )

    async def call(self, method: str, params: list[Any], reply: type[Reply[T]], calls: Counter[str]) -> T:
        """The result of one request, asked for again where that can help; raises `ChainError`, nothing else.

        Every request that is sent is counted in `calls`. An answer without a result (`null`) is
        `ChainUnavailable`.
        """
        left = self._limits.timeout
        tries = 0
        self._retries.earn()
        while True:
            try:
                async with self._pacer.turn(method) as departure:
                    before_writing.set(departure.leave)
                    started = time.monotonic()
                    tries += 1
                    calls[method] += 1
                    outcome = "cancelled"
                    try:
                        answer = await self._attempt(method, params, reply, left)
                        outcome = "ok"
                        return answer
                    except Fault as fault:
                        outcome = fault.error.code.value
                        raise
                    finally:
                        seconds = time.monotonic() - started
                        left -= seconds
                        self._meter.rpc_request(method, outcome, seconds)
            except Paused as paused:
                error: ChainError = ChainRateLimited(retry_after=paused.seconds)
                wait, again, is_retry = paused.seconds, True, False  # nothing was sent
            except Fault as fault:
                error, again, is_retry = fault.error, fault.again and tries < _TRIES, True
                wait = fault.pause or _FIRST_BACKOFF * 2 ** (tries - 1) * random.uniform(0.25, 1)
                if fault.pause:
                    self._pacer.pause(method, min(fault.pause, self._limits.max_pause))
            in_time = left - wait > self._limits.timeout * _LEAST_SHARE
            if not again or not in_time or (is_retry and not self._retries.spend()):
                break
            log.debug("asking %s again in %.2f s: %s", method, wait, error.detail)
            await asyncio.sleep(wait)
            left -= wait
        # Out here the error has no context, so nothing that might hold the URL travels with it.
        raise error

    async def _attempt(self, method: str, params: list[Any], reply: type[Reply[T]], seconds: float) -> T:
        request = JsonRpcRequest(id=next(self._ids), method=method, params=params)
        try:
            async with asyncio.timeout(seconds):
                text = await self._provider.make_request_unparsed(request)
            answer = reply.model_validate_json(text)
        except TimeoutError:
            raise silent() from None
        except ValidationError:
            raise unusable("it is not what was asked for") from None
        except (Fault, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - what the authors of the layers below did not expect
            raise unusable(type(error).__name__) from None
        if answer.error is not None:
            raise _refusal(answer.error.code)
        if answer.id != request.id:
            raise unusable("it answers another request")
        if answer.result is None:
            raise unusable("it has no result")
        return answer.result

    async def aclose(self) -> None:
        """Close all connections. Idempotent."""
        await self._provider.close()


def _refusal(code: int) -> Fault:
    if code in _LIMITED_CODES:
        return limited(None)
    if code in _PASSING_CODES:
        return unreachable(f"JSON-RPC error {code}")
    return unusable(f"JSON-RPC error {code}")
