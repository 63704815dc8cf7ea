"""Records as plain documents, and back: what the stores of the real world have in common.

A document is the record's fields by name, with `schema` beside them: text, integers, booleans, None,
datetimes, lists, and maps with text keys. Every field is always there, so no query misses a document for the
lack of one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar

import pydantic_core
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaSerializer, SchemaValidator

from backends.orchestrator.records import KINDS, IdempotencyRecord, Record, Wallet, WalletTombstone
from backends.real.document_schemas import LARGEST, SMALLEST, schema_in_utc, stored_schema
from backends.real.implausible_readings import without_implausible_readings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound=Record)

SCHEMA = 1
"""Of the documents. A change that old ones don't survive needs another number, and a way to carry them over."""

_RENAMED: Mapping[type[Record], Mapping[str, str]] = {
    Wallet: {"life": "generation"},
    WalletTombstone: {"lives": "generations"},
    IdempotencyRecord: {"claim_id": "record_id"},
}
"""Fields that older documents have under another name. They are read under it, and written under the new one."""

# Made at the start: one takes milliseconds, in which a refresh-all could have sent its first requests.
_ADAPTERS: dict[type[Record], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in KINDS}

_log = logging.getLogger(__name__)
_reported: set[tuple[str, str]] = set()
_MOST_REPORTED = 1000


class UnreadableDocument(Exception):
    """A stored document is not what its record is made of. The message has none of its contents."""


class _ToPlain:
    """Makes values of records what documents have. What is done with a type is decided once.

    Calls raise ValueError for integers that stores can't keep.
    """

    def __init__(self) -> None:
        self._as_they_are: set[type] = {NoneType, bool, str, datetime}
        self._by_type: dict[type, Callable[[Any], Any]] = {int: _fitting}

    def __call__(self, value: Any) -> Any:
        kind = type(value)
        return value if kind in self._as_they_are else (self._by_type.get(kind) or self._of(kind))(value)

    def _of(self, kind: type) -> Callable[[Any], Any]:
        of: Callable[[Any], Any]
        if is_dataclass(kind):
            of = self._of_dataclass(kind)
        elif issubclass(kind, Enum):
            of = attrgetter("value")
        elif issubclass(kind, tuple | list):
            of = self._list
        elif issubclass(kind, Mapping):
            of = self._map
        else:
            raise TypeError(f"Records don't have {kind.__name__}.")
        self._by_type[kind] = of
        return of

    def _of_dataclass(self, kind: type[DataclassInstance]) -> Callable[[Any], dict[str, Any]]:
        names = tuple(field.name for field in fields(kind))
        as_they_are, by_type, new = self._as_they_are, self._by_type, self._of

        def of(value: Any) -> dict[str, Any]:
            document = {name: getattr(value, name) for name in names}
            for name, each in document.items():
                if (each_kind := type(each)) not in as_they_are:
                    document[name] = (by_type.get(each_kind) or new(each_kind))(each)
            return document

        return of

    def _list(self, items: Sequence[Any]) -> list[Any]:
        return [self(item) for item in items]

    def _map(self, items: Mapping[str, Any]) -> dict[str, Any]:
        return {str(name): self(item) for name, item in items.items()}


def _fitting(number: int) -> int:
    if not SMALLEST <= number <= LARGEST:
        raise ValueError("Stores keep integers of 64 bits; anything larger is kept as text.")
    return number


_to_plain = _ToPlain()


def encode(record: Record) -> dict[str, Any]:
    """The document of a record. Raises ValueError for a record that does not fit its own types and bounds."""
    document = {"schema": SCHEMA, **_to_plain(record)}
    try:
        _ADAPTERS[type(record)].validate_python(document)
    except ValidationError as error:
        raise _unfit(record, error) from None
    return document


_BEGINNING = f'{{"schema":{SCHEMA},'


class _Json:
    """A kind's documents as JSON, written and read by its schema in one go: a refresh-all has some hundred values a
    wallet.
    """

    def __init__(self, adapter: TypeAdapter[Any]) -> None:
        schema = stored_schema(adapter.core_schema)
        self._serializer, self._validator = SchemaSerializer(schema), SchemaValidator(schema)
        self.read = SchemaValidator(schema_in_utc(adapter.core_schema))

    def of(self, record: Record) -> str:
        """The document of a record. Raises ValidationError for one that does not fit."""
        document = f"{_BEGINNING}{self._serializer.to_json(record)[1:].decode()}"
        self._validator.validate_json(document)
        return document


_JSON: dict[type[Record], _Json] = {kind: _Json(adapter) for kind, adapter in _ADAPTERS.items()}


def encode_json(record: Record) -> str:
    """The document of a record as JSON, datetimes as UTC text of one width. Raises ValueError as `encode` does."""
    try:
        return _JSON[type(record)].of(record)
    except ValidationError as error:
        raise _unfit(record, error) from None


def _unfit(record: Record, error: ValidationError) -> ValueError:
    return ValueError(f"a record of {record.COLLECTION} does not fit at {_places(error)}")


def decode(kind: type[R], key: str, document: object) -> R:
    """The record of a document; its datetimes may be ISO 8601 text. Raises UnreadableDocument."""
    if not isinstance(document, Mapping):
        raise UnreadableDocument("it is no map")
    if document.get("schema") != SCHEMA:
        raise UnreadableDocument(f"its schema is not {SCHEMA}")
    for old, new in _RENAMED.get(kind, {}).items():
        if old in document and new not in document:
            document = {new if name == old else name: value for name, value in document.items()}
    validate = _JSON[kind].read.validate_python
    try:
        record: R = validate(document)
    except ValidationError as error:
        without = without_implausible_readings(
            kind, document, [each["loc"] for each in error.errors(include_input=False)]
        )
        try:
            record = validate(without)
        except ValidationError as still:
            raise UnreadableDocument(f"it does not fit at {_places(still)}") from None
        _log_once(kind, key, f"holds figures that no chain has, at {_places(error)}: they count as never read")
    if record.key != key:
        raise UnreadableDocument("it belongs under another key")
    return record


def decode_json(kind: type[R], key: str, text: str) -> R:
    """The record of a document that is JSON. Raises UnreadableDocument."""
    if text.startswith(_BEGINNING):
        try:
            record: R = _JSON[kind].read.validate_json(text)
        except ValidationError:  # of an earlier release, perhaps
            pass
        else:
            if record.key == key:
                return record
    return decode(kind, key, pydantic_core.from_json(text))


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
