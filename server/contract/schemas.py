"""The contract's JSON Schemas: checked for words we don't know, and compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from server.contract.formats import FORMATS
from server.contract.json_pointer import tokens

_BASE = "urn:contract"

_OF_ONE = {"not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames"}
_OF_MANY = {"allOf", "anyOf", "oneOf", "prefixItems"}
_OF_NAMED = {"properties", "patternProperties", "dependentSchemas"}
_PLAIN = {
    "$ref", "type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minContains",
    "maxContains", "required", "dependentRequired", "minProperties", "maxProperties", "title", "description", "default",
    "examples", "deprecated", "readOnly", "writeOnly", "x-parity", "x-relations",
}  # fmt: skip
STANDARD_FORMATS = {"date-time", "date", "uuid", "uri", "uri-reference"}


class SchemaError(ValueError):
    """A schema of the contract says something that validation would silently ignore."""


class Schemas:
    """Compiles schemas where they stand in the contract: each is named by its JSON Pointer."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(_BASE, dict(self._document))], draft=jsonschema_rs.Draft202012)

    def node(self, path: Sequence[str | int]) -> Any:
        """What stands at a path of keys and indexes, or None. An index may be text, as JSON Pointers have it."""
        found: Any = self._document
        for key in path:
            try:
                found = found[int(key) if isinstance(found, list) else key]
            except (KeyError, IndexError, TypeError, ValueError):
                return None
        return found

    def target(self, schema: Any) -> Any:
        """A schema with its reference followed; keywords beside the reference win."""
        while isinstance(schema, dict) and "$ref" in schema:
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            pointer = schema["$ref"].removeprefix(_BASE).removeprefix("#")
            schema = {**self.node(tokens(unquote(pointer))), **beside}
        return schema

    def reference(self, pointer: str) -> dict[str, Any]:
        """A schema that is the one at `pointer`."""
        return {"$ref": f"{_BASE}#{quote(pointer, safe='/~')}"}

    def compile(self, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        """A validator for a schema whose references are made by `reference`."""
        return jsonschema_rs.Draft202012Validator(
            schema,
            formats=dict(FORMATS),
            validate_formats=True,
            ignore_unknown_formats=False,
            registry=self._registry,
            offline=True,
        )

    def at(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """The validator of the schema at `pointer`, compiled at its first use."""
        validator = self._compiled.get(pointer)
        if validator is None:
            validator = self._compiled[pointer] = self.compile(self.reference(pointer))
        return validator


def check_schema(schema: Any, where: str) -> None:
    """Raise `SchemaError`, naming the place, at the first keyword or format that validation does not know."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        raise SchemaError(f"{where}: not a schema")
    for keyword, value in schema.items():
        for name, part in _inner(keyword, value):
            check_schema(part, f"{where}/{keyword}{name}")
        if keyword not in _OF_ONE | _OF_MANY | _OF_NAMED | _PLAIN:
            raise SchemaError(f"{where}: unknown keyword {keyword!r}")
    named = schema.get("format")
    if named is not None and named not in FORMATS and named not in STANDARD_FORMATS:
        raise SchemaError(f"{where}: unknown format {named!r}")


def check_answer(schemas: Schemas, schema: Any, where: str, seen: set[str] | None = None) -> None:
    """Check a schema of what is sent: models know no absence, they send null.

    Args:
        schemas: of the contract.
        schema: the answer's.
        where: its JSON Pointer.
        seen: references that were followed already.

    Raises:
        SchemaError: naming the first property that may be absent but not null.
    """
    seen = set() if seen is None else seen
    if not isinstance(schema, dict):
        return
    if (reference := schema.get("$ref")) is not None:
        if reference in seen:
            return
        seen.add(reference)
        where = f"#{reference.partition('#')[2]}"
    schema = schemas.target(schema)
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        if name not in required and not _is_nullable(schemas, part):
            raise SchemaError(f"{where}/properties/{name}: an answer's property is required, or null when it is absent")
    for keyword, value in schema.items():
        if keyword in _OF_ONE | _OF_MANY | _OF_NAMED and keyword not in ("not", "if", "propertyNames"):
            for name, part in _inner(keyword, value):
                check_answer(schemas, part, f"{where}/{keyword}{name}", seen)


def _is_nullable(schemas: Schemas, schema: Any) -> bool:
    schema = schemas.target(schema)
    if not isinstance(schema, dict):
        return schema is True
    types = schema.get("type")
    if types == "null" or (isinstance(types, list) and "null" in types) or None in schema.get("enum", ()):
        return True
    return any(_is_nullable(schemas, part) for keyword in ("anyOf", "oneOf") for part in schema.get(keyword, ()))


def _inner(keyword: str, value: Any) -> Iterator[tuple[str, Any]]:
    if keyword in _OF_ONE:
        yield "", value
    elif keyword in _OF_MANY:
        yield from ((f"/{index}", part) for index, part in enumerate(value))
    elif keyword in _OF_NAMED:
        yield from ((f"/{name}", part) for name, part in value.items())
