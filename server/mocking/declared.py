"""Answers out of the contract alone: its examples, with the headers that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydantic_core

from server.contract import Contract, ContractError
from server.contract.json_pointer import tokens
from server.contract.model import Operation, Response
from server.problems import MEDIA_TYPE
from server.reply import Reply

_NOT_OURS = {"X-Request-Id", "X-Backend", "Location"}  # of the common headers; of the contract's link


class DeclaredAnswers:
    """What one operation may answer, as the contract shows it. Raises `ContractError` where it shows nothing."""

    def __init__(self, operation: Operation, contract: Contract) -> None:
        self._contract = contract
        self._responses = operation.responses
        self._headers = {
            status: {name: self._example(name, header.pointer) for name, header in response.headers.items()
                     if header.required and name not in _NOT_OURS}
            for status, response in operation.responses.items()
        }  # fmt: skip
        for status, response in operation.responses.items():
            if response.media_type is not None and not response.examples:
                raise ContractError(f"{operation.id}: {status} has no example")

    @property
    def statuses(self) -> list[int]:
        """All declared statuses."""
        return sorted(self._responses)

    def examples(self, status: int | None) -> dict[str, int]:
        """The statuses of the examples by name: of one status, or of all successes."""
        found: dict[str, int] = {}
        for each, response in self._responses.items():
            if each == status or (status is None and 200 <= each < 300):
                for name in response.examples:
                    found.setdefault(name, each)
        return found

    def reply(self, status: int, example: str | None, request_id: str, path_arguments: Mapping[str, Any]) -> Reply:
        """The answer of a declared status: its first example, or the one named."""
        response = self._responses[status]
        reply = Reply(status, b"", response.media_type)
        if response.media_type is not None:
            value = response.examples[example] if example else next(iter(response.examples.values()))
            reply.body = _body(response, value, request_id)
            if response.location is not None:
                reply.set("Location", response.location.render(value, path_arguments))
        for name, text in self._headers[status].items():
            reply.set(name, text)
        return reply

    def _example(self, name: str, pointer: str) -> str:
        header = self._contract.schemas.node(tokens(pointer)[:-1])
        if not isinstance(header, dict) or "example" not in header:
            raise ContractError(f"#{pointer}: the header {name} has no example")
        return str(header["example"])


def _body(response: Response, value: Any, request_id: str) -> bytes:
    if response.media_type == MEDIA_TYPE:
        return pydantic_core.to_json({**value, "request_id": request_id})
    return value.encode() if isinstance(value, str) else pydantic_core.to_json(value)
