"""A backend that answers every operation with the contract's own example: enough to test the server alone."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from pydantic import BaseModel

from backends.answers import Answer, AnswerKind, Download, ServerEvent
from backends.base import WalletBackend
from backends.request_context import CALLER, GIVEN_ARGUMENTS, Caller
from server.contract import Contract, load_contract
from server.contract.model import Operation, Response
from server.contract.relations import Relations
from server.operations.answers import STATUS

M = TypeVar("M", bound=BaseModel)

ETAG = '"3.17.fff"'
CONTRACT: Contract = replace(load_contract())  # a copy of its own: whoever loads the contract shares one


class _NoRelations(Relations):
    """An example is no answer to the request that came: what relates the two does not hold."""

    def named(self, response: Response) -> frozenset[str]:
        return frozenset()

    def has(self, response: Response) -> bool:
        return False


CONTRACT.__dict__["relations"] = _NoRelations(CONTRACT.document, CONTRACT.schemas, CONTRACT.operations)
OPERATIONS = {operation.id: operation for operation in CONTRACT.operations}
_DOWNLOADS = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


def example(operation_id: str, status: int, model: type[M]) -> M:
    return model.model_validate(next(iter(OPERATIONS[operation_id].responses[status].examples.values())))


class ExampleBackend:
    """`calls` keeps what came; `raises` and `answers` (by method name) go before the examples.

    Its operations are those of the port, with the port's signatures: they are added below.
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, name: str = "mock") -> None:
        self._name = name
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.raises: dict[str, Exception] = {}
        self.answers: dict[str, Answer[Any]] = {}
        self.events: list[ServerEvent] = [ServerEvent("progress", '{"a":1}', "1"), ServerEvent("done", "{}", "2")]
        self.pieces: list[bytes | Exception] = [b"wallet_address\r\n", b"one\r\n"]
        self.lifecycle: list[str] = []
        self.closed_streams = 0
        self.callers: list[Caller] = []
        self.given: list[frozenset[str] | None] = []

    @property
    def name(self) -> str:
        return self._name

    async def start(self) -> None:
        self.lifecycle.append("start")

    async def ready(self) -> None:
        if "ready" in self.raises:
            raise self.raises["ready"]

    async def aclose(self) -> None:
        self.lifecycle.append("close")

    def answer(self, operation: Operation, arguments: dict[str, Any], value_type: Any) -> Answer[Any]:
        """What an operation answers to these arguments; `value_type` is what the port says it holds."""
        method = operation.method_name
        self.callers.append(CALLER.get())
        self.given.append(GIVEN_ARGUMENTS.get())
        self.calls.append((method, arguments))
        if method in self.raises:
            raise self.raises[method]
        if method in self.answers:
            return self.answers[method]
        status = max(status for status in operation.responses if status < 300)
        kind = next(kind for kind in AnswerKind if STATUS[kind] == status)
        if value_type is type(None):
            return Answer(kind, None)
        if value_type is Download:
            form = arguments["format"].value
            headers = {"Content-Disposition": f'attachment; filename="wallets.{form}"'}
            return Answer(kind, Download(_DOWNLOADS[form], self._pieces()), headers=headers)
        if not (inspect.isclass(value_type) and issubclass(value_type, BaseModel)):
            return Answer(kind, self._stream())
        tag = operation.responses[status].headers.get("ETag")
        etag = ETAG if tag is not None and CONTRACT.schemas.at(tag.pointer).is_valid(ETAG) else None
        return Answer(kind, example(operation.id, status, value_type), etag)

    async def _stream(self) -> AsyncIterator[ServerEvent]:
        try:
            for event in self.events:
                yield event
        finally:
            self.closed_streams += 1

    async def _pieces(self) -> AsyncIterator[bytes]:
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed_streams += 1


def _example_of(operation: Operation) -> Callable[..., Awaitable[Answer[Any]]]:
    port = getattr(WalletBackend, operation.method_name)
    (value_type,) = get_args(get_type_hints(port)["return"])

    @functools.wraps(port)
    async def method(self: ExampleBackend, **arguments: Any) -> Answer[Any]:
        return self.answer(operation, arguments, value_type)

    return method


for _operation in CONTRACT.operations:
    if hasattr(WalletBackend, _operation.method_name):
        setattr(ExampleBackend, _operation.method_name, _example_of(_operation))
