"""Requests that are wrong in one way each, or in all at once: servers have to refuse them with the same words."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from server.contract.schemas import Schemas

_NEAR_MISSES = ("{} ", " {}", "0{}", "{}0", "{}x", "-{}", "+{}", "{}e0", "{}.", "")


def wrong_bodies(schemas: Schemas, schema: Mapping[str, Any], example: Any) -> Iterator[tuple[str, Any]]:
    """Variants of a valid body, each with what was done to it. A few of them may be valid after all."""
    schema = schemas.target(schema)
    yield "an array", [example]
    yield "a string", "x"
    yield "null", None
    if not isinstance(example, dict):
        return
    yield "an unknown field", {**example, "unknown_field": 1}
    for name in schema.get("required", ()):
        yield f"without {name}", {key: value for key, value in example.items() if key != name}
    for name, field in schema.get("properties", {}).items():
        for what, value in wrong_values(schemas, field, example.get(name)):
            changed = copy.deepcopy(example)
            changed[name] = value
            yield f"{name} {what}", changed


def wrong_in_all(schemas: Schemas, schema: Mapping[str, Any], example: Any) -> dict[str, Any]:
    """A body of which every field is wrong, and two more are unknown."""
    body: dict[str, Any] = {"unknown_field": 1, "another": 2}
    for name, field in schemas.target(schema).get("properties", {}).items():
        given = example.get(name) if isinstance(example, dict) else None
        values = [value for _, value in wrong_values(schemas, field, given) if value is not None]
        body[name] = values[len(body) % len(values)]
    return body


def wrong_values(schemas: Schemas, schema: Mapping[str, Any], example: Any) -> Iterator[tuple[str, Any]]:
    """Values around the edges of a schema, outside of it for the most part."""
    schema = schemas.target(schema)
    for part in schema.get("anyOf", ()):
        if schemas.target(part).get("type") != "null":
            schema = {**schemas.target(part), **{key: value for key, value in schema.items() if key != "anyOf"}}
    yield "is an object", {"x": 1}
    yield "is null", None
    match schema.get("type"):
        case "string":
            yield "is a number", 17
            yield from _wrong_texts(schema, example)
        case "integer" | "number":
            yield "is a text", "1"
            yield "has a fraction", 1.5
            yield from ((f"is {value}", value) for value in _around(schema))
        case "boolean":
            yield "is a text", "true"
        case "array":
            item = (example or [None])[0]
            if "maxItems" in schema:
                yield "is too long", [f"{item}{number}" for number in range(schema["maxItems"] + 1)]
            if item is not None:
                yield "has an element twice", [item, item]
                for what, value in wrong_values(schemas, schema["items"], item):
                    yield f"has an element that {what}", [value]


def _wrong_texts(schema: Mapping[str, Any], example: Any) -> Iterator[tuple[str, str]]:
    if "enum" in schema:
        yield "is none of its enum", "nonsense"
        yield "is in the wrong case", str(schema["enum"][0]).swapcase()
        return
    text = str(example if isinstance(example, str) else (schema.get("examples") or ["x"])[0])
    if "maxLength" in schema:
        yield "is too long", (text or "x") * (schema["maxLength"] // max(len(text), 1) + 1)
        yield "is as long as it may be", "x" * schema["maxLength"]
    yield "has a control character", f"{text}\u0007"
    if "pattern" in schema or "format" in schema:
        for form in _NEAR_MISSES:
            yield f"is {form.format('…')!r}", form.format(text)


def _around(schema: Mapping[str, Any]) -> Iterator[int]:
    if "minimum" in schema:
        yield from (schema["minimum"] - 1, schema["minimum"])
    if "maximum" in schema:
        yield from (schema["maximum"], schema["maximum"] + 1)
