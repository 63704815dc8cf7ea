"""Answers out of the contract alone: its examples, or data generated from its schemas, with the headers it declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pydantic_core

from server.contract import Contract, ContractError
from server.contract.json_pointer import tokens
from server.contract.model import Operation, Response
from server.mocking.schema_generator import SchemaGenerator
from server.problems import MEDIA_TYPE
from server.reply import Reply

SOURCE_HEADER = "X-Mock-Source"
"""Where an answer of the mock comes from: `backend`, `example` or `generated`."""

_NOT_OURS = {"X-Request-Id", "X-Backend", "Location"}  # of the common headers; of the contract's link


class DeclaredAnswers:
    """What one operation may answer, as the contract shows it. Raises `ContractError` where it shows nothing."""

    def __init__(self, operation: Operation, contract: Contract) -> None:
        self._contract = contract
        self._id = operation.id
        self._generator = SchemaGenerator(contract.schemas)
        self._responses = operation.responses
        self._headers = {
            status: {name: self._header(header.pointer) for name, header in response.headers.items()
                     if header.required and name not in _NOT_OURS}
            for status, response in operation.responses.items()
        }  # fmt: skip
        for status, response in operation.responses.items():
            if response.media_type is not None and not response.examples:
                if response.pointer is None:
                    raise ContractError(f"{operation.id}: {status} has neither an example nor a schema")
                self._generator.value(response.pointer, operation.id)  # what can't be generated is said now

    @property
    def statuses(self) -> list[int]:
        """All declared statuses."""
        return sorted(self._responses)

    def pointer(self, status: int) -> str | None:
        """The schema of a declared status' body; None without one."""
        return self._responses[status].pointer

    def media_type(self, status: int) -> str | None:
        """The media type of a status; None where it has no body, or is not declared."""
        response = self._responses.get(status)
        return None if response is None else response.media_type

    @property
    def success(self) -> int:
        """The first declared status that is a success. Raises `ContractError` where none is."""
        found = next((status for status in self._responses if 200 <= status < 300), None)
        if found is None:
            raise ContractError(f"{self._id}: declares no success")
        return found

    def examples(self, status: int | None) -> dict[str, int]:
        """The statuses of the examples by name: of one status, or of all successes."""
        found: dict[str, int] = {}
        for each, response in self._responses.items():
            if each == status or (status is None and 200 <= each < 300):
                for name in response.examples:
                    found.setdefault(name, each)
        return found

    def reply(
        self,
        status: int,
        example: str | None,
        request_id: str,
        path_arguments: Mapping[str, Any],
        *,
        seed: str = "",
        known: Mapping[str, Any] | None = None,
    ) -> Reply:
        """The answer of a declared status: its first example, or the one named; data generated where there is none.

        `X-Mock-Source` says which. Generated data follows from `seed`; `known` are the request's own values by name.
        """
        response = self._responses[status]
        reply = Reply(status, b"", response.media_type)
        source = "example"
        if response.media_type is not None:
            if response.examples:
                value = response.examples[example] if example else next(iter(response.examples.values()))
            else:
                value, source = self._generated(response, seed, {**(known or {}), **path_arguments}), "generated"
            reply.body = _body(response, value, request_id)
            if response.location is not None:
                reply.set("Location", response.location.render(value, path_arguments))
        for name, text in self._headers[status].items():
            reply.set(name, text)
        reply.set(SOURCE_HEADER, source)
        return reply

    def _generated(self, response: Response, seed: str, known: Mapping[str, Any]) -> Any:
        if response.pointer is None:
            raise ContractError(f"{self._id}: {response.status} has neither an example nor a schema")
        return self._generator.value(response.pointer, f"{self._id} {seed}", known)

    def _header(self, pointer: str) -> str:
        header = self._contract.schemas.node(tokens(pointer)[:-1])
        if isinstance(header, dict) and "example" in header:
            return str(header["example"])
        return str(self._generator.value(pointer, self._id))


def _body(response: Response, value: Any, request_id: str) -> bytes:
    if response.media_type == MEDIA_TYPE:
        return pydantic_core.to_json({**value, "request_id": request_id})
    return value.encode() if isinstance(value, str) else pydantic_core.to_json(value)
