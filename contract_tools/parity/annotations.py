"""`x-parity`: where the contract says that two servers of one world may answer differently, and how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from server.contract import Contract


class Allowed(Enum):
    """What `x-parity` may say of a field, a header or a list."""

    id = "id"
    """Made by the server: another one with each server, and the same wherever it is used again."""
    token = "token"  # noqa: S105 - a kind of value, no credential
    """Opaque, and for the same server's next request alone: there with both or with neither."""
    server = "server"
    """Tells the servers apart."""
    unordered = "unordered"
    """Of a list: in any order."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """What is annotated, by the names of fields and of headers (in lower case)."""

    fields: Mapping[str, Allowed]
    headers: Mapping[str, Allowed]
    unordered: frozenset[str]
    """The operations whose list has no order."""


def read_annotations(contract: Contract) -> Annotations:
    """The annotations of a contract. A field is known by its name: one that is annotated, is wherever it stands."""
    document = contract.document
    fields = dict(_fields(document["components"]["schemas"]))
    headers = {
        name.lower(): Allowed(header["x-parity"])
        for name, header in document["components"].get("headers", {}).items()
        if "x-parity" in header
    }
    unordered = {
        operation.id
        for operation in contract.operations
        for response in operation.responses.values()
        if response.pointer is not None and _is_unordered(contract, response.pointer)
    }
    plain = {name: kind for name, kind in fields.items() if kind is not Allowed.unordered}
    return Annotations(plain, headers, frozenset(unordered))


def _fields(node: Any) -> Iterator[tuple[str, Allowed]]:
    if isinstance(node, list):
        for each in node:
            yield from _fields(each)
    elif isinstance(node, dict):
        for name, schema in (node.get("properties") or {}).items():
            if isinstance(schema, dict) and "x-parity" in schema:
                yield name, Allowed(schema["x-parity"])
        for each in node.values():
            yield from _fields(each)


def _is_unordered(contract: Contract, pointer: str) -> bool:
    schema = contract.schemas.target(contract.schemas.reference(pointer))
    items = contract.schemas.target((schema.get("properties") or {}).get("items", {}))
    return bool(items.get("x-parity") == Allowed.unordered.value)
