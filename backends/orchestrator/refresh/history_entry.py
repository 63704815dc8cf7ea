"""The entry of its history that a reading of a wallet makes, if it found something changed. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backends.orchestrator.history.changes import MAX_SIGNATURES, BalanceChange, TokenCounts, unpack_changes
from backends.orchestrator.records import Funding, Wallet
from backends.orchestrator.refresh.applying import Applied
from generated_models import PartOutcome, TokenHolding, WalletPart

_READ = (PartOutcome.updated, PartOutcome.unchanged)


def count_tokens(before: Sequence[TokenHolding], after: Sequence[TokenHolding]) -> TokenCounts:
    """How many mints came, went, and changed their amount. Another name of a mint is no change."""
    old = {holding.mint_address: holding.amount for holding in before}
    new = {holding.mint_address: holding.amount for holding in after}
    return TokenCounts(
        added=len(new.keys() - old.keys()),
        removed=len(old.keys() - new.keys()),
        changed=sum(old[mint] != amount for mint, amount in new.items() if mint in old),
    )


def change_found(
    before: Wallet, applied: Applied, holdings_before: Sequence[TokenHolding] | None, now: datetime
) -> BalanceChange | None:
    """The change that a reading found, or None: a failed part finds nothing, and neither does reading the same again.
    `holdings_before` are those that new ones replace, None if they can't be read.

    A balance that is known again after a change in which it was not read counts as found, so that it is never unknown
    for longer than it was.
    """
    tokens = _token_counts(applied, holdings_before)
    balance_read = _outcome(applied, WalletPart.sol_balance) in _READ
    fundings = _new_fundings(before, applied.fundings)
    recorded = unpack_changes(before.recent_changes)
    found = (
        _outcome(applied, WalletPart.sol_balance) == PartOutcome.updated
        or (tokens is not None and tokens.total > 0)
        or (tokens is None and _holds_something_else(before, applied))
        or bool(fundings)
        or (balance_read and (not recorded or recorded[-1].lamports is None))
    )
    if not found:
        return None
    slots = [result.slot for result in applied.results.values() if result.outcome in _READ and result.slot is not None]
    balance_slot = applied.results[WalletPart.sol_balance].slot if balance_read else None
    return BalanceChange(
        first_seen_at=now,
        slot=balance_slot if balance_slot is not None else max(slots, default=None),
        lamports=applied.wallet.last_balance_lamports if balance_read else None,
        tokens=tokens,
        status=applied.wallet.status,
        fundings=len(fundings),
        signatures=tuple(funding.signature for funding in fundings[:MAX_SIGNATURES]),
    )


def _token_counts(applied: Applied, holdings_before: Sequence[TokenHolding] | None) -> TokenCounts | None:
    """How the holdings changed; None when they were not read, or when there are no earlier ones to compare with."""
    if applied.holdings is None:
        unchanged = _outcome(applied, WalletPart.token_holdings) == PartOutcome.unchanged
        return TokenCounts(added=0, removed=0, changed=0) if unchanged else None
    return None if holdings_before is None else count_tokens(holdings_before, applied.holdings)


def _holds_something_else(before: Wallet, applied: Applied) -> bool:
    """Whether new holdings are news although there are none to compare with: the first, if they are none, are not."""
    return bool(applied.holdings) or (applied.holdings is not None and before.holdings is not None)


def _outcome(applied: Applied, part: WalletPart) -> str | None:
    result = applied.results.get(part)
    return result.outcome if result else None


def _new_fundings(before: Wallet, fundings: Sequence[Funding]) -> list[Funding]:
    """Transfers that are news. Those that a budget had left unread are old, and belong to an earlier change."""
    known = before.history
    return [funding for funding in fundings if known is None or funding.slot >= known.newest_slot]
