"""What the relations of an answer refer to beside it: answers of the same backend to other operations, by names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backends.answers import Answer
from backends.errors import BackendError
from server.contract import Contract
from server.operations.answer_validator import AnswerValidator
from server.operations.endpoint import ContextSource


def context_source(contract: Contract, validator: AnswerValidator, backend: object) -> ContextSource:
    """Asks `backend` for what the relations of an operation's answers refer to.

    What it does not have, or can't answer now, is left out: the relations that need it then say nothing.
    """
    methods: dict[str, Callable[[], Any]] | None = None

    def found() -> dict[str, Callable[[], Any]]:
        by_id = {operation.id: operation.method_name for operation in contract.operations}
        wanted = {name: getattr(backend, by_id[one], None) for name, one in validator.context.items()}
        return {name: method for name, method in wanted.items() if method is not None}

    async def ask() -> Mapping[str, Any]:
        nonlocal methods
        methods = found() if methods is None else methods  # not at the start: it would wait for all relations
        values: dict[str, Any] = {}
        for name, method in methods.items():
            try:
                answer: Answer[Any] = await method()
            except BackendError:
                continue
            values[name] = answer.value.model_dump(mode="json")
        return values

    return ask
