"""Data made from a schema: seeded, so the same again, and always valid.

For operations that no backend has yet. A schema's own `examples` come first, then its format, then words; whatever was
made is validated as a whole, and made again from the next seed if the schema refuses it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

from server.contract import ContractError
from server.contract.schemas import Schemas
from server.mocking.random_text import random_text

_ATTEMPTS = 60
_KNOWN_UNTIL = 10
"""The attempt up to which the request's own values are used."""
_PLAIN_FROM = 30
"""The attempt from which only what is required is made, without `examples`."""
_DEEP = 6
_ITEM_ATTEMPTS = 20
_IDENTIFIERS = {"uuid", "solana-address", "solana-signature"}


class NotGeneratedError(ContractError):
    """No valid data was found for a schema. The message names its place in the contract."""


class SchemaGenerator:
    """Makes data for the schemas of one contract."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def value(self, pointer: str, seed: str, known: Mapping[str, Any] | None = None) -> Any:
        """Valid data for the schema at `pointer`; the same for the same seed.

        `known` are values by property name (the request's own), used for properties of the same name where they fit.
        Raises `NotGeneratedError`: give the schema `examples`, or the answer an example.
        """
        validator = self._schemas.at(pointer)
        for attempt in range(_ATTEMPTS):
            given = known if known and attempt < _KNOWN_UNTIL else {}
            draw = _Draw(self._schemas, random.Random(f"{seed} {attempt}"), given, plain=attempt >= _PLAIN_FROM)
            try:
                found = draw.value(self._schemas.reference(pointer))
            except _Impossible:
                continue
            if validator.is_valid(found):
                return found
        raise NotGeneratedError(f"#{pointer}: no valid data could be generated; give it an example")

    def complete(self, pointer: str, value: Any, seed: str) -> Any:
        """A value with generated data for the required properties that it lacks. It may be invalid still."""
        draw = _Draw(self._schemas, random.Random(seed), {}, plain=False)
        return draw.completed(self._schemas.reference(pointer), value)


class _Impossible(Exception):
    """There is no such value."""


class _Draw:
    """One attempt."""

    def __init__(self, schemas: Schemas, rng: random.Random, known: Mapping[str, Any], *, plain: bool) -> None:
        self._schemas = schemas
        self._random = rng
        self._known = known
        self._plain = plain

    def value(self, schema: Any, name: str = "", depth: int = 0) -> Any:
        if schema is False:
            raise _Impossible
        schema = self._merged(schema, depth)
        if "const" in schema:
            return schema["const"]
        if name in self._known:
            return self._known[name]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        if schema.get("examples") and not self._plain and not _is_identifier(schema, name):
            return self._random.choice(schema["examples"])
        match self._type(schema, name, depth):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer":
                return self._integer(schema)
            case "number":
                return self._number(schema)
            case "boolean":
                return self._random.random() < 0.5
            case "null":
                return None
        text = random_text(schema, self._random)
        if text is None:
            raise _Impossible
        return text

    def completed(self, schema: Any, value: Any, depth: int = 0) -> Any:
        """A value whose objects have all that is required."""
        if depth > _DEEP:
            return value
        merged = self._merged(schema, depth, for_value=value)
        if isinstance(value, dict):
            properties = merged.get("properties", {})
            found = {key: self.completed(properties.get(key, True), each, depth + 1) for key, each in value.items()}
            for key in merged.get("required", ()):
                if key not in found:
                    found[key] = self.value(properties.get(key, True), key, depth + 1)
            return found
        if isinstance(value, list) and "items" in merged:
            return [self.completed(merged["items"], each, depth + 1) for each in value]
        return value

    def _merged(self, schema: Any, depth: int, *, for_value: Any = ...) -> dict[str, Any]:
        """A schema as one object: references followed, `allOf` merged in, one branch of `anyOf` or `oneOf` chosen."""
        found: dict[str, Any] = {} if schema is True else dict(self._schemas.target(schema))
        for part in found.pop("allOf", ()):
            found = _both(self._merged(part, depth, for_value=for_value), found)
        for keyword in ("anyOf", "oneOf"):
            branches = found.pop(keyword, None)
            if branches:
                found = _both(found, self._merged(self._branch(branches, depth, for_value), depth, for_value=for_value))
        return found

    def _branch(self, branches: list[Any], depth: int, for_value: Any) -> Any:
        nulls = [each for each in branches if self._schemas.target(each).get("type") == "null"]
        others = [each for each in branches if each not in nulls]
        if for_value is not ...:
            wanted = nulls if for_value is None else others
            return (wanted or branches)[0]
        if nulls and (not others or depth > _DEEP or self._random.random() < 0.1):
            return nulls[0]
        return self._random.choice(others or branches)

    def _type(self, schema: Mapping[str, Any], name: str, depth: int) -> str:
        kinds = schema.get("type")
        if kinds is None:
            for keyword, kind in (("properties", "object"), ("items", "array"), ("minimum", "number")):
                if keyword in schema:
                    return kind
            return "string"
        if isinstance(kinds, str):
            return kinds
        if "null" in kinds and (name.endswith("page_token") or depth > _DEEP or self._random.random() < 0.1):
            return "null"  # a list that is made up has one page
        others = [kind for kind in kinds if kind != "null"]
        return str(self._random.choice(others or ["null"]))

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        found: dict[str, Any] = {}
        for key, part in schema.get("properties", {}).items():
            wanted = not self._plain and depth <= _DEEP and part is not False and self._random.random() < 0.8
            if key in required or wanted:
                found[key] = self.value(part, key, depth + 1)
        for key in required:
            if key not in found:
                found[key] = self.value(schema.get("additionalProperties", True), key, depth + 1)
        more = schema.get("additionalProperties")
        fewest = schema.get("minProperties", 0)
        if isinstance(more, dict) and not found and not self._plain:
            fewest = max(fewest, 1)
        for _ in range(_ITEM_ATTEMPTS):
            if len(found) >= fewest or more is False:
                break
            found[str(self.value(schema.get("propertyNames", {"type": "string"})))] = self.value(
                True if more is None else more, depth=depth + 1
            )
        if isinstance(found.get("items"), list) and isinstance(found.get("total_size"), int):
            found["total_size"] = len(found["items"])  # a page, as the contract's are
        return found

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        found = [self.value(part, name, depth + 1) for part in schema.get("prefixItems", ())]
        fewest, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        wanted = fewest if self._plain or depth > _DEEP else max(fewest, self._random.randint(1, 3))
        wanted = int(min(wanted, most))
        if "contains" in schema:
            found += [self.value(schema["contains"], name, depth + 1) for _ in range(schema.get("minContains", 1))]
        items = schema.get("items", True)
        for _ in range(wanted * _ITEM_ATTEMPTS):
            if len(found) >= wanted or items is False:
                break
            each = self.value(items, name, depth + 1)
            if not (schema.get("uniqueItems") and each in found):
                found.append(each)
        return found

    def _integer(self, schema: Mapping[str, Any]) -> int:
        low, high = self._range(schema)
        step = int(schema.get("multipleOf", 1)) or 1
        first, last = math.ceil(low / step), math.floor(high / step)
        if first > last:
            raise _Impossible
        return self._random.randint(first, last) * step

    def _number(self, schema: Mapping[str, Any]) -> float:
        if "multipleOf" in schema:
            step = schema["multipleOf"]
            low, high = self._range(schema)
            return float(self._random.randint(math.ceil(low / step), math.floor(high / step)) * step)
        low, high = self._range(schema)
        return round(self._random.uniform(low, high), 2)

    def _range(self, schema: Mapping[str, Any]) -> tuple[float, float]:
        """The smallest and the largest value; small ones where the schema leaves them open."""
        whole = schema.get("type") != "number"
        low = schema.get("minimum", -math.inf)
        if "exclusiveMinimum" in schema:
            low = max(low, schema["exclusiveMinimum"] + (1 if whole else 0.01))
        high = schema.get("maximum", math.inf)
        if "exclusiveMaximum" in schema:
            high = min(high, schema["exclusiveMaximum"] - (1 if whole else 0.01))
        if low == -math.inf:
            low = min(0, high)
        if high > low + 1000 and not self._plain:
            high = low + 1000
        return low, high if high != math.inf else low + 1000


def _is_identifier(schema: Mapping[str, Any], name: str) -> bool:
    """Whether values tell things apart: one example for all would make all the same."""
    return schema.get("format") in _IDENTIFIERS or (name.endswith("_id") and "pattern" in schema)


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two schemas that both hold, as one: limits of the second win, properties and what is required add up."""
    found = {**one, **other}
    if "properties" in one and "properties" in other:
        found["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        found["required"] = [*one["required"], *other["required"]]
    return found
