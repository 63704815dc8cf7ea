"""A request's body: read within a limit, parsed once, refused where two readers could understand it differently."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from math import isfinite
from typing import Any, NoReturn

from starlette.types import Receive

from generated_models import ProblemCode
from server.problems import RequestRejected

MAX_DEPTH = 32


class Disconnected(Exception):
    """The client left before its request was whole."""


async def read_body(receive: Receive, *, declared_length: int | None, limit: int, seconds: float) -> bytes:
    """The raw body.

    Args:
        receive: of the request.
        declared_length: `Content-Length`, in bytes; None for a chunked body.
        limit: bytes that a body may have.
        seconds: in which it has to be whole, however it trickles.

    Raises:
        RequestRejected: (413) above the limit, as soon as that is known.
        Disconnected: when the client leaves.
        TimeoutError: when it takes longer.
    """
    async with asyncio.timeout(seconds):
        return await _read_body(receive, declared_length, limit)


async def _read_body(receive: Receive, declared_length: int | None, limit: int) -> bytes:
    if declared_length is not None and declared_length > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def parse_json(raw: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        RequestRejected: (400) for what RFC 8259 or I-JSON forbids (members twice, lone surrogates), for numbers that no
            float holds, and for more than `MAX_DEPTH` levels of nesting.
    """
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _malformed("it starts with a byte order mark")
    try:
        value = _DECODER.decode(raw.decode())
        _check(value)
    except UnicodeError as error:
        raise _malformed("it is not text in UTF-8") from error
    except RecursionError as error:
        raise _malformed(_TOO_DEEP) from error
    except ValueError as error:
        raise _malformed(str(error)) from error
    return value


_TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"


def _once(members: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("an object has the same member twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _integer(digits: str) -> int:
    if len(digits) > 4300:  # as Python has it: converting takes quadratic time
        raise ValueError("a number is too large")
    return int(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_integer)


def _check(value: Any) -> None:
    """Raises `ValueError` for what the decoder lets through: infinity (1e400), lone surrogates, deep nesting."""
    level = [value]
    for depth in range(MAX_DEPTH + 2):
        if not level:
            return
        deeper: list[Any] = []
        for node in level:
            if isinstance(node, str):
                node.encode()
            elif isinstance(node, dict):
                deeper.extend(node)
                deeper.extend(node.values())
            elif isinstance(node, list):
                deeper.extend(node)
            elif isinstance(node, float) and not isfinite(node):
                raise ValueError("a number is too large")
        if depth == MAX_DEPTH and any(isinstance(node, dict | list) for node in level):
            break
        level = deeper
    raise ValueError(_TOO_DEEP)


def _malformed(why: str) -> RequestRejected:
    return RequestRejected(
        ProblemCode.malformed_json,
        f"The body can't be read as JSON: {why}.",
        errors=[{"where": "/body", "rule": "malformed", "expected": "JSON in UTF-8, each member once", "got": None}],
    )


def _too_large(limit: int) -> RequestRejected:
    # What is left of the body is not worth reading: the connection goes with the answer.
    return RequestRejected(
        ProblemCode.payload_too_large,
        f"The body may have at most {limit} bytes.",
        headers={"Connection": "close"},
    )
