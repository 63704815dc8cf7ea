"""Every way we know in which an RPC server goes wrong, by name, with what the port promises to raise for it."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from backends.errors import ChainError, ChainRateLimited, ChainTimeout, ChainUnavailable
from tests.support.scripted_rpc import Behaviour, Exchange


@dataclass(frozen=True)
class Fault:
    """A misbehaviour; `raises` is the error of a call that meets nothing else. `concerns` says which answers
    it changes at all.
    """

    behaviour: Behaviour
    raises: type[ChainError] = ChainUnavailable
    concerns: Callable[[str], bool] = lambda _: True


FAULTS: dict[str, Fault] = {}

_BOMB = gzip.compress(bytes(32 * 2**20), compresslevel=1)
"""32 MiB of nothing in a hundred and forty KiB; made here, so that no call's deadline pays for it."""


def _fault(raises: type[ChainError] = ChainUnavailable, *methods: str) -> Callable[[Behaviour], Behaviour]:
    def register(behaviour: Behaviour) -> Behaviour:
        name = getattr(behaviour, "__name__").strip("_")  # noqa: B009 - mypy does not know that it has one
        FAULTS[name] = Fault(behaviour, raises, lambda method: not methods or method in methods)
        return behaviour

    return register


# Statuses. Bodies and headers quote the request's path, as some gateways do: it may hold a key.


@_fault(ChainRateLimited)
async def limited(to: Exchange) -> None:
    await to.send(_echo(to), status="429 Too Many Requests")


@_fault(ChainRateLimited)
async def limited_for_an_hour(to: Exchange) -> None:
    await to.send(_echo(to), status="429 Too Many Requests", headers={"Retry-After": "3600"})


@_fault(ChainRateLimited)
async def limited_in_words(to: Exchange) -> None:
    await to.send(to.envelope(result=None, error={"code": 429, "message": f"slow down {to.request.path}"}))


@_fault(ChainRateLimited)
async def limited_until_nonsense(to: Exchange) -> None:
    await to.send(b"", status="429 Too Many Requests", headers={"Retry-After": "Mon, 99 Foo 99999 \xff"})


@_fault()
async def server_error(to: Exchange) -> None:
    await to.send(_echo(to), status="500 Internal Server Error", content_type="text/html")


@_fault(ChainTimeout)
async def gateway_timeout(to: Exchange) -> None:
    await to.send(_echo(to), status="504 Gateway Timeout", content_type="text/html")


@_fault()
async def forbidden(to: Exchange) -> None:
    await to.send(_echo(to), status="403 Forbidden")


@_fault()
async def no_content(to: Exchange) -> None:
    await to.send(b"", status="204 No Content")


@_fault()
async def redirect(to: Exchange) -> None:
    await to.send(b"", status="302 Found", headers={"Location": f"/elsewhere{to.request.path}"})


@_fault()
async def redirect_of_the_post(to: Exchange) -> None:
    await to.send(b"", status="308 Permanent Redirect", headers={"Location": "http://[bad"})


# Connections.


@_fault()
async def reset(to: Exchange) -> None:
    to.reset()


@_fault()
async def hang_up(to: Exchange) -> None:
    to.close()


@_fault()
async def cut_short(to: Exchange) -> None:
    await to.send(to.envelope()[:-3], length=len(to.envelope()))
    to.close()


@_fault(ChainTimeout)
async def hang(to: Exchange) -> None:
    await asyncio.Event().wait()


@_fault(ChainTimeout)
async def drip(to: Exchange) -> None:
    """A byte a second, for ever: no timeout between two bytes ever passes."""
    await to.send(b"", length=100_000)
    while True:
        to.writer.write(b" ")
        await to.writer.drain()
        await asyncio.sleep(0.1)  # a second is a tenth of the deadline of real life


@_fault(ChainTimeout)
async def drip_headers(to: Exchange) -> None:
    to.writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        to.writer.write(b"s")
        await to.writer.drain()
        await asyncio.sleep(0.1)


@_fault()
async def not_http(to: Exchange) -> None:
    to.writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    to.close()


@_fault()
async def endless_headers(to: Exchange) -> None:
    to.writer.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 999) for n in range(2000)))
    to.close()


@_fault()
async def bad_chunks(to: Exchange) -> None:
    to.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")
    to.close()


# Bodies.


@_fault()
async def html(to: Exchange) -> None:
    await to.send(b"<html>" + _echo(to) + b"</html>", content_type="text/html")


@_fault()
async def wrong_content_type(to: Exchange) -> None:
    await to.send(content_type="text/plain")


@_fault()
async def no_content_type(to: Exchange) -> None:
    await to.send(headers={"Content-Type": ""})


@_fault()
async def html_as_json(to: Exchange) -> None:
    await to.send(b"<html>" + _echo(to) + b"</html>")


@_fault()
async def empty(to: Exchange) -> None:
    await to.send(b"")


