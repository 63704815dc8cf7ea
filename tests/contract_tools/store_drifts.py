"""Drifts of Firestore's own translation: its queries, documents, batches and aggregations, and the breaker before them.

They can be planted only where the store is Firestore. Each is wrong at an edge: a bound, a tie, the end of a request of
a hundred documents, a count, a version.
"""

from __future__ import annotations

from typing import Any

from tests.contract_tools.drifts import Drift
from tests.contract_tools.line_drifts import _line

_R = "backends.real"
_COMPARED = "batch.update(document, content, option=api.write_option(last_update_time=expected))"
_SENT = "await batch.commit(retry=None, timeout=self._deadline)"
_SENT_AGAIN = f"""again = api.batch()
            again._write_pbs = [each for each in batch._write_pbs if not each._pb.HasField('current_document')]
            {_SENT}
            {_SENT.replace("batch", "again")}"""
_CURSOR = "selection.start_after([*values, api.collection(query.kind.COLLECTION).document(key)])"


def _queries(function: str, *changes: tuple[str, str]) -> Drift:
    return _line(f"{_R}.firestore_queries", function, *changes)


def _service(method: str, *changes: tuple[str, str]) -> Drift:
    return _line(f"{_R}.firebase", f"SimpleFirebaseService.{method}", *changes)


def _write(*changes: tuple[str, str]) -> Drift:
    return _line(f"{_R}.firestore_writes", "add", *changes)


def _operator(of_the_port: str, of_the_drift: str) -> Drift:
    return _queries(
        "_condition",
        ("else where.op.value", f"else {{{of_the_port!r}: {of_the_drift!r}}}.get(where.op.value, where.op.value)"),
    )


def _seconds_alone() -> None:
    from backends.real import firestore_documents

    found: Any = firestore_documents
    honest = found._timestamp
    found._READ = {**found._READ, "timestamp_value": lambda value: honest(value).replace(microsecond=0)}


STORE: dict[str, Drift] = {
    # conditions
    "< for <= in a query": _operator("<=", "<"),
    "<= for < in a query": _operator("<", "<="),
    "> for >= in a query": _operator(">=", ">"),
    ">= for > in a query": _operator(">", ">="),
    "moments cut to seconds in a query": _queries(
        "_condition",
        ("where.value)", "where.value.replace(microsecond=0) if hasattr(where.value, 'microsecond') else where.value)"),
    ),
    "an equality with null that is left out": _queries(
        "matching", ("in query.where:", "in (each for each in query.where if each.value is not None):")
    ),
    "a query's third condition left out": _queries("matching", ("in query.where:", "in query.where[:2]:")),
    # order, pages
    "ties of a descending order ascending": _queries(
        "ordered", ('if by.direction == "asc" else', 'if by.direction == "asc" or by.field == "key" else')
    ),
    "a cursor that skips what ties": _queries(
        "ordered", (_CURSOR, f"selection.start_after(values) if values else {_CURSOR}")
    ),
    "a cursor that begins with its own record": _queries("ordered", ("start_after(", "start_at(")),
    # many at once (of more than a hundred the store's own suite knows)
    "many documents in the order of their keys": _service("get_many", ("for key in keys]", "for key in sorted(keys)]")),
    # counts and sums
    "a count without its conditions": _service(
        "count", ("matching(client.api, query)", "client.api.collection(query.kind.COLLECTION)")
    ),
    "a count of the first condition": _service(
        "count", ("(client.api, query)", "(client.api, type(query)(query.kind, query.where[:1]))")
    ),
    "a sum that floats round": _service(
        "_sum", ("isinstance(value, float)", "False"), ("value or 0", "int(value or 0)")
    ),
    # writes
    "the last write of a large batch lost": _service(
        "_commit", ("for write in writes:", "for write in writes[:-1] if len(writes) > 5 else writes:")
    ),
    "a batch sent twice": _service("_commit", (_SENT, _SENT_AGAIN)),
    "a version that is not compared": _write((_COMPARED, "batch.set(document, content)")),
    "a creation that replaces": _write(("batch.create(document, content)", "batch.set(document, content)")),
    "an increment that replaces": _write(("Plus(number)", "number")),
    "a counter's text that stays": _write(
        ("text for name, text in write.texts.items()}", "text for name, text in write.texts.items() if text}")
    ),
    "an update that keeps what its maps had": _write((_COMPARED, "batch.set(document, content, merge=True)")),
    # documents
    "moments of documents cut to seconds": Drift(patch=_seconds_alone),
    "a record that is kept whatever its version": _line(
        f"{_R}.record_cache", "RecordCache.get_all", ("found[0].version != version", "False")
    ),
    # the breaker
    "a breaker that opens after a conflict": _line(
        f"{_R}.circuit_breaker",
        "Circuit.watch",
        ("except Exception:\n        self._failures = 0", "except Exception:\n        self._open()"),
    ),
    "a breaker that drops all tests but the first": _line(
        f"{_R}.circuit_breaker", "StoreBreaker.query_filtered", ("query, tests, limit", "query, tests[:1], limit")
    ),
    "a breaker that begins each page anew": _line(
        f"{_R}.circuit_breaker", "StoreBreaker.query_filtered", ("most=most, after=after", "most=most")
    ),
}
