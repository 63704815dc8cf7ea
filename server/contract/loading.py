"""The contract, read once at the start: its operations, and a validator for everything that goes in or out.

`openapi.yaml` is written by hand and decides every shape. What this server can't honour in it stops the start.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from server.contract.json_pointer import escape
from server.contract.model import Operation
from server.contract.reader import ContractError, Reader
from server.contract.relations import CONTEXT, KEYWORD, Relations
from server.contract.schemas import SchemaError, Schemas, check_answer, check_schema
from server.contract.yaml_json import YamlError, parse_yaml

_EXTENSIONS = {
    "x-body-limit", "x-event-data", "x-from-link", "x-line-schema", "x-mock-prefer", "x-mock-session", "x-parity",
    KEYWORD, CONTEXT,
}  # fmt: skip
_DATA = {"example", "examples", "default", "enum", "const", "schema", "schemas"}  # below these, keys are not ours


@dataclass(frozen=True)
class Contract:
    """The whole contract. `text` is the file as it was written."""

    text: bytes
    document: Mapping[str, Any]
    operations: tuple[Operation, ...]
    schemas: Schemas = field(repr=False)

    @cached_property
    def relations(self) -> Relations:
        """What answers promise about their values."""
        return Relations(self.document, self.schemas, self.operations)

    @cached_property
    def json(self) -> bytes:
        """The same document as JSON."""
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()

    def request_schema(self, operation: Operation) -> dict[str, Any]:
        """The schema of whole requests of an operation, seen as `{path, query, header, body}`."""
        return _request_schema(operation, self.schemas)


def contract_path() -> Path:
    """Where `openapi.yaml` is: inside the installed package, or at the root of the checkout."""
    here = Path(__file__).resolve().parent.parent
    packaged = here / "openapi.yaml"
    return packaged if packaged.exists() else here.parent / "openapi.yaml"


def load_contract(path: Path | None = None) -> Contract:
    """Read a contract file. Raises `ContractError`."""
    path = path or contract_path()
    try:
        text = path.read_bytes()
        return read_contract(text)
    except (OSError, UnicodeDecodeError, YamlError, SchemaError) as error:
        raise ContractError(f"{path.name}: {error}") from error


def read_contract(text: bytes) -> Contract:
    """Resolve a contract. Raises `ContractError`, `YamlError` or `SchemaError`."""
    document = parse_yaml(text.decode())
    _check_extensions(document, "#")
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        check_schema(schema, f"#/components/schemas/{name}")
    reader = Reader(document)
    contract = Contract(text, document, tuple(reader.operations()), Schemas(document))
    for operation in contract.operations:
        for status, response in operation.responses.items():
            if status < 300 and response.pointer is not None:  # problems are no models: they leave out what is absent
                check_answer(contract.schemas, contract.schemas.reference(response.pointer), f"#{response.pointer}")
    return contract


def _request_schema(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    def closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    places: dict[str, Any] = {
        place: closed(
            {one.name: schemas.reference(one.pointer) for one in operation.located(place)},
            [one.name for one in operation.located(place) if one.required],
        )
        for place in ("path", "query", "header")
    }
    required = []
    if operation.body is not None:
        places["body"] = schemas.reference(operation.body.pointer)
        required = ["body"] if operation.body.required else []
    return closed(places, required)


def _check_extensions(node: Any, where: str) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if key.startswith("x-") and key not in _EXTENSIONS:
                raise ContractError(f"{where}: unknown extension {key!r}")
            if key not in _DATA and not key.startswith("x-"):
                _check_extensions(value, f"{where}/{escape(key)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            _check_extensions(value, f"{where}/{index}")
