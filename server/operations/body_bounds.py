"""Refuses a body that is larger than any the contract allows before it is parsed: parsing costs many times its bytes.

Four megabytes of `[[],[],…]` are half a gigabyte of objects and seconds of work, for a request that can't be valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.contract.schemas import Schemas
from server.operations.validation_errors import validation_failed

_SMALL = 4096
"""Bytes of a body that costs too little to be looked at: it has at most as many values."""
_LENIENCE = 2
"""Times as many values as a valid body has are still parsed, so that what is wrong with a body is told in detail."""
_FEWEST = 4096
"""Values that are always parsed."""
_ESCAPED = 12
"""Bytes that JSON may write one character in: an escaped pair of surrogates."""
# What is read at a time is bounded, so that other threads get their turn, and possessive, so that it is read once.
_BETWEEN = re.compile(rb'(")|([\[{]|[^][{}:,"\s]{1,4096}+)|[]}:,\s]{1,4096}+')
_WITHIN_TEXT = re.compile(rb'(?:[^"\\]{1,4096}+|\\.?){0,16}+("?)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class BodyBounds:
    """The largest that a valid body may be.

    Attributes:
        values: in it, all levels and names of members counted; None where the schema sets no bound.
        text: characters (code points) of its longest string; None where the schema sets no bound.
    """

    values: int | None
    text: int | None

    @classmethod
    def of(cls, schema: Any, schemas: Schemas) -> BodyBounds:
        """Those of a schema of the contract."""
        return _bounds(schema, schemas, frozenset())

    def check(self, raw: bytes) -> None:
        """Return if a body may be parsed, whether it is JSON or not. Stops at the bound, however long the body is.

        Raises:
            RequestRejected: (422) for a body with far more values, or with a far longer text, than a valid one has.
        """
        if len(raw) <= _SMALL:
            return
        most = None if self.values is None else max(_FEWEST, _LENIENCE * self.values)
        longest = None if self.text is None else max(_SMALL, _ESCAPED * self.text + 1)
        for values, text in _sizes(raw):
            if most is not None and values > most:
                raise _refused("too_many", f"at most {self.values} values, names of members counted")
            if longest is not None and text > longest:
                raise _refused("too_long", f"no text of more than {self.text} characters")


def _sizes(raw: bytes) -> Iterator[tuple[int, int]]:
    """Again and again while a body is read: the values so far, and the bytes of the text that is being read."""
    values = position = 0
    begun: int | None = None  # where the text began
    while position < len(raw):
        found = (_BETWEEN if begun is None else _WITHIN_TEXT).match(raw, position)
        if found is None:  # never: every byte is matched by either
            return
        position = found.end()
        if begun is not None:
            yield values, position - begun
            begun = None if found[1] else begun
        elif found.lastindex is not None:
            values += 1
            begun = position if found[1] else None
            yield values, 0


def _refused(rule: str, expected: str) -> Exception:
    return validation_failed([{"where": "/body", "rule": rule, "expected": expected, "got": None}])


_NO_BOUND = BodyBounds(None, None)
_ONE = BodyBounds(1, 0)
_LONGEST_NUMBER = 400
"""Digits of the longest number that is any good."""
_LONGEST_FORMAT = 100
"""Characters of the longest text of a format that has no `maxLength`: an instant, an id, an address, a signature."""


def _bounds(schema: Any, schemas: Schemas, within: frozenset[str]) -> BodyBounds:
    """`within` are the references that led here: what refers to itself has no bound."""
    if not isinstance(schema, Mapping):
        return _NO_BOUND
    reference = schema.get("$ref")
    if reference is not None:
        if reference in within:
            return _NO_BOUND
        within |= {reference}
    schema = schemas.target(schema)
    if "enum" in schema or "const" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        return BodyBounds(1, max(len(str(value)) for value in allowed))
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return _largest([_bounds(part, schemas, within) for part in schema[keyword]])
    types = schema.get("type", ())
    kinds = [types] if isinstance(types, str) else types
    return _largest([_bounds_of_type(kind, schema, schemas, within) for kind in kinds]) if kinds else _NO_BOUND


def _bounds_of_type(kind: str, schema: Mapping[str, Any], schemas: Schemas, within: frozenset[str]) -> BodyBounds:
    match kind:
        case "string":
            return BodyBounds(1, schema.get("maxLength", _LONGEST_FORMAT if "format" in schema else None))
        case "array":
            inner = _bounds(schema.get("items"), schemas, within)
            most = schema.get("maxItems")
            values = None if most is None or inner.values is None else 1 + most * inner.values
            return BodyBounds(values, inner.text)
        case "object" if schema.get("additionalProperties") is False:
            members = {name: _bounds(part, schemas, within) for name, part in schema.get("properties", {}).items()}
            counts = [member.values for member in members.values()]
            values = None if None in counts else 1 + sum(1 + count for count in counts if count is not None)
            return BodyBounds(
                values, _largest([*members.values(), BodyBounds(0, max(map(len, members), default=0))]).text
            )
        case "object":
            return _NO_BOUND
        case "number" | "integer":
            return BodyBounds(1, _LONGEST_NUMBER)
        case _:
            return _ONE


def _largest(bounds: list[BodyBounds]) -> BodyBounds:
    values = [one.values for one in bounds]
    texts = [one.text for one in bounds]
    return BodyBounds(
        None if None in values else max((value for value in values if value is not None), default=1),
        None if None in texts else max((text for text in texts if text is not None), default=0),
    )
