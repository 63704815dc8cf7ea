"""What the store keeps: one frozen record a kind, with exact insides (integer lamports, aware UTC datetimes).

The wire's shapes are the generated models; `views` makes them from these. A record exists here only because the store
needs more than the wire shows, or something more exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol

from generated_models import (
    ProblemCode,
    ScheduleStatus,
    WalletPart,
    WalletStatus,
)


class Record(Protocol):
    """Anything the store keeps: a frozen dataclass with a collection and a key of its own."""

    COLLECTION: ClassVar[str]

    @property
    def key(self) -> str:
        """Unique in the collection; letters, digits, `-`, `_`, `.` and `:` only, at most 200 characters."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadError:
    """Why the last attempt to read a part failed."""

    code: ProblemCode
    message: str
    retryable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """How current one part of a wallet is. `as_of` is None until the first success; `slot` is the chain's own time of
    it.
    """

    as_of: datetime | None = None
    slot: int | None = None
    truncated: bool = False
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
class Funding:
    """One incoming transfer: the System Program transfers to the wallet from others in one transaction, summed.
    `sender` is None if there were several.
    """

    signature: str
    lamports: int
    sender: str | None
    slot: int
    block_time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkedListRef:
    """Where a list lies: its `count` entries in `chunks` records of `Chunk` under `ref`. `digest` tells whether it
    changed.
    """

    ref: str
    count: int
    chunks: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCursor:
    """How far a wallet's transactions were read: up to `newest` (in `newest_slot`), when the balance was `lamports`;
    `swept_at` is the last time that the history itself was asked for, rather than inferred from an unmoved balance.
    """

    newest: str | None
    newest_slot: int
    lamports: int | None
    swept_at: datetime


CacheClass = Literal["never", "error", "ok"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A wallet as stored, flat. Written only through `state.revise`, which keeps the derived fields true.

    `generation` counts the times the address was created, so that a late result can tell a re-creation from its own
    wallet.
    `metadata_version` counts PUTs, `chain_version` every other write that shows in the body.
    """

    COLLECTION: ClassVar[str] = "wallets"

    wallet_address: str
    generation: int
    metadata_version: int
    chain_version: int
    label: str | None
    notes: str | None
    tags: tuple[str, ...]
    status_override: WalletStatus | None
    last_balance_lamports: int | None = None
    parts: Parts = Parts()
    holdings: ChunkedListRef | None = None
    recent_funding: tuple[Funding, ...] | None = None
    history: HistoryCursor | None = None
    first_funded_at: datetime | None = None
    last_activity_at: datetime | None = None
    launch_count: int = 0
    open_schedules: int = 0
    created_at: datetime
    updated_at: datetime
    # Derived from the fields above and stored for the queries that filter by them:
    status: WalletStatus | None = None
    cache_class: CacheClass = "never"
    oldest_as_of: datetime | None = None
    label_order: str = ""

    @property
    def key(self) -> str:
        return self.wallet_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A slice of something too large for one document: `payload` is JSON text, opaque to the store and not indexed.

    Chunks are written first under a new `ref`, then a record that names the `ref` is committed: so the switch is
    atomic.
    """

    COLLECTION: ClassVar[str] = "chunks"

    owner: str
    ref: str
    index: int
    payload: str

    @staticmethod
    def key_of(owner: str, ref: str, index: int) -> str:
        return f"{owner}:{ref}:{index:04}"

    @property
    def key(self) -> str:
        return self.key_of(self.owner, self.ref, self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletTombstone:
    """What outlives a wallet: how often its address was created, and the launches stored for it when it was last
    deleted.

    Every creation and deletion writes it, so two of them can never pass each other unseen. `metadata_version` goes on
    counting over all generations, so that a re-created wallet never repeats an ETag.
    """

    COLLECTION: ClassVar[str] = "wallet_ledgers"

    wallet_address: str
    generations: int
    metadata_version: int
    launch_count: int

    @property
    def key(self) -> str:
        return self.wallet_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A scheduled funding: a record of intent, completed by a matching transfer that a refresh sees."""

    COLLECTION: ClassVar[str] = "scheduled_funding"

    schedule_id: str
    wallet_address: str
    amount_lamports: int
    scheduled_for: datetime
    status: ScheduleStatus
    note: str | None
    created_at: datetime
    updated_at: datetime
    matched_signature: str | None = None

    @property
    def key(self) -> str:
        return self.schedule_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A token launched from a wallet. Kept when the wallet is deleted."""

    COLLECTION: ClassVar[str] = "launches"

    launch_id: str
    wallet_address: str
    mint_address: str
    token_name: str
    token_ticker: str
    launched_at: datetime
    signature: str | None
    created_at: datetime

    @property
    def key(self) -> str:
        return self.launch_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Mint:
    """A mint's name and ticker, read from the chain once and kept for good."""

    COLLECTION: ClassVar[str] = "mints"

    mint_address: str
    name: str | None
    ticker: str | None
    read_at: datetime

    @property
    def key(self) -> str:
        return self.mint_address


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """One use of an `Idempotency-Key` by the request `owner`. `answer` is None while the request runs; then it points
    at the answer to replay.
    """

    COLLECTION: ClassVar[str] = "idempotency_claims"

    claim_id: str
    fingerprint: str
    owner: str
    answer: ChunkedListRef | None
    expires_at: datetime

    @property
    def key(self) -> str:
        return self.claim_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """A named value of which the whole store has one: `chain` (genesis hash), `refresh_all` (running operation),
    `token_totals` (current snapshot).
    """

    COLLECTION: ClassVar[str] = "pointers"

    name: str
    value: str | None
    updated_at: datetime

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTotals:
    """A snapshot of the token totals over all wallets."""

    COLLECTION: ClassVar[str] = "token_totals"

    snapshot_id: str
    computed_at: datetime
    complete: bool
    wallets_missing: int
    oldest_as_of: datetime | None
    tokens: ChunkedListRef

    @property
    def key(self) -> str:
        return self.snapshot_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who changed what, committed with the change itself. `subject` is the resource's id or address."""

    COLLECTION: ClassVar[str] = "audit"

    audit_id: str
    at: datetime
    actor: str
    request_id: str
    action: str
    subject: str
    detail: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.audit_id
