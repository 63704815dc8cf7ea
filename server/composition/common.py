"""What both worlds are given: the numbers that the rules depend on, and a clock that tests may share."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from backends.clock_file import ClockFile
from backends.orchestrator.policy import Policy
from server.settings import Settings, SettingsError

_SECONDS_UNDER_WAY = 0.25


def shared_clock(settings: Settings) -> ClockFile | None:
    """The clock that tests share between processes; None for the machine's own. Raises `SettingsError`."""
    if settings.wallet_clock_file is None:
        return None
    try:
        return ClockFile(settings.wallet_clock_file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"WALLET_CLOCK_FILE holds no instant such as 2026-11-22T16:10:00Z: {error}") from None


def read_concurrency(rps: float) -> int:
    """How many wallets a refresh-all reads at once under a budget of `rps` requests a second.

    Enough to spend it all on an RPC that answers within half a second (a wallet has two requests under way), few enough
    that a single refresh, which queues behind them, gets in within about a second.
    """
    return max(4, ceil(rps * _SECONDS_UNDER_WAY))


def policy_of(settings: Settings) -> Policy:
    """The numbers that the settings give to the orchestrator's rules."""
    return Policy(
        cache_ttl=timedelta(seconds=settings.wallet_cache_ttl),
        funded_lamports=settings.wallet_funded_lamports,
        low_lamports=settings.wallet_low_lamports,
        refresh_cooldown=timedelta(seconds=settings.refresh_cooldown),
        refresh_seconds=settings.wallet_refresh_seconds,
        portfolio_ttl=timedelta(seconds=settings.wallet_portfolio_ttl),
        history_limit=settings.wallet_history_limit,
        history_transactions=settings.wallet_history_transactions,
        dust_lamports=settings.wallet_dust_lamports,
        history_sweep=timedelta(seconds=settings.wallet_history_sweep),
        discovery=timedelta(seconds=settings.wallet_discovery_seconds),
        history_months=settings.wallet_history_months,
        keep_audit=timedelta(days=settings.wallet_audit_days),
        read_concurrency=read_concurrency(settings.solana_rpc_rps),
        rpc_rps=settings.solana_rpc_rps,
        read_budget=settings.wallet_read_budget,
    )
