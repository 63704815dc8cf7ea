"""A commit in Firestore's language: writes of one batch, each with its precondition."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1 import DELETE_FIELD
from google.cloud.firestore_v1 import Increment as Plus

from backends.orchestrator.ports import ABSENT, ANY_VERSION, Increment, Put, Write
from backends.orchestrator.storage.commit_rules import target
from backends.real.document_codec import SCHEMA, encode
from backends.real.firestore_indexes import MARK


def add(batch: Any, api: Any, write: Write, mark: str) -> None:
    """Add a write to a batch; `mark` is of the commit (`firestore_indexes.MARK`).

    Raises ValueError for a record that does not fit.
    """
    kind, key = target(write)
    document = api.collection(kind.COLLECTION).document(key)
    if isinstance(write, Increment):
        content: dict[str, Any] = {"schema": SCHEMA, "name": key, MARK: mark}
        if write.counts:
            content["counts"] = {name: Plus(number) for name, number in write.counts.items()}
        if write.texts:
            content["texts"] = {name: DELETE_FIELD if text is None else text for name, text in write.texts.items()}
        batch.set(document, content, merge=True)
        return
    expected: Any = write.expect
    if isinstance(write, Put):
        content = encode(write.record) | {MARK: mark}
        if expected is ABSENT:
            batch.create(document, content)
        elif expected is ANY_VERSION:
            batch.set(document, content)
        else:
            # Every field is named, so the whole document is replaced: `set` takes no precondition.
            batch.update(document, content, option=api.write_option(last_update_time=expected))
    elif expected is ANY_VERSION:
        batch.delete(document)
    elif expected is ABSENT:
        batch.delete(document, option=api.write_option(exists=False))
    else:
        batch.delete(document, option=api.write_option(last_update_time=expected))
