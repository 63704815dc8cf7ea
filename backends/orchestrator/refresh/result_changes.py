"""What a reading changed on a wallet, against the one before, as the result of the refresh tells it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from backends.orchestrator.records import Changes, Funding, Schedule, Wallet
from generated_models import TokenHolding

MOST_LISTED = 20
"""Entries of each list that a result of a refresh-all keeps: a hundred results share a document of 1 MiB."""

_LISTS = tuple(each.name for each in fields(Changes) if each.default == ())


def changes_between(
    before: Wallet,
    after: Wallet,
    holdings_before: Sequence[TokenHolding] | None,
    holdings_after: Sequence[TokenHolding] | None,
    fundings: Sequence[Funding],
    completed: Sequence[Schedule],
) -> Changes:
    """`holdings_before` is None if there are none to compare with, `holdings_after` when they are unchanged."""
    balances = before.last_balance_lamports, after.last_balance_lamports
    old = {holding.mint_address: holding for holding in holdings_before or ()}
    new = (
        old
        if holdings_before is None or holdings_after is None
        else {holding.mint_address: holding for holding in holdings_after}
    )
    return Changes(
        balance_lamports=None if balances[0] is None or balances[1] is None else balances[1] - balances[0],
        tokens_added=tuple(mint for mint in new if mint not in old),
        tokens_removed=tuple(mint for mint in old if mint not in new),
        tokens_changed=tuple(mint for mint in new if mint in old and new[mint].amount != old[mint].amount),
        new_funding=tuple(funding.signature for funding in fundings),
        completed_schedules=tuple(schedule.schedule_id for schedule in completed),
        status_before=before.status,
        status_after=after.status,
    )


def stored_changes(changes: Changes) -> Changes | None:
    """The changes as a result of a refresh-all keeps them: None if nothing changed, long lists cut."""
    lists = {name: getattr(changes, name) for name in _LISTS}
    if not changes.balance_lamports and changes.status_before is changes.status_after and not any(lists.values()):
        return None
    cut = {name: entries[:MOST_LISTED] for name, entries in lists.items()}
    return replace(changes, **cut, truncated=cut != lists)
