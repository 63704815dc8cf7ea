"""`openapi.yaml` as plain data, for the tests about it.

Read without the server's reader, so that one can't hide the other's faults.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import base58
import jsonschema_rs
import yaml

ROOT = Path(__file__).parents[2]
PATH = ROOT / "openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.load(PATH.read_text(), yaml.CSafeLoader)
COMPONENTS: dict[str, Any] = DOCUMENT["components"]
SCHEMAS: dict[str, Any] = COMPONENTS["schemas"]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Operation:
    """An operation as the file has it, with the path's parameters among its own, references followed."""

    id: str
    method: str
    path: str
    tag: str
    parameters: dict[tuple[str, str], dict[str, Any]]
    responses: dict[str, dict[str, Any]]
    raw: dict[str, Any]

    @property
    def successes(self) -> dict[str, dict[str, Any]]:
        return {status: response for status, response in self.responses.items() if status < "400"}


def resolve(node: Any) -> Any:
    """Follow references until there is none."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = DOCUMENT
        for token in node["$ref"].removeprefix("#/").split("/"):
            target = target[token.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _operations() -> Iterator[Operation]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            raw = item.get(method)
            if raw is None:
                continue
            parameters = [resolve(one) for one in (*item.get("parameters", []), *raw.get("parameters", []))]
            yield Operation(
                id=raw["operationId"],
                method=method,
                path=path,
                tag=raw["tags"][0],
                parameters={(one["in"], one["name"]): one for one in parameters},
                responses={status: resolve(response) for status, response in raw["responses"].items()},
                raw=raw,
            )


OPERATIONS: dict[str, Operation] = {operation.id: operation for operation in _operations()}


def is_base58_of(length: int, text: str) -> bool:
    """Whether `text` is `length` bytes in base58."""
    try:
        return len(base58.b58decode(text)) == length
    except ValueError:
        return False


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A validator for a schema of the file, its formats checked; compiled once, with all components each time."""
    return _validator(json.dumps(schema))


@lru_cache(None)
def _validator(text: str) -> jsonschema_rs.Draft202012Validator:
    schema = json.loads(text)
    return jsonschema_rs.Draft202012Validator(
        {"allOf": [schema], "components": COMPONENTS},
        validate_formats=True,
        ignore_unknown_formats=False,
        formats={
            "solana-address": lambda text: is_base58_of(32, text),
            "solana-signature": lambda text: is_base58_of(64, text),
        },
    )


def walk(node: Any, where: str = "#") -> Iterator[tuple[str, Any]]:
    """Every node below `node`, itself first, with its JSON NamedValue."""
    yield where, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, f"{where}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{where}/{index}")


def contents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every body that is declared: where, media type, and its media type object."""
    for operation in OPERATIONS.values():
        if "requestBody" in operation.raw:
            for media_type, content in operation.raw["requestBody"]["content"].items():
                yield f"{operation.id} request", media_type, content
        for status, response in operation.responses.items():
            for media_type, content in response.get("content", {}).items():
                yield f"{operation.id} {status}", media_type, content
    for name, response in COMPONENTS["responses"].items():
        for media_type, content in response.get("content", {}).items():
            yield f"response {name}", media_type, content


def examples(content: dict[str, Any]) -> dict[str, Any]:
    """A media type object's examples by name, references followed."""
    return {name: resolve(example)["value"] for name, example in content.get("examples", {}).items()}
