"""Armed answers: which request gets which, and how it is given (`/__mock__/answers`)."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

import pydantic_core
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backends.session_control import ArmedAnswer, SessionControl
from generated_models import ProblemCode
from server.contract import Contract
from server.mocking.declared import SOURCE_HEADER, DeclaredAnswers
from server.operations.validation_errors import rule_of
from server.problems import RequestRejected, show
from server.process.abort import abort
from server.reply import Reply

_MOST_BODY = 2**20
_LEAVING = 0.02
"""Seconds in which what was sent leaves this process, before the connection is closed under it."""


_OF_THE_SERVER = {"connection", "content-length", "date", "transfer-encoding", "x-backend", "x-request-id"}
"""Headers that frame an answer, or that each has once whatever was armed."""


class DeclaredAnswerRules:
    """`backends.session_control.AnswerRules`: what may be armed are answers that the contract declares."""

    def __init__(self, contract: Contract, declared: Mapping[str, DeclaredAnswers]) -> None:
        self._contract = contract
        self._declared = declared

    def check(self, answer: ArmedAnswer) -> None:
        """Raises `RequestRejected` (400)."""
        if answer.operation is not None and answer.operation not in self._declared:
            close = difflib.get_close_matches(answer.operation, self._declared, n=3, cutoff=0.5)
            hint = f", such as {' or '.join(close)}" if close else ""
            raise _rejected("operation", "choice", f"an operationId of the contract{hint}", answer.operation)
        if answer.body_given and answer.status is None:
            raise _rejected("status", "required", "a status for the body", None)
        if not (_has_outcome(answer) or answer.headers or answer.latency != (0, 0)):
            raise _rejected(
                "", "required", "something to answer: a status, an example, a body, headers, latency, drop", None
            )
        if (name := next((name for name in answer.headers if name.lower() in _OF_THE_SERVER), None)) is not None:
            raise _rejected(f"headers/{name}", "not_allowed", "no header that the server gives to each answer", name)
        if not answer.unchecked:
            self._check_declared(answer)

    def _check_declared(self, answer: ArmedAnswer) -> None:
        of = self._declared.values() if answer.operation is None else [self._declared[answer.operation]]
        if answer.status is not None:
            statuses = sorted({status for each in of for status in each.statuses})
            if answer.status not in statuses:
                raise _rejected("status", "choice", f"one of {', '.join(map(str, statuses))}", str(answer.status))
        if answer.example is not None:
            examples = sorted({name for each in of for name in each.examples(answer.status)})
            if answer.example not in examples:
                raise _rejected("example", "choice", f"one of {', '.join(examples) or 'none'}", answer.example)
        if answer.body_given and answer.status is not None:
            if answer.operation is None:
                raise _rejected("operation", "required", "the operation whose body it is, or unchecked", None)
            self._check_body(answer.body, self._declared[answer.operation].pointer(answer.status))

    def _check_body(self, body: Any, pointer: str | None) -> None:
        if pointer is None:
            raise _rejected("body", "not_allowed", "no body, or unchecked", None)
        validator = self._contract.schemas.at(pointer)
        if not validator.is_valid(body):
            error = next(validator.iter_errors(body))
            place = "".join(f"/{step}" for step in error.instance_path)
            raise _rejected(f"body{place}", rule_of(error), f"{error.message}; or unchecked", None)


class ArmedOperation:
    """One operation, whose requests may get armed answers."""

    def __init__(self, declared: DeclaredAnswers, control: SessionControl, app: ASGIApp, *, of_server: bool) -> None:
        """`of_server` operations (health) are affected only by answers that name them."""
        self._declared = declared
        self._control = control
        self._app = app
        self._of_server = of_server

    async def serve(
        self, candidates: Sequence[ArmedAnswer], session: str, scope: Scope, receive: Receive, send: Send
    ) -> str | None:
        """Answer a request for which these are armed; the id of the one that it got, if any."""
        body: Any = None
        if any(each.body_members for each in candidates):
            receive, body = await _peeked(receive)
        latency, chosen = 0.0, None
        for answer in candidates:
            if not self._fits(answer, scope, body) or (chosen is not None and _has_outcome(answer)):
                continue
            share = self._control.given(session, answer)
            if share is None:
                continue
            latency = max(latency, answer.latency[0] + share * (answer.latency[1] - answer.latency[0]))
            if chosen is None and (_has_outcome(answer) or answer.headers):
                chosen = answer
        if latency:
            await asyncio.sleep(latency)
        if chosen is None:
            await self._app(scope, receive, send)
            return None
        await self._give(chosen, session, scope, receive, send)
        return chosen.answer_id

    def _fits(self, answer: ArmedAnswer, scope: Scope, body: Any) -> bool:
        if answer.operation is None and (
            self._of_server or (answer.status is not None and answer.status not in self._declared.statuses)
        ):
            return False
        path: Mapping[str, str] = scope.get("path_params", {})
        if any(path.get(name) != value for name, value in answer.path.items()):
            return False
        if answer.query:
            query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            if any(value not in query.get(name, ()) for name, value in answer.query.items()):
                return False
        missing = object()
        members: Mapping[str, Any] = body if isinstance(body, dict) else {}
        return all(members.get(name, missing) == value for name, value in answer.body_members.items())

    async def _give(self, answer: ArmedAnswer, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        if answer.drop:
            await abort(scope, receive)
            return
        changed = _Changed(answer, send)
        try:
            reply = self._reply(answer, session, scope)
            if reply is None:
                await self._app(scope, receive, changed)
            else:
                await reply.send(changed, head=scope["method"] == "HEAD")
        except _BrokenOff:
            await asyncio.sleep(_LEAVING)
            await abort(scope, receive)

    def _reply(self, answer: ArmedAnswer, session: str, scope: Scope) -> Reply | None:
        """The answer in the backend's place; None where the backend answers."""
        status = answer.status
        if status is None and answer.example is not None:
            status = self._declared.examples(None).get(answer.example)
        if status is None:
            return None
        if answer.body_given:
            media_type = self._declared.media_type(status) or "application/json"
            body = pydantic_core.to_json(answer.body)
            if isinstance(answer.body, str) and "json" not in media_type:
                body = answer.body.encode()
            reply = Reply(status, body, media_type)
            reply.set(SOURCE_HEADER, "armed")
            return reply
        if status not in self._declared.statuses:
            reply = Reply(status)
            reply.set(SOURCE_HEADER, "armed")
            return reply
        example = answer.example if answer.example in self._declared.examples(status) else None
        seed = f"{self._control.seed(session)} {scope['path']}"
        return self._declared.reply(status, example, scope["request_id"], scope.get("path_params", {}), seed=seed)


