"""Decoded records, kept by their version: a record that was read before is not decoded again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import TypeVar

from backends.orchestrator.ports import Stored, Version
from backends.orchestrator.records import Record

R = TypeVar("R", bound=Record)

MOST_BYTES = 12 * 2**20
_OVERHEAD = 4
"""A record in memory takes about so many times the bytes of its document."""


class RecordCache:
    """The most recently used records, of all kinds. Records are frozen, so sharing them is safe. Takes several threads.

    Args:
        most_bytes: about how much memory may be used.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._entries: OrderedDict[tuple[type[Record], str], tuple[Stored[Record], int]] = OrderedDict()
        self._lock = Lock()

    def get(self, kind: type[R], key: str, version: Version) -> Stored[R] | None:
        """The record under `key`, if it is kept in that version."""
        return self.get_all(kind, [(key, version)])[key]

    def get_all(self, kind: type[R], versions: Iterable[tuple[str, Version]]) -> dict[str, Stored[R] | None]:
        """The same for many at once, by key."""
        records: dict[str, Stored[R] | None] = {}
        with self._lock:
            for key, version in versions:
                found = self._entries.get((kind, key))
                if found is None or found[0].version != version:
                    records[key] = None
                    continue
                self._entries.move_to_end((kind, key))
                records[key] = found[0]  # type: ignore[assignment]  # kept under its own kind
        return records

    def put(self, stored: Stored[Record], document_bytes: int) -> None:
        """Keep a record in place of its other versions; `document_bytes` is the size of its document."""
        size = document_bytes * _OVERHEAD
        if size > self._most // 16:
            return
        place = type(stored.record), stored.record.key
        with self._lock:
            before = self._entries.pop(place, None)
            self._size += size - (before[1] if before else 0)
            self._entries[place] = stored, size
            while self._size > self._most:
                _, (_, dropped) = self._entries.popitem(last=False)
                self._size -= dropped
