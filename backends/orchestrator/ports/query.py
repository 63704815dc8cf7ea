"""What a query is: conditions and an order over one kind of record. The orchestrator's own are in `queries`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from backends.orchestrator.records import Record

R = TypeVar("R", bound=Record)

Value = str | int | bool | datetime | None
Cursor = tuple[Value, ...]
"""The sort fields' values of the last record seen, then its key."""


class Op(StrEnum):
    """How a stored field is compared. `OUTSIDE`: it is at most the first of two values, or at least the second.
    `CONTAINS`: the stored list has the value; `CONTAINS_BEGINNING`: it has a text that begins with the value. A range
    never matches a null.
    """

    EQ = "=="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    OUTSIDE = "outside"
    CONTAINS = "contains"
    CONTAINS_BEGINNING = "contains beginning"

    @property
    def is_of_list(self) -> bool:
        """Whether the field is a list."""
        return self in (Op.CONTAINS, Op.CONTAINS_BEGINNING)

    @property
    def is_range(self) -> bool:
        """Whether it bounds the field."""
        return self is not Op.EQ and not self.is_of_list


@dataclass(frozen=True, slots=True)
class Where:
    """One condition; `field` may be a dotted path into nested fields."""

    field: str
    op: Op
    value: Value | tuple[datetime, datetime]

    @property
    def outside(self) -> tuple[datetime, datetime]:
        """The two values of `OUTSIDE`, the lower one first."""
        if not isinstance(self.value, tuple):
            raise TypeError(f"{self.op} takes one value")
        return self.value


@dataclass(frozen=True, slots=True)
class OrderBy:
    """One sort field. The key always breaks ties, in the direction of the last sort field (ascending if there is
    none).
    """

    field: str
    direction: Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Query(Generic[R]):
    """All records of a kind that meet every condition, in an order.

    A field that is compared by a range is in the order too: Firestore sorts by it in any case, before the key.
    """

    kind: type[R]
    where: tuple[Where, ...] = ()
    order: tuple[OrderBy, ...] = ()

    @property
    def full_order(self) -> tuple[OrderBy, ...]:
        """The order with the tie-break, under the name `key`."""
        return (*self.order, OrderBy("key", self.order[-1].direction if self.order else "asc"))


@dataclass(frozen=True, slots=True)
class FieldTest:
    """What no `Where` says of stored fields: `accepts` takes their values, in the order of `fields` (`key` is the
    record's). An enumeration's values may be given as text.

    Whatever passes meets all of `implied`, too, unless its document is of an earlier release: a store that has none of
    those, and an index for such a condition, may look there in place of testing what many others have.
    """

    fields: tuple[str, ...]
    accepts: Callable[..., bool]
    implied: tuple[Where, ...] = ()


Test = Where | FieldTest
"""A condition that matches are tested for one by one, where no index serves it together with the query."""


def narrowed(query: Query[R], tests: Sequence[Test]) -> tuple[Query[R], list[Test]]:
    """The same with those tests as conditions that bound the field which the query is ordered by first: the order's own
    index begins and ends there, where otherwise all that is outside would be looked at on the way.
    """
    first = query.order[0].field if query.order else None
    ranges = [test for test in tests if isinstance(test, Where) and test.op.is_range and test.field == first]
    return replace(query, where=(*query.where, *ranges)), [test for test in tests if test not in ranges]