class _BrokenOff(Exception):
    """Enough of the body was sent."""


class _Changed:
    """Sends an answer with an armed answer's headers, and breaks it off if that is what was armed."""

    def __init__(self, answer: ArmedAnswer, send: Send) -> None:
        self._headers = {name.lower().encode(): value.encode("latin-1") for name, value in answer.headers.items()}
        self._break_off = answer.break_off
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._headers:
            own = [(name, value) for name, value in message["headers"] if name not in self._headers]
            message["headers"] = [*own, *self._headers.items()]
        if message["type"] == "http.response.body" and self._break_off:
            body: bytes = message.get("body", b"")
            await self._send({**message, "body": body[: len(body) // 2], "more_body": True})
            raise _BrokenOff
        await self._send(message)


def _has_outcome(answer: ArmedAnswer) -> bool:
    return answer.status is not None or answer.example is not None or answer.drop or answer.break_off


async def _peeked(receive: Receive) -> tuple[Receive, Any]:
    """A `receive` that gives the request from its start, and the body as data (None: it is none, or very large)."""
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if not message.get("more_body") or size > _MOST_BODY:
            break
    rest = iter(messages)

    async def again() -> Message:
        return next(rest, None) or await receive()

    try:
        return again, pydantic_core.from_json(b"".join(each.get("body", b"") for each in messages))
    except ValueError:
        return again, None


def _rejected(place: str, rule: str, expected: str, got: str | None) -> RequestRejected:
    errors: Sequence[Mapping[str, str | None]] = [
        {
            "where": f"/body/{place}".rstrip("/"),
            "rule": rule,
            "expected": expected[:500],
            "got": None if got is None else show(got),
        }
    ]
    detail = f"{place or 'The body'}: expected {expected}."
    return RequestRejected(ProblemCode.validation_failed, detail, errors=errors, status=400)
