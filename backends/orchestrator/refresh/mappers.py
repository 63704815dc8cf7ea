"""A refresh's results in the contract's shapes."""

from __future__ import annotations

from collections.abc import Mapping

from backends.orchestrator.amounts import sol_text
from backends.orchestrator.records import Changes, PartResultRecord
from backends.orchestrator.wallets.mappers import cache_error
from generated_models import (
    PartOutcome,
    PartResult,
    RefreshChanges,
    RefreshResults,
    WalletPart,
)


def refresh_results(results: Mapping[WalletPart, PartResultRecord]) -> RefreshResults:
    """A result a part; None for a part that was not asked for."""
    return RefreshResults(**{part.value: _part(results.get(part)) for part in WalletPart})


def refresh_changes(changes: Changes) -> RefreshChanges:
    """What a refresh changed against the previous reading."""
    delta = changes.balance_lamports
    return RefreshChanges(
        balance_lamports=None if delta is None else str(delta),
        balance_sol=None if delta is None else sol_text(delta),
        tokens_added=list(changes.tokens_added),
        tokens_removed=list(changes.tokens_removed),
        tokens_changed=list(changes.tokens_changed),
        new_funding=list(changes.new_funding),
        completed_schedules=list(changes.completed_schedules),
        status_before=changes.status_before,
        status_after=changes.status_after,
        truncated=changes.truncated,
    )


def _part(result: PartResultRecord | None) -> PartResult | None:
    if result is None:
        return None
    return PartResult(outcome=PartOutcome(result.outcome), slot=result.slot, error=cache_error(result.error))
