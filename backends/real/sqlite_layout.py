"""What lies where in a SQLite file of ours.

A record lies in its kind's table as (key, revision, body); the body is its document as JSON. (Counters lie beside it:
`sqlite_counters`.) The fields that queries name lie in a narrow table beside it, in columns called as the field is: no
query reads a body, and none is parsed for one. (Generated columns would not do: SQLite computes them from the body
although an index has them.) Items of lists lie in side tables. Fields and items belong together by an integer: an
address would be most of a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from backends.orchestrator.ports import Op
from backends.orchestrator.queries import SHARD_SUMS, TABLE
from backends.orchestrator.records import Record, RefreshShard, Schedule, Wallet
from backends.real.expiry_queries import EXPIRY_QUERIES

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")


def expression(field: str) -> str:
    """What computes a field's value from the body."""
    if not _FIELD.match(field):
        raise ValueError(f"Not the path of a field: {field!r}")
    return f"json_extract(body, '$.{field}')"


SUMMED: Mapping[str, str] = {"discover_after": "known_accounts"}
"""What is added up over ranges of a field."""

BOUNDED: Mapping[type[Record], str] = {Wallet: "last_balance_lamports"}
"""A field whose bounds lists in every order are asked for. It lies in the indexes of those orders, too: what is beyond
the bounds is passed by on the way, without a look at its row.
"""

BESIDE: Mapping[type[Record], tuple[str, ...]] = {
    Wallet: ("known_accounts", "tags"),
    Schedule: ("amount_lamports",),
    RefreshShard: SHARD_SUMS,
}
"""Fields that are columns too, since they are added up or tested over many records. A list is one as JSON."""


@cache
def columns(kind: type[Record]) -> tuple[str, ...]:
    """The fields of a kind that are columns: those that a query of the closed table filters or sorts by, and those of
    `BESIDE`.
    """
    named = {
        field
        for query in (*TABLE, *EXPIRY_QUERIES)
        if query.kind is kind
        for field in (*(by.field for by in query.order), *(w.field for w in query.where if not w.op.is_of_list))
    }
    return tuple(sorted((named | {*BESIDE.get(kind, ())}) - {"key"}))


def column(field: str) -> str:
    """A field in statements."""
    return "key" if field == "key" else f'"{field}"'


def field_table(kind: type[Record]) -> str:
    """The table with one row for each record: its number in the file, its key, its revision, and the fields in
    `columns`. A record has its number for as long as it is there.
    """
    return f"{kind.COLLECTION}__fields"


def narrow_table(kind: type[Record]) -> str:
    """The narrowest table that has a kind's keys and revisions, by number (`rowid`)."""
    return field_table(kind) if columns(kind) else kind.COLLECTION


SIDE_ORDER: Mapping[type[Record], tuple[str, ...]] = {Wallet: ("created_at", "label_order")}
"""Fields in whose order items of lists are kept too: those that change as seldom as their lists do. (What changes with
every reading of a wallet would have to be written for each of its words.)
"""


@dataclass(frozen=True, slots=True)
class SideTable:
    """A table with one row for each item of the lists under `field`: its value and the number of its record; or, in the
    order of another field, the value, that field, the record's key and its number.
    """

    kind: type[Record]
    field: str
    order: str | None = None

    @property
    def name(self) -> str:
        """The table's."""
        ordered = "" if self.order is None else f"__ordered__{self.order}"
        return f"{self.kind.COLLECTION}__{self.field}{ordered}"


def side_tables(kind: type[Record]) -> Iterator[SideTable]:
    """Those of a kind, for each list that is queried by CONTAINS."""
    lists = {each.field for query in TABLE if query.kind is kind for each in query.where if each.op is Op.CONTAINS}
    for field in sorted(lists):
        yield SideTable(kind, field)
        yield from (SideTable(kind, field, order) for order in SIDE_ORDER.get(kind, ()))
