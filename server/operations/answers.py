"""From a backend's answer to an HTTP answer, as the operation declares it; and the check that it really is so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from time import time as wall_clock
from typing import Any, TypeAlias

import pydantic_core

from backends.answers import Answer, AnswerKind, Download, ServerEvent
from generated_models import ProblemCode
from server.contract import Contract
from server.contract.expression_functions import shown
from server.contract.model import Operation, Response
from server.contract.relations import Exchanged, Violation
from server.draining import Draining
from server.operations.entity_tags import content_tag, matched
from server.operations.streams import DownloadStream, EventStream
from server.operations.validation_errors import rule_of
from server.problems import RequestRejected
from server.reply import Reply

STATUS: Mapping[AnswerKind, int] = {
    AnswerKind.OK: 200,
    AnswerKind.CREATED: 201,
    AnswerKind.ACCEPTED: 202,
    AnswerKind.EMPTY: 204,
}
"""The one table from an answer's kind to its status. The operation has to declare the status."""

_CACHE_CONTROL = ("Cache-Control", "private, no-cache")
_COMMON_HEADERS = {"X-Request-Id", "X-Backend"}
_MOST, _MOST_GOT = 500, 200
"""Characters of a `ProblemError`."""

Complete: TypeAlias = Callable[[Reply, Response], bool]
"""Adds to an answer, in place, what its schema requires and it lacks; whether there was anything to add."""


