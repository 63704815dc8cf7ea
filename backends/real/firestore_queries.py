"""The closed table of queries in Firestore's language. `api` is the client's."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter, Or

from backends.orchestrator.ports import Cursor, Op, Query, Where
from backends.orchestrator.storage.commit_rules import is_key


def _condition(where: Where) -> FieldFilter | Or:
    if where.op is Op.OUTSIDE:
        low, high = where.outside
        return Or([FieldFilter(where.field, "<=", low), FieldFilter(where.field, ">=", high)])
    return FieldFilter(where.field, "array_contains" if where.op is Op.CONTAINS else where.op.value, where.value)


def matching(api: Any, query: Query[Any]) -> Any:
    """The selection of all matches."""
    selection = api.collection(query.kind.COLLECTION)
    for where in query.where:
        selection = selection.where(filter=_condition(where))
    return selection


def ordered(api: Any, query: Query[Any], after: Cursor | None) -> Any:
    """The selection in its full order. Firestore sorts null first and text by code point, as the port wants it."""
    selection = matching(api, query)
    for by in query.full_order:
        name = "__name__" if by.field == "key" else by.field
        selection = selection.order_by(name, direction="ASCENDING" if by.direction == "asc" else "DESCENDING")
    if after is None:
        return selection
    *values, key = after
    if not isinstance(key, str) or not is_key(key):
        raise ValueError("A cursor ends in a key.")
    return selection.start_after([*values, api.collection(query.kind.COLLECTION).document(key)])
