"""What mock mode adds to every operation: sessions, the directives of `Prefer`, and a record of what was served.

The contract documents it under `x-mock-prefer` and `x-mock-session`; their schemas are the ones applied here.
"""

from __future__ import annotations

import asyncio
import difflib
import time
from typing import Any
from urllib.parse import unquote, unquote_plus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backends.session_control import SESSION, SessionControl
from generated_models import ProblemCode
from server.contract import Contract
from server.contract.json_pointer import tokens
from server.contract.model import Operation
from server.mocking.armed import ArmedOperation, DeclaredAnswerRules
from server.mocking.declared import SOURCE_HEADER, DeclaredAnswers
from server.mocking.exchange import RecordedRequest
from server.operations.prefer import read_preferences
from server.operations.secret_detection import SecretSearch
from server.operations.validation_errors import describe
from server.problems import RequestRejected, problem_reply, show
from server.process.abort import abort
from server.reply import Reply

OF_SERVER = "server"
"""The contract's tag for operations about the process itself."""

_PREFER = "/x-mock-prefer"
_SESSION = "/x-mock-session/schema"
_VALUED = ("code", "example", "delay", "fail")
_OURS = (*_VALUED, "drop")
_SOURCE = SOURCE_HEADER.lower().encode()
_BY_BACKEND = (_SOURCE, b"backend")
_STANDARD = ("wait", "respond-async", "return", "handling")
"""Those of RFC 7240, which may be passed over."""
_MOST_HARMLESS = 2000
_LONGEST_PATH = 500  # characters of a path or a query that are remembered


def session_header(contract: Contract) -> str:
    """The header that names a session."""
    name: str = contract.document["x-mock-session"]["header"]
    return name


class MockDirectives:
    """Wraps the operations of one contract."""

    def __init__(self, contract: Contract, session_control: SessionControl) -> None:
        self.contract = contract
        self.session_control = session_control
        self._header = session_header(contract)
        self.header = self._header.lower().encode()
        self._harmless: set[bytes] = set()
        self.declared: dict[str, DeclaredAnswers] = {}
        self.rules = DeclaredAnswerRules(contract, self.declared)

    def around(self, operation: Operation, app: ASGIApp) -> ASGIApp:
        """The operation, under the directives of its requests."""
        return _DirectedOperation(self, operation, app)

    def session(self, raw: bytes) -> str:
        """A session's name. Raises `RequestRejected` (400)."""
        name = raw.decode("latin-1")
        schemas = self.contract.schemas
        if not schemas.at(_SESSION).is_valid(name):
            schema = schemas.node(tokens(_SESSION))
            expected = f"{describe(schema, schemas)} that matches {schema['pattern']}"
            raise _refused(
                f"A session's name is {expected}.", expected, name, f"/header/{self._header}", rule="pattern"
            )
        return name

    def values(self, preferences: dict[str, str], *, open_ended: bool) -> dict[str, Any]:
        """The directives among the preferences, typed. Raises `RequestRejected` (400), also for what is no preference
        that anybody knows, unless `open_ended`: the operation has preferences of its own.
        """
        found: dict[str, Any] = {}
        for name in preferences:
            if name not in _OURS and name not in _STANDARD and not open_ended:
                close = difflib.get_close_matches(name, _OURS, n=1)
                hint = f"; did you mean {close[0]}?" if close else ""
                known = ", ".join(_OURS)
                raise _refused(
                    f"There is no directive {show(name)}, but {known}{hint}",
                    f"one of {known}{hint}",
                    name,
                    rule="unknown",
                )
        for name in _OURS:
            if name in preferences:
                text = preferences[name]
                value: Any = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text
                if name == "drop":
                    if text:
                        raise _refused(
                            f"drop takes no value, but {show(text)} was given.", "drop", f"drop={show(text)}"
                        )
                else:
                    if name == "example":
                        value = text
                    self._check(f"{_PREFER}/{name}/schema", value, f"{name}={text}", "/header/Prefer", name)
                found[name] = value
        return found

    def is_harmless(self, raw: bytes) -> bool:
        """Whether no secret is in a path or a query. The same come again and again; only harmless ones are kept."""
        if raw in self._harmless:
            return True
        search, text = SecretSearch(), raw.decode("latin-1")
        if search.is_secret(unquote_plus(text)) or ("+" in text and search.is_secret(unquote(text))):
            return False
        if len(self._harmless) >= _MOST_HARMLESS:
            self._harmless.clear()
        if len(raw) <= _LONGEST_PATH:
            self._harmless.add(raw)
        return True

    def _check(self, pointer: str, value: Any, got: str, where: str, name: str = "") -> None:
        schemas = self.contract.schemas
        if not schemas.at(pointer).is_valid(value):
            expected = f"{name and name + '='}{describe(schemas.node(tokens(pointer)), schemas)}"
            raise _refused(
                f"{where.rpartition('/')[2]} does not fit: expected {expected}.", expected, got, where, rule="pattern"
            )


