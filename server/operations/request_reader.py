"""Reads a request as its operation declares it, and refuses every other."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Receive, Scope

from generated_models import ProblemCode
from server.contract import Contract
from server.contract.model import Operation
from server.operations.body_bounds import BodyBounds
from server.operations.json_body import parse_json, read_body
from server.operations.parameters import read_headers, read_path, read_query
from server.operations.request_validator import RequestValidator
from server.operations.secret_detection import SecretSearch
from server.operations.validation_errors import secrets_found, validation_failed
from server.problems import RequestRejected

_LARGE = 131_072
"""Bytes of a body that is not parsed on the event loop."""


class RequestReader:
    """Reads the requests of one operation. `body_limit` is in bytes; `request_seconds` are a body's to arrive in."""

    def __init__(self, operation: Operation, contract: Contract, *, body_limit: int, request_seconds: float) -> None:
        self._operation = operation
        self._validator = RequestValidator(contract.request_schema(operation), contract.schemas)
        self.body_limit = max(body_limit, operation.body.limit if operation.body else 0)
        body = operation.body and contract.schemas.reference(operation.body.pointer)
        self._body_bounds = BodyBounds.of(body, contract.schemas)
        self._request_seconds = request_seconds
        self._headers = {one.name.lower().encode(): one for one in operation.located("header")}

    async def read(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        """The request as `{path, query, header, body}`, as the contract allows it. Raises `RequestRejected`, also for a
        secret anywhere in it.
        """
        raw = await self._raw_body(scope, receive)
        if len(raw) > _LARGE:  # others are not to wait for it
            return await asyncio.to_thread(self._parsed, scope, raw)
        return self._parsed(scope, raw)

    def _parsed(self, scope: Scope, raw: bytes) -> dict[str, Any]:
        operation = self._operation
        request: dict[str, Any] = {}
        if raw:
            self._body_bounds.check(raw)
            request["body"] = parse_json(raw)
        request["path"] = read_path(scope["path_params"], operation)
        request["query"] = read_query(scope["query_string"], operation) if scope["query_string"] else {}
        request["header"] = read_headers(scope["headers"], self._headers) if self._headers else {}
        search = SecretSearch(len(raw))
        places = [place for part in request for place in search.find(request[part], f"/{part}")]
        if places:
            raise secrets_found(places)
        self._validator.check(request)
        return request

    async def _raw_body(self, scope: Scope, receive: Receive) -> bytes:
        length: int | None = None
        chunked = False
        types: list[str] = []
        encodings: list[str] = []
        for key, value in scope["headers"]:
            if key == b"content-length":
                length = int(value)
            elif key == b"transfer-encoding":
                chunked = True
            elif key == b"content-type":
                types.append(value.decode("latin-1"))
            elif key == b"content-encoding":
                encodings.append(value.decode("latin-1"))
        if not length and not chunked:
            return b""
        if self._operation.body is not None:
            _check_media_type(types, encodings)
        try:
            raw = await read_body(receive, declared_length=length, limit=self.body_limit, seconds=self._request_seconds)
        except TimeoutError:
            raise _too_slow(allowed=self._operation.body is not None) from None
        except RequestRejected as error:
            if self._operation.body is None:  # too large is then the lesser fault, and not declared
                raise _no_body() from error
            raise
        if raw and self._operation.body is None:
            raise validation_failed(
                [{"where": "/body", "rule": "not_allowed", "expected": "no body", "got": f"{len(raw)} bytes"}]
            )
        return raw


def _check_media_type(types: list[str], encodings: list[str]) -> None:
    if encodings and encodings != ["identity"]:
        raise _unsupported("/header/Content-Encoding", "no content coding", ", ".join(encodings))
    essence, _, parameters = types[0].partition(";") if len(types) == 1 else ("", "", "")
    charset = parameters.strip().lower().replace('"', "")
    if essence.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise _unsupported("/header/Content-Type", "application/json", ", ".join(types) or None)


def _too_slow(*, allowed: bool) -> RequestRejected:
    # What is left of the body may never come: the connection goes with the answer.
    return RequestRejected(
        ProblemCode.malformed_json if allowed else ProblemCode.validation_failed,
        "The body did not arrive in time.",
        errors=[
            {
                "where": "/body",
                "rule": "malformed" if allowed else "not_allowed",
                "expected": "a whole body" if allowed else "no body",
                "got": None,
            }
        ],
        headers={"Connection": "close"},
    )


def _no_body() -> RequestRejected:
    # Not read to its end: the connection goes with the answer.
    return RequestRejected(
        ProblemCode.validation_failed,
        "The body has 1 error.",
        errors=[{"where": "/body", "rule": "not_allowed", "expected": "no body", "got": None}],
        headers={"Connection": "close"},
    )


def _unsupported(where: str, expected: str, got: str | None) -> RequestRejected:
    return RequestRejected(
        ProblemCode.unsupported_media_type,
        "Send the body as application/json.",
        errors=[{"where": where, "rule": "media_type", "expected": expected, "got": got and got[:80]}],
        # The body was not read: the connection can't be used again.
        headers={"Connection": "close"},
    )
