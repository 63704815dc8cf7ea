"""The store's port: records under keys, a closed table of queries, and commits with expectations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from backends.orchestrator.ports.query import Cursor, Query
from backends.orchestrator.records import Record

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)

Version: TypeAlias = object
"""A store's own mark of one state of one record; only equality has a meaning, and only inside its store."""


@dataclass(frozen=True, slots=True)
class Stored(Generic[R_co]):
    """A record as it was read, with the version that a later compare-and-set names."""

    record: R_co
    version: Version


class Absent:
    """The expectation that no record exists under a key."""


class AnyVersion:
    """No expectation: the write lands whatever is there."""


ABSENT = Absent()
ANY_VERSION = AnyVersion()

Expectation: TypeAlias = Absent | AnyVersion | Version


@dataclass(frozen=True, slots=True)
class Put:
    """Write the whole record under its own key, if the stored state is the expected one."""

    record: Record
    expect: Expectation = ANY_VERSION


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a record, if the stored state is the expected one. Removing what is absent succeeds under
    `ANY_VERSION`.
    """

    kind: type[Record]
    key: str
    expect: Expectation = ANY_VERSION


Write: TypeAlias = Put | Delete


class VersionConflict(Exception):
    """A commit met another state than it expected. Nothing of it was written: read again, decide again."""


class WalletsDataService(Protocol):
    """The primary store: records of the kinds in `records.KINDS`, each under its own key, and the queries of `queries`.

    Every method raises `StoreUnavailable` when the store gives no answer within its deadline; the outcome of a commit
    that fails so is unknown. A stored document that no longer fits its record is skipped by queries, read as absent,
    and logged.
    """

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        """The record under `key`, as last committed (never an older state), or None."""
        ...

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        """One entry a key, in the order of `keys`, None for what is absent. Any number of keys."""
        ...

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        """Those of the keys under which anything lies, also a document that `get` can't read."""
        ...

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        """The first `limit` matches in the query's order, starting behind `after`; ties are broken by key, ascending or
        descending like the last sort field. Nulls sort below every value; text sorts by code point.
        """
        ...

    async def count(self, query: Query[R]) -> int:
        """How many records match."""
        ...

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        """The exact sums of integer fields over all matches, all as of one moment; null counts as 0."""
        ...

    async def commit(self, writes: Sequence[Write]) -> None:
        """All writes or none, at most 450 of them and 3 MiB, one a key.

        Raises `VersionConflict` when any expectation fails.
        """
        ...

    async def ping(self) -> None:
        """Return if the store answers."""
        ...

    async def aclose(self) -> None:
        """Let go of connections. Idempotent."""
        ...
