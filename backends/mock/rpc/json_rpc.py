"""JSON-RPC 2.0 as Solana's nodes speak it: one call or a batch, answered in bytes, and bounded."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic_core import from_json

from backends.errors import ChainError
from backends.mock.fault_injector import ChainRefused

_log = logging.getLogger(__name__)

Method = Callable[[list[Any]], Awaitable[Any]]
"""Makes a result of parameters. May raise `RpcError`; a `ChainError` passes through."""

MOST_CALLS = 100
"""In one batch."""
_MOST_BYTES = 32 * 1024 * 1024
"""Of a batch's answer, about: calls behind are refused."""

_PARSE_ERROR, _INVALID_REQUEST, _METHOD_NOT_FOUND, _INVALID_PARAMS, _INTERNAL = -32700, -32600, -32601, -32602, -32603


class RpcError(Exception):
    """An answer that is an error: its code, what it says, and more of it."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message} | ({} if data is None else {"data": data})


def invalid_params(message: str, data: Any = None) -> RpcError:
    """Parameters that can't be."""
    return RpcError(_INVALID_PARAMS, message, data)


class JsonRpc:
    """Some methods by name."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods

    async def answer(self, body: bytes) -> bytes:
        """The answer to a request's body; empty where nothing was asked (notifications).

        Raises `ChainError` where the world says that the chain fails.
        """
        try:
            request = from_json(body, allow_inf_nan=False)
        except ValueError:
            return _line(_failed(None, _PARSE_ERROR, "Parse error"))
        if not isinstance(request, list):
            answer = await self._one(request)
            return _line(answer) if answer else b""
        if not 0 < len(request) <= MOST_CALLS:
            return _line(_failed(None, _INVALID_REQUEST, "Invalid request"))
        answers: list[bytes] = []
        room = _MOST_BYTES
        for call in request:
            answer = (
                await self._one(call) if room > 0 else _failed(_id(call), _INTERNAL, "The batch's answer is too large")
            )
            if answer:
                answers.append(answer)
                room -= len(answer)
        return _line(b"[" + b",".join(answers) + b"]") if answers else b""

    async def _one(self, call: Any) -> bytes:
        number = _id(call)
        if not isinstance(call, dict) or not isinstance(call.get("method"), str) or number is _WRONG:
            return _failed(None, _INVALID_REQUEST, "Invalid request")
        if call.get("jsonrpc") != "2.0":
            return _failed(number, _INVALID_REQUEST, "Unsupported JSON-RPC protocol version")
        if "id" not in call:
            return b""
        method = self._methods.get(call["method"])
        if method is None:
            return _failed(number, _METHOD_NOT_FOUND, "Method not found")
        params = call.get("params")
        if not isinstance(params, list | None):
            return _failed(number, _INVALID_PARAMS, "`params` should be an array")
        try:
            result = await method(params or [])
        except RpcError as error:
            return _answer(error=error.error, id=number)
        except ChainRefused:
            return _failed(number, ChainRefused.rpc_code, "Internal error")
        except ChainError:  # a fault that the world injects: no answer of a node's, but of what stands before it
            raise
        except Exception:  # noqa: BLE001 - a node answers whatever comes
            _log.exception("%s failed", call["method"])
            return _failed(number, _INTERNAL, "Internal error")
        return _answer(result=result, id=number)


_WRONG = object()


def _id(call: Any) -> Any:
    """The number or the text by which a call wants its answer."""
    number = call.get("id") if isinstance(call, dict) else None
    if number is None or isinstance(number, str):
        return number
    return number if type(number) is int and 0 <= number < 2**64 else _WRONG


def _failed(number: Any, code: int, message: str) -> bytes:
    return _answer(error={"code": code, "message": message}, id=None if number is _WRONG else number)


def _answer(**members: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **members}, ensure_ascii=False, separators=(",", ":")).encode()


def _line(answer: bytes) -> bytes:
    return answer + b"\n"
