"""pydantic's schemas of records, made those of their documents: as stores keep them, and as they are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic_core import core_schema

from backends.orchestrator.timestamps import format_timestamp

LARGEST, SMALLEST = 2**63 - 1, -(2**63)
"""Of the integers that stores keep."""

_TIMESTAMP_WIDTH = len("2026-11-22T16:10:00.000Z")
_TIMESTAMP = core_schema.plain_serializer_function_ser_schema(format_timestamp, return_schema=core_schema.str_schema())


def stored_schema(schema: Any) -> Any:
    """A schema whose datetimes are text of one width, and whose integers are those that stores can keep."""

    def change(each: dict[str, Any]) -> Any:
        match each.get("type"):
            case "datetime":
                return each | {"serialization": _TIMESTAMP}
            case "int":
                return {"ge": SMALLEST, "le": LARGEST} | each
            case _:
                return each

    return _changed(schema, change)


def schema_in_utc(schema: Any) -> Any:
    """A schema whose datetimes are read with Python's own UTC: comparing two that have pydantic's, of which each has
    another, takes forty times as long.
    """
    return _changed(
        schema,
        lambda each: (
            core_schema.no_info_wrap_validator_function(_moment, each) if each.get("type") == "datetime" else each
        ),
    )


def _changed(schema: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    """A schema in which each part, from the innermost on, is what `change` makes of it."""
    if isinstance(schema, list | tuple):
        return type(schema)(_changed(each, change) for each in schema)
    if not isinstance(schema, dict):
        return schema
    return change({name: _changed(each, change) for name, each in schema.items()})


def _moment(value: Any, otherwise: Callable[[Any], datetime]) -> datetime:
    if type(value) is str and len(value) == _TIMESTAMP_WIDTH and value.endswith("Z"):  # as we write them
        return datetime.fromisoformat(value)
    moment = otherwise(value)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment beyond the calendar") from None
