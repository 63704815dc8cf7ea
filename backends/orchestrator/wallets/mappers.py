"""From stored records to the contract's shapes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from backends.orchestrator.amounts import sol_text
from backends.orchestrator.history.coverage import unread_before
from backends.orchestrator.policy import Policy
from backends.orchestrator.records import Funding, Launch, PartState, ReadError, Schedule, Wallet
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.state import cooldown_end, part_states, worst_of
from generated_models import (
    CachedWalletResponse,
    CacheError,
    CacheStatus,
    FreshnessState,
    FundingTransaction,
    LaunchInfo,
    ScheduledFundingInfo,
    ScheduleStatus,
    TokenHolding,
    WalletInfo,
    WalletSummary,
)


def cache_error(error: ReadError | None) -> CacheError | None:
    """Why a reading failed, as the contract says it."""
    if error is None:
        return None
    return CacheError(code=error.code, message=error.message, retryable=error.retryable)


def cache_status(wallet: Wallet, now: datetime, policy: Policy) -> CacheStatus:
    """How current every part of a wallet is."""
    return CacheStatus.model_validate(_cache_fields(wallet, now, policy))


def _cache_fields(wallet: Wallet, now: datetime, policy: Policy) -> dict[str, Any]:
    states = part_states(wallet, now, policy)
    return {
        "state": worst_of(states.values()).value,
        "next_refresh_allowed_at": format_timestamp(cooldown_end(wallet, now, policy)),
        "parts": {name: _part_fields(getattr(wallet.parts, name), state, policy) for name, state in states.items()},
    }


def _part_fields(part: PartState, state: FreshnessState, policy: Policy) -> dict[str, Any]:
    as_of, error = part.as_of, part.last_error
    return {
        "state": state.value,
        "as_of": format_timestamp(as_of),
        "stale_after": format_timestamp(as_of + policy.cache_ttl) if as_of else None,
        "slot": part.slot,
        "truncated": part.truncated,
        "discovered_at": format_timestamp(part.discovered_at),
        "last_attempt_at": format_timestamp(part.last_attempt_at),
        "last_error": error and {"code": error.code.value, "message": error.message, "retryable": error.retryable},
    }


def funding_transaction(funding: Funding) -> FundingTransaction:
    """An incoming transfer."""
    return FundingTransaction(
        signature=funding.signature,
        amount_lamports=str(funding.lamports),
        amount_sol=sol_text(funding.lamports),
        sender=funding.sender,
        slot=funding.slot,
        block_time=format_timestamp(funding.block_time),
    )


def wallet_summary(wallet: Wallet) -> WalletSummary:
    """A wallet as lists show it: how many tokens instead of which."""
    return WalletSummary.model_validate(_summary_fields(wallet))


def _summary_fields(wallet: Wallet) -> dict[str, Any]:
    first = _about(wallet) | {"token_count": None if wallet.holdings is None else wallet.holdings.count}
    return first | _times(wallet)


def wallet_info(wallet: Wallet, holdings: Sequence[TokenHolding] | None) -> WalletInfo:
    """A wallet with everything that is known of it."""
    funding = wallet.recent_funding
    return WalletInfo(
        **_about(wallet),
        **_times(wallet),
        token_holdings=None if holdings is None else list(holdings),
        recent_funding=None if funding is None else [funding_transaction(each) for each in funding],
    )


def _about(wallet: Wallet) -> dict[str, Any]:
    """What a list's row and a whole wallet have in common, and begin with. (Enumerations as text: printed as they are
    they take more than all the rest.)
    """
    balance = wallet.last_balance_lamports
    return {
        "wallet_address": wallet.wallet_address,
        "label": wallet.label,
        "notes": wallet.notes,
        "tags": list(wallet.tags),
        "status": wallet.status and wallet.status.value,
        "status_override": wallet.status_override and wallet.status_override.value,
        "last_balance_sol": None if balance is None else sol_text(balance),
        "last_balance_lamports": None if balance is None else str(balance),
    }


def _times(wallet: Wallet) -> dict[str, Any]:
    """What both end with."""
    return {
        "first_funded_at": format_timestamp(wallet.first_funded_at),
        "last_activity_at": format_timestamp(wallet.last_activity_at),
        "launch_count": wallet.launch_count,
        "created_at": format_timestamp(wallet.created_at),
        "updated_at": format_timestamp(wallet.updated_at),
    }


def cached_wallet(
    wallet: Wallet, holdings: Sequence[TokenHolding] | None, now: datetime, policy: Policy
) -> CachedWalletResponse:
    """A wallet and how current it is."""
    return CachedWalletResponse(wallet=wallet_info(wallet, holdings), cache=cache_status(wallet, now, policy))


def wallet_row(wallet: Wallet, now: datetime, policy: Policy) -> bytes:
    """A list's row as JSON: to the byte what a `CachedWalletSummary` prints, for a seventh of what making one takes."""
    return to_json({"wallet": _summary_fields(wallet), "cache": _cache_fields(wallet, now, policy)})


def scheduled_funding(schedule: Schedule, now: datetime, wallet: Wallet | None) -> ScheduledFundingInfo:
    """A scheduled funding of a wallet; `overdue` while it is open past its time."""
    is_open = schedule.status is ScheduleStatus.SCHEDULED
    unread = unread_before(wallet, schedule.created_at) if is_open and wallet else None
    return ScheduledFundingInfo(
        schedule_id=schedule.schedule_id,
        wallet_address=schedule.wallet_address,
        amount_sol=sol_text(schedule.amount_lamports),
        source_address=schedule.source_address,
        scheduled_for=format_timestamp(schedule.scheduled_for),
        status=schedule.status,
        overdue=schedule.status is ScheduleStatus.SCHEDULED and schedule.scheduled_for < now,
        note=schedule.note,
        created_at=format_timestamp(schedule.created_at),
        updated_at=format_timestamp(schedule.updated_at),
        matched_signature=schedule.matched_signature,
        history_unread_before=format_timestamp(unread),
    )


def launch_info(launch: Launch) -> LaunchInfo:
    """A recorded launch."""
    return LaunchInfo(
        launch_id=launch.launch_id,
        wallet_address=launch.wallet_address,
        mint_address=launch.mint_address,
        token_name=launch.token_name,
        token_ticker=launch.token_ticker,
        launched_at=format_timestamp(launch.launched_at),
        signature=launch.signature,
        created_at=format_timestamp(launch.created_at),
    )
