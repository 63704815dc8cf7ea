"""What a refresh adds to a wallet's past, and when it moves from the wallet's own document into months.

The wallet's document is written by every refresh anyway, so that its newest entries cost no write of their own; what
no longer fits moves together, in the same commit, into the months that it belongs to. Whoever makes up many refreshes
in a row, as the mock does, may collect what moves and fill the months once.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backends.orchestrator.history.activity import ActivityEntry, newest_first, pack_activity, unpack_activity
from backends.orchestrator.history.changes import BalanceChange, pack_changes, unpack_changes
from backends.orchestrator.history.coverage import is_untrue
from backends.orchestrator.history.months import (
    confirmed_until,
    key_of,
    month_of,
    month_start,
    oldest_kept,
    with_more_in_thread,
)
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import ABSENT, Put, Stored, WalletsDataService, Write
from backends.orchestrator.records import Wallet, WalletMonth

_IN_THE_WALLET = 16
_COMMIT_CHARACTERS = 2_000_000  # a commit may have 3 MiB (`WalletsDataService.commit`)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A wallet with what was recorded, and what to commit beside it."""

    wallet: Wallet
    writes: list[Write]

    @property
    def size(self) -> int:
        """Characters of the writes' texts."""
        return sum(map(_size, self.writes))


async def record(
    store: WalletsDataService,
    before: Wallet,
    after: Wallet,
    change: BalanceChange | None,
    activity: Sequence[ActivityEntry],
    now: datetime,
    policy: Policy,
) -> Recorded:
    """The wallet after a refresh with its change, if there is one, and the transactions that were seen."""
    in_wallet = record_in_wallet(before, after, change, activity, now, policy)
    writes, months, dropped = await in_wallet.moved.into_months(store, before)
    return Recorded(with_activity_since(in_wallet.with_months(months), dropped), writes)


@dataclass(frozen=True, slots=True)
class RecordedInWallet:
    """A wallet with what was recorded in its own document, and what moves out of that. Months before `cutoff` are not
    kept.
    """

    wallet: Wallet
    moved: Moved
    cutoff: datetime

    def with_months(self, names: Collection[str]) -> Wallet:
        """The wallet that names the months that were filled, and no longer those that are too old."""
        if not names:
            return self.wallet
        kept = {each for each in self.wallet.history_months if month_start(each) >= self.cutoff}
        months = tuple(sorted({*names, *kept}))
        if months == self.wallet.history_months:
            return self.wallet
        gone = None if kept.issuperset(self.wallet.history_months) else self.cutoff
        return with_activity_since(replace(self.wallet, history_months=months), gone)


def record_in_wallet(
    before: Wallet,
    after: Wallet,
    change: BalanceChange | None,
    activity: Sequence[ActivityEntry],
    now: datetime,
    policy: Policy,
) -> RecordedInWallet:
    """What `record` does to the wallet's own document. Pure."""
    slot = after.parts.funding_transactions.slot
    untrue = is_untrue(before, slot)
    cutoff = oldest_kept(now, policy.history_months)
    moved = Moved()
    if change is None and not activity and not untrue:
        return RecordedInWallet(after, moved, cutoff)
    changes = unpack_changes(before.recent_changes)
    if change is not None:
        if changes:
            changes[-1] = replace(changes[-1], confirmed_until=confirmed_until(before, changes[-1]))
        changes.append(change)
    kept, forgotten = _kept_since(cutoff, activity)
    known = unpack_activity(before.recent_activity)
    if untrue and slot is not None:
        known = [entry for entry in known if entry.slot <= slot]
    entries = newest_first(kept, known)
    outgrown = None
    if len(changes) > _IN_THE_WALLET or len(entries) > _IN_THE_WALLET:
        # What has become too old in the wallet's own document has no month to go to.
        entries, outgrown = _kept_since(cutoff, entries)
        moved.add([each for each in changes[:-1] if _in_force_until(each) >= cutoff], entries, now)
        changes, entries = changes[-1:], []
    wallet = replace(
        after,
        recent_changes=pack_changes(changes),
        recent_activity=pack_activity(entries),
        recorded_since=after.recorded_since or (change.first_seen_at if change else None),
    )
    return RecordedInWallet(with_activity_since(with_activity_since(wallet, forgotten), outgrown), moved, cutoff)


