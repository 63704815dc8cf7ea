"""Tests of fields while SQLite goes through the matches of a query: of a record that fails them, nothing but those
fields is read, from the narrow table of its kind.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import pydantic_core

from backends.orchestrator.ports import Cursor, FieldTest, Query, Test, Where
from backends.orchestrator.records import Record
from backends.orchestrator.timestamps import parse_timestamp
from backends.real.sqlite_conditions import Clause, where
from backends.real.sqlite_layout import column, columns
from backends.real.sqlite_queries import of_each

R = TypeVar("R", bound=Record)

_Row = Sequence[Any]
_Reader = Callable[[Any], Any]
_FIRST = 3
"""Columns before the fields: the key, the revision, and whether the row meets all that SQLite can tell."""


class Filtering(Generic[R]):
    """How the matches of one query are tested: by SQLite, where a `Where` says it.

    Raises ValueError for tests of fields that are no columns.
    """

    def __init__(self, query: Query[R], tests: Sequence[Test]) -> None:
        kind = self._kind = query.kind
        others = [test for test in tests if isinstance(test, FieldTest)]
        self._conditions = where(Query(kind, tuple(test for test in tests if isinstance(test, Where))))
        ordered = [by.field for by in query.order]
        self._fields = list(dict.fromkeys([*ordered, *(field for test in others for field in test.fields)]))
        if unknown := set(self._fields) - {*columns(kind), "key"}:
            raise ValueError(f"not columns: {unknown}")
        self._cursor = [self._place(field) for field in (*ordered, "key")]
        self._tests = [(test.accepts, [self._place(field) for field in test.fields]) for test in others]

    def _place(self, field: str) -> tuple[int, _Reader | None]:
        """Where a field stands in a row, and what makes its value of what stands there."""
        return 0 if field == "key" else _FIRST + self._fields.index(field), _reader(self._kind, field)

    def statement(self, found: Clause) -> Clause:
        """A statement on the matches that another gives the numbers of: their keys, revisions and fields, in its
        order.
        """
        return of_each(self._kind, found, self._conditions, *(Clause(column(field)) for field in self._fields))

    def passes(self, row: _Row) -> bool:
        """Whether a row meets all conditions."""
        if not row[_FIRST - 1]:
            return False
        for accepts, fields in self._tests:
            if not accepts(*[row[place] if reader is None else reader(row[place]) for place, reader in fields]):
                return False
        return True

    def cursor(self, row: _Row) -> Cursor:
        """The cursor behind a row."""
        return tuple(row[place] if reader is None else reader(row[place]) for place, reader in self._cursor)


@cache
def _reader(kind: type[Record], field: str) -> _Reader | None:
    """What makes a field's value of its column; None where they are the same."""
    if field == "key":
        return None
    of: Any = kind
    for name in field.split("."):
        of = get_type_hints(of)[name]
        if get_origin(of) in (Union, types.UnionType):
            of = next(each for each in get_args(of) if each is not types.NoneType)
    if of is datetime:
        return _moment
    return _list if get_origin(of) is tuple else None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_timestamp(text)


@lru_cache(maxsize=1024)  # many records have the same few tags
def _list(text: str | None) -> tuple[Any, ...] | None:
    return None if text is None else tuple(pydantic_core.from_json(text))
