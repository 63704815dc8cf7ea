"""How far back a wallet's transactions were read, and what of them was not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from backends.orchestrator.bounds import A_DAY_OF_SLOTS
from backends.orchestrator.history.months import month_end
from backends.orchestrator.records import HistoryCursor, HistoryGap, Wallet, WalletMonth


def known_history(wallet: Wallet) -> HistoryCursor | None:
    """How far a wallet's history was read. Earlier releases noted that they left something, but not what: then all that
    is older than the newest transaction is taken for unread.
    """
    known = wallet.history
    if known is None or known.gaps or known.missing or not wallet.parts.funding_transactions.truncated:
        return known
    gap = HistoryGap(
        before=known.newest,
        before_slot=known.newest_slot,
        before_time=wallet.last_activity_at,
        until=None,
        until_slot=0,
    )
    return replace(known, gaps=(gap,), earliest_funding_at=wallet.first_funded_at)


def is_untrue(wallet: Wallet, slot: int | None) -> bool:
    """Whether a wallet's history tells of what the chain, at `slot`, can't have come to: a wrong answer was stored."""
    history = wallet.history
    return history is not None and slot is not None and history.newest_slot > slot + A_DAY_OF_SLOTS


def unread_before(wallet: Wallet, since: datetime) -> datetime | None:
    """The moment before which transactions since `since` may be unread; None if all of them were read, as of the last
    reading.
    """
    known = known_history(wallet)
    if known is None:
        return None
    moments = [gap.before_time or known.swept_at for gap in known.gaps]
    moments += [each.block_time or known.swept_at for each in known.missing]
    # Block times are whole seconds, rounded down.
    return max((moment for moment in moments if moment >= since.replace(microsecond=0)), default=None)


def complete_since(wallet: Wallet, months: Iterable[WalletMonth], oldest_kept: datetime) -> datetime | None:
    """The moment after which all transactions are kept, as of the last reading; None if all are, back to the first.
    `months` are those of the wallet that could be read.
    """
    known = known_history(wallet)
    if known is None:
        return None
    moments = [gap.before_time or known.swept_at for gap in known.gaps[:1]]
    moments += [each.block_time or known.swept_at for each in known.missing]
    if known.activity_since is not None:
        moments.append(known.activity_since)
    if not known.activity_recorded:
        moments.append(known.swept_at)
    if any(month < f"{oldest_kept:%Y-%m}" for month in wallet.history_months):
        moments.append(oldest_kept)
    lost = set(wallet.history_months) - {month.month for month in months}
    moments += [min(month_end(month), known.swept_at) for month in lost]
    return max(moments, default=None)
