"""Tokens: their names, their launches, their totals over all wallets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from backends.orchestrator import bounds
from backends.orchestrator.records.base import ChunkedListRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Mint:
    """A mint's name and ticker, read from the chain once and kept for good."""

    COLLECTION: ClassVar[str] = "mints"

    mint_address: bounds.Address
    name: bounds.TokenName | None
    ticker: bounds.TokenTicker | None
    read_at: datetime

    @property
    def key(self) -> str:
        return self.mint_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A token launched from a wallet. Kept when the wallet is deleted."""

    COLLECTION: ClassVar[str] = "launches"

    launch_id: bounds.Identifier
    wallet_address: bounds.Address
    mint_address: bounds.Address
    token_name: bounds.TokenName
    token_ticker: bounds.TokenTicker
    launched_at: datetime
    signature: bounds.Signature | None
    created_at: datetime
    counted_in: int = 0
    """The epoch of the counters that count it (`counters.epochs`); 0 if none does yet."""

    @property
    def key(self) -> str:
        return self.launch_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTotals:
    """A snapshot of the token totals over all wallets."""

    COLLECTION: ClassVar[str] = "token_totals"

    snapshot_id: str
    computed_at: datetime
    complete: bool
    wallets_missing: bounds.Count
    oldest_as_of: datetime | None
    tokens: ChunkedListRef
    holders: ChunkedListRef | None = None
    """Rows of wallet and amount, in the order of `tokens`, within a mint the largest amount first."""
    tags: ChunkedListRef | None = None

    @property
    def key(self) -> str:
        return self.snapshot_id
