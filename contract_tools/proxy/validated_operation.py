"""One operation between a client and a server: its requests read as the contract has them, its answers checked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from starlette.types import Receive, Scope

from contract_tools.proxy.upstream import UpstreamFailed, end_to_end, why
from server.contract import Contract
from server.contract.model import Operation
from server.operations.answer_validator import AnswerValidator, ContractViolation
from server.operations.request_reader import RequestReader
from server.reply import Reply

BODY_LIMIT = 1_048_576
REQUEST_SECONDS = 30.0
_MOST_CHECKED = 16 * 1024 * 1024
"""Bytes; larger answers pass unchecked, and that is reported."""
_LARGE = 131_072


class ValidatedOperation:
    """Reads the requests of an operation, and checks its answers with their relations, as far as one exchange tells."""

    def __init__(self, operation: Operation, contract: Contract) -> None:
        self.id = operation.id
        self._reader = RequestReader(operation, contract, body_limit=BODY_LIMIT, request_seconds=REQUEST_SECONDS)
        self._validator = AnswerValidator(operation, contract, enabled=True, develops=True)
        self.body_limit = self._reader.body_limit

    async def read(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """The request as `{path, query, header, body}`. Raises `RequestRejected` for what the contract does not allow,
        `Disconnected` when the client leaves.
        """
        return await self._reader.read(scope, receive)

    def check_head(self, answer: httpx.Response) -> tuple[Reply, bool]:
        """The answer without its body, and whether that is data to be checked. Raises `ContractViolation`."""
        reply = Reply(answer.status_code)
        reply.headers = end_to_end(answer.headers.raw)
        response = self._validator.declared(answer.status_code)
        coding = reply.get("Content-Encoding")
        if coding not in (None, "identity"):
            where = "/response/header/Content-Encoding"
            raise ContractViolation("the answer has a content coding", where, "none", coding, rule="media_type")
        for name, header in response.headers.items():  # those of all answers too, which our server adds later
            if header.required and reply.get(name) is None:
                message = f"{reply.status} lacks the header {name}"
                raise ContractViolation(message, f"/response/header/{name}", "this header", rule="required")
        self._validator.check_head(reply, response)
        sent = _essence(reply.get("Content-Type"))
        if sent not in (response.media_types or (None,)):
            message = f"{reply.status} is {sent}, which is not declared"
            declared = " or ".join(response.media_types) or "no body"
            raise ContractViolation(message, "/response/header/Content-Type", declared, sent, rule="media_type")
        return reply, response.pointer is not None

    def check_body(self, reply: Reply, request: Mapping[str, Any] | None) -> None:
        """Compare an answer's data with its schema and its relations. Raises `ContractViolation`."""
        reply.headers = [pair for pair in reply.headers if pair[0] != b"content-type"]
        reply.set("Content-Type", self._validator.declared(reply.status).media_type or "")
        try:
            self._validator.check(reply, request)
        except (ValueError, RecursionError) as error:
            message = f"{reply.status} is no JSON"
            raise ContractViolation(message, "/response/body", "JSON", rule="malformed") from error


class AnswerCheck:
    """The check of one answer: `read` is what it took of the body, `pieces` what is left of it."""

    def __init__(
        self,
        operation: ValidatedOperation,
        answer: httpx.Response,
        request: Mapping[str, Any] | None,
        *,
        head: bool,
    ) -> None:
        """`request` is None where it was none that the contract allows; `head` for an answer without its body."""
        self._operation = operation
        self._answer = answer
        self._request = request
        self._has_body = not head
        self.read = bytearray()
        self.pieces: AsyncIterator[bytes] = answer.aiter_raw()

    async def run(self) -> str | None:
        """Check the answer; the reason why not all of it was checked, None if it was.

        Raises:
            ContractViolation: if it breaks the contract.
            UpstreamFailed: if it broke off.
        """
        reply, has_data = self._operation.check_head(self._answer)
        if not (has_data and self._has_body):
            return None
        if not await self._read():
            return f"over {_MOST_CHECKED} bytes, passed unchecked"
        reply.body = bytes(self.read)
        if len(self.read) > _LARGE:  # others are not to wait for it
            await asyncio.to_thread(self._operation.check_body, reply, self._request)
        else:
            self._operation.check_body(reply, self._request)
        return None

    async def _read(self) -> bool:
        """Read the body; False where it is larger than what is checked, and the rest is still to come."""
        try:
            async for chunk in self.pieces:
                self.read += chunk
                if len(self.read) > _MOST_CHECKED:
                    return False
        except httpx.HTTPError as error:
            raise UpstreamFailed(why(error)) from error
        return True


def _essence(content_type: str | None) -> str | None:
    """A media type without the parameter that says what is so anyway."""
    if content_type is None:
        return None
    essence, _, parameter = content_type.partition(";")
    said = parameter.strip().lower().replace('"', "") in ("", "charset=utf-8")
    return essence.strip().lower() if said else content_type
