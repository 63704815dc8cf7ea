"""An operation of mock mode: it answers as a request's directives and session say, and what was served is recorded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backends.session_control import SESSION
from generated_models import ProblemCode
from server.contract.model import SERVER_TAG, Operation
from server.mocking.armed import ArmedOperation
from server.mocking.declared import SOURCE_HEADER, DeclaredAnswers
from server.mocking.directives import MockDirectives, bad_directive
from server.mocking.exchange import WITH_BODY, RecordedRequest
from server.operations.prefer import read_preferences
from server.problems import RequestRejected, problem_reply
from server.process.abort import abort
from server.reply import Reply

_SOURCE = SOURCE_HEADER.lower().encode()
_BY_BACKEND = (_SOURCE, b"backend")


class DirectedOperation:
    """An ASGI application around that of one operation."""

    def __init__(self, directives: MockDirectives, operation: Operation, app: ASGIApp) -> None:
        self._directives = directives
        self._operation = operation
        self._declared = DeclaredAnswers(operation, directives.contract)
        directives.declared[operation.id] = self._declared
        self._has_preferences = any(one.name == "Prefer" for one in operation.located("header"))
        of_server = operation.tag == SERVER_TAG
        self._app = app
        self._armed = ArmedOperation(self._declared, directives.session_control, app, of_server=of_server)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        session, prefer = None, []
        for key, value in scope["headers"]:
            if key == b"prefer":
                prefer.append(value)
            elif key == self._directives.header:
                session = value if session is None else session + b", " + value
        preferences = read_preferences(prefer) if prefer else {}
        values: dict[str, Any] = {}
        applied: dict[str, str] = {}
        reply: Reply | None = None
        record = RecordedRequest(self._operation, scope)

        def noting(message: Message) -> Awaitable[None]:  # no coroutine of its own: every message comes by
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if applied:
                    headers = _with_applied(headers, applied)
                for key, _ in headers:
                    if key == _SOURCE:
                        break
                else:
                    headers = [*headers, _BY_BACKEND]
                record.status = message["status"]
                record.answer_headers = message["headers"] = headers
            else:
                record.went_on(message.get("body", b""))
            return send(message)

        if scope["method"] in WITH_BODY:
            receive = record.reading(receive)
        name = ""
        try:
            name = "" if session is None else self._directives.session(session)
            SESSION.set(name)
            if preferences:
                values = self._directives.values(preferences, open_ended=self._has_preferences)
                self._check_choice(values)
                applied.update((key, preferences[key]) for key in preferences if key in values)
        except RequestRejected as error:
            reply, values = problem_reply(error, scope["request_id"]), {}
        if "delay" in values:
            await asyncio.sleep(values["delay"] / 1000)
        if "drop" in values:
            await abort(scope, receive)
        elif reply is not None:
            await reply.send(noting, head=scope["method"] == "HEAD")
        elif not values and not self._directives.session_control.armed(name, self._operation.id):
            await self._app(scope, receive, noting)
        else:
            record.armed = await self._serve(values, name, scope, receive, noting)
        record.preferences = tuple(applied)
        record.milliseconds = round((time.perf_counter() - started) * 1000)
        self._directives.session_control.served(name, record)

    async def _serve(
        self, values: dict[str, Any], session: str, scope: Scope, receive: Receive, send: Send
    ) -> str | None:
        """The id of the armed answer that was given, if any."""
        chosen: int | None = values.get("code")
        if "fail" in values:
            what = f"{self._operation.id} {scope['path']}"
            if self._directives.session_control.fails(session, what, values["fail"]):
                chosen = 503
                values.pop("example", None)
        if chosen is None and "example" in values:
            chosen = self._declared.examples(None)[values["example"]]
        if chosen is None:
            candidates = self._directives.session_control.armed(session, self._operation.id)
            if candidates:
                return await self._armed.serve(candidates, session, scope, receive, send)
            await self._app(scope, receive, send)
            return None
        if chosen in self._declared.statuses:
            reply = self._declared.reply(
                chosen,
                values.get("example"),
                scope["request_id"],
                scope.get("path_params", {}),
                seed=f"{self._directives.session_control.seed(session)} {scope['path']}",
            )
            await reply.send(send, head=scope["method"] == "HEAD")
        else:  # an operation that has no 503 of its own, asked to fail
            error = RequestRejected(ProblemCode.store_unavailable, "As Prefer asked.", headers={"Retry-After": "2"})
            await problem_reply(error, scope["request_id"]).send(send, head=scope["method"] == "HEAD")
        return None

    def _check_choice(self, values: dict[str, Any]) -> None:
        """Raises `RequestRejected` for a status or an example that the operation does not declare."""
        code = values.get("code")
        if code is not None and code not in self._declared.statuses:
            listed = ", ".join(map(str, self._declared.statuses))
            raise bad_directive(
                f"{self._operation.id} declares no {code}, but {listed}.", f"code=one of {listed}", f"code={code}"
            )
        name = values.get("example")
        if name is not None:
            known = self._declared.examples(code)
            if name not in known:
                listed = ", ".join(known) or "none"
                of = self._operation.id if code is None else f"{code} of {self._operation.id}"
                raise bad_directive(
                    f"{of} has no example {name}, but {listed}.", f"example=one of {listed}", f"example={name}"
                )


def _with_applied(headers: list[tuple[bytes, bytes]], applied: dict[str, str]) -> list[tuple[bytes, bytes]]:
    ours = [f"{name}={value}" if value else name for name, value in applied.items()]
    theirs = [value.decode("latin-1") for key, value in headers if key == b"preference-applied"]
    kept = [(key, value) for key, value in headers if key != b"preference-applied"]
    return [*kept, (b"preference-applied", ", ".join([*ours, *theirs]).encode("latin-1"))]
