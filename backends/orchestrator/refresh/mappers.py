"""A refresh's results in the contract's shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backends.orchestrator.amounts import sol_text
from backends.orchestrator.records import Funding, PartResultRecord, Schedule, Wallet
from backends.orchestrator.wallets.mappers import cache_error
from generated_models import (
    PartOutcome,
    PartResult,
    RefreshChanges,
    RefreshResults,
    TokenHolding,
    WalletPart,
)


def refresh_results(results: Mapping[WalletPart, PartResultRecord]) -> RefreshResults:
    """A result a part; None for a part that was not asked for."""
    return RefreshResults(**{part.value: _part(results.get(part)) for part in WalletPart})


def refresh_changes(
    before: Wallet,
    after: Wallet,
    holdings_before: Sequence[TokenHolding] | None,
    holdings_after: Sequence[TokenHolding] | None,
    fundings: Sequence[Funding],
    completed: Sequence[Schedule],
) -> RefreshChanges:
    """What a refresh changed against the previous reading. `holdings_after` is None when they are unchanged."""
    balances = before.last_balance_lamports, after.last_balance_lamports
    delta = None if balances[0] is None or balances[1] is None else balances[1] - balances[0]
    old = {holding.mint_address: holding for holding in holdings_before or ()}
    new = old if holdings_after is None else {holding.mint_address: holding for holding in holdings_after}
    return RefreshChanges(
        balance_lamports=None if delta is None else str(delta),
        balance_sol=None if delta is None else sol_text(delta),
        tokens_added=[mint for mint in new if mint not in old],
        tokens_removed=[mint for mint in old if mint not in new],
        tokens_changed=[mint for mint in new if mint in old and new[mint].amount != old[mint].amount],
        new_funding=[funding.signature for funding in fundings],
        completed_schedules=[schedule.schedule_id for schedule in completed],
        status_before=before.status,
        status_after=after.status,
    )


def _part(result: PartResultRecord | None) -> PartResult | None:
    if result is None:
        return None
    return PartResult(outcome=PartOutcome(result.outcome), slot=result.slot, error=cache_error(result.error))
