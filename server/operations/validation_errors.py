"""Turns what a validator found into the contract's `errors`: where, what was expected, what came, in words."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias

import jsonschema_rs

from generated_models import ProblemCode
from server.contract.json_pointer import escape
from server.contract.schemas import Schemas
from server.problems import MOST_SHOWN, RequestRejected, show

Error: TypeAlias = dict[str, str | None]

_MOST_ERRORS = 100  # as many as a problem may have
_MOST_NODES = 1000  # values in a request of which all errors are told
_MOST_HINTS = 10  # of what a name may have meant: comparing takes a tenth of a millisecond
_FORMATS = {
    "solana-address": "a Solana address: 32 bytes in base58",
    "solana-signature": "a transaction signature: 64 bytes in base58",
    "date-time": "an instant in UTC",
    "date": "a calendar day",
    "uuid": "a UUID",
}
_FORMAT_EXAMPLES = {
    "solana-address": "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf",
    "date-time": "2026-11-22T16:10:00Z",
    "date": "2026-11-22",
    "uuid": "1e959494-f78f-4f78-a290-ff698030b506",
}
_ARTICLES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "an array",
    "object": "an object",
}


def explain(validator: Any, request: Mapping[str, Any], schema: Any, schemas: Schemas) -> list[Error]:
    """What is wrong with a request that the validator does not accept, as the contract's `ProblemError`s.

    That is everything, or where the request is large, the first thing.

    Args:
        validator: compiled from `schema`.
        request: the request as `{path, query, header, body}`.
        schema: the validator's own schema; what it refers to is found in the contract.
        schemas: the contract's.
    """
    found: dict[str, Error] = {}
    for error in _errors(validator, request):
        if len(found) >= _MOST_ERRORS:
            break
        place = error.schema_path
        parent = schema if len(place) == 1 else schemas.node(place[:-1]) or _within(schema, place[:-1])
        for item in _explain(error, parent or {}, request, schemas):
            found.setdefault(item["where"] or "", item)
    return list(found.values())


def _errors(validator: Any, request: Mapping[str, Any]) -> Iterable[Any]:
    """The validator collects every error before it gives the first: for a large request that takes too long."""
    if _has_at_most(_MOST_NODES, request):
        errors: Iterable[Any] = validator.iter_errors(request)
        return errors
    try:
        validator.validate(request)
    except jsonschema_rs.ValidationError as error:
        return [error]
    return []


def _has_at_most(limit: int, value: Any) -> bool:
    """Whether a JSON value has at most so many values in it."""
    waiting = [value]
    count = 0
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list):
            count += len(node)
            if count > limit:
                return False
            waiting.extend(node.values() if isinstance(node, dict) else node)
    return True


def validation_failed(errors: list[Error]) -> RequestRejected:
    """The 422 for these errors."""
    parts = sorted({(error["where"] or "").split("/")[1] for error in errors if error["where"]})
    count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    verb = "has" if len(parts) == 1 else "have"
    what = f"The {' and the '.join(parts)} {verb} {count}." if parts else f"The request has {count}."
    return RequestRejected(ProblemCode.validation_failed, what, errors=errors)


def secrets_found(places: list[str]) -> RequestRejected:
    """The 422 for a request that holds secrets at these JSON Pointers, repeating nothing of them."""
    return RequestRejected(
        ProblemCode.validation_failed,
        "The request holds what looks like a private key or a seed phrase. It was neither stored nor logged. "
        "Consider it exposed.",
        errors=[
            {"where": place, "rule": "secret", "expected": "no private key and no seed phrase", "got": None}
            for place in places
        ],
    )


def describe(schema: Any, schemas: Schemas) -> str:
    """What a schema allows, in words."""
    said = _first_sentence(schema, schemas)
    schema = schemas.target(schema)
    if "anyOf" in schema:
        return " or ".join(describe(part, schemas) for part in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"])) if len(schema["enum"]) > 1 else str(schema["enum"][0])
    if "const" in schema:
        return str(schema["const"])
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    words = " or ".join(_ARTICLES[name] for name in types) or "another value"
    if schema.get("format") in _FORMATS:
        words = _FORMATS[schema["format"]]
    elif "string" in types:
        words += _span(schema.get("minLength"), schema.get("maxLength"), " of ", " characters")
        if "pattern" in schema and not said and not schema.get("examples"):
            words += f" that matches {schema['pattern']}"
    if "array" in types:
        words += _span(schema.get("minItems"), schema.get("maxItems"), " of ", " items")
        words += ", each once" if schema.get("uniqueItems") else ""
    words += _span(schema.get("minimum"), schema.get("maximum"), " from ", "")
    if "pattern" in schema and said:
        words += f" ({said})"
    examples = schema.get("examples") or [_FORMAT_EXAMPLES.get(schema.get("format", ""))]
    if examples[0] is not None:
        words += f", such as {json.dumps(examples[0], ensure_ascii=False)}"
    return words[:500]


def _first_sentence(schema: Any, schemas: Schemas) -> str:
    """How the contract describes a schema: the component itself, rather than what it is used for."""
    if "$ref" in schema:
        schema = schemas.target({"$ref": schema["$ref"]})
    text = " ".join(schema.get("description", schema.get("title", "")).split())
    return re.split(r"\.(?:\s|$)", text, maxsplit=1)[0][:300]


def _explain(error: Any, parent: Mapping[str, Any], request: Mapping[str, Any], schemas: Schemas) -> Iterator[Error]:
    path = error.instance_path
    where = "".join(f"/{escape(str(token))}" for token in path)
    value = _within(request, path)
    match error.kind.name:
        case "additionalProperties":
            kind = "field" if path[:1] == ["body"] else "parameter"
            known = list(schemas.target(parent).get("properties", {}))
            for number, name in enumerate(islice(error.kind.unexpected, _MOST_ERRORS)):
                hint = _hint(name, known) if number < _MOST_HINTS else ""
                yield {
                    "where": f"{where}/{escape(name)}"[:500],
                    "rule": "unknown",
                    "expected": f"no such {kind}{hint}",
                    "got": show(value[name]),
                }
        case "required":
            name = error.kind.property
            wanted = describe(parent.get("properties", {}).get(name, {}), schemas)
            if not path and name == "body":
                wanted = f"a JSON body: {wanted}"
            yield {"where": f"{where}/{escape(name)}", "rule": "required", "expected": wanted, "got": None}
        case "not":
            names = parent.get("not", {}).get("required")
            expected = f"at most one of {', '.join(names)}" if names else "something else"
            yield {
                "where": where,
                "rule": "exclusive",
                "expected": expected,
                "got": ", ".join(names) if names else show(value),
            }
        case kind:
            got = show(value)
            if kind in ("type", "anyOf") and isinstance(value, str) and path[:1] == ["body"]:
                got = f"the string {json.dumps(got, ensure_ascii=False)}"
            expected = describe(parent, schemas)
            yield {"where": where[:500], "rule": rule_of(error, parent), "expected": expected, "got": got[:200]}


_RULES = {
    "additionalProperties": "unknown",
    "constant": "choice",
    "enum": "choice",
    "exclusiveMaximum": "too_large",
    "exclusiveMinimum": "too_small",
    "falseSchema": "not_allowed",
    "maxItems": "too_many",
    "maxLength": "too_long",
    "maxProperties": "too_many",
    "maximum": "too_large",
    "minItems": "too_few",
    "minLength": "too_short",
    "minProperties": "too_few",
    "minimum": "too_small",
    "required": "required",
    "type": "type",
    "uniqueItems": "unique",
}
"""The contract's rules by JSON Schema's keywords; for all others it is the form."""


def rule_of(error: Any, schema: Mapping[str, Any] | None = None) -> str:
    """Which of the contract's rules a validator's error is about. Of alternatives, what the likeliest one says: that
    whose type it is. Where `schema`, which the value does not fit, has a format, the length is a matter of that.
    """
    if "format" in (schema or {}) and error.kind.name in ("minLength", "maxLength"):
        return "pattern"
    if error.kind.name == "anyOf":
        within = [inner for branch in error.kind.context for inner in branch if inner.kind.name != "type"]
        return rule_of(within[0]) if within else "type"
    return _RULES.get(error.kind.name, "pattern")


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name[:MOST_SHOWN].lower(), known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _within(value: Any, path: Any) -> Any:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _span(low: int | None, high: int | None, before: str, after: str) -> str:
    if low is not None and high is not None:
        return f"{before}{low}{after}" if low == high else f"{before}{low} to {high}{after}"
    if low is not None:
        return f"{before}at least {low}{after}"
    return f"{before}at most {high}{after}" if high is not None else ""
