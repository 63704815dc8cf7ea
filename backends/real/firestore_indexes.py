"""Firestore's index configuration, made from the table of queries.

    python -m backends.real.firestore_indexes > firestore.indexes.json

Firestore serves a query from the automatic indexes of single fields when it only has equalities, or one sort field
and nothing else (but ranges of that field). Everything else needs a composite index: equalities, list membership,
then the order. A sum is served like a sort by the summed field.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from backends.orchestrator import queries
from backends.orchestrator.history.packing import EPOCH
from backends.orchestrator.ports import Op, OrderBy, Query
from backends.orchestrator.records import KINDS, UNINDEXED, IdempotencyRecord
from generated_models import RefreshScope, ScheduleStatus

MARK = "commit"
"""A field beside the record's own, different in every commit: Firestore keeps the update time of a document that is
written as it was, and two who compare and set would both succeed.
"""

Mode: TypeAlias = Literal["ASCENDING", "DESCENDING", "CONTAINS"]

SUMS: tuple[tuple[Query[Any], tuple[str, ...]], ...] = (
    (queries.wallets_by_address(), ("last_balance_lamports",)),
    *(
        (queries.read_as_known(scope, queries.ANY_TIME, EPOCH, archived=archived), ("known_accounts",))
        for scope in RefreshScope
        for archived in (False, True)
    ),
    (queries.schedules(status=ScheduleStatus.SCHEDULED), ("amount_lamports",)),
    (queries.shards_of("o"), queries.SHARD_SUMS),
)
"""Every sum the orchestrator asks for."""


@dataclass(frozen=True, slots=True, order=True)
class Index:
    """A composite index of one collection. (The document's name is behind the last field, in its direction.)"""

    collection: str
    fields: tuple[tuple[str, Mode], ...]

    def to_json(self) -> dict[str, Any]:
        """As `firestore.indexes.json` has it."""
        fields = [
            {"fieldPath": path, **({"arrayConfig": mode} if mode == "CONTAINS" else {"order": mode})}
            for path, mode in self.fields
        ]
        return {"collectionGroup": self.collection, "queryScope": "COLLECTION", "fields": fields}


def index_for(query: Query[Any]) -> Index | None:
    """The composite index that a query needs; None where the automatic ones do."""
    equal = sorted({each.field for each in query.where if each.op is Op.EQ})
    contains = sorted({each.field for each in query.where if each.op is Op.CONTAINS})
    if not set(_ranges(query)) <= {by.field for by in query.order}:
        raise ValueError(f"A range outside the order: {query}")
    if not query.order or (len(query.order) == 1 and not equal and not contains):
        return None
    fields: list[tuple[str, Mode]] = [(path, "ASCENDING") for path in equal]
    fields += [(path, "CONTAINS") for path in contains]
    fields += [(by.field, "ASCENDING" if by.direction == "asc" else "DESCENDING") for by in query.order]
    return Index(query.kind.COLLECTION, tuple(fields))


def _ranges(query: Query[Any]) -> list[str]:
    return sorted({each.field for each in query.where if each.op.is_range})


def aggregation(query: Query[Any], summed: str | None = None) -> Query[Any]:
    """The query whose index serves to count a query's matches, or to add up one of their fields."""
    order = [*_ranges(query), *([summed] if summed else [])]
    return replace(query, order=tuple(OrderBy(path, "asc") for path in order))


def _wanted() -> Iterator[Index | None]:
    for query in queries.TABLE:
        yield index_for(query)
        yield index_for(aggregation(query))
    for query, fields in SUMS:
        for field in fields:
            yield index_for(aggregation(query, field))


def _overrides() -> Iterator[dict[str, Any]]:
    unread = [*UNINDEXED, *((kind, MARK) for kind in KINDS)]
    for kind, field in unread:
        yield {"collectionGroup": kind.COLLECTION, "fieldPath": field, "indexes": []}
    # Firestore itself removes idempotency records within a day of their end, should nobody else;
    # `expired_idempotency_records` needs the index.
    ttl_index = [{"order": "ASCENDING", "queryScope": "COLLECTION"}]
    yield {
        "collectionGroup": IdempotencyRecord.COLLECTION,
        "fieldPath": "expires_at",
        "ttl": True,
        "indexes": ttl_index,
    }


def configuration() -> dict[str, Any]:
    """The contents of `firestore.indexes.json`."""
    return {
        "indexes": [index.to_json() for index in sorted({index for index in _wanted() if index})],
        "fieldOverrides": sorted(_overrides(), key=lambda each: (each["collectionGroup"], each["fieldPath"])),
    }


def text() -> str:
    """`firestore.indexes.json`, to the byte."""
    return json.dumps(configuration(), indent=2) + "\n"


def is_served(committed: dict[str, Any], query: Query[Any]) -> bool:
    """Whether a configuration has the composite index that a query needs, if it needs one."""
    index = index_for(query)
    return index is None or index.to_json() in committed["indexes"]


if __name__ == "__main__":
    sys.stdout.write(text())
