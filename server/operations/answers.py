"""From a backend's answer to an HTTP answer, as the operation declares it; and the check that it really is so."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeAlias

import pydantic_core
from pydantic import BaseModel

from backends.base import Answer, AnswerKind, Download, ServerEvent
from server.contract import Contract
from server.contract.model import Operation, Response
from server.draining import Draining
from server.operations.streams import DownloadStream, EventStream
from server.reply import Reply

STATUS: Mapping[AnswerKind, int] = {
    AnswerKind.OK: 200,
    AnswerKind.CREATED: 201,
    AnswerKind.ACCEPTED: 202,
    AnswerKind.EMPTY: 204,
}
"""The one table from an answer's kind to its status. The operation has to declare the status."""

_CACHE_CONTROL = ("Cache-Control", "private, no-cache")
_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e]*")')
_COMMON_HEADERS = {"X-Request-Id", "X-Backend"}

Complete: TypeAlias = Callable[[Reply, Response], bool]
"""Adds to an answer, in place, what its schema requires and it lacks; whether there was anything to add."""


class ContractViolation(Exception):
    """An answer is not one that the contract declares. The message names the place, never the value."""


class Answers:
    """Makes the answers of one operation."""

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        *,
        check: bool,
        stream_seconds: float,
        draining: Draining | None = None,
        complete: Complete | None = None,
    ) -> None:
        """`complete` adds what the contract requires of an answer and the backend does not have yet."""
        self._complete = complete
        self._operation = operation
        self._draining = draining or Draining()
        self._schemas = contract.schemas
        self._check = check
        self._stream_seconds = stream_seconds
        self._reads = operation.method == "GET"

    def reply(self, answer: Answer[Any], request: Mapping[str, Any]) -> Reply:
        """The finished answer to a request. Raises `ContractViolation`."""
        response = self._response(STATUS[answer.kind])
        if answer.etag is not None and self._unchanged(answer.etag, request["header"].get("If-None-Match")):
            reply = Reply(304)
        else:
            body = b"" if answer.value is None else _to_json(answer.value)
            reply = Reply(response.status, body, response.media_type)
            if response.location is not None:
                reply.set("Location", response.location.render(answer.value, request["path"]))
        if answer.etag is not None:
            reply.set("ETag", answer.etag)
        for name, value in answer.headers.items():
            reply.set(name, value)
        if self._reads:
            reply.set(*_CACHE_CONTROL)
        try:
            self.check(reply)
        except ContractViolation:
            if self._complete is None or not self._complete(reply, response):
                raise
            self.check(reply)
        return reply

    def stream(self, answer: Answer[AsyncIterator[ServerEvent]]) -> EventStream:
        """The stream of an operation that declares one. Raises `ContractViolation`."""
        response = self._response(STATUS[answer.kind])
        head = Reply(response.status, b"", response.media_type)
        head.set(*_CACHE_CONTROL)
        head.set("X-Accel-Buffering", "no")  # nginx would hold events back
        return EventStream(answer.value, head.headers, seconds=self._stream_seconds, draining=self._draining)

    async def download(self, answer: Answer[Download]) -> DownloadStream:
        """The body of an operation that sends it piece by piece. Raises `ContractViolation`, and what the first piece
        raises.
        """
        response = self._response(STATUS[answer.kind])
        if answer.value.media_type not in response.media_types:
            raise ContractViolation(f"{response.status} is {answer.value.media_type}, which is not declared")
        head = Reply(response.status, b"", answer.value.media_type)
        for name, value in answer.headers.items():
            head.set(name, value)
        if self._reads:
            head.set(*_CACHE_CONTROL)
        self.check_head(head, response)
        return await DownloadStream.begin(head, answer.value, seconds=self._stream_seconds)

    def check(self, reply: Reply) -> None:
        """Compare an answer with the contract, where that is switched on. Raises `ContractViolation`."""
        if not self._check:
            return
        response = self._response(reply.status)
        if reply.get("Content-Type") != response.media_type:
            raise ContractViolation(f"{reply.status} is {reply.get('Content-Type')}, not {response.media_type}")
        self.check_head(reply, response)
        if response.pointer is not None:
            value = pydantic_core.from_json(reply.body)
            validator = self._schemas.at(response.pointer)
            if not validator.is_valid(value):
                error = next(validator.iter_errors(value))
                place = "".join(f"/{step}" for step in error.instance_path)
                raise ContractViolation(f"{reply.status} is not its schema: {error.kind.name} at #{place}")
        elif reply.body:
            raise ContractViolation(f"{reply.status} has a body")

    def check_head(self, reply: Reply, response: Response) -> None:
        """Compare an answer's headers with the contract, where that is switched on. Raises `ContractViolation`."""
        if not self._check:
            return
        for name, header in response.headers.items():
            text = reply.get(name)
            if text is None:
                if header.required and name not in _COMMON_HEADERS:
                    raise ContractViolation(f"{reply.status} lacks the header {name}")
            elif not self._schemas.at(header.pointer).is_valid(int(text) if text.isdecimal() else text):
                raise ContractViolation(f"{reply.status} has a header {name} that its schema refuses")

    def _response(self, status: int) -> Response:
        response = self._operation.responses.get(status)
        if response is None:
            raise ContractViolation(f"{status} is not declared")
        return response

    def _unchanged(self, etag: str, condition: str | None) -> bool:
        """Whether the client has this version already (RFC 9110, 13.1.2: the comparison is the weak one)."""
        if condition is None or 304 not in self._operation.responses:
            return False
        return condition.strip() == "*" or etag.removeprefix("W/") in _ENTITY_TAG.findall(condition)


def _to_json(model: BaseModel) -> bytes:
    return model.__pydantic_serializer__.to_json(model)
