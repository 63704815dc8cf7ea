"""Checks of one contract: a validator, a linter, every example against its schema, and what our own server refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from contract_tools.diff_rules import resolve
from contract_tools.exit_codes import ToolError
from contract_tools.redocly import find_redocly, run_redocly
from server.contract import Contract, ContractError, read_contract
from server.contract.json_pointer import escape
from server.contract.relations import ExchangeContext
from server.contract.schemas import SchemaError
from server.contract.yaml_json import YamlError


def lint(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each check's name with the faults it found; a check that can't run here says so in its name."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ToolError(f"{path}: {error}") from error
    try:
        contract = read_contract(text)
        contract.relations.check()
    except (ContractError, SchemaError, YamlError, UnicodeDecodeError) as error:
        yield "the server can honour it", [str(error)]
        return
    yield "the server can honour it", []
    yield "OpenAPI 3.1 (openapi-spec-validator)", list(_validator(contract))
    yield "examples fit their schemas", list(example_faults(contract))
    yield "examples keep the relations", list(relation_faults(contract))
    if find_redocly() is None:
        yield "style (redocly): left out, Node.js or @redocly/cli is missing", []
    else:
        done = run_redocly(["lint", path.name, "--format=stylish"], cwd=path.resolve().parent)
        yield "style (redocly)", [] if done.returncode == 0 else [(done.stdout + done.stderr).strip()]


def _validator(contract: Contract) -> Iterator[str]:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    for error in OpenAPIV31SpecValidator(dict(contract.document)).iter_errors():
        yield f"{'/'.join(str(step) for step in error.absolute_path)}: {error.message[:300]}"


def example_faults(contract: Contract) -> Iterator[str]:
    """Every example of a parameter, header, body, answer or schema that its schema refuses."""
    for pointer, schema, value in _examples(contract.document, contract.document, ""):
        validator = contract.schemas.at(schema)
        try:
            validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            where = "".join(f"/{step}" for step in error.instance_path)
            yield f"#{pointer}{where}: {error.message[:300]}"


def relation_faults(contract: Contract) -> Iterator[str]:
    """Every relation that an example of an answer breaks; what needs the request or other answers is passed over."""
    for operation in contract.operations:
        for status, response in operation.responses.items():
            for name, value in response.examples.items():
                exchange_context = ExchangeContext(operation, None, status, {}, value, {})
                for broken in contract.relations.violations(response, value, exchange_context):
                    yield f"{operation.id} {status}, example {name}: {broken}"


def _examples(document: Any, node: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    """(place of the example, place of its schema, the example)."""
    if isinstance(node, dict):
        if isinstance(node.get("schema"), dict):
            for place, value in _values(document, node):
                yield f"{pointer}{place}", f"{pointer}/schema", value
        if isinstance(node.get("examples"), list):
            yield from ((f"{pointer}/examples/{i}", pointer, value) for i, value in enumerate(node["examples"]))
        for key, value in node.items():
            if key not in ("example", "examples", "default", "enum", "const") and not key.startswith("x-"):
                yield from _examples(document, value, f"{pointer}/{escape(key)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _examples(document, value, f"{pointer}/{index}")


def _values(document: Any, node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if "example" in node:
        yield "/example", node["example"]
    if isinstance(node.get("examples"), dict):
        for name, example in node["examples"].items():
            yield f"/examples/{escape(name)}", resolve(document, example).get("value")
