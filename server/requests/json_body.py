"""A request's body: read within a limit, parsed once, refused where two readers could understand it differently."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

import pydantic_core
from starlette.types import Receive

from generated_models import ProblemCode
from server.problems import Refused

MAX_DEPTH = 32
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_KEY = re.compile(rb'"(?:[^"\\]|\\.)*+"(\s*+:)?+', re.DOTALL)


class Disconnected(Exception):
    """The client left before its request was whole."""


async def read_body(receive: Receive, *, declared_length: int | None, limit: int, seconds: float) -> bytes:
    """The raw body.

    Raises `Refused` (413) above `limit` bytes, as soon as that is known, `Disconnected`, and `TimeoutError` when the
    body is not whole after `seconds`, however it trickles.
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
    """The value of a JSON text. Raises `Refused` (400) for what RFC 8259 or I-JSON forbids, and for deep nesting."""
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _malformed("it starts with a byte order mark")
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_deep(raw):
        raise _malformed(f"it is nested more than {MAX_DEPTH} levels deep")
    try:
        value = pydantic_core.from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise _malformed(str(error)) from error
    members, numbers_fit = _measure(value)
    if not numbers_fit:
        raise _malformed("a number is too large")
    if members != sum(1 for match in _KEY.finditer(raw) if match[1] is not None):
        raise _malformed("an object has the same member twice")
    return value


def _is_deep(raw: bytes) -> bool:
    depth = 0
    for match in _TOKEN.finditer(raw):
        token = match[0]
        if token in (b"[", b"{"):
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif token in (b"]", b"}"):
            depth -= 1
    return False


def _measure(value: Any) -> tuple[int, bool]:
    """How many object members a value has in all, and whether all numbers are finite (1e400 parses as infinity)."""
    members, fit = 0, True
    for node in _nodes(value):
        if isinstance(node, dict):
            members += len(node)
        elif isinstance(node, float) and not isfinite(node):
            fit = False
    return members, fit


def _nodes(value: Any) -> Iterator[Any]:
    stack = [value]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def _malformed(why: str) -> Refused:
    return Refused(
        ProblemCode.malformed_json,
        f"The body can't be read as JSON: {why}.",
        errors=[{"where": "/body", "expected": "JSON in UTF-8, each member once", "got": None}],
    )


def _too_large(limit: int) -> Refused:
    # What is left of the body is not worth reading: the connection goes with the answer.
    return Refused(
        ProblemCode.payload_too_large,
        f"The body may have at most {limit} bytes.",
        headers={"Connection": "close"},
    )
