"""From stored records to the contract's shapes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backends.orchestrator.amounts import sol_text
from backends.orchestrator.history.coverage import unread_before
from backends.orchestrator.policy import Policy
from backends.orchestrator.records import Funding, Launch, PartState, ReadError, Schedule, Wallet
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.state import cooldown_end, overall_freshness, part_freshness
from generated_models import (
    CachedWalletResponse,
    CachedWalletSummary,
    CacheError,
    CachePart,
    CacheParts,
    CacheStatus,
    FundingTransaction,
    LaunchInfo,
    ScheduledFundingInfo,
    ScheduleStatus,
    TokenHolding,
    WalletInfo,
    WalletPart,
    WalletSummary,
)


def cache_error(error: ReadError | None) -> CacheError | None:
    """Why a reading failed, as the contract says it."""
    if error is None:
        return None
    return CacheError(code=error.code, message=error.message, retryable=error.retryable)


def _cache_part(part: PartState, now: datetime, policy: Policy) -> CachePart:
    return CachePart(
        state=part_freshness(part, now, policy),
        as_of=format_timestamp(part.as_of),
        stale_after=format_timestamp(part.as_of + policy.cache_ttl) if part.as_of else None,
        slot=part.slot,
        truncated=part.truncated,
        discovered_at=format_timestamp(part.discovered_at),
        last_attempt_at=format_timestamp(part.last_attempt_at),
        last_error=cache_error(part.last_error),
    )


def cache_status(wallet: Wallet, now: datetime, policy: Policy) -> CacheStatus:
    """How current every part of a wallet is."""
    parts = {part.value: _cache_part(wallet.parts.of(part), now, policy) for part in WalletPart}
    return CacheStatus(
        state=overall_freshness(wallet.parts, now, policy),
        next_refresh_allowed_at=format_timestamp(cooldown_end(wallet, now, policy)),
        parts=CacheParts(**parts),
    )


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
    return WalletSummary(**_in_both(wallet), token_count=None if wallet.holdings is None else wallet.holdings.count)


def wallet_info(wallet: Wallet, holdings: Sequence[TokenHolding] | None) -> WalletInfo:
    """A wallet with everything that is known of it."""
    funding = wallet.recent_funding
    return WalletInfo(
        **_in_both(wallet),
        token_holdings=None if holdings is None else list(holdings),
        recent_funding=None if funding is None else [funding_transaction(each) for each in funding],
    )


def _in_both(wallet: Wallet) -> dict[str, Any]:
    """What a list's row and a whole wallet have in common."""
    balance = wallet.last_balance_lamports
    return {
        "wallet_address": wallet.wallet_address,
        "label": wallet.label,
        "notes": wallet.notes,
        "tags": list(wallet.tags),
        "status": wallet.status,
        "status_override": wallet.status_override,
        "last_balance_sol": None if balance is None else sol_text(balance),
        "last_balance_lamports": None if balance is None else str(balance),
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


def cached_wallet_summary(wallet: Wallet, now: datetime, policy: Policy) -> CachedWalletSummary:
    """A list's row."""
    return CachedWalletSummary(wallet=wallet_summary(wallet), cache=cache_status(wallet, now, policy))


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
