"""The numbers that the rules depend on, given by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class FreshWindow:
    """Between which moments, both excluded, a wallet has to have been read to count as fresh. What was read before is
    stale, and so is what was read behind: a clock that was wrong told when.
    """

    after: datetime
    before: datetime

    @classmethod
    def around(cls, now: datetime, ttl: timedelta) -> FreshWindow:
        """Of which `now` is the middle: a reading is as old as the time to live at most, and as far ahead at most."""
        return cls(now - ttl, now + ttl)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One installation's choices. Every server and worker over one store must be given the same ones."""

    cache_ttl: timedelta = timedelta(hours=1)
    """How long a reading counts as fresh."""
    funded_lamports: int = 250_000_000
    """From this balance on, a wallet is FUNDED."""
    low_lamports: int = 50_000_000
    """Below this balance, a wallet needs attention."""
    refresh_cooldown: timedelta = timedelta(seconds=10)
    """How long after a successful reading the same parts may not be read again by a single refresh."""
    portfolio_ttl: timedelta = timedelta(seconds=60)
    """How old a snapshot of the token totals may be."""
    history_limit: int = 5_000
    """Entries of a wallet's history listed in one reading, at most; a request brings a thousand."""
    history_transactions: int = 25
    """Transactions looked into in one reading, at most. What is left is looked into by the next ones."""
    dust_lamports: int = 10_000
    """Incoming transfers below this are kept on the wallet only where there is room beside the others."""
    history_sweep: timedelta = timedelta(hours=24)
    """How often the history is asked for although the balance did not move, and nameless mints are asked for again."""
    discovery: timedelta = timedelta(hours=24)
    """How often a wallet's token accounts are looked for, rather than those read that are known."""
    launched_mints: int = 50
    """Mints launched most recently whose associated accounts every wallet is asked for."""
    recent_funding: int = 20
    """Incoming transfers kept on the wallet."""
    read_budget: int = 400
    """Records that one page of a filtered list looks at, at most, and about ten times as many small ones."""
    max_open_schedules: int = 100
    """Open scheduled fundings a wallet."""
    refresh_seconds: float = 25
    """How long a single refresh may take in all, in seconds."""
    read_concurrency: int = 16
    """Wallets of one shard that are asked for at the same time; enough to use up the RPC budget, few enough to let
    others in.
    """
    rpc_rps: float = 10
    """JSON-RPC requests a second, all methods: what estimates go by."""
    shard_wallets: int = 100
    """Wallets in one shard of a refresh-all: what one request for balances takes."""
    shard_lease: timedelta = timedelta(seconds=5)
    """How long a worker's lease on a shard lasts unless renewed: then another takes the shard over."""
    stream_poll: timedelta = timedelta(milliseconds=500)
    """How often a stream of events reads the store."""
    idempotency_running: timedelta = timedelta(seconds=60)
    """How long an idempotency key stays in use by a request that never finished."""
    idempotency_kept: timedelta = timedelta(hours=24)
    """How long an answer can be replayed."""
    history_months: int = 13
    """Calendar months, beside the current one, for which a wallet's past is kept."""
    keep_operations: timedelta = timedelta(days=7)
    """How long a finished refresh-all and its results can be read."""
    keep_audit: timedelta = timedelta(days=400)
    """How long an entry of the audit trail can be read."""

    def fresh_window(self, now: datetime) -> FreshWindow:
        """When a wallet has to have been read to be fresh now."""
        return FreshWindow.around(now, self.cache_ttl)
