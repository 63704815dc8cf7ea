"""The months of a wallet's past: what moves into them, how much they hold, and how they are read and removed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from backends.orchestrator.history.activity import ActivityEntry, newest_first, pack_activity, unpack_activity
from backends.orchestrator.history.changes import BalanceChange, pack_changes, unpack_changes
from backends.orchestrator.history.thinning import thinned
from backends.orchestrator.ports import Delete, WalletsDataService, Write
from backends.orchestrator.records import Wallet, WalletMonth

T = TypeVar("T")

MAX_CHANGES = 4_000
MAX_ACTIVITY = 1_500
"""Entries in one month; above, changes are thinned to a few an hour, and the oldest transactions go."""
_MAX_TEXT = 400_000
"""Characters of one text; a document may have 1 MiB, and holds two."""
_ON_THE_LOOP = 100_000
"""Characters that are unpacked in a few milliseconds; a year of a busy wallet has millions."""


def month_of(moment: datetime) -> str:
    """The calendar month of a moment: `2026-11`."""
    return f"{moment.year:04}-{moment.month:02}"


def month_start(month: str) -> datetime:
    """When a month begins."""
    return datetime(int(month[:4]), int(month[5:7]), 1, tzinfo=UTC)


def month_end(month: str) -> datetime:
    """When the next one begins."""
    return (month_start(month) + timedelta(days=32)).replace(day=1)


def key_of(wallet: Wallet, month: str) -> str:
    """Where a month of a wallet's past lies."""
    return WalletMonth.key_of(wallet.wallet_address, wallet.generation, month)


def oldest_kept(now: datetime, months: int) -> datetime:
    """The start of the oldest month that is kept, when `months` are beside the current one."""
    index = now.year * 12 + now.month - 1 - months
    return datetime(max(1, index // 12), index % 12 + 1, 1, tzinfo=UTC)


def with_more(
    month: WalletMonth, changes: Sequence[BalanceChange], activity: Sequence[ActivityEntry]
) -> tuple[WalletMonth, datetime | None]:
    """A month with more in it, and the block time of the newest transaction that there was no room for, if any."""
    dropped = None
    if changes:
        month = _with_changes(month, changes)
    if activity:
        entries = newest_first(unpack_activity(month.activity), activity)
        kept = entries[:MAX_ACTIVITY]
        text = pack_activity(kept)
        while len(text) > _MAX_TEXT:
            kept = kept[: len(kept) * 3 // 4]
            text = pack_activity(kept)
        dropped = max((entry.block_time for entry in entries[len(kept) :] if entry.block_time), default=None)
        month = replace(month, activity=text)
    return month, dropped


async def with_more_in_thread(
    month: WalletMonth, changes: Sequence[BalanceChange], activity: Sequence[ActivityEntry]
) -> tuple[WalletMonth, datetime | None]:
    """As `with_more`; a full month takes a tenth of a second, in which others are not to wait."""
    if _size(month) <= _ON_THE_LOOP:
        return with_more(month, changes, activity)
    return await asyncio.to_thread(with_more, month, changes, activity)


def _with_changes(month: WalletMonth, changes: Sequence[BalanceChange]) -> WalletMonth:
    known = unpack_changes(month.changes)
    seen = set(map(_identity, known))
    merged = sorted(
        [*known, *(each for each in changes if _identity(each) not in seen)], key=lambda each: each.first_seen_at
    )
    text = pack_changes(merged)
    if len(text) > _MAX_TEXT:
        # Signatures are most of a change's bytes, and the activity has them too.
        merged = [replace(change, signatures=()) for change in merged]
        text = pack_changes(merged)
    if len(merged) <= MAX_CHANGES and len(text) <= _MAX_TEXT:
        return replace(month, changes=text)
    few = [replace(change, signatures=()) for change in thinned(merged, timedelta(hours=1))]
    return replace(month, changes=pack_changes(few), thinned=True)


def _identity(change: BalanceChange) -> tuple[object, ...]:
    """What a change keeps wherever it lies: when it is confirmed is known later, and signatures may have no room."""
    return change.first_seen_at, change.slot, change.lamports


async def months_of(store: WalletsDataService, wallet: Wallet) -> list[WalletMonth]:
    """All months of a wallet's past, in order."""
    keys = [key_of(wallet, month) for month in wallet.history_months]
    found = await store.get_many(WalletMonth, keys) if keys else []
    return [stored.record for stored in found if stored is not None]


async def unpacked(
    wallet: Wallet, months: Sequence[WalletMonth], unpack: Callable[[Wallet, Sequence[WalletMonth]], T]
) -> T:
    """What `unpack` finds in a wallet's past; beside the event loop where there is much: others are not to wait."""
    if sum(map(_size, months)) <= _ON_THE_LOOP:
        return unpack(wallet, months)
    return await asyncio.to_thread(unpack, wallet, months)


def _size(month: WalletMonth) -> int:
    return len(month.changes) + len(month.activity)


def removal_writes(wallet: Wallet) -> list[Write]:
    """The writes that remove a wallet's past."""
    return [Delete(WalletMonth, key_of(wallet, month)) for month in wallet.history_months]


def changes_of(wallet: Wallet, months: Iterable[WalletMonth]) -> list[BalanceChange]:
    """All changes of a wallet, in order; the last one is confirmed by the wallet's own readings."""
    recent = unpack_changes(wallet.recent_changes)
    if recent:
        recent[-1] = replace(recent[-1], confirmed_until=confirmed_until(wallet, recent[-1]))
    # Whoever reads the months after the wallet may find there what has moved meanwhile.
    moved = [change for month in months for change in unpack_changes(month.changes)]
    recent_times = {change.first_seen_at for change in recent}
    known = {_identity(change) for change in moved if change.first_seen_at in recent_times}
    kept = [change for change in recent if _identity(change) not in known]
    return sorted([*moved, *kept], key=lambda change: change.first_seen_at)


def is_since(change: BalanceChange, start: datetime) -> bool:
    """Whether a change, as `changes_of` has it, was in force at a moment or came after it."""
    return (change.confirmed_until or change.first_seen_at) >= start


def confirmed_until(wallet: Wallet, newest: BalanceChange) -> datetime:
    """The last reading that still found what the newest change says: of the balance, unless that was not read then."""
    parts = wallet.parts
    readings = [parts.sol_balance.as_of]
    if newest.lamports is None:
        readings = [parts.token_holdings.as_of, parts.funding_transactions.as_of]
    return max([newest.first_seen_at, *(reading for reading in readings if reading is not None)])


def activity_of_wallet(wallet: Wallet, months: Iterable[WalletMonth]) -> list[ActivityEntry]:
    """All transactions of a wallet that are kept, the newest first."""
    return newest_first(unpack_activity(wallet.recent_activity), *(unpack_activity(month.activity) for month in months))
