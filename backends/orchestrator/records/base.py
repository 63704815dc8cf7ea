"""What every stored record is, and the records that storage itself needs: chunks of large lists, named values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol


class Record(Protocol):
    """Anything the store keeps: a frozen dataclass with a collection and a key of its own."""

    COLLECTION: ClassVar[str]

    @property
    def key(self) -> str:
        """Unique in the collection; letters, digits, `-`, `_`, `.` and `:` only, at most 200 characters."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkedListRef:
    """Names one version of a chunked list: its `count` entries are in `chunks` records of `Chunk` under `ref`. `digest`
    tells whether it changed.
    """

    ref: str
    count: int
    chunks: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A slice of something too large for one document: `payload` is JSON text, opaque to the store and not indexed.

    Chunks are written first under a new `ref`, then a record that names the `ref` is committed: so readers
    see the old list or the new one.
    """

    COLLECTION: ClassVar[str] = "chunks"

    owner: str
    ref: str
    index: int
    payload: str

    @staticmethod
    def key_of(owner: str, ref: str, index: int) -> str:
        return f"{owner}:{ref}:{index:04}"

    @property
    def key(self) -> str:
        return self.key_of(self.owner, self.ref, self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """A named value of which the whole store has one: `chain` (genesis hash), `refresh_all` (running operation),
    `token_totals` and `token_holders` (current snapshots), `counters` (their epochs), `page_token_key`.
    """

    COLLECTION: ClassVar[str] = "pointers"

    name: str
    value: str | None
    updated_at: datetime

    @property
    def key(self) -> str:
        return self.name