@_fault()
async def truncated_json(to: Exchange) -> None:
    await to.send(to.envelope()[: len(to.envelope()) // 2])


@_fault()
async def deep_json(to: Exchange) -> None:
    await to.send(b'{"jsonrpc":"2.0","id":1,"result":' + b"[" * 100_000)


@_fault()
async def invalid_utf8(to: Exchange) -> None:
    await to.send(b'{"jsonrpc":"2.0","id":1,"result":"\xff\xfe\xc0"}')


@_fault()
async def other_charset(to: Exchange) -> None:
    """A charset that would make nonsense of the bytes; the JSON is in UTF-16 indeed."""
    await to.send(to.envelope().decode().encode("utf-16"), content_type="application/json; charset=utf-16")


@_fault()
async def endless_body(to: Exchange) -> None:
    await to.send(b"", headers={"Transfer-Encoding": "chunked", "Content-Length": ""})
    while True:
        to.writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await to.writer.drain()


@_fault()
async def broken_gzip(to: Exchange) -> None:
    await to.send(b"\x1f\x8b\x08\x00 this is no gzip", headers={"Content-Encoding": "gzip"})


@_fault()
async def truncated_gzip(to: Exchange) -> None:
    packed = gzip.compress(to.envelope())
    await to.send(packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"})


@_fault()
async def gzip_bomb(to: Exchange) -> None:
    await to.send(_BOMB, headers={"Content-Encoding": "gzip"})


@_fault()
async def nested_gzip_bomb(to: Exchange) -> None:
    await to.send(gzip.compress(_BOMB), headers={"Content-Encoding": "gzip, gzip"})


@_fault()
async def unasked_compression(to: Exchange) -> None:
    await to.send(zlib.compress(to.envelope()), headers={"Content-Encoding": "br"})


# JSON-RPC.


@_fault()
async def wrong_id(to: Exchange) -> None:
    await to.send(to.envelope(id=to.id + 1))


@_fault()
async def id_of_another_type(to: Exchange) -> None:
    await to.send(to.envelope(id=str(to.id)))


@_fault()
async def no_id(to: Exchange) -> None:
    await to.send(to.envelope(id=None))


@_fault()
async def result_null(to: Exchange) -> None:
    await to.send(to.envelope(result=None))


@_fault()
async def result_of_another_type(to: Exchange) -> None:
    await to.send(to.envelope(result={"context": 1, "value": "no", "transaction": [], "meta": 0}))


@_fault()
async def a_number(to: Exchange) -> None:
    await to.send(b"7")


@_fault()
async def a_batch(to: Exchange) -> None:
    await to.send(b"[" + to.envelope() + b"]")


@_fault()
async def unknown_error(to: Exchange) -> None:
    await to.send(to.envelope(result=None, error={"code": -31999, "message": f"no {to.request.path}", "data": {}}))


@_fault()
async def enormous_error(to: Exchange) -> None:
    await to.send(to.envelope(result=None, error={"code": 10**4000, "message": None}))


@_fault()
async def malformed_error(to: Exchange) -> None:
    await to.send(to.envelope(error="boom"))


@_fault()
async def unhealthy_node(to: Exchange) -> None:
    await to.send(to.envelope(result=None, error={"code": -32005, "message": "Node is behind"}))


@_fault(ChainUnavailable, "getMultipleAccounts")
async def short_value(to: Exchange) -> None:
    if to.request.method == "getMultipleAccounts":
        to.result["value"].pop()
    await to.send()


@_fault(ChainUnavailable, "getMultipleAccounts")
async def long_value(to: Exchange) -> None:
    if to.request.method == "getMultipleAccounts":
        to.result["value"].append(None)
    await to.send()


_WITH_NUMBERS = ("getMultipleAccounts", "getTokenAccountsByOwner", "getSignaturesForAddress", "getTransaction")


@_fault(ChainUnavailable, *_WITH_NUMBERS)
async def numbers_beyond_int64(to: Exchange) -> None:
    """Every integer becomes 2^64-1: a u64, but no slot, no balance and no time."""
    await to.send(to.envelope(result=_map_numbers(to.result, lambda _: 2**64 - 1)))


@_fault(ChainUnavailable, *_WITH_NUMBERS)
async def numbers_as_text(to: Exchange) -> None:
    await to.send(to.envelope(result=_map_numbers(to.result, str)))


@_fault(ChainUnavailable, *_WITH_NUMBERS)
async def numbers_as_floats(to: Exchange) -> None:
    await to.send(to.envelope(result=_map_numbers(to.result, lambda number: number + 0.5)))


@_fault(ChainUnavailable, *_WITH_NUMBERS)
async def negative_numbers(to: Exchange) -> None:
    await to.send(to.envelope(result=_map_numbers(to.result, lambda number: -1 - number)))


def _echo(to: Exchange) -> bytes:
    return f"no such thing: {to.request.path}".encode()


def _map_numbers(value: Any, change: Callable[[int], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _map_numbers(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_map_numbers(item, change) for item in value]
    return change(value) if isinstance(value, int) and not isinstance(value, bool) else value
