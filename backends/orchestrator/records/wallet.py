"""A wallet as stored: its metadata, what was read from the chain, and what outlives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from backends.orchestrator import bounds
from backends.orchestrator.records.base import ChunkedListRef
from backends.orchestrator.records.funding import Funding
from generated_models import ProblemCode, WalletPart, WalletStatus

MOST_MISSING = 50
"""Transactions of a wallet that are asked for again, since the chain did not have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadError:
    """Why the last attempt to read a part failed."""

    code: ProblemCode
    message: bounds.ErrorMessage
    retryable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """How current one part of a wallet is. `as_of` is None until the first success; `slot` is the chain's own time of
    it. `discovered_at` is when the token accounts were last looked for, of `token_holdings` alone.
    """

    as_of: datetime | None = None
    slot: bounds.Slot | None = None
    truncated: bool = False
    discovered_at: datetime | None = None
    last_attempt_at: datetime | None = None
    last_error: ReadError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The three parts of a wallet that come from the chain; field names are the values of `WalletPart`."""

    sol_balance: PartState = PartState()
    token_holdings: PartState = PartState()
    funding_transactions: PartState = PartState()

    def of(self, part: WalletPart) -> PartState:
        """The state of one part."""
        state: PartState = getattr(self, part.value)
        return state


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryGap:
    """A stretch of a wallet's transactions that no refresh has read yet: older than `before` and newer than `until`,
    down to the very first where that is None. `before_time` is the block time of `before`, and None before any was
    read. `listed`: at least one entry of it was seen, so that it can't be empty.
    """

    before: bounds.Signature | None
    before_slot: bounds.Slot | None
    before_time: datetime | None
    until: bounds.Signature | None
    until_slot: bounds.Slot
    listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingTransaction:
    """A transaction of which the chain said that it is in a wallet's history, but not, in `tries` readings from
    `since` on, what it did.
    """

    signature: bounds.Signature
    slot: bounds.Slot
    block_time: datetime | None
    since: datetime
    tries: bounds.Count


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCursor:
    """How far a wallet's transactions were read: up to `newest` (in `newest_slot`), when the balance was `lamports`,
    but for the `gaps`, newest first. `swept_at` is the last time that the history itself was asked for, rather than
    inferred from an unmoved balance. `earliest_funding_at` is the block time of the earliest incoming transfer found so
    far; whether there is an earlier one in a gap is not known. What was read is kept as the wallet's activity
    (`activity_recorded`; earlier releases did not), but for transactions up to `activity_since`, if that is set. What
    is `missing` is asked for again.
    """

    newest: bounds.Signature | None
    newest_slot: bounds.Slot
    lamports: bounds.Lamports | None
    swept_at: datetime
    gaps: tuple[HistoryGap, ...] = ()
    earliest_funding_at: datetime | None = None
    activity_recorded: bool = False
    activity_since: datetime | None = None
    missing: Annotated[tuple[MissingTransaction, ...], Field(max_length=MOST_MISSING)] = ()


CacheClass = Literal["never", "error", "ok"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A wallet as stored, flat. Changed only by `wallets.state`, which keeps the derived fields true.

    `generation` counts the times the address was created, so that a late result can tell a re-creation from its own
    wallet.
    `metadata_version` counts PUTs, `chain_version` every other write that shows in the body.
    `token_accounts` are those that are known (`refresh.known_accounts`), None where they have to be looked for, as they
    have to from `discover_after` on, or now where that is None.
    """

    COLLECTION: ClassVar[str] = "wallets"

    wallet_address: bounds.Address
    generation: int
    metadata_version: int
    chain_version: int
    label: bounds.Label | None
    notes: bounds.LongText | None
    tags: bounds.Tags
    status_override: WalletStatus | None
    last_balance_lamports: bounds.Lamports | None = None
    parts: Parts = Parts()
    holdings: ChunkedListRef | None = None
    token_accounts: bounds.TokenAccounts | None = None
    discover_after: datetime | None = None
    recent_funding: Annotated[tuple[Funding, ...], Field(max_length=20)] | None = None
    history: HistoryCursor | None = None
    first_funded_at: datetime | None = None
    last_activity_at: datetime | None = None
    launch_count: bounds.Count = 0
    open_schedules: bounds.Count = 0
    # The past (`history`): the newest changes and transactions as text, the months in which older ones lie.
    recent_changes: str = ""
    recent_activity: str = ""
    recorded_since: datetime | None = None
    history_months: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime
    # Derived from the fields above and stored for the queries that filter by them:
    status: WalletStatus | None = None
    cache_class: CacheClass = "never"
    oldest_as_of: datetime | None = None
    label_order: str = ""
    search_terms: tuple[str, ...] = ()
    failing: ProblemCode | None = None
    counted_in: int = 0
    """The epoch of the counters that count it (`counters.epochs`); 0 if none does yet."""
    known_accounts: bounds.Count = 0

    @property
    def key(self) -> str:
        return self.wallet_address


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletTombstone:
    """What outlives a wallet: how often its address was created, and the launches stored for it when it was last
    deleted.

    Every creation and deletion writes it, so two of them can never pass each other unseen. `metadata_version` goes on
    counting over all generations, so that a re-created wallet never repeats an ETag.
    """

    COLLECTION: ClassVar[str] = "wallet_ledgers"

    wallet_address: bounds.Address
    generations: int
    metadata_version: int
    launch_count: bounds.Count

    @property
    def key(self) -> str:
        return self.wallet_address
