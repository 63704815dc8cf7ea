"""Records as plain documents, and back: what the stores of the real world have in common.

A document is the record's fields by name, with `schema` beside them: text, integers, booleans, None,
datetimes, lists, and maps with text keys. Every field is always there, so no query misses a document for the
lack of one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from backends.orchestrator.records import KINDS, IdempotencyRecord, Record, Wallet, WalletTombstone
from backends.real.unfit_readings import without_unfit_readings

R = TypeVar("R", bound=Record)

SCHEMA = 1
"""Of the documents. A change that old ones don't survive needs another number, and a way to carry them over."""

_RENAMED: Mapping[type[Record], Mapping[str, str]] = {
    Wallet: {"life": "generation"},
    WalletTombstone: {"lives": "generations"},
    IdempotencyRecord: {"claim_id": "record_id"},
}
"""Fields that older documents have under another name. They are read under it, and written under the new one."""

_LARGEST, _SMALLEST = 2**63 - 1, -(2**63)

# Made at the start: one takes milliseconds, in which a refresh-all could have sent its first requests.
_ADAPTERS: dict[type[Record], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in KINDS}

_log = logging.getLogger(__name__)
_reported: set[tuple[str, str]] = set()
_MOST_REPORTED = 1000


class UnreadableDocument(Exception):
    """A stored document is not what its record is made of. The message has none of its contents."""


def plain(value: Any) -> Any:
    """A value of a record as documents have it. Raises ValueError for integers that stores can't keep."""
    if value is None or isinstance(value, bool | datetime):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, int):
        if not _SMALLEST <= value <= _LARGEST:
            raise ValueError("Stores keep integers of 64 bits; anything larger is kept as text.")
        return value
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"Records don't have {type(value).__name__}.")


def encode(record: Record) -> dict[str, Any]:
    """The document of a record. Raises ValueError for a record that does not fit its own types and bounds."""
    document = {"schema": SCHEMA, **plain(record)}
    try:
        _ADAPTERS[type(record)].validate_python(document)
    except ValidationError as error:
        raise ValueError(f"a record of {record.COLLECTION} does not fit at {_places(error)}") from None
    return document


def decode(kind: type[R], key: str, document: object) -> R:
    """The record of a document; its datetimes may be ISO 8601 text. Raises UnreadableDocument."""
    if not isinstance(document, Mapping):
        raise UnreadableDocument("it is no map")
    if document.get("schema") != SCHEMA:
        raise UnreadableDocument(f"its schema is not {SCHEMA}")
    for old, new in _RENAMED.get(kind, {}).items():
        if old in document and new not in document:
            document = {new if name == old else name: value for name, value in document.items()}
    try:
        record: R = _ADAPTERS[kind].validate_python(document)
    except ValidationError as error:
        without = without_unfit_readings(kind, document, [each["loc"] for each in error.errors(include_input=False)])
        try:
            record = _ADAPTERS[kind].validate_python(without)
        except ValidationError as still:
            raise UnreadableDocument(f"it does not fit at {_places(still)}") from None
        _log_once(kind, key, f"holds figures that no chain has, at {_places(error)}: they count as never read")
    if record.key != key:
        raise UnreadableDocument("it belongs under another key")
    return record


def report(kind: type[Record], key: str, error: UnreadableDocument) -> None:
    """Log that a document is treated as absent, once for each document."""
    _log_once(kind, key, f"is unreadable and treated as absent: {error}")


def _places(error: ValidationError) -> str:
    return ", ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False)[:5])


def _log_once(kind: type[Record], key: str, what: str) -> None:
    document = (kind.COLLECTION, key)
    if document not in _reported and len(_reported) < _MOST_REPORTED:
        _reported.add(document)
        _log.warning("%s/%s %s", kind.COLLECTION, key, what)
