"""A reverse proxy that holds both sides to the contract: refuses, or only reports, what breaks it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from contract_tools.proxy.recorder import RecordingWriter
from contract_tools.proxy.relay import RequestBody, lifespan, relay
from contract_tools.proxy.upstream import Header, Upstream, UpstreamFailed
from contract_tools.proxy.validated_operation import BODY_LIMIT, REQUEST_SECONDS, AnswerCheck, ValidatedOperation
from generated_models import ProblemCode
from server.contract import Contract
from server.middleware.origin_guard import check_host, check_origin
from server.operations.answer_validator import ContractViolation
from server.operations.json_body import Disconnected
from server.problems import MEDIA_TYPE, RequestRejected, problem_reply
from server.reply import Reply
from server.routes.router import Router, path_routes

MARK = b"x-contract-proxy"
"""The header that says what the proxy did: `refused`, or `reported`."""
_SAFE = {"GET", "HEAD", "OPTIONS"}
_MOST_TOLD = 300


@dataclass(frozen=True, slots=True)
class Breach:
    """What broke the contract, without any value that came: `side` is `request` or `answer`."""

    operation: str
    side: str
    text: str

    def __str__(self) -> str:
        # Names of members are strangers' text, and this is for a terminal.
        text = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in self.text[:_MOST_TOLD])
        return f"{self.side:7}  {self.operation}: {text}"


class ValidationProxy:
    """The proxy as an ASGI application.

    Args:
        upstream: the server behind.
        contract: what both sides have to keep.
        report: told each breach.
        refuse: answer in place of what breaks the contract; False passes it on, with a header that says so.
        recording: what passes is written to it.
        hosts: names that the proxy has beside those of this machine.
        origins: those whose pages may do more than read; None for those on this machine.
    """

    def __init__(
        self,
        upstream: Upstream,
        contract: Contract,
        report: Callable[[Breach], None],
        *,
        refuse: bool = True,
        recording: RecordingWriter | None = None,
        hosts: Collection[str] = (),
        origins: Collection[str] | None = None,
    ) -> None:
        self._upstream = upstream
        self._report = report
        self._refuse = refuse
        self._recording = recording
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = origins
        endpoints: dict[str, dict[str, Any]] = {}
        for operation in contract.operations:
            endpoint = partial(self._validated, ValidatedOperation(operation, contract))
            endpoints.setdefault(operation.path, {})[operation.method] = endpoint
        self._router = Router(path_routes(endpoints))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of any type."""
        if scope["type"] == "lifespan":
            await lifespan(receive, send, self._upstream)
        elif scope["type"] == "http":
            try:
                await self._serve(scope, receive, send)
            except (Disconnected, TimeoutError):
                return  # nobody is there to be answered, or nothing came to answer

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check_caller(scope)
        except RequestRejected as error:
            await self._answer(scope, send, error, unread=True)
            return
        _, found = self._router.matches(scope)
        if found and scope["method"] in found["endpoint"].methods:
            await self._router.handle({**scope, **found}, receive, send)
        else:
            await self._unvalidated(scope, receive, send, found["endpoint"].methods if found else ())

    async def _unvalidated(self, scope: Scope, receive: Receive, send: Send, methods: Collection[str]) -> None:
        """What the contract has no operation for; `methods` are those of the path. A browser's preflight is the
        server's to answer; all else is a breach.
        """
        error = _no_operation(methods)
        body = RequestBody(receive, BODY_LIMIT, REQUEST_SECONDS)
        marks: list[Header] = []
        if not _is_preflight(scope):
            self._report(Breach("no operation", "request", error.detail))
            marks.append((MARK, b"reported"))
        raw = None if marks and self._refuse else await body.rest()
        if raw is None:
            await self._answer(scope, send, error, unread=True)
            return
        answer = await self._ask(scope, raw, send)
        if answer is not None:
            await self._keep(scope, raw, answer, await relay(answer, receive, send, more=marks))

    async def _validated(self, operation: ValidatedOperation, scope: Scope, receive: Receive, send: Send) -> None:
        body = RequestBody(receive, operation.body_limit, REQUEST_SECONDS)
        request: dict[str, Any] | None = None
        try:
            request = await operation.read(scope, body.receive)
        except RequestRejected as error:
            places = "; ".join(f"{one['where']} ({one['rule']})" for one in error.errors[:5])
            self._report(Breach(operation.id, "request", f"{error.code.value} {places}".rstrip()))
            if self._refuse or await body.rest() is None:
                await self._answer(scope, send, error)
                return
        raw = await body.rest() or b""
        answer = await self._ask(scope, raw, send)
        if answer is None:
            return
        check = AnswerCheck(operation, answer, request, head=scope["method"] == "HEAD")
        marks = [] if request is not None else [(MARK, b"reported")]
        try:
            unchecked = await check.run()
        except UpstreamFailed as failed:
            await answer.aclose()
            await self._answer(scope, send, failed)
            return
        except ContractViolation as violation:
            unchecked = str(violation)
            if self._refuse:
                self._report(Breach(operation.id, "answer", unchecked))
                await answer.aclose()
                await self._answer(scope, send, violation.located)
                return
        if unchecked is not None:
            self._report(Breach(operation.id, "answer", unchecked))
            marks = [(MARK, b"reported")]
        passed = await relay(answer, receive, send, pieces=check.pieces, begun=bytes(check.read), more=marks)
        await self._keep(scope, raw, answer, passed)

    async def _ask(self, scope: Scope, body: bytes, send: Send) -> httpx.Response | None:
        """The server's answer; None where there is none, which the client was told."""
        try:
            return await self._upstream.send(scope, body)
        except UpstreamFailed as failed:
            await self._answer(scope, send, failed)
            return None

    async def _keep(self, scope: Scope, sent: bytes, answer: httpx.Response, body: bytes | None) -> None:
        if self._recording is not None:
            await self._recording.keep(scope, sent, answer, body)

    async def _answer(self, scope: Scope, send: Send, error: Exception, *, unread: bool = False) -> None:
        """Answer with a problem of the proxy's own. `unread`: the request's body was not read."""
        request_id = f"req_{secrets.token_hex(16)}"
        reply = _no_answer(error) if isinstance(error, UpstreamFailed) else problem_reply(error, request_id)
        reply.set("X-Request-Id", request_id)
        reply.headers.append((MARK, b"refused"))
        if unread:
            reply.set("Connection", "close")
        for name, value in scope["headers"]:
            if name == b"origin" and self._lets_in(value):  # its page may read why
                reply.headers += [
                    (b"access-control-allow-origin", value),
                    (b"access-control-allow-credentials", b"true"),
                    (b"access-control-expose-headers", b"X-Request-Id, X-Contract-Proxy, Retry-After, Allow"),
                    (b"vary", b"Origin"),
                ]
        await reply.send(send, head=scope["method"] == "HEAD")

    def _check_caller(self, scope: Scope) -> None:
        """The server behind sees the proxy in place of the client: so that is done here. Raises `RequestRejected`."""
        for name, value in scope["headers"]:
            if name == b"host":
                check_host(value, self._hosts)
            elif name == b"origin" and scope["method"] not in _SAFE:
                check_origin(value, self._origins, self._hosts)

    def _lets_in(self, origin: bytes) -> bool:
        try:
            check_origin(origin, self._origins, self._hosts)
        except RequestRejected:
            return False
        return True


def _no_answer(failed: UpstreamFailed) -> Reply:
    """A gateway's problem (RFC 9457's `about:blank`): none of the contract's codes says what only a proxy can meet."""
    detail = f"The proxy has no answer from the server behind it: {failed}."
    problem = {"type": "about:blank", "title": "Bad Gateway", "status": 502, "detail": detail}
    return Reply(502, json.dumps(problem).encode(), MEDIA_TYPE)


def _no_operation(methods: Collection[str]) -> RequestRejected:
    # The path is not repeated: a secret may have been pasted into it.
    if not methods:
        return RequestRejected(ProblemCode.route_not_found, "No operation of the contract has this path.")
    allow = ", ".join(sorted(methods))
    detail = f"The contract's methods of this path are {allow}."
    return RequestRejected(ProblemCode.method_not_allowed, detail, headers={"Allow": allow})


def _is_preflight(scope: Scope) -> bool:
    return scope["method"] == "OPTIONS" and any(
        name == b"access-control-request-method" for name, _ in scope["headers"]
    )
