"""A body that no valid one is as large as is refused before it is parsed, at a cost that does not grow with it."""

from __future__ import annotations

import json
import os
import tracemalloc
from typing import Any

import pytest

from server.contract import Contract
from server.contract.loading import load_contract
from server.contract.model import Operation
from server.operations.body_bounds import BodyBounds
from server.problems import RequestRejected

CONTRACT = load_contract()
WITH_BODY = [operation for operation in CONTRACT.operations if operation.body is not None]
LIMIT = 4_194_304 if os.environ.get("NIGHTLY") else 1_048_576  # bytes: what a server takes, or a quarter


def bounds_of(operation: Operation) -> BodyBounds:
    assert operation.body is not None
    return BodyBounds.of(CONTRACT.schemas.reference(operation.body.pointer), CONTRACT.schemas)


IMPORT = bounds_of(next(operation for operation in WITH_BODY if operation.id == "importWallets"))


def largest(schema: Any, contract: Contract) -> Any:
    """The largest value by a schema of the contract, its texts of what JSON writes longest."""
    schema = contract.schemas.target(schema)
    if "enum" in schema:
        return max(schema["enum"], key=lambda value: len(str(value)))
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return max((largest(part, contract) for part in schema[keyword]), key=lambda value: len(json.dumps(value)))
    kinds = schema["type"]
    match next((kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"), "null"):
        case "object":
            return {name: largest(part, contract) for name, part in schema["properties"].items()}
        case "array":
            return [largest(schema["items"], contract)] * schema["maxItems"]
        case "string":
            return "\U0001f680" * schema.get("maxLength", 40)
        case "boolean":
            return False
        case "null":
            return None
        case _:
            return 2**53 - 1


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_the_largest_valid_body_is_parsed(operation: Operation) -> None:
    bounds = bounds_of(operation)
    assert bounds.values is not None
    assert bounds.text is not None
    assert operation.body is not None
    value = largest(CONTRACT.schemas.reference(operation.body.pointer), CONTRACT)
    for ascii_only in (True, False):
        bounds.check(json.dumps(value, ensure_ascii=ascii_only, indent=8).encode())


@pytest.mark.parametrize(
    ("piece", "rule"),
    [
        ("{},", "too_many"),
        ("[],", "too_many"),
        ("[[[[", "too_many"),
        ("1,", "too_many"),
        ("null,", "too_many"),
        ('"",', "too_many"),
        ('"\\"",', "too_many"),
        ('"a":{"b":[1.5e1,true]},', "too_many"),
        ("1", None),  # no number is so long: parsing ends it
        (" \n", None),
        ("]", None),
        ("\\", None),
        ('"abandon ability ', "too_many"),
        ('"\\\\', "too_many"),
    ],
)
def test_a_hostile_body_costs_little(piece: str, rule: str | None) -> None:
    raw = b'{"wallets":[' + piece.encode() * (LIMIT // len(piece))
    found: list[Any] = []
    tracemalloc.start()
    try:
        IMPORT.check(raw)
    except RequestRejected as error:
        found = [error.errors[0][name] for name in ("where", "rule", "got")]
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found == (["/body", rule, None] if rule else [])
    assert peak < 100_000  # bytes; parsed, it would be some hundred million


@pytest.mark.parametrize(
    "text", [b"a" * LIMIT, b"\\n" * (LIMIT // 2), b"\\u0041" * (LIMIT // 6), b'\\"' * (LIMIT // 2)]
)
@pytest.mark.parametrize("end", [b"", b'"', b"\\"])
def test_a_text_that_is_too_long_is_not_searched(text: bytes, end: bytes) -> None:
    with pytest.raises(RequestRejected, match="1 error") as caught:
        IMPORT.check(b'{"wallets":[{"notes":"' + text + end)
    assert caught.value.errors[0]["rule"] == "too_long"
    assert caught.value.errors[0]["expected"] == "no text of more than 4000 characters"


def test_what_the_schema_leaves_open_is_not_bounded() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    open_bounds = BodyBounds.of(schema, CONTRACT.schemas)
    assert open_bounds == BodyBounds(None, None)
    open_bounds.check(b'["' + b"a" * LIMIT + b'"' + b",1" * 100_000)
    assert BodyBounds.of({"type": "array", "items": {"type": "null"}}, CONTRACT.schemas) == BodyBounds(None, 0)
    assert BodyBounds.of({"type": "array", "items": {"type": "string"}, "maxItems": 3}, CONTRACT.schemas) == BodyBounds(
        4, None
    )