def _kept_since(cutoff: datetime, activity: Sequence[ActivityEntry]) -> tuple[list[ActivityEntry], datetime | None]:
    """The transactions that are not too old, and the block time of the newest of the others."""
    kept = [entry for entry in activity if entry.block_time is None or entry.block_time >= cutoff]
    too_old = (each.block_time for each in activity if each.block_time and each.block_time < cutoff)
    return kept, max(too_old, default=None)


def _in_force_until(change: BalanceChange) -> datetime:
    return change.confirmed_until or change.first_seen_at


def with_activity_since(wallet: Wallet, gone: datetime | None) -> Wallet:
    """The wallet when transactions up to a moment are not kept."""
    history = wallet.history
    if gone is None or history is None:
        return wallet
    since = max(gone, history.activity_since or gone)
    return replace(wallet, history=replace(history, activity_since=since))


class Moved:
    """What moves out of the wallet's document: changes and transactions by month."""

    def __init__(self) -> None:
        self._months: dict[str, tuple[list[BalanceChange], list[ActivityEntry]]] = {}

    @property
    def months(self) -> Collection[str]:
        """The months that it concerns."""
        return self._months.keys()

    def add(self, changes: Sequence[BalanceChange], activity: Sequence[ActivityEntry], now: datetime) -> None:
        """More of both: changes in the month in which they were still in force, which is dropped last; transactions
        without a time as of `now`.
        """
        changed = [(month_of(_in_force_until(change)), change) for change in changes]
        happened = [(month_of(entry.block_time or now), entry) for entry in activity]
        for month in sorted({month for month, _ in (*changed, *happened)}):
            self._months.setdefault(month, ([], []))
        for month, change in changed:
            self._months[month][0].append(change)
        for month, entry in happened:
            self._months[month][1].append(entry)

    def extend(self, later: Moved) -> None:
        """What moved later, behind this."""
        for month, (changes, activity) in later._months.items():
            known = self._months.setdefault(month, ([], []))
            known[0].extend(changes)
            known[1].extend(activity)

    async def into_months(
        self, store: WalletsDataService, wallet: Wallet
    ) -> tuple[list[Write], set[str], datetime | None]:
        """The writes that move it, the months that they concern, and the block time of the newest transaction that
        there was no room for. `wallet` is as it was before it names them.
        """
        if not self._months:
            return [], set(), None
        found = await store.get_many(WalletMonth, [key_of(wallet, month) for month in self._months])
        writes: list[Write] = []
        concerned = set()
        newest_dropped = None
        for (month, (changes, activity)), first in zip(self._months.items(), found, strict=True):
            name, stored = await _readable(store, wallet, month, first)
            concerned.add(name)
            empty = WalletMonth(
                wallet_address=wallet.key, generation=wallet.generation, month=name, starts_at=month_start(month)
            )
            filled, dropped = await with_more_in_thread(stored.record if stored else empty, changes, activity)
            writes.append(Put(filled, stored.version if stored else ABSENT))
            newest_dropped = max((each for each in (newest_dropped, dropped) if each), default=None)
        while len(writes) > 1 and sum(map(_size, writes)) > _COMMIT_CHARACTERS:
            # Ahead of the commit: should that not happen, the same entries come again, and are known.
            await store.commit([writes.pop(0)])
        return writes, concerned, newest_dropped


async def _readable(
    store: WalletsDataService, wallet: Wallet, month: str, first: Stored[WalletMonth] | None
) -> tuple[str, Stored[WalletMonth] | None]:
    """The document of a month to write to. One that was written and can't be read is left as it is, for an operator."""
    name, stored = month, first
    for number in itertools.count(1):
        if stored is not None or name not in wallet.history_months:
            break
        name = f"{month}.{number}"
        stored = await store.get(WalletMonth, key_of(wallet, name))
    return name, stored


def _size(write: Write) -> int:
    record = write.record if isinstance(write, Put) else None
    return len(record.changes) + len(record.activity) if isinstance(record, WalletMonth) else 0
