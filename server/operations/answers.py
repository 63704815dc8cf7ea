"""From a backend's answer to an HTTP answer, as the operation declares it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from time import time as wall_clock
from typing import Any, TypeAlias

from backends.answers import Answer, AnswerKind, Download, ServerEvent
from server.contract import Contract
from server.contract.model import Operation, Response
from server.draining import Draining
from server.operations.answer_validator import AnswerValidator, ContractViolation
from server.operations.entity_tags import content_tag, matched
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

Complete: TypeAlias = Callable[[Reply, Response], bool]
"""Adds to an answer, in place, what its schema requires and it lacks; whether there was anything to add."""


class Answers:
    """Makes the answers of one operation."""

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        validator: AnswerValidator,
        *,
        stream_seconds: float,
        draining: Draining | None = None,
        complete: Complete | None = None,
    ) -> None:
        """`stream_seconds` is how long a stream or a download may take. `complete` adds what the contract requires of
        an answer and the backend does not have yet.
        """
        self.validator = validator
        self._complete = complete
        self._operation = operation
        self._draining = draining or Draining()
        self._stream_seconds = stream_seconds
        self._reads = operation.method == "GET"
        success = operation.responses.get(200)
        tag = None if success is None else success.headers.get("ETag")
        self._tags_content = tag is not None and contract.schemas.at(tag.pointer).is_valid(content_tag(b"", 0))
        self.is_conditional = 304 in operation.responses
        """Whether the operation takes `If-None-Match`."""

    def reply(
        self, answer: Answer[Any], request: Mapping[str, Any], contexts: Sequence[Mapping[str, Any]] = ()
    ) -> Reply:
        """The finished answer to a request. Raises `ContractViolation`.

        `contexts` are what the operations in the validator's `context` answered, before the answer was made and after.
        """
        response = self.validator.declared(STATUS[answer.kind])
        body = answer.json()
        reply = Reply(response.status, body, response.media_type)
        if response.location is not None:
            reply.set("Location", response.location.render(answer.value, request["path"]))
        if answer.etag is not None:
            reply.set("ETag", answer.etag)
        elif self._tags_content:
            reply.set("ETag", content_tag(body, wall_clock()))
        for name, value in answer.headers.items():
            reply.set(name, value)
        if self._reads:
            reply.set(*_CACHE_CONTROL)
        try:
            self.validator.check(reply, request, contexts)
        except ContractViolation:
            if self._complete is None or not self._complete(reply, response):
                raise
            self.validator.check_schema(reply)  # what is made up keeps no relations
        return reply

    def conditional(self, reply: Reply, condition: str | None) -> Reply:
        """The answer to somebody with an `If-None-Match`: without the body, if it is the one that he has."""
        etag = reply.get("ETag")
        if not self.is_conditional or condition is None or etag is None or reply.status != 200:
            return reply
        known = matched(etag, condition)
        if known is None:
            return reply
        unchanged = Reply(304)
        unchanged.headers = [header for header in reply.headers if header[0] not in (b"content-type", b"etag")]
        unchanged.set("ETag", known)
        self.validator.check(unchanged)
        return unchanged

    def stream(self, answer: Answer[AsyncIterator[ServerEvent]]) -> EventStream:
        """The stream of an operation that declares one. Raises `ContractViolation`."""
        response = self.validator.declared(STATUS[answer.kind])
        head = Reply(response.status, b"", response.media_type)
        head.set(*_CACHE_CONTROL)
        head.set("X-Accel-Buffering", "no")  # nginx would hold events back
        return EventStream(answer.value, head.headers, seconds=self._stream_seconds, draining=self._draining)

    async def download(self, answer: Answer[Download]) -> DownloadStream:
        """The body of an operation that sends it piece by piece. Raises `ContractViolation`, and what the first piece
        raises.
        """
        response = self.validator.declared(STATUS[answer.kind])
        if answer.value.media_type not in response.media_types:
            sent, declared = answer.value.media_type, " or ".join(response.media_types)
            message = f"{response.status} is {sent}, which is not declared"
            raise ContractViolation(message, "/response/header/Content-Type", declared, sent, rule="media_type")
        head = Reply(response.status, b"", answer.value.media_type)
        for name, value in answer.headers.items():
            head.set(name, value)
        if self._reads:
            head.set(*_CACHE_CONTROL)
        self.validator.check_head(head, response)
        return await DownloadStream.begin(head, answer.value, seconds=self._stream_seconds)
