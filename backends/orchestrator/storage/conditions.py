"""Conditions of queries, of records that are in memory."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from backends.orchestrator.ports import Op, Where
from backends.orchestrator.records import Record

Getter = Callable[[Any], Any]


def getter(path: str) -> Getter:
    """Reads a dotted path; None where a part of it is missing."""
    if "." not in path:
        return attrgetter(path)
    steps = path.split(".")

    def read(record: Any) -> Any:
        for step in steps:
            if record is None:
                return None
            record = record.get(step) if isinstance(record, dict) else getattr(record, step)
        return record

    return read


def condition(where: Where) -> Callable[[Record], bool]:
    """Whether a record meets a condition."""
    get, wanted = getter(where.field), where.value
    match where.op:
        case Op.EQ:
            return lambda record: bool(get(record) == wanted)
        case Op.CONTAINS:
            return lambda record: wanted in (get(record) or ())
        case Op.CONTAINS_BEGINNING:
            return lambda record: any(item.startswith(wanted) for item in get(record) or ())
        case Op.LT:
            return lambda record: (value := get(record)) is not None and value < wanted
        case Op.LE:
            return lambda record: (value := get(record)) is not None and value <= wanted
        case Op.GT:
            return lambda record: (value := get(record)) is not None and value > wanted
        case Op.GE:
            return lambda record: (value := get(record)) is not None and value >= wanted
        case Op.OUTSIDE:
            low, high = where.outside
            return lambda record: (value := get(record)) is not None and (value <= low or value >= high)