class ContractViolation(Exception):
    """An answer is not one that the contract declares. The message names the place, never the value; `errors` has both,
    as the contract's `ProblemError` objects, for whoever develops the backend.
    """

    def __init__(self, message: str, where: str, expected: str, got: str | None = None, *, rule: str) -> None:
        super().__init__(message)
        self._error = {
            "where": where[:_MOST],
            "rule": rule,
            "expected": expected[:_MOST],
            "got": got and got[:_MOST_GOT],
        }

    @property
    def told(self) -> RequestRejected:
        """The same as an error that tells its place to the client."""
        return RequestRejected(
            ProblemCode.internal_error, f"The answer breaks the contract: {self}.", errors=[self._error]
        )


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
        develops: bool = False,
    ) -> None:
        """`complete` adds what the contract requires of an answer and the backend does not have yet. `develops`: it
        is a developer's server, whose relations are checked too, and whose problems say where an answer breaks the
        contract. (In a real store unreadable records are passed over, and then a count is not what a list brings.)
        """
        self._complete = complete
        self._develops = develops
        self._relations = contract.relations
        self._operation = operation
        self._draining = draining or Draining()
        self._schemas = contract.schemas
        self._check = check
        self._stream_seconds = stream_seconds
        self._reads = operation.method == "GET"
        success = operation.responses.get(200)
        tag = None if success is None else success.headers.get("ETag")
        self._tags_content = tag is not None and contract.schemas.at(tag.pointer).is_valid(content_tag(b"", 0))
        self.is_conditional = 304 in operation.responses
        """Whether the operation takes `If-None-Match`."""

    @property
    def tells(self) -> bool:
        """Whether a problem says where an answer breaks the contract."""
        return self._develops

    @property
    def context(self) -> Mapping[str, str]:
        """Operations by the names under which relations of this operation's answers refer to what they answer now."""
        if not (self._check and self._develops):
            return {}
        named = {name for response in self._operation.responses.values() for name in self._relations.named(response)}
        return {name: operation for name, operation in self._relations.context.items() if name in named}

    def reply(
        self, answer: Answer[Any], request: Mapping[str, Any], contexts: Sequence[Mapping[str, Any]] = ()
    ) -> Reply:
        """The finished answer to a request. Raises `ContractViolation`.

        `contexts` are what the operations in `context` answered, before the answer was made and after.
        """
        response = self.declared(STATUS[answer.kind])
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
            self.check(reply, request, contexts)
        except ContractViolation:
            if self._complete is None or not self._complete(reply, response):
                raise
            self._check_shape(reply)  # what is made up keeps no relations
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
        self.check(unchanged)
        return unchanged

    def stream(self, answer: Answer[AsyncIterator[ServerEvent]]) -> EventStream:
        """The stream of an operation that declares one. Raises `ContractViolation`."""
        response = self.declared(STATUS[answer.kind])
        head = Reply(response.status, b"", response.media_type)
        head.set(*_CACHE_CONTROL)
        head.set("X-Accel-Buffering", "no")  # nginx would hold events back
        return EventStream(answer.value, head.headers, seconds=self._stream_seconds, draining=self._draining)

    async def download(self, answer: Answer[Download]) -> DownloadStream:
        """The body of an operation that sends it piece by piece. Raises `ContractViolation`, and what the first piece
        raises.
        """
        response = self.declared(STATUS[answer.kind])
        if answer.value.media_type not in response.media_types:
            sent, declared = answer.value.media_type, " or ".join(response.media_types)
            message = f"{response.status} is {sent}, which is not declared"
            raise ContractViolation(message, "/response/header/Content-Type", declared, sent, rule="media_type")
        head = Reply(response.status, b"", answer.value.media_type)
        for name, value in answer.headers.items():
            head.set(name, value)
        if self._reads:
            head.set(*_CACHE_CONTROL)
        self.check_head(head, response)
        return await DownloadStream.begin(head, answer.value, seconds=self._stream_seconds)

    def check(
        self,
        reply: Reply,
        request: Mapping[str, Any] | None = None,
        contexts: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Compare an answer with the contract, where that is switched on. Raises `ContractViolation`."""
        if not self._check:
            return
        body = self._check_shape(reply)
        response = self.declared(reply.status)
        if body is None or not self._develops or not self._relations.has(response):
            return
        # What depends on the clock is true at one moment between the contexts.
        broken: Violation | None = None
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in reply.headers}
        for context in contexts or ({},):
            exchanged = Exchanged(self._operation, request, reply.status, headers, body, context)
            broken = next(self._relations.violations(response, body, exchanged), None)
            if broken is None:
                return
        if broken is not None:
            message = f"{reply.status} breaks the relation {broken.name} at #{broken.where}"
            raise ContractViolation(
                message, f"/response/body{broken.where}", broken.text, broken.found, rule="mismatch"
            )

    def _check_shape(self, reply: Reply) -> Any:
        """An answer's data, if it has any. Raises `ContractViolation`."""
        response = self.declared(reply.status)
        sent, declared = reply.get("Content-Type"), response.media_type
        if sent != declared:
            raise ContractViolation(
                f"{reply.status} is {sent}, not {declared}",
                "/response/header/Content-Type",
                str(declared),
                sent,
                rule="media_type",
            )
        self.check_head(reply, response)
        if response.pointer is not None:
            value = pydantic_core.from_json(reply.body)
            validator = self._schemas.at(response.pointer)
            if not validator.is_valid(value):
                error = next(validator.iter_errors(value))
                place = "".join(f"/{step}" for step in error.instance_path)
                raise ContractViolation(
                    f"{reply.status} is not its schema: {error.kind.name} at #{place}",
                    f"/response/body{place}",
                    error.message,
                    shown(error.instance),
                    rule=rule_of(error),
                )
            return value
        if reply.body:
            raise ContractViolation(
                f"{reply.status} has a body",
                "/response/body",
                "no body",
                f"{len(reply.body)} bytes",
                rule="not_allowed",
            )
        return None

    def check_head(self, reply: Reply, response: Response) -> None:
        """Compare an answer's headers with the contract, where that is switched on. Raises `ContractViolation`."""
        if not self._check:
            return
        for name, header in response.headers.items():
            text = reply.get(name)
            if text is None:
                if header.required and name not in _COMMON_HEADERS:
                    raise ContractViolation(
                        f"{reply.status} lacks the header {name}",
                        f"/response/header/{name}",
                        "this header",
                        rule="required",
                    )
            elif not self._schemas.at(header.pointer).is_valid(int(text) if text.isdecimal() else text):
                raise ContractViolation(
                    f"{reply.status} has a header {name} that its schema refuses",
                    f"/response/header/{name}",
                    "what the contract says of this header",
                    text,
                    rule="pattern",
                )

    def declared(self, status: int) -> Response:
        """What the contract says of a status. Raises `ContractViolation` where that is nothing."""
        response = self._operation.responses.get(status)
        if response is None:
            declared = ", ".join(str(status) for status in self._operation.responses)
            raise ContractViolation(
                f"{status} is not declared", "/response/status", f"one of {declared}", str(status), rule="choice"
            )
        return response
