"""The check that an answer is one which the operation declares: its status, headers, data and the relations between
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pydantic_core

from generated_models import ProblemCode
from server.contract import Contract
from server.contract.expression_functions import shown
from server.contract.model import Operation, Response
from server.contract.relations import ExchangeContext, Violation
from server.operations.validation_errors import rule_of
from server.problems import RequestRejected
from server.reply import Reply

_ADDED_LATER = {"X-Request-Id", "X-Backend"}
"""Headers that every answer gets on its way out."""
_MOST, _MOST_GOT = 500, 200
"""Characters of a `ProblemError`."""


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
    def located(self) -> RequestRejected:
        """The same as an error that tells its place to the client."""
        return RequestRejected(
            ProblemCode.internal_error, f"The answer breaks the contract: {self}.", errors=[self._error]
        )


class AnswerValidator:
    """Checks the answers of one operation.

    Args:
        operation: the one.
        contract: whose operation it is.
        enabled: whether answers are checked at all.
        develops: whether it is a developer's server, whose relations are checked too, and whose problems say where an
            answer breaks the contract. (In a real store unreadable records are passed over, and then a count is not
            what a list brings.)
    """

    def __init__(self, operation: Operation, contract: Contract, *, enabled: bool, develops: bool) -> None:
        self._operation = operation
        self._relations = contract.relations
        self._schemas = contract.schemas
        self._enabled = enabled
        self._develops = develops

    @property
    def context(self) -> Mapping[str, str]:
        """Operations by the names under which relations of this operation's answers refer to what they answer now."""
        if not (self._enabled and self._develops):
            return {}
        named = {name for response in self._operation.responses.values() for name in self._relations.named(response)}
        return {name: operation for name, operation in self._relations.context.items() if name in named}

    def shown_to_client(self, violation: ContractViolation) -> Exception:
        """The error that a client is answered with: a developer is told the place, anybody else that there is one."""
        return violation.located if self._develops else violation

    def check(
        self,
        reply: Reply,
        request: Mapping[str, Any] | None = None,
        contexts: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Compare an answer with the contract, where that is switched on. Raises `ContractViolation`."""
        if not self._enabled:
            return
        body = self.check_schema(reply)
        response = self.declared(reply.status)
        if body is None or not self._develops or not self._relations.has(response):
            return
        # What depends on the clock is true at one moment between the contexts.
        broken: Violation | None = None
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in reply.headers}
        for context in contexts or ({},):
            exchange_context = ExchangeContext(self._operation, request, reply.status, headers, body, context)
            broken = next(self._relations.violations(response, body, exchange_context), None)
            if broken is None:
                return
        if broken is not None:
            message = f"{reply.status} breaks the relation {broken.name} at #{broken.where}"
            raise ContractViolation(
                message, f"/response/body{broken.where}", broken.text, broken.found, rule="mismatch"
            )

    def check_schema(self, reply: Reply) -> Any:
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
        if not self._enabled:
            return
        for name, header in response.headers.items():
            text = reply.get(name)
            if text is None:
                if header.required and name not in _ADDED_LATER:
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
