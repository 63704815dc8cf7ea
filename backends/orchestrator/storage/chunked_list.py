"""Lists too large for one document: split into chunks, which are written under a new reference; then the record that
names the reference is committed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from backends.errors import StoreUnavailable
from backends.orchestrator.ports import Delete, Put, WalletsDataService, Write
from backends.orchestrator.records import Chunk, ChunkedListRef
from backends.orchestrator.storage.commit_rules import MAX_WRITES

_ROWS = 500
_CHUNK_BYTES = 600_000  # a document may have 1 MiB
_COMMIT_BYTES = 2_500_000  # a commit may have 3 MiB (`WalletsDataService.commit`)
_WITH_RECORD_BYTES = 900_000  # up to this, chunks are written by the commit of the record that names them


class ChunkedList:
    """Rows of JSON text as chunk records that are not written yet. `ref` names this version of the list."""

    def __init__(self, owner: str, ref: str, rows: Sequence[str]) -> None:
        self._owner = owner
        digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        self._chunks = [
            Chunk(owner=owner, ref=ref, index=index, payload=payload) for index, payload in enumerate(_payloads(rows))
        ]
        self.reference = ChunkedListRef(ref=ref, count=len(rows), chunks=len(self._chunks), digest=digest)

    @property
    def is_oversized(self) -> bool:
        """Whether the chunks are committed ahead of the record that names them."""
        return sum(len(chunk.payload.encode()) for chunk in self._chunks) > _WITH_RECORD_BYTES

    async def write_oversized(self, store: WalletsDataService) -> list[Write]:
        """Commit the chunks by themselves if they are too large for the commit of the record that names them.

        Returns:
            What is left to write: to be committed together with that record.
        """
        if not self.is_oversized:
            return [Put(chunk) for chunk in self._chunks]
        batch: list[Write] = []
        size = 0
        for chunk in self._chunks:
            weight = len(chunk.payload.encode())
            if batch and size + weight > _COMMIT_BYTES:
                await store.commit(batch)
                batch, size = [], 0
            batch.append(Put(chunk))
            size += weight
        if batch:
            await store.commit(batch)
        return []

    async def withdraw(self, store: WalletsDataService) -> None:
        """Remove what `write_oversized` has committed: the record that was to name it was not, for certain. Chunks that
        a store out of order keeps are in nobody's way.
        """
        if self.is_oversized:
            writes = removal_writes(self._owner, self.reference)
            with suppress(StoreUnavailable):
                for start in range(0, len(writes), MAX_WRITES):
                    await store.commit(writes[start : start + MAX_WRITES])


def _payloads(rows: Sequence[str]) -> Iterator[str]:
    batch: list[str] = []
    size = 0
    for row in rows:
        weight = len(row.encode())
        if batch and (len(batch) == _ROWS or size + weight > _CHUNK_BYTES):
            yield f"[{','.join(batch)}]"
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield f"[{','.join(batch)}]"


def removal_writes(owner: str, reference: ChunkedListRef | None) -> list[Write]:
    """The writes that remove a version of a list."""
    if reference is None:
        return []
    return [Delete(Chunk, Chunk.key_of(owner, reference.ref, index)) for index in range(reference.chunks)]


async def read_chunks(store: WalletsDataService, owner: str, reference: ChunkedListRef) -> list[str] | None:
    """The chunks' JSON arrays in order; None when this version was removed, because another one replaced it
    meanwhile.
    """
    found = await store.get_many(
        Chunk, [Chunk.key_of(owner, reference.ref, index) for index in range(reference.chunks)]
    )
    texts = [stored.record.payload for stored in found if stored is not None]
    return texts if len(texts) == reference.chunks else None


async def read_rows(
    store: WalletsDataService, owner: str, reference: ChunkedListRef, start: int, count: int
) -> list[Any] | None:
    """`count` rows from `start` on, parsed; reads only the chunks that have them. For lists of short rows, whose chunks
    are full by number. None when this version was removed.
    """
    indexes = range(start // _ROWS, min(reference.chunks, (start + count + _ROWS - 1) // _ROWS))
    found = await store.get_many(Chunk, [Chunk.key_of(owner, reference.ref, index) for index in indexes])
    if any(stored is None for stored in found):
        return None
    rows = [row for stored in found if stored is not None for row in json.loads(stored.record.payload)]
    return rows[start % _ROWS :][:count]
