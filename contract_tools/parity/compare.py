"""Compares two answers to one request: with each other, and each with the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from contract_tools.parity.allowed_differences import (
    OPEN_FILTERS,
    SORT_KEYS,
    AllowedDifference,
    CommonState,
    allowed_difference,
    equivalent,
)
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.recording import Reply, Request
from server.contract import Contract
from server.contract.model import Operation

_NOISE = {
    "date",
    "server",
    "content-length",
    "connection",
    "transfer-encoding",
    "keep-alive",
    "x-accel-buffering",
    "vary",
    "x-mock-source",
}
"""Transport, and what follows from CORS settings, which differ between the modes on purpose."""
_PRESENT_ONLY = {"x-request-id", "x-backend", "retry-after"}
_ETAG = re.compile(r'"([0-9]+)\.[0-9]+\.([^"]*)"')
_PROBLEM = "/components/schemas/Problem"


class Comparison:
    """Judges by the contract, and by what the two servers' worlds have in common."""

    def __init__(self, contract: Contract, ids: IdTranslator, common: CommonState) -> None:
        self.contract = contract
        self._ids = ids
        self._common = common
        self._templates = [
            (operation, re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(operation.path)) + "/?"))
            for operation in sorted(contract.operations, key=lambda one: one.path.count("{"))
        ]

    def operation(self, request: Request) -> Operation | None:
        """The operation that a request is for, if any."""
        for operation, template in self._templates:
            if operation.method == request.method and template.fullmatch(request.path):
                return operation
        return None

    def violations(self, request: Request, reply: Reply) -> Iterator[str]:
        """Where an answer is not what the contract says."""
        operation = self.operation(request)
        response = operation.responses.get(reply.status) if operation else None
        if operation is not None and response is None:
            if reply.status not in (404, 405):
                yield f"status {reply.status} is not declared"
            return
        declared = response.media_types if response else ("application/problem+json",)
        sent = reply.headers.get("content-type", "").partition(";")[0]
        if sent not in declared and (sent or declared):
            yield f"content type is {sent or 'missing'}, declared is {' or '.join(declared) or 'none'}"
            return
        for name, header in (response.headers if response else {}).items():
            if header.required and name.lower() not in reply.headers:
                yield f"header {name} is missing"
        pointer = response.pointer if response else _PROBLEM
        if pointer is not None:
            value = reply.json()
            try:
                self.contract.schemas.at(pointer).validate(value)
            except jsonschema_rs.ValidationError as error:
                place = "".join(f"/{step}" for step in error.instance_path)
                yield f"body {place or '/'}: {error.message[:200]}"

    def differences(self, request: Request, first: Reply, other: Reply) -> Iterator[str]:
        """What a client could tell apart."""
        if first.status != other.status:
            yield f"status {first.status} | {other.status}{_code(first)}{_code(other)}"
            return
        yield from self._headers(first.headers, other.headers)
        operation = self.operation(request)
        if first.headers.get("content-type", "").startswith("text/event-stream"):
            mine, theirs = _events(first), _events(other)
            if mine != theirs:
                yield f"events {mine} | {theirs}"
            return
        mine, theirs = _data(first), _data(other)
        name = operation.id if operation else ""
        query = request.target.partition("?")[2]
        if name in SORT_KEYS and SORT_KEYS[name](query) and _complete(mine) and _complete(theirs):
            mine, theirs = _sorted(mine), _sorted(theirs)
        elif name in SORT_KEYS and SORT_KEYS[name](query):
            return
        if self._common is not CommonState.identical and any(text in query for text in OPEN_FILTERS):
            return
        yield from self._values(name, "", "", mine, theirs)

    def _headers(self, first: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
        for name in sorted((first.keys() | other.keys()) - _NOISE):
            mine, theirs = first.get(name), other.get(name)
            if name.startswith("access-control-"):
                continue
            if mine is None or theirs is None:
                yield f"header {name}: {mine} | {theirs}"
            elif name == "etag":
                if not self._same_version(mine, theirs):
                    yield f"header etag: {mine} | {theirs}"
            elif name not in _PRESENT_ONLY and self._ids.text(mine) != theirs:
                yield f"header {name}: {mine} | {theirs}"

    def _same_version(self, mine: str, theirs: str) -> bool:
        """The chain's version follows the chain's data; the other two parts are the clients' own doing."""
        if self._common is CommonState.unrelated:
            return True
        parts = _ETAG.fullmatch(mine), _ETAG.fullmatch(theirs)
        return mine == theirs or bool(parts[0] and parts[1] and parts[0].groups() == parts[1].groups())

    def _values(self, operation: str, place: str, field: str, mine: Any, theirs: Any) -> Iterator[str]:
        match allowed_difference(operation, field, self._common):
            case AllowedDifference.anything:
                return
            case AllowedDifference.non_null_value:
                if (mine is None) != (theirs is None):
                    yield f"body {place}: {_short(mine)} | {_short(theirs)}"
                return
        if isinstance(mine, dict) and isinstance(theirs, dict):
            for key in sorted(mine.keys() | theirs.keys()):
                if key not in mine or key not in theirs:
                    yield f"body {place}/{key}: {_presence(key in mine)} | {_presence(key in theirs)}"
                else:
                    yield from self._values(operation, f"{place}/{key}", key, mine[key], theirs[key])
        elif isinstance(mine, list) and isinstance(theirs, list):
            if len(mine) != len(theirs):
                yield f"body {place}: {len(mine)} | {len(theirs)} elements"
            for index, (one, two) in enumerate(zip(mine, theirs, strict=False)):
                yield from self._values(operation, f"{place}/{index}", field, one, two)
        elif not equivalent(field, self._translated(mine), theirs, self._common):
            yield f"body {place}: {_short(mine)} | {_short(theirs)}"

    def _translated(self, value: Any) -> Any:
        return self._ids.text(value) if isinstance(value, str) else value


def _data(reply: Reply) -> Any:
    """A body as data; of a CSV only its header and its length, since every row has the chain's data."""
    match reply.headers.get("content-type", "").partition(";")[0]:
        case "application/x-ndjson":
            return [json.loads(line) for line in reply.body.splitlines()]
        case "text/csv":
            lines = reply.body.split("\r\n")
            return [lines[0], len(lines)]
    return reply.json()


def _presence(there: bool) -> str:
    return "there" if there else "missing"


def _code(reply: Reply) -> str:
    body = reply.json()
    return f" ({body['code']})" if isinstance(body, dict) and "code" in body else ""


def _events(reply: Reply) -> list[str]:
    return [line.removeprefix("event:").strip() for line in reply.body.splitlines() if line.startswith("event:")]


def _complete(body: Any) -> bool:
    return isinstance(body, dict) and len(body.get("items", [])) == body.get("total_size")


def _sorted(body: Any) -> Any:
    def address(item: Any) -> str:
        return str(item.get("wallet", item).get("wallet_address"))

    return {**body, "items": sorted(body["items"], key=address)}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
