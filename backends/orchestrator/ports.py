"""The two ports of the orchestrator, and the clock and the ids it is given: everything it needs from a world.

An implementation translates its vendor's failures into `backends.errors` once, chained, and lets nothing else out.
The suites in `tests/contract/` say what an implementation must do; every implementation passes the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeAlias, TypeVar

from backends.orchestrator.query import Cursor, Query
from backends.orchestrator.records import Record
from generated_models import TokenProgram

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)

Version: TypeAlias = object
"""A store's own mark of one state of one record; only equality has a meaning, and only inside its store."""


@dataclass(frozen=True, slots=True)
class Stored(Generic[R_co]):
    """A record as it was read, with the version that a later compare-and-set names."""

    record: R_co
    version: Version


class Absent:
    """The expectation that no record exists under a key."""


class AnyVersion:
    """No expectation: the write lands whatever is there."""


ABSENT = Absent()
ANY_VERSION = AnyVersion()

Expectation: TypeAlias = Absent | AnyVersion | Version


@dataclass(frozen=True, slots=True)
class Put:
    """Write the whole record under its own key, if the stored state is the expected one."""

    record: Record
    expect: Expectation = ANY_VERSION


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a record, if the stored state is the expected one. Removing what is absent succeeds under
    `ANY_VERSION`.
    """

    kind: type[Record]
    key: str
    expect: Expectation = ANY_VERSION


Write: TypeAlias = Put | Delete


class VersionConflict(Exception):
    """A commit met another state than it expected. Nothing of it was written: read again, decide again."""


class WalletsDataService(Protocol):
    """The primary store: records of the kinds in `records.KINDS`, each under its own key, and the queries of `queries`.

    Every method raises `StoreUnavailable` when the store gives no answer within its deadline; the outcome of a commit
    that fails so is unknown. A stored document that no longer fits its record is skipped by queries, read as absent,
    and logged.
    """

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        """The record under `key`, as last committed (never an older state), or None."""
        ...

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        """One entry a key, in the order of `keys`, None for what is absent. Any number of keys."""
        ...

    async def held(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        """Those of the keys under which anything lies, also a document that `get` can't read."""
        ...

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        """The first `limit` matches in the query's order, starting behind `after`; ties are broken by key, ascending or
        descending like the last sort field. Nulls sort below every value; text sorts by code point.
        """
        ...

    async def count(self, query: Query[R]) -> int:
        """How many records match."""
        ...

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        """The exact sums of integer fields over all matches, all as of one moment; null counts as 0."""
        ...

    async def commit(self, writes: Sequence[Write]) -> None:
        """All writes or none, at most 450 of them and 3 MiB, one a key.

        Raises `VersionConflict` when any expectation fails.
        """
        ...

    async def ping(self) -> None:
        """Return if the store answers."""
        ...

    async def aclose(self) -> None:
        """Let go of connections. Idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's lamports as of `slot`, below 2^63 (what the stores can keep). An account that the chain does not
    know has 0.
    """

    lamports: int
    slot: int


@dataclass(frozen=True, slots=True)
class TokenBalance:
    """What one owner holds of one mint, its accounts summed, in the mint's raw units (a u64 sum, so possibly above
    2^63).
    """

    mint_address: str
    amount: int
    decimals: int
    token_program: TokenProgram


@dataclass(frozen=True, slots=True)
class TokenBalances:
    """All non-zero holdings of one owner in both token programs, by mint; `slot` is the older of the two answers'
    slots.
    """

    holdings: tuple[TokenBalance, ...]
    slot: int


@dataclass(frozen=True, slots=True)
class TokenName:
    """A mint's own name and ticker as the chain has them, made safe to show (rule 16). None where the mint carries
    none.
    """

    name: str | None
    ticker: str | None


@dataclass(frozen=True, slots=True)
class SignatureInfo:
    """One entry of an address's history."""

    signature: str
    slot: int
    block_time: datetime | None
    failed: bool


@dataclass(frozen=True, slots=True)
class SystemTransfer:
    """One System Program transfer inside a transaction, top-level or inner."""

    sender: str
    recipient: str
    lamports: int


class SolanaDataService(Protocol):
    """The chain, read only. Only a refresh may call it: every call costs money.

    Raises, per call: `ChainTimeout`, `ChainRateLimited`, `ChainUnavailable`. An answer that is short, malformed or
    for something else than was asked is `ChainUnavailable`, never a guess.
    """

    def metered(self, calls: Counter[str]) -> SolanaDataService:
        """The same service, which counts each JSON-RPC request it sends in `calls`, under its RPC method's name."""
        ...

    async def genesis_hash(self) -> str:
        """The identity of the chain (base58 of 32 bytes)."""
        ...

    async def balances(self, addresses: Sequence[str]) -> Mapping[str, Balance]:
        """Balances of 1 to 100 distinct addresses, by address: one request."""
        ...

    async def token_balances(self, owner: str) -> TokenBalances:
        """Holdings of one owner: one request a token program, and both must answer."""
        ...

    async def token_names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        """Names and tickers of 1 to 50 mints, by mint: at most one request (two accounts a mint, a hundred accounts a
        request). The mint's own Token-2022 metadata wins over Metaplex's.
        """
        ...

    async def signatures(self, address: str, *, until: str | None, limit: int) -> Sequence[SignatureInfo]:
        """The newest `limit` (1 to 1000) entries of an address's history, newest first, ending before `until`. One
        request. An `until` that the node does not know gives the history as if it were None.
        """
        ...

    async def transfers(self, signature: str) -> Sequence[SystemTransfer]:
        """The System Program transfers of lamports that one transaction made, inner ones included; none if it failed.
        One request. (Slot and block time are in the history entry: `signatures`.)
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections. Idempotent."""
        ...


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Now, aware, in UTC, cut to milliseconds (the resolution of the contract)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        ...


class Ids(Protocol):
    """The only source of new identifiers."""

    def new(self, kind: str, *content: object) -> str:
        """`<kind>_<32 hex digits>`, never given before. `content` says what it is for, so that a seeded source can
        make the same id in the same situation.
        """
        ...


class ShardHeld(Exception):
    """What the work on a delivered shard raises when another worker holds the shard: deliver it again in a moment, if
    you can, for that worker may be dead.
    """


class ShardQueue(Protocol):
    """The engine that brings shards of a refresh-all to workers, on this machine or on many.

    Delivery is at least once, in any order, and a delivery may be lost when a worker dies: shards are leased and
    their writes are idempotent, and `Recovery.supervise` sends again what nobody works on. So an adapter needs no more
    than these three calls.
    """

    async def start(self, work: Callable[[str, int], Awaitable[None]]) -> None:
        """Begin to hand shards (operation id, index) to `work`, if this process is to work at all."""
        ...

    async def send(self, operation_id: str, index: int) -> None:
        """Ask for one shard to be worked on. Raises `StoreUnavailable` when the engine can't take it."""
        ...

    async def aclose(self) -> None:
        """Stop taking shards, and cancel or finish those under way within a few seconds. Idempotent."""
        ...
