"""The contract's relations, checked from outside, with the server's answers to other operations and whole lists."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlencode

from contract_tools.parity.recording import Reply, Request
from server.contract import Contract
from server.contract.expression_compiler import Unavailable
from server.contract.model import Operation, Parameter, Response
from server.contract.relations import ExchangeContext, Violation, asks_others
from server.operations.parameters import typed

Send: TypeAlias = Callable[[Request], Reply]

_Ask: TypeAlias = Callable[[str, Mapping[str, Any]], Any]

_MOST_PAGES = 40
"""Of a list that is followed to its end; longer ones say nothing."""
_TRIES = 5
_PAUSE = 0.2
"""Seconds between two looks at what may change meanwhile."""


class RelationChecks:
    """Checks the answers of one server.

    What an answer says of others (the length of a list, a total) is true while nothing is written. So where it fails,
    the question is asked anew, a few times, with everything that it depends on: only what never holds is a violation.
    """

    def __init__(self, contract: Contract, send: Send, *, steady: bool = False) -> None:
        """`send` asks the server, with the credentials that it needs. Raises what it likes.

        `steady`: nothing changes but what the caller tells of by `forget`, not even the time; so what was asked
        once is not asked again until then.
        """
        self._relations = contract.relations
        self._operations = {operation.id: operation for operation in contract.operations}
        self._send = send
        self._before: dict[str, Any] | None = None
        self._kept: dict[str, Any] | None = {} if steady else None

    def forget(self) -> None:
        """Something was written, or time has passed: what was asked before may be answered otherwise."""
        if self._kept is not None:
            self._kept.clear()

    def violations(self, operation: Operation, request: Request, reply: Reply) -> list[Violation]:
        """The relations that an answer breaks."""
        if self._before is None:
            self._before = {name: self._ask(one, {}) for name, one in self._relations.context.items()}
        response = operation.responses.get(reply.status)
        if response is None or response.pointer is None or not self._relations.has(response):
            return []
        found = self._broken(operation, response, request, reply)
        if not found or request.method != "GET" or not asks_others(self._relations.named(response), self._relations):
            return found
        for _ in range(_TRIES):
            time.sleep(_PAUSE)
            self.forget()
            again = self._send(request)
            if again.status != reply.status:
                return []
            found = self._broken(operation, response, request, again)
            if not found:
                return []
        return found

    def _broken(self, operation: Operation, response: Response, request: Request, reply: Reply) -> list[Violation]:
        body, seen = reply.json(), read_request(operation, request)
        before = self._before or {}
        answers: dict[str, Any] = {} if self._kept is None else self._kept
        context = _ServerContext(
            operation, seen, reply, body, _CurrentAnswers(self._relations.context, self._context), self._ask, answers
        )
        found = list(self._relations.violations(response, body, context))
        self._before = {**before, **context.current}
        if found and context.current:  # what depends on the clock is true at one moment between the two
            context = _ServerContext(operation, seen, reply, body, before, self._ask, answers)
            found = list(self._relations.violations(response, body, context))
        return found

    def _context(self, name: str) -> Any:
        """The answer of an operation of the context, which has no parameters."""
        if self._kept is None:
            return self._ask(name, {})
        if (key := _key(name, {})) not in self._kept:
            self._kept[key] = self._ask(name, {})
        return self._kept[key]

    def _ask(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """The body of another operation's success; None for any other answer."""
        operation = self._operations[name]
        path, query = operation.path, {}
        for key, value in parameters.items():
            if f"{{{key}}}" in path:
                path = path.replace(f"{{{key}}}", quote(str(value), safe=""))
            elif value is not None:
                query[key] = json.dumps(value) if isinstance(value, bool) else str(value)
        reply = self._send(Request(operation.method, f"{path}?{urlencode(query)}" if query else path))
        return reply.json() if reply.status == 200 else None


class _CurrentAnswers(dict[str, Any]):
    """What the operations of the context answer now, asked when it is needed."""

    def __init__(self, context: Mapping[str, str], ask: Callable[[str], Any]) -> None:
        super().__init__()
        self._context = context
        self._ask = ask

    def __missing__(self, name: str) -> Any:
        self[name] = self._ask(self._context[name])
        return self[name]


class _ServerContext(ExchangeContext):
    """An answer's surroundings, with a server to ask; what was asked once is not asked again."""

    def __init__(
        self,
        operation: Operation,
        request: Mapping[str, Any],
        reply: Reply,
        body: Any,
        context: dict[str, Any],
        ask: _Ask,
        answers: dict[str, Any],
    ) -> None:
        super().__init__(operation, request, reply.status, reply.headers, body, {})
        self.current = context
        self._operation = operation
        self._parameters = request["path"]
        self._page = body
        self._ask = ask
        self._answers = answers

    def value(self, name: str) -> Any:
        """A named value. Raises `Unavailable`."""
        try:
            return super().value(name)
        except Unavailable:
            found = self.current[name]
            if found is None:
                raise
            return found

    def ask(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Another operation's answer. Raises `Unavailable` where it is none of 200."""
        key = _key(operation, parameters)
        if key not in self._answers:
            self._answers[key] = self._ask(operation, parameters)
        if self._answers[key] is None:
            raise Unavailable
        return self._answers[key]

    def all_pages(self) -> list[Any]:
        """All items from this page on. Raises `Unavailable` for a list that is too long."""
        items, page = [], self._page
        for _ in range(_MOST_PAGES):
            items += page["items"]
            if page["next_page_token"] is None:
                return items
            page = self.ask(self._operation.id, {**self._parameters, "page_token": page["next_page_token"]})
        raise Unavailable


def _key(operation: str, parameters: Mapping[str, Any]) -> str:
    return json.dumps([operation, parameters], sort_keys=True)


def read_request(operation: Operation, request: Request) -> dict[str, Any]:
    """A request that was sent, as `{path, query, header, body}`."""
    path, _, query = request.target.partition("?")
    texts = {
        template[1:-1]: unquote(part)
        for template, part in zip(operation.path.split("/"), path.split("/"), strict=False)
        if template.startswith("{")
    }
    headers = {name.lower(): value for name, value in request.headers.items()}
    given = dict(parse_qsl(query, keep_blank_values=True))
    return {
        "path": texts,
        "query": {one.name: _value(one, given[one.name]) for one in operation.located("query") if one.name in given},
        "header": {
            one.name: headers[one.name.lower()] for one in operation.located("header") if one.name.lower() in headers
        },
        "body": _parsed(request.body),
    }


def _value(parameter: Parameter, text: str) -> Any:
    """A parameter's value; null where the text is no value of its type: what it asks for is not known."""
    value = typed(parameter, text)
    return None if isinstance(value, str) and parameter.type in ("integer", "number", "boolean") else value


def _parsed(body: str | None) -> Any:
    try:
        return None if body is None else json.loads(body)
    except ValueError:
        return None
