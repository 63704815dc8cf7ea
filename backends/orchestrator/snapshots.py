"""Snapshots of totals over all wallets: made at most every `Policy.portfolio_ttl`, by the first reader after that, and
kept for a while, so that all pages of a list are of one (rule 11). While the store takes no writes, the process that
made the last one keeps it in memory: what needs to be read only is answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backends.errors import BackendError, StoreUnavailable
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.ports import ABSENT, Delete, Put, VersionConflict, Write
from backends.orchestrator.records import ChunkedListRef, NamedValue, TokenTotals
from backends.orchestrator.storage import chunked_list
from backends.orchestrator.storage.commit_rules import MAX_WRITES
from backends.orchestrator.storage.paging import Page, invalid_page_token, next_token

_log = logging.getLogger(__name__)

TOTALS, HOLDERS = "token_totals", "token_holders"
"""Names of the current snapshots."""

_RETENTION = timedelta(hours=1)
"""How long a replaced snapshot can still be paged through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotContent:
    """What a snapshot is made of: rows of JSON text, and how complete they are."""

    tokens: Sequence[str]
    holders: Sequence[str] = ()
    wallets_missing: int
    oldest_as_of: datetime | None


@dataclass(frozen=True, slots=True)
class _Unstored:
    """A snapshot that the store did not take, with the rows of its lists by their references."""

    snapshot: TokenTotals
    rows: dict[ChunkedListRef, Sequence[str]]


class Snapshots:
    """One kind of snapshot. `build` makes the next one; concurrent readers share a build."""

    def __init__(self, context: Context, name: str, build: Callable[[], Awaitable[SnapshotContent]]) -> None:
        self._context = context
        self._name = name
        self._build = build
        self._building: asyncio.Task[TokenTotals] | None = None
        self._unstored: _Unstored | None = None

    async def place(self, page: Page, max_age: int) -> tuple[TokenTotals, int]:
        """The snapshot that a page is of, and where the page begins. A page token pins its snapshot."""
        if page.cursor is None:
            return await self._current(max_age), 0
        snapshot_id, position, _ = page.cursor
        if self._unstored is not None and self._unstored.snapshot.key == snapshot_id:
            return self._unstored.snapshot, int(str(position))
        found = await self._context.store.get(TokenTotals, str(snapshot_id))
        if found is None:
            raise _gone()
        return found.record, int(str(position))

    async def rows(self, snapshot: TokenTotals, list_: ChunkedListRef | None, start: int, count: int) -> list[Any]:
        """Some rows of one of a snapshot's lists. Raises `InvalidRequest` when the snapshot is no longer kept."""
        if list_ is None or count <= 0:
            return []
        unstored = self._unstored
        if unstored is not None and unstored.snapshot.key == snapshot.key:
            return [json.loads(row) for row in unstored.rows[list_][start : start + count]]
        rows = await chunked_list.read_rows(self._context.store, snapshot.key, list_, start, count)
        if rows is None:
            raise _gone()
        return rows

    async def next_token(self, list_name: str, page: Page, snapshot: TokenTotals, end: int, count: int) -> str | None:
        """The token of the page that begins at `end`, if there is one."""
        if end >= count:
            return None
        return await next_token(self._context, list_name, page, count, (snapshot.key, end, ""))

    async def _current(self, max_age: int) -> TokenTotals:
        context = self._context
        current = await context.store.get(NamedValue, self._name)
        if current is not None and self._is_recent(current.record.updated_at, max_age):
            found = await self._snapshot_of(current.record)
            if found is not None:
                return found
        if self._unstored is not None and self._is_recent(self._unstored.snapshot.computed_at, max_age):
            return self._unstored.snapshot
        return await self.built()

    def _is_recent(self, made_at: datetime, max_age: int) -> bool:
        age = self._context.clock.now() - made_at
        return timedelta(0) <= age < max(self._context.policy.portfolio_ttl, timedelta(seconds=max_age))

    async def built(self) -> TokenTotals:
        """A snapshot made now."""
        if self._building is None or self._building.done():
            self._building = asyncio.ensure_future(self._make())
        return await asyncio.shield(self._building)

    async def _snapshot_of(self, current: NamedValue) -> TokenTotals | None:
        found = await self._context.store.get(TokenTotals, current.value) if current.value else None
        return found.record if found else None

    async def _make(self) -> TokenTotals:
        context = self._context
        now = context.clock.now()
        built = await self._build()
        snapshot_id = context.ids.new("tot", self._name, now)
        both = built.tokens, built.holders
        lists = [chunked_list.ChunkedList(snapshot_id, str(ref), rows) for ref, rows in enumerate(both)]
        snapshot = TokenTotals(
            snapshot_id=snapshot_id,
            computed_at=now,
            complete=built.wallets_missing == 0,
            wallets_missing=built.wallets_missing,
            oldest_as_of=built.oldest_as_of,
            tokens=lists[0].reference,
            holders=lists[1].reference,
        )
        current = await context.store.get(NamedValue, self._name)
        pointer = NamedValue(name=self._name, value=snapshot_id, updated_at=now)
        try:
            chunks = [write for each in lists for write in await each.write_oversized(context.store)]
            await context.store.commit(
                [Put(snapshot, ABSENT), Put(pointer, current.version if current else ABSENT), *chunks]
            )
        except VersionConflict:  # another process was quicker
            current = await context.store.get(NamedValue, self._name)
            quicker = await self._snapshot_of(current.record) if current else None
            for each in lists:
                await each.withdraw(context.store)
            if quicker is not None:
                return quicker
        except StoreUnavailable:
            _log.warning("the store takes no writes: the %s of now are kept in memory", self._name.replace("_", " "))
        else:
            self._unstored = None
            return snapshot
        self._unstored = _Unstored(snapshot, {each.reference: rows for each, rows in zip(lists, both, strict=True)})
        return snapshot


async def purge(context: Context) -> None:
    """Remove the replaced snapshots that are too old to be paged through."""
    named = await context.store.get_many(NamedValue, [TOTALS, HOLDERS])
    kept = {found.record.value for found in named if found is not None}
    old = await context.store.query(queries.token_totals_before(context.clock.now() - _RETENTION), limit=100)
    # Of each kind the newest of the old ones was current until within the retention, or still is.
    kept |= set({_has_holders(stored.record): stored.record.key for stored in old}.values())
    for stored in old:
        snapshot = stored.record
        if snapshot.key in kept:
            continue
        try:
            writes: list[Write] = [
                Delete(TokenTotals, snapshot.key, stored.version),
                *chunked_list.removal_writes(snapshot.key, snapshot.tokens),
                *chunked_list.removal_writes(snapshot.key, snapshot.holders),
                *chunked_list.removal_writes(snapshot.key, snapshot.tags),
            ]
            while writes:  # the record last: what is left over by a failure is removed the next time
                await context.store.commit(writes[-MAX_WRITES:])
                del writes[-MAX_WRITES:]
        except (VersionConflict, BackendError) as error:
            _log.info("an old snapshot was not removed yet: %r", error)


def _has_holders(snapshot: TokenTotals) -> bool:
    return snapshot.holders is not None and snapshot.holders.count > 0


def _gone() -> Exception:
    return invalid_page_token("The page token's snapshot is no longer kept; start again from the first page.")
