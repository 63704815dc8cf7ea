"""One request's way through an operation: parse, validate, call the backend, answer."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from backends.answers import Answer, Download
from backends.errors import BackendError
from backends.problem_rules import rule_of_model
from backends.request_context import CALLER, Caller
from server.contract import Contract
from server.contract.json_pointer import escape
from server.contract.model import Operation
from server.operations.answer_validator import ContractViolation
from server.operations.answers import Answers
from server.operations.json_body import Disconnected
from server.operations.request_reader import RequestReader
from server.operations.response_cache import ResponseCache
from server.operations.signature_check import EVENTS, MatchedMethod, UnknownChoice
from server.operations.streams import DownloadStream, EventStream
from server.operations.validation_errors import validation_failed
from server.problems import TABLE, RequestRejected, problem_reply
from server.reply import Reply

logger = logging.getLogger(__name__)


Authenticate: TypeAlias = Callable[[Scope, Operation], Awaitable[Caller]]
"""Establishes who asks, before anything else is looked at. Raises `RequestRejected` (401 or 403). For contracts that
`server.access.guard` does not guard.
"""

Fallback: TypeAlias = Callable[[Scope, Mapping[str, Any]], Reply]
"""Answers a validated request in the backend's place."""

ContextSource: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
"""What other operations answer now, by the names that relations have for them."""


class ValidatingEndpoint(ABC):
    """The ASGI application of one operation, up to a request that the contract allows; subclasses answer it."""

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        answers: Answers,
        *,
        backend_name: str,
        body_limit: int,
        request_seconds: float,
    ) -> None:
        self._operation = operation
        self._reader = RequestReader(operation, contract, body_limit=body_limit, request_seconds=request_seconds)
        self._answers = answers
        self._backend_name = backend_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Every error ends here, as a problem."""
        scope["backend"] = self._backend_name
        head = scope["method"] == "HEAD"
        try:
            reply = await self._answer(scope, receive)
        except Disconnected:
            return
        except Exception as error:  # noqa: BLE001 (the last stop: logged in full, told to nobody)
            reply = self._problem(error, scope["request_id"])
        if isinstance(reply, Reply):
            await reply.send(send, head=head)
        else:
            await reply.send(receive, send, head=head)

    @abstractmethod
    async def _answer(self, scope: Scope, receive: Receive) -> Reply | EventStream | DownloadStream:
        """The answer to a request, whose `_read` is the first thing to do. Raises what `problem_reply` knows."""

    async def _read(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """The request as `{path, query, header, body}`, as the contract allows it. Raises `RequestRejected`."""
        return await self._reader.read(scope, receive)

    def _problem(self, error: Exception, request_id: str) -> Reply:
        match error:
            case ContractViolation():
                logger.error("%s: %s", self._operation.id, error)
                error = self._answers.validator.shown_to_client(error)
            case BackendError() if TABLE[error.code].status >= 500:
                logger.warning("%s: %s: %s", self._operation.id, error.code.value, error.detail)
            case BackendError() | RequestRejected():
                pass
            case _:
                logger.error("%s failed", self._operation.id, exc_info=error)
        reply = problem_reply(error, request_id)
        if self._operation.method == "GET":
            reply.set("Cache-Control", "private, no-cache")
        try:
            self._answers.validator.check(reply)
        except ContractViolation as violation:
            logger.error("%s: %s", self._operation.id, violation)
            return problem_reply(self._answers.validator.shown_to_client(violation), request_id)
        return reply


class Endpoint(ValidatingEndpoint):
    """An operation that a backend answers."""

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        method: MatchedMethod,
        answers: Answers,
        *,
        authenticate: Authenticate | None = None,
        cache: ResponseCache | None = None,
        fallback: Fallback | None = None,
        context: ContextSource | None = None,
        **limits: Any,
    ) -> None:
        """`fallback` answers requests with a choice that the backend does not know. `context` has what the relations of
        the answers refer to.
        """
        super().__init__(operation, contract, answers, **limits)
        self._fallback = fallback
        self._context = context
        self._method = method
        self._authenticate = authenticate
        self._cache = cache

    async def _answer(self, scope: Scope, receive: Receive) -> Reply | EventStream | DownloadStream:
        if self._authenticate is not None:
            CALLER.set(await self._authenticate(scope, self._operation))
        cache = self._cache
        key = cache.key(scope) if cache is not None else None
        if cache is None or key is None:
            return await self._made(scope, receive)
        reply = cache.get(key) or await cache.awaited(key)
        if reply is None:
            with cache.making(key) as made:
                return await self._made(scope, receive, made)
        if self._answers.is_conditional:
            for name, _ in scope["headers"]:
                if name == b"if-none-match":
                    return self._answers.conditional(reply, _condition(await self._read(scope, receive)))
        return reply

    async def _made(
        self, scope: Scope, receive: Receive, made: Callable[[Reply], None] | None = None
    ) -> Reply | EventStream | DownloadStream:
        """The answer to a request, made anew; `made` is called with one that is as good for others."""
        request = await self._read(scope, receive)
        try:
            arguments = self._method.arguments(request)
        except ValidationError as error:
            raise _from_pydantic(error) from error
        except UnknownChoice:
            if self._fallback is None:
                raise
            return self._fallback(scope, request)
        before = await self._context() if self._context is not None else {}
        answer: Answer[Any] = await self._method.method(**arguments)
        if self._method.returns == EVENTS:
            return self._answers.stream(answer)
        if self._method.returns is Download:
            return await self._answers.download(answer)
        after = await self._context() if self._context is not None else {}
        reply = self._answers.reply(answer, request, (after, before))
        if made is not None and answer.cacheable:
            made(reply)
        return self._answers.conditional(reply, _condition(request))


def _condition(request: Mapping[str, Any]) -> str | None:
    condition: str | None = request["header"].get("If-None-Match")
    return condition


def _from_pydantic(error: ValidationError) -> RequestRejected:
    """What the models refuse beyond JSON Schema; the values are left out."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return validation_failed(
        [
            {
                "where": "/body" + "".join(f"/{escape(str(step))}" for step in item["loc"]),
                "rule": rule_of_model(item["type"]).value,
                "expected": item["msg"],
                "got": None,
            }
            for item in found
        ]
    )
