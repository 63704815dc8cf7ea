"""Reads a request's parameters as the contract types them. What can't be read so stays text, to be refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from server.contract.model import Operation, Parameter
from server.operations.validation_errors import Error, validation_failed

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,18})?")
_MOST_PAIRS = 100


def read_query(raw: bytes, operation: Operation) -> dict[str, Any]:
    """The query's parameters by name, those that the operation lacks included: the validator refuses them.

    Raises:
        RequestRejected: (422) for more than 100 parameters, a parameter twice, and what is not UTF-8.
    """
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PAIRS)
    except ValueError:  # not UTF-8, or too many
        raise validation_failed(
            [_error("/query", "malformed", f"at most {_MOST_PAIRS} parameters in UTF-8", None)]
        ) from None
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        known = {parameter.name for parameter in operation.parameters}
        raise validation_failed(
            [
                _error(
                    f"/query/{name}" if name in known else "/query",
                    "unique",
                    "each parameter once",
                    f"{names.count(name)} times",
                )
                for name in repeated
            ]
        )
    for parameter in operation.located("query"):
        if parameter.name in found:
            found[parameter.name] = typed(parameter, found[parameter.name])
    return found


def read_path(values: Mapping[str, str], operation: Operation) -> dict[str, Any]:
    """The path's parameters, from their decoded text."""
    return {parameter.name: typed(parameter, values[parameter.name]) for parameter in operation.located("path")}


def read_headers(raw: Iterable[tuple[bytes, bytes]], parameters: Mapping[bytes, Parameter]) -> dict[str, Any]:
    """The declared header parameters that came. A header that came twice is one list, as RFC 9110 has it."""
    texts: dict[str, str] = {}
    for key, value in raw:
        parameter = parameters.get(key)
        if parameter is not None:
            text = value.decode("latin-1")
            texts[parameter.name] = f"{texts[parameter.name]}, {text}" if parameter.name in texts else text
    return {
        parameter.name: typed(parameter, texts[parameter.name])
        for parameter in parameters.values()
        if parameter.name in texts
    }


def typed(parameter: Parameter, text: str) -> Any:
    """The JSON value that a parameter's text stands for, or the text itself where it stands for none."""
    match parameter.type:
        case "integer" if _INTEGER.fullmatch(text):
            return int(text)
        case "number" if _NUMBER.fullmatch(text):
            return float(text)
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case _:
            return text


def _error(where: str, rule: str, expected: str, got: str | None) -> Error:
    return {"where": where, "rule": rule, "expected": expected, "got": got}
