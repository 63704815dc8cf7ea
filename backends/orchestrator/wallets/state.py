"""What a wallet's stored fields imply: freshness, status, versions. Pure functions, and the one way to change a
wallet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from backends.orchestrator.policy import FreshWindow, Policy
from backends.orchestrator.records import CacheClass, Parts, PartState, Wallet
from backends.orchestrator.wallets.search import search_terms
from generated_models import FreshnessState, WalletPart, WalletStatus

NO_LABEL = "1"
"""Where wallets without a label stand among the others in `Wallet.label_order`: behind them."""

_PART_NAMES = tuple(part.value for part in WalletPart)

_WORST_FIRST = (FreshnessState.never, FreshnessState.error, FreshnessState.stale, FreshnessState.fresh)


def part_states(wallet: Wallet, now: datetime, policy: Policy) -> dict[str, FreshnessState]:
    """Of each part, by its name: `never` until the first success, `error` when the last attempt failed, else `stale`
    after the TTL, else `fresh`. Of a wallet that was read in a future further away than the TTL, by a clock that was
    wrong, all is `stale`.
    """
    window = policy.fresh_window(now)
    fresh = FreshnessState.stale if is_of_wrong_clock(wallet.oldest_as_of, window) else FreshnessState.fresh
    states = {}
    for name in _PART_NAMES:
        reading: PartState = getattr(wallet.parts, name)
        if reading.as_of is None:
            states[name] = FreshnessState.never
        elif reading.last_error is not None:
            states[name] = FreshnessState.error
        else:
            states[name] = fresh if reading.as_of > window.after else FreshnessState.stale
    return states


def is_of_wrong_clock(as_of: datetime | None, window: FreshWindow) -> bool:
    """Whether something was read further ahead than clocks differ: when it really was, nobody knows."""
    return as_of is not None and as_of >= window.before


def worst_of(states: Iterable[FreshnessState]) -> FreshnessState:
    """The overall state of parts: never > error > stale > fresh."""
    found = set(states)
    return next(state for state in _WORST_FIRST if state in found)


def age_of(wallet: Wallet, now: datetime) -> float | None:
    """Seconds since the oldest part was read; None if a part never was."""
    if wallet.cache_class == "never" or wallet.oldest_as_of is None:
        return None
    return (now - wallet.oldest_as_of).total_seconds()


def cooldown_end(wallet: Wallet, now: datetime, policy: Policy) -> datetime | None:
    """From when on all parts may be refreshed again; None where no reading is in the way."""
    if wallet.cache_class != "ok" or wallet.oldest_as_of is None or not policy.refresh_cooldown:
        return None
    return cooldown_after(wallet.oldest_as_of, now, policy)


def cooldown_after(as_of: datetime, now: datetime, policy: Policy) -> datetime | None:
    """From when on what was read at `as_of` may be read again: a cooldown from now at most, whatever the clocks have
    done since; None where `as_of` lies further ahead than that.
    """
    if as_of - now > policy.refresh_cooldown:
        return None
    return min(as_of, now) + policy.refresh_cooldown


def etag_of(wallet: Wallet, now: datetime, policy: Policy) -> str:
    """`"<metadata version>.<chain version>.<part states>"`: changes whenever the body of the wallet would."""
    states = "".join(state[0] for state in part_states(wallet, now, policy).values())
    return f'"{wallet.metadata_version}.{wallet.chain_version}.{states}"'


def status_of(
    override: WalletStatus | None, launch_count: int, lamports: int | None, policy: Policy
) -> WalletStatus | None:
    """Override, else LAUNCHED once a launch is recorded, else by the balance; None while nothing is known."""
    if override is not None:
        return override
    if launch_count:
        return WalletStatus.LAUNCHED
    if lamports is None:
        return None
    return WalletStatus.FUNDED if lamports >= policy.funded_lamports else WalletStatus.UNFUNDED


def ordered_label(label_order: str) -> str | None:
    """The label that a wallet has whose `label_order` that is."""
    return label_order[1:] or None


def with_derived_fields(wallet: Wallet, policy: Policy, **changes: Any) -> Wallet:
    """The wallet with what changes, and its derived fields made true."""

    def value(field: str) -> Any:
        return changes[field] if field in changes else getattr(wallet, field)

    # It may have been registered anew, since its document couldn't be read, and count from 0 what was there before.
    launch_count, open_schedules = max(value("launch_count"), 0), max(value("open_schedules"), 0)
    stored: Parts = value("parts")
    parts = [stored.of(part) for part in WalletPart]
    readings = [part.as_of for part in parts if part.as_of is not None]
    errors = [part.last_error.code for part in parts if part.last_error is not None]
    cache_class: CacheClass = "never" if len(readings) < len(parts) else "error" if errors else "ok"
    label: str | None = value("label")
    derived = {
        "launch_count": launch_count,
        "open_schedules": open_schedules,
        "status": status_of(value("status_override"), launch_count, value("last_balance_lamports"), policy),
        "cache_class": cache_class,
        "oldest_as_of": min(readings, default=None),
        "label_order": NO_LABEL if label is None else f"0{label}",
        "failing": errors[0] if errors else None,
        "known_accounts": len((value("token_accounts") or "").splitlines()),
        "search_terms": search_terms(wallet.wallet_address, label, value("tags")),
    }
    return replace(wallet, **(changes | derived))  # copied once: a refresh-all does it for each wallet


def metadata_values(wallet: Wallet) -> dict[str, object]:
    """What people decide of a wallet, as the audit trail keeps it."""
    override = wallet.status_override
    return {
        "label": wallet.label,
        "notes": wallet.notes,
        "tags": wallet.tags,
        "status_override": override.value if override else None,
    }


def revise(wallet: Wallet, now: datetime, policy: Policy, **changes: Any) -> Wallet:
    """The wallet after a write other than a PUT: the chain version counts it, derived fields follow. Not before it was
    created, if the clock was set back since.
    """
    at = max(now, wallet.created_at)
    return with_derived_fields(wallet, policy, **changes, chain_version=wallet.chain_version + 1, updated_at=at)


def revise_metadata(wallet: Wallet, now: datetime, policy: Policy, **changes: Any) -> Wallet:
    """The wallet after a PUT: the metadata version counts it, otherwise as `revise`."""
    at = max(now, wallet.created_at)
    return with_derived_fields(wallet, policy, **changes, metadata_version=wallet.metadata_version + 1, updated_at=at)
