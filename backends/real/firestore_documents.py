"""Documents straight from Firestore's protocol buffers: the SDK's own snapshots cost ten times as much to make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds


@dataclass(frozen=True, slots=True)
class FirestoreDocument:
    """A document as it was read. `version` is its update time, as a precondition takes it."""

    key: str
    version: DatetimeWithNanoseconds
    message: Any

    @classmethod
    def of(cls, message: Any) -> FirestoreDocument:
        """From a `google.firestore.v1.Document` message."""
        version = DatetimeWithNanoseconds.from_timestamp_pb(message.update_time)  # type: ignore[no-untyped-call]
        return cls(message.name.rpartition("/")[2], version, message)

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        size: int = self.message.ByteSize()
        return size

    def content(self) -> dict[str, Any]:
        """The fields: text, whole numbers, booleans, None, lists, maps, and UTC datetimes cut to milliseconds; what no
        record has (bytes, references, floats) as it is in the message.
        """
        return _map(self.message.fields)


def _map(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in fields.items()}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value_type")
    read = _READ.get(kind)
    return getattr(value, kind, None) if read is None else read(value)


def _timestamp(value: Any) -> datetime:
    stamp = value.timestamp_value
    return datetime.fromtimestamp(stamp.seconds, UTC).replace(microsecond=stamp.nanos // 1_000_000 * 1000)


_READ: Mapping[str | None, Callable[[Any], Any]] = {
    None: lambda _: None,
    "null_value": lambda _: None,
    "timestamp_value": _timestamp,
    "map_value": lambda value: _map(value.map_value.fields),
    "array_value": lambda value: [_value(item) for item in value.array_value.values],
}
"""How values are read that aren't plain."""
