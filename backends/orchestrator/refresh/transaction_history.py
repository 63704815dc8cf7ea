"""A wallet's transaction history, read no further at a time than a budget allows, and in the end to its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from backends.orchestrator.history.activity import ActivityEntry, activity_of
from backends.orchestrator.history.coverage import is_untrue, known_history
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Balance, SignatureInfo, SolanaDataService, Transaction
from backends.orchestrator.records import Funding, HistoryCursor, HistoryGap, Wallet
from backends.orchestrator.refresh.history_walk import HistoryWalk
from backends.orchestrator.refresh.missing_transactions import asked_again, still_missing

_MOST_GAPS = 16


class AsksForTransactions(Protocol):
    """Brings transactions; `TransactionCache` does."""

    async def all(self, chain: SolanaDataService, signatures: Sequence[str]) -> Sequence[Transaction | None]:
        """What several transactions did, in their order; None where the node does not have one. Raises `ChainError`."""
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
        """Whether older transactions are left for the next readings, or some that the node did not have."""
        return bool(self.history.gaps or self.history.missing)


def infer_from_balance(wallet: Wallet, balance: Balance | None, now: datetime, policy: Policy) -> HistoryReading | None:
    """The reading that an unchanged balance implies, without a call; None when the history has to be asked for, since
    something of it is unread or the balance does not tell.
    """
    known = _known(wallet, balance)
    if known is None or known.gaps or known.missing or not _unmoved(known, balance, now, policy):
        return None
    return HistoryReading(fundings=(), history=known, slot=balance.slot if balance else None, last_activity_at=None)


def _known(wallet: Wallet, balance: Balance | None) -> HistoryCursor | None:
    """How far the history was read; None where what is stored of it can't be true, so that it is read anew."""
    return None if is_untrue(wallet, balance.slot if balance else None) else known_history(wallet)


def _unmoved(known: HistoryCursor, balance: Balance | None, now: datetime, policy: Policy) -> bool:
    """Whether the balance says that nothing happened.

    A deposit and an equal withdrawal between two readings hide from this, so a sweep asks all the same after
    `Policy.history_sweep`, or where the last one is of a future: of a clock that was wrong.
    """
    is_swept = abs(now - known.swept_at) < policy.history_sweep
    return balance is not None and known.lamports == balance.lamports and is_swept


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
    first, besides the oldest of all at the first reading, since it tells when the wallet was first funded, and some
    that the node did not have before. Raises `ChainError`.
    """
    known = _known(wallet, balance)
    swept = known is None or not _unmoved(known, balance, now, policy)
    walk = HistoryWalk(chain, wallet.wallet_address, policy)
    new: list[SignatureInfo] = []
    gaps: list[HistoryGap] = []
    if swept:
        new = await walk.into(_since(known), gaps)
    for gap in known.gaps if known else ():
        await walk.into(gap, gaps)
    taken = list({entry.signature: entry for entry in [*walk.taken, *asked_again(known)]}.values())
    wanted = [entry.signature for entry in taken if not entry.failed]
    read = dict(zip(wanted, await transactions.all(chain, wanted), strict=True))
    found = [(entry, read.get(entry.signature)) for entry in taken]
    missing = still_missing(known, taken, read, now)
    fundings = [funding for each in found if (funding := _funding(wallet.wallet_address, *each))]
    times = [funding.block_time for funding in fundings if funding.block_time]
    if known and known.earliest_funding_at:
        times.append(known.earliest_funding_at)
    earliest = min(times, default=None)
    all_read = not (gaps or missing)
    certain = all_read or (walk.oldest is not None and any(each.signature == walk.oldest for each in fundings))
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
            missing=missing,
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
