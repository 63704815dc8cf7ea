"""A wallet's transaction history, read no further at a time than a budget allows, and in the end to its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from backends.errors import ChainUnavailable
from backends.orchestrator.history.activity import ActivityEntry, activity_of
from backends.orchestrator.history.coverage import is_untrue, known_history
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Balance, SignatureInfo, SolanaDataService, Transaction
from backends.orchestrator.records import Funding, HistoryCursor, HistoryGap, Wallet

_A_REQUEST = 1_000
"""Entries of a history that one request brings."""
_OF_A_GAP = 100
"""Entries that one request brings where no more are needed than can be read."""
_MOST_ENTRIES = 1_000
"""Entries that one reading takes in: failed transactions cost no request, but room in the store."""
_MOST_GAPS = 16


class AsksForTransactions(Protocol):
    """Brings transactions; `TransactionCache` does."""

    async def all(self, chain: SolanaDataService, signatures: Sequence[str]) -> list[Transaction]:
        """What several transactions did, in their order. Raises `ChainError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryReading:
    """What reading the history gave, newest first: what happened, the incoming transfers in it, and how far it was
    read. `first_funded_at` is the block time of the very first incoming transfer, once that is certain.
    """

    fundings: tuple[Funding, ...]
    activity: tuple[ActivityEntry, ...] = ()
    history: HistoryCursor
    slot: int | None
    last_activity_at: datetime | None
    first_funded_at: datetime | None = None
    moved_slot: int | None = None
    """The slot of the newest transaction that succeeded since the last reading: it may have opened a token account."""

    @property
    def truncated(self) -> bool:
        """Whether older transactions are left for the next readings."""
        return bool(self.history.gaps)


def infer_from_balance(wallet: Wallet, balance: Balance | None, now: datetime, policy: Policy) -> HistoryReading | None:
    """The reading that an unchanged balance implies, without a call; None when the history has to be asked for, since
    something of it is unread or the balance does not tell.
    """
    known = _known(wallet, balance)
    if known is None or known.gaps or not _unmoved(known, balance, now, policy):
        return None
    return HistoryReading(fundings=(), history=known, slot=balance.slot if balance else None, last_activity_at=None)


def _known(wallet: Wallet, balance: Balance | None) -> HistoryCursor | None:
    """How far the history was read; None where what is stored of it can't be true, so that it is read anew."""
    return None if is_untrue(wallet, balance.slot if balance else None) else known_history(wallet)


def _unmoved(known: HistoryCursor, balance: Balance | None, now: datetime, policy: Policy) -> bool:
    """Whether the balance says that nothing happened.

    A deposit and an equal withdrawal between two readings hide from this, so a sweep asks all the same after
    `Policy.history_sweep`.
    """
    return balance is not None and known.lamports == balance.lamports and now - known.swept_at < policy.history_sweep


async def read_history(
    chain: SolanaDataService,
    transactions: AsksForTransactions,
    wallet: Wallet,
    balance: Balance | None,
    now: datetime,
    policy: Policy,
) -> HistoryReading:
    """Ask for what happened since the last reading, then for what the earlier ones left unread.

    At most `Policy.history_limit` entries are listed and `Policy.history_transactions` transactions asked for, newest
    first, besides the oldest of all at the first reading, since it tells when the wallet was first funded. Raises
    `ChainError`.
    """
    known = _known(wallet, balance)
    swept = known is None or not _unmoved(known, balance, now, policy)
    look = _Look(chain, wallet.wallet_address, policy)
    new: list[SignatureInfo] = []
    gaps: list[HistoryGap] = []
    if swept:
        new = await look.into(_since(known), gaps)
    for gap in known.gaps if known else ():
        await look.into(gap, gaps)
    wanted = [entry.signature for entry in look.taken if not entry.failed]
    read = dict(zip(wanted, await transactions.all(chain, wanted), strict=True))
    found = [(entry, read.get(entry.signature)) for entry in look.taken]
    fundings = [funding for each in found if (funding := _funding(wallet.wallet_address, *each))]
    times = [funding.block_time for funding in fundings if funding.block_time]
    if known and known.earliest_funding_at:
        times.append(known.earliest_funding_at)
    earliest = min(times, default=None)
    certain = not gaps or (look.oldest is not None and any(each.signature == look.oldest for each in fundings))
    # The balance changed without a transaction: the node that gave the history may lag behind, so the next reading asks
    # again.
    lagging = swept and balance and known and not new and known.lamports not in (None, balance.lamports)
    newest = new[0] if new else None
    slots = [entry.slot for entry in new[:1]] + ([known.newest_slot] if known else [])
    return HistoryReading(
        fundings=tuple(fundings),
        activity=tuple(activity_of(wallet.wallet_address, *each) for each in found),
        history=HistoryCursor(
            newest=newest.signature if newest else known.newest if known else None,
            # Not ahead of the chain: whatever a wrong answer said, what comes from now on is behind it.
            newest_slot=min(max(slots, default=0), balance.slot) if balance else max(slots, default=0),
            lamports=balance.lamports if balance and not lagging else None,
            swept_at=now if swept or known is None else known.swept_at,
            gaps=_bounded(gaps),
            earliest_funding_at=earliest,
            activity_recorded=True,
            activity_since=_activity_since(wallet, known, now),
        ),
        # A history has no slot of its own, and its newest entry may be older than the last reading.
        slot=balance.slot if balance else max([*slots, wallet.parts.funding_transactions.slot or 0]) or None,
        last_activity_at=max((entry.block_time for entry in new if entry.block_time), default=None),
        first_funded_at=earliest if certain else None,
        moved_slot=max((entry.slot for entry in new if not entry.failed), default=None),
    )


def merged_history(wallet: Wallet, reading: HistoryReading, policy: Policy) -> dict[str, Any]:
    """The fields of a wallet that a reading's transfers change, without derived ones.

    The newest transfers are kept, and of those below `Policy.dust_lamports` only as many as there is room for beside
    the others.
    """
    untrue = is_untrue(wallet, reading.slot)
    known = {
        funding.signature: funding
        for funding in wallet.recent_funding or ()
        if not (untrue and reading.slot and funding.slot > reading.slot)
    }
    known.update((funding.signature, funding) for funding in reading.fundings)
    newest_first = sorted(known.values(), key=lambda funding: (-funding.slot, funding.signature))
    dust_last = sorted(newest_first, key=lambda funding: funding.lamports < policy.dust_lamports)
    kept = {funding.signature for funding in dust_last[: policy.recent_funding]}
    earlier = None if untrue else wallet.last_activity_at
    activity = [moment for moment in (earlier, reading.last_activity_at) if moment]
    # Of an earlier release, and perhaps not the first at all: `known_history` has it as what it is.
    doubtful = untrue or (wallet.history is not None and known_history(wallet) is not wallet.history)
    return {
        "recent_funding": tuple(funding for funding in newest_first if funding.signature in kept),
        "history": reading.history,
        "first_funded_at": (None if doubtful else wallet.first_funded_at) or reading.first_funded_at,
        "last_activity_at": max(activity, default=None),
    }


def _activity_since(wallet: Wallet, known: HistoryCursor | None, now: datetime) -> datetime | None:
    """Up to when transactions were read that nobody kept."""
    if known is None or known.activity_recorded:
        return known.activity_since if known else None
    return wallet.last_activity_at or now


def _since(known: HistoryCursor | None) -> HistoryGap:
    """What happened since the last reading, as the gap that it is."""
    return HistoryGap(
        before=None,
        before_slot=None,
        before_time=None,
        until=known.newest if known else None,
        until_slot=known.newest_slot if known else 0,
        listed=False,
    )


def _bounded(gaps: list[HistoryGap]) -> tuple[HistoryGap, ...]:
    """The gaps, the oldest ones joined when they are many: what was read in between is read again."""
    while len(gaps) > _MOST_GAPS:
        older = gaps.pop()
        gaps[-1] = replace(gaps[-1], until=older.until, until_slot=older.until_slot)
    return tuple(gaps)


class _Look:
    """One look at a history: what it may still ask for, and the entries that it has `taken` in. `oldest` is the first
    transaction that ever succeeded, if this look has met it.
    """

    def __init__(self, chain: SolanaDataService, address: str, policy: Policy) -> None:
        self._chain = chain
        self._address = address
        self._listable = policy.history_limit
        self._readable = policy.history_transactions
        self.taken: list[SignatureInfo] = []
        self.oldest: str | None = None

    async def into(self, gap: HistoryGap, left: list[HistoryGap]) -> list[SignatureInfo]:
        """Take in what the budget allows of a gap, newest first; what stays unread goes to `left`. What was listed."""
        if self._readable < 1 or self._listable < 1:
            left.append(gap)
            return []
        whole = gap.before is None and gap.until is None
        entries, ended = await self._list(gap, whole=whole)
        if not entries and gap.listed:
            left.append(gap)  # the node has lost its place in the history, not the history
            return []
        end, until = len(entries), (gap.until, gap.until_slot)
        count = self._affordable(entries, self._readable)
        first = _first_success(entries) if whole and ended else None
        if first is not None:
            self.oldest = entries[first].signature
            if count <= first and self._readable > 1:
                count = self._affordable(entries, self._readable - 1)
                end, until = first, (entries[first].signature, entries[first].slot)
        self._take([*entries[:count], *entries[end:]])
        if count < end or not ended:
            last = entries[count - 1] if count else None
            left.append(
                HistoryGap(
                    before=last.signature if last else gap.before,
                    before_slot=last.slot if last else gap.before_slot,
                    before_time=(last.block_time if last else None) or gap.before_time,
                    until=until[0],
                    until_slot=until[1],
                    listed=count < end,
                )
            )
        return entries

    async def _list(self, gap: HistoryGap, *, whole: bool) -> tuple[list[SignatureInfo], bool]:
        """The newest entries of a gap, and whether they are all: as many as can be afforded, but of a `whole` history
        all that may be listed, for where it begins is worth knowing.
        """
        entries: list[SignatureInfo] = []
        before, before_slot = gap.before, gap.before_slot
        while self._listable > 0:
            limit = min(_A_REQUEST if gap.before is None else max(_OF_A_GAP, self._readable), self._listable)
            page = await self._chain.signatures(self._address, before=before, until=gap.until, limit=limit)
            self._listable -= max(1, len(page))
            if before_slot is not None and page and page[0].slot > before_slot:
                raise ChainUnavailable("The Solana RPC listed newer transactions than it was asked for.")
            # A node that doesn't know `until` any more answers as if it were not given.
            new = [entry for entry in page if entry.signature != gap.until and entry.slot >= gap.until_slot]
            entries += new
            if len(page) < limit or len(new) < len(page):
                return entries, True
            if not whole and self._affordable(entries, self._readable) < len(entries):
                return entries, False
            before, before_slot = page[-1].signature, page[-1].slot
        return entries, False

    def _affordable(self, entries: Sequence[SignatureInfo], readable: int) -> int:
        """How many of the first entries can be taken in, when `readable` transactions may be asked for."""
        for count, entry in enumerate(entries):
            readable -= not entry.failed
            if readable < 0 or len(self.taken) + count >= _MOST_ENTRIES:
                return count
        return len(entries)

    def _take(self, entries: Sequence[SignatureInfo]) -> None:
        self.taken += entries
        self._readable -= sum(not entry.failed for entry in entries)


def _first_success(entries: Sequence[SignatureInfo]) -> int | None:
    return next((at for at in reversed(range(len(entries))) if not entries[at].failed), None)


def _funding(wallet_address: str, entry: SignatureInfo, transaction: Transaction | None) -> Funding | None:
    """The incoming transfers of one transaction, summed; None if there are none."""
    incoming = [
        transfer
        for transfer in (transaction.transfers if transaction else ())
        if transfer.recipient == wallet_address and transfer.sender != wallet_address and transfer.lamports
    ]
    if not incoming:
        return None
    senders = {transfer.sender for transfer in incoming}
    return Funding(
        signature=entry.signature,
        lamports=sum(transfer.lamports for transfer in incoming),
        sender=senders.pop() if len(senders) == 1 else None,
        slot=entry.slot,
        block_time=entry.block_time,
    )