class _DirectedOperation:
    """One operation."""

    def __init__(self, directives: MockDirectives, operation: Operation, app: ASGIApp) -> None:
        self._directives = directives
        self._operation = operation
        self._declared = DeclaredAnswers(operation, directives.contract)
        directives.declared[operation.id] = self._declared
        self._has_preferences = any(one.name == "Prefer" for one in operation.located("header"))
        of_server = operation.tag == OF_SERVER
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
        record = RecordedRequest(self._operation.id, scope)

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if applied:
                    headers = _with_applied(headers, applied)
                if _SOURCE not in [key for key, _ in headers]:
                    headers = [*headers, _BY_BACKEND]
                message["headers"] = headers
                record.begun(message["status"], headers)
            else:
                record.went_on(message.get("body", b""))
            await send(message)

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
            await self._app(scope, record.reading(receive), noting)
        else:
            record.armed = await self._serve(values, name, scope, record.reading(receive), noting)
        record.preferences = tuple(applied)
        record.milliseconds = round((time.perf_counter() - started) * 1000)
        record.path, record.query = self._place(scope, refused=record.refused)
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
            raise _refused(
                f"{self._operation.id} declares no {code}, but {listed}.", f"code=one of {listed}", f"code={code}"
            )
        name = values.get("example")
        if name is not None:
            known = self._declared.examples(code)
            if name not in known:
                listed = ", ".join(known) or "none"
                of = self._operation.id if code is None else f"{code} of {self._operation.id}"
                raise _refused(
                    f"{of} has no example {name}, but {listed}.", f"example=one of {listed}", f"example={name}"
                )

    def _place(self, scope: Scope, *, refused: bool) -> tuple[str, str]:
        """Path and query as they are remembered. What was refused is not kept: it may be what must not be."""
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        raw_query: bytes = scope["query_string"]
        harmless = self._directives.is_harmless
        if refused or not harmless(raw) or (raw_query and not harmless(raw_query)):
            return self._operation.path, ""
        return raw.decode("latin-1")[:_LONGEST_PATH], raw_query.decode("latin-1")[:_LONGEST_PATH]


def _with_applied(headers: list[tuple[bytes, bytes]], applied: dict[str, str]) -> list[tuple[bytes, bytes]]:
    ours = [f"{name}={value}" if value else name for name, value in applied.items()]
    theirs = [value.decode("latin-1") for key, value in headers if key == b"preference-applied"]
    kept = [(key, value) for key, value in headers if key != b"preference-applied"]
    return [*kept, (b"preference-applied", ", ".join([*ours, *theirs]).encode("latin-1"))]


def _refused(
    detail: str, expected: str, got: str, where: str = "/header/Prefer", *, rule: str = "choice"
) -> RequestRejected:
    return RequestRejected(
        ProblemCode.validation_failed,
        detail,
        errors=[{"where": where, "rule": rule, "expected": expected[:500], "got": show(got)}],
        status=400,
    )
