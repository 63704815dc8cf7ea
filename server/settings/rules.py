"""The orchestrator's rules: what is fresh, funded or kept, and what a refresh may take."""

from __future__ import annotations

from pydantic import Field, SecretStr

from server.settings.base import SettingsGroup


class RuleSettings(SettingsGroup):
    """What is fresh, funded or kept, and what a refresh may take."""

    wallet_cache_ttl: float = Field(
        3600, ge=0.001, le=10**9, description="Seconds until a reading turns from fresh to stale."
    )
    wallet_funded_lamports: int = Field(
        250_000_000, ge=1, lt=2**63, description="Lamports from which a wallet counts as FUNDED."
    )
    wallet_low_lamports: int = Field(
        50_000_000, ge=0, lt=2**63, description="Lamports below which `/attention` names a wallet."
    )
    wallet_refresh_cooldown: float | None = Field(
        None,
        ge=0,
        le=86_400,
        description="Seconds a wallet rests after a successful refresh. Unset: 10 in real mode, 0 in mock mode.",
    )
    wallet_refresh_seconds: float = Field(
        25,
        gt=0,
        le=300,
        description="Seconds a refresh of one wallet may take in all; what is missing then has failed.",
    )
    wallet_portfolio_ttl: float = Field(
        60, ge=0, le=10**9, description="Seconds for which a snapshot of the token totals is used again."
    )
    wallet_history_limit: int = Field(
        5_000,
        ge=1,
        le=1_000_000,
        description="Entries of a wallet's history listed at a refresh, at most; a request brings 1,000.",
    )
    wallet_history_transactions: int = Field(
        25,
        ge=1,
        le=1000,
        description="Transactions of a wallet read at a refresh, at most; the next refreshes read the rest.",
    )
    wallet_dust_lamports: int = Field(
        10_000,
        ge=0,
        le=10**18,
        description="Incoming transfers below this never push others out of a wallet's recent funding.",
    )
    wallet_history_sweep: float = Field(
        86_400, ge=0, le=10**9, description="Seconds after which the history is read even if the balance did not move."
    )
    wallet_discovery_seconds: float = Field(
        86_400,
        ge=0,
        le=10**9,
        description="Seconds after which a refresh-all looks for a wallet's token accounts anew.",
    )
    wallet_read_budget: int = Field(
        400,
        ge=200,
        le=100_000,
        description="Wallets that a page of a list with several filters looks at, at most; then it ends.",
    )
    wallet_history_months: int = Field(
        13,
        ge=1,
        le=120,
        description="Calendar months, beside the current one, for which balance history and activity are kept.",
    )
    wallet_audit_days: int = Field(
        400, ge=1, le=36_500, description="Days for which an entry of the audit trail is kept."
    )
    wallet_refresh_workers: int | None = Field(
        None,
        ge=1,
        le=64,
        description="Shards of a refresh-all that this process has open at once. Unset: 10 in a server that works for "
        "itself, 2 in a worker.",
    )
    wallet_worker_port: int | None = Field(
        None,
        ge=0,
        le=65_535,
        description="The port at which a worker answers `/healthz`, `/readyz` and `/metrics`, at `HOST`. Unset: none.",
    )
    wallet_queue_url: SecretStr | None = Field(
        None,
        description="`nats://host:port` of the NATS JetStream server that spreads refresh-all over processes of "
        "`wallet-orchestrator worker`; servers then only send. Unset: every server works for itself.",
    )
