"""What no backend has yet, answered from the contract alone: whole operations, new choices, new fields of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pydantic_core
from starlette.types import Receive, Scope

from backends.session_control import SESSION
from server.contract import Contract
from server.contract.model import Operation, Response
from server.mocking.declared import SOURCE_HEADER, DeclaredAnswers
from server.mocking.schema_generator import SchemaGenerator
from server.operations.answers import Answers
from server.operations.endpoint import ValidatingEndpoint
from server.problems import problem_reply
from server.reply import Reply


class ContractAnswers:
    """Answers valid requests with the contract's first success: its example, or data generated from its schema.

    Nothing is remembered: what a request writes, no other one reads. Raises `ContractError` where neither an example
    nor a schema says what the answer is.
    """

    def __init__(self, operation: Operation, contract: Contract, seed: Callable[[str], int]) -> None:
        """`seed` is the one of a session's world."""
        self._declared = DeclaredAnswers(operation, contract)
        self._success = self._declared.success
        self._seed = seed

    def reply(self, scope: Scope, request: Mapping[str, Any]) -> Reply:
        """The answer to a validated request: the same again for the same one."""
        body = request.get("body")
        return self._declared.reply(
            self._success,
            None,
            scope["request_id"],
            request["path"],
            seed=f"{self._seed(SESSION.get())} {scope['path']} {sorted(request['query'].items())}",
            known=body if isinstance(body, dict) else None,
        )


class UnimplementedEndpoint(ValidatingEndpoint):
    """An operation without a backend method."""

    def __init__(
        self, operation: Operation, contract: Contract, answers: Answers, *, seed: Callable[[str], int], **limits: Any
    ) -> None:
        super().__init__(operation, contract, answers, **limits)
        self._from_contract = ContractAnswers(operation, contract, seed)

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        return self._from_contract.reply(scope, await self._read(scope, receive))

    def _problem(self, error: Exception, request_id: str) -> Reply:
        """A draft need not declare its problems: they are sent all the same."""
        return problem_reply(error, request_id)


class AnswerCompletion:
    """Gives a backend's answers the properties that the contract requires since, and that the backend does not have."""

    def __init__(self, contract: Contract) -> None:
        self._schemas = contract.schemas
        self._generator = SchemaGenerator(contract.schemas)

    def __call__(self, reply: Reply, response: Response) -> bool:
        """Complete an answer in place. False: that is not what it lacks, and it stays as it is."""
        if response.pointer is None or not reply.body:
            return False
        value = pydantic_core.from_json(reply.body)
        completed = self._generator.complete(response.pointer, value, response.pointer)
        if completed == value or not self._schemas.at(response.pointer).is_valid(completed):
            return False
        reply.body = pydantic_core.to_json(completed)
        reply.set(SOURCE_HEADER, "generated")
        return True
