"""The store's port: records under keys, a closed table of queries, and commits with expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Generic, Protocol, TypeAlias, TypeVar

from backends.orchestrator.ports.query import Cursor, Query, Test
from backends.orchestrator.records import CounterShard, Record

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
    """No expectation: the write replaces whatever is stored."""


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


@dataclass(frozen=True, slots=True)
class Increment:
    """Add to counters of a `CounterShard`, which is made if it is absent, and replace some of its texts (None removes
    one). Expects nothing: any number of commits may add to one shard at a time, and none fails for it.

    `in_place` says that it is about counters which the shard itself has: none of its overflow shards will do.
    """

    key: str
    counts: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, str | None] = field(default_factory=dict)
    in_place: bool = False

    kind: ClassVar[type[CounterShard]] = CounterShard

    def added_to(self, shard: CounterShard | None) -> CounterShard:
        """The shard afterwards; counters that are 0 are left out."""
        counts = dict(shard.counts) if shard is not None else {}
        texts = dict(shard.texts) if shard is not None else {}
        for name, number in self.counts.items():
            if total := counts.pop(name, 0) + number:
                counts[name] = total
        for name, text in self.texts.items():
            texts.pop(name, None)
            if text is not None:
                texts[name] = text
        return CounterShard(name=self.key, counts=counts, texts=texts)


Write: TypeAlias = Put | Delete | Increment


@dataclass(frozen=True, slots=True)
class Filtered(Generic[R_co]):
    """What `query_filtered` found, and how many matches it looked at. `end` is behind the last of them; None if there
    are no more.
    """

    found: list[Stored[R_co]]
    looked_at: int
    end: Cursor | None


class VersionConflict(Exception):
    """A commit met another state than it expected. Nothing of it was written: read again, decide again."""


class WalletsDataService(Protocol):
    """The primary store: records of the kinds in `records.KINDS`, each under its own key, and the queries of `queries`.

    A stored document that no longer fits its record is skipped by queries, read as absent, and logged.

    Raises:
        StoreUnavailable: from every method, when the store gives no answer within its deadline. Whether a commit that
            fails so was carried out is unknown.
    """

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        """Read one record.

        Returns:
            The record as last committed, never an older state; None if there is none.
        """
        ...

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        """Read any number of records.

        Returns:
            One entry a key, in the order of `keys`; None for what is absent.
        """
        ...

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        """Tell which keys are in use.

        Returns:
            Those of `keys` under which anything is stored, also a document that `get` can't read.
        """
        ...

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        """Read the matches of a query, in its order.

        Ties are broken by key, ascending or descending like the last sort field. Nulls sort below every value; text
        sorts by code point.

        Args:
            query: one of the shapes in `queries.TABLE`.
            limit: how many records at most.
            after: where to start, behind a record (`storage.paging.cursor_of`); None starts at the beginning.

        Raises:
            TypeError: the store noticed that `after` is not a cursor of this query's order.
            ValueError: likewise.
        """
        ...

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        """Go through the matches of a query in its order, and read those that pass all `tests`.

        Ends when `limit` have passed, when `most` matches were looked at, or when there are no more. A match of which
        an index tells that it fails need not be looked at.

        Args:
            query: one of the shapes in `queries.TABLE`.
            tests: of fields that queries of the table name too (or `key`).
            limit: how many records at most.
            most: how many matches are looked at, at most.
            after: as for `query`.
        """
        ...

    async def count(self, query: Query[R]) -> int:
        """Count the matches of a query."""
        ...

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        """Add up integer fields over all matches of a query.

        Returns:
            The exact sum of each field, all as of one moment; null counts as 0.
        """
        ...

    async def commit(self, writes: Sequence[Write]) -> None:
        """Carry out all writes or none.

        Args:
            writes: at most 450 and 3 MiB in all, at most one for each key. An increment names at most 450 counters.
                Without any, it is the question whether writes are known to fail just now: ask before paying for what
                is to be written.

        Raises:
            VersionConflict: a record is not in the expected state; nothing was written.
            ValueError: too many writes, two for one record, or a key that is none (`storage.commit_rules`).
        """
        ...

    async def ping(self) -> None:
        """Return if the store answers; raises `StoreUnavailable` otherwise."""
        ...

    async def aclose(self) -> None:
        """Close the connections. Idempotent."""
        ...
