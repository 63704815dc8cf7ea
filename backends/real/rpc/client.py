"""JSON-RPC with every promise the port makes about failing: paced, retried a little, bounded, typed, and
silent about its URL.

No client library's methods are used: solana-py's raise what no caller expects (AttributeError, pyo3's PanicException)
when a server answers nonsense, look at no answer's id, and build the whole of what a stranger sends.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from itertools import count
from typing import Any, TypeVar

import msgspec

from backends.errors import ChainError, ChainRateLimited, ChainUnavailable
from backends.meter import NO_METER, Meter

from .faults import Fault, limited, no_result, silent, unknown_version, unreachable, unusable
from .limits import RpcLimits
from .rate_limit import Paused, RateLimiter, SendPermit
from .redaction import hide_url
from .retry_budget import RetryBudget
from .shapes import Reply
from .transport import RpcTransport

_log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

_TRIES = 3
_FIRST_BACKOFF = 0.4  # seconds; doubles, and jitter takes up to three quarters of it away
_LEAST_SHARE = 0.1  # of the deadline: with less left, asking again would only turn the reason into a timeout
_DECODED_ON_THE_LOOP = 256 * 1024
"""Bytes of an answer, at most: a few milliseconds. Larger ones are decoded in a thread."""
_MAX_VALUES = 1_000_000
"""In one answer, about. Twice what the token accounts of the largest wallet are; skipping so many takes 20 ms."""

# What providers use for "too many requests" inside an answer of status 200.
_LIMITED_CODES = frozenset({429, -32429})
# A node that is behind, or has not got the block yet; another one behind the same balancer may.
_PASSING_CODES = frozenset({-32004, -32005, -32014, -32016})
# JSON_RPC_SERVER_ERROR_UNSUPPORTED_TRANSACTION_VERSION
_UNKNOWN_VERSION = -32015


class RpcClient:
    """One set of connections and one budget, shared by all that read the chain in this process."""

    def __init__(self, url: str, limits: RpcLimits, meter: Meter = NO_METER) -> None:
        self._transport = RpcTransport(url)
        hide_url(url)
        self._limits = limits
        self._meter = meter
        self._rate_limiter = RateLimiter(limits.rps, limits.method_rps, limits.concurrency)
        self._retries = RetryBudget(limits.retry_share, limits.retry_advance, limits.retry_reserve)
        self._large_answers = asyncio.Semaphore(1)
        self._ids = count(1)

    async def call(
        self,
        method: str,
        params: list[Any],
        reply: type[Reply[T]],
        read: Callable[[T], R],
        calls: Counter[str],
        *,
        max_body: int | None = None,
    ) -> R:
        """What `read` makes of the result of one request, asked for again where that can help.

        Args:
            method: the RPC method.
            params: its parameters.
            reply: what the answer has to be. An answer without a result (`null`) is `ChainUnavailable`.
            read: makes of the result what the caller needs; may run in a thread. May raise `ChainUnavailable`.
            calls: counts every request that is sent.
            max_body: bytes of the answer, if other than `RpcLimits.max_body`.

        Raises:
            ChainError: and nothing else.
        """
        left = self._limits.timeout
        tries = 0
        self._retries.deposit()
        while True:
            try:
                async with self._rate_limiter.permit(method) as permit:
                    started = time.monotonic()
                    tries += 1
                    calls[method] += 1
                    outcome = "cancelled"
                    try:
                        async with asyncio.timeout(left):
                            answer = await self._attempt(method, params, reply, read, permit, max_body)
                        outcome = "ok"
                        return answer
                    except TimeoutError:
                        outcome = "chain_timeout"
                        raise silent() from None
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
                    self._rate_limiter.pause(method, min(fault.pause, self._limits.max_pause))
            in_time = left - wait > self._limits.timeout * _LEAST_SHARE
            if not again or not in_time or (is_retry and not self._retries.withdraw()):
                break
            _log.debug("asking %s again in %.2f s: %s", method, wait, error.detail)
            await asyncio.sleep(wait)
            left -= wait
        # Out here the error has no context, so nothing that might hold the URL travels with it.
        raise error

    async def _attempt(
        self,
        method: str,
        params: list[Any],
        reply: type[Reply[T]],
        read: Callable[[T], R],
        permit: SendPermit,
        max_body: int | None,
    ) -> R:
        number = next(self._ids)
        request = msgspec.json.encode({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        async with AsyncExitStack() as held:
            body = await self._transport.post(
                request,
                max_body=max_body or self._limits.max_body,
                before_sending=permit.wait_to_send,
                # One large answer at a time is read on and decoded, however many arrive: each takes its memory twice.
                on_large=partial(held.enter_async_context, self._large_answers),
            )
            decode = partial(_decode, body, reply, number, read)
            answer = await asyncio.to_thread(decode) if len(body) > _DECODED_ON_THE_LOOP else decode()
            del body, decode  # an exception keeps what its frames hold for as long as anybody keeps the exception
        if not isinstance(answer, Fault):
            return answer
        try:
            raise answer
        finally:
            del answer  # nor may it hold itself: that would wait for the garbage collector

    async def aclose(self) -> None:
        """Close all connections. Idempotent."""
        await self._transport.aclose()


def _decode(body: bytearray, reply: type[Reply[T]], number: int, read: Callable[[T], R]) -> R | Fault:
    """What an answer says, or what is wrong with it. Never raises: an exception would drag the answer along."""
    if body.count(b",") + body.count(b"[") > _MAX_VALUES:
        return unusable("it holds too much")
    try:
        answer = msgspec.json.decode(body, type=reply)
        if answer.error is not None:
            return _refusal(answer.error.code)
        if answer.id != number:
            return unusable("it answers another request")
        if answer.result is None:
            return no_result()
        return read(answer.result)
    except (msgspec.DecodeError, UnicodeError):
        return unusable("it is not what was asked for")
    except ChainUnavailable as error:
        return Fault(ChainUnavailable(error.detail))
    except Exception as error:  # noqa: BLE001 - what the authors of the layers below did not expect
        return unusable(type(error).__name__)


def _refusal(code: int) -> Fault:
    if code in _LIMITED_CODES:
        return limited(None)
    if code == _UNKNOWN_VERSION:
        return unknown_version()
    if code in _PASSING_CODES:
        return unreachable(f"JSON-RPC error {code}")
    return unusable(f"JSON-RPC error {code}")
