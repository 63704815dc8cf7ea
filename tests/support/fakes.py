"""Hand-driven ports for unit tests: a scripted chain, a clock that moves when told, ids that count, a store to meddle
with.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from backends.errors import BackendError
from backends.orchestrator.ports import (
    AccountBalances,
    Cursor,
    Filtered,
    FoundTokenAccount,
    Query,
    SignatureInfo,
    Stored,
    SystemTransfer,
    Test,
    TokenAccount,
    TokenBalance,
    TokenBalances,
    TokenMove,
    TokenName,
    Transaction,
    WalletsDataService,
    Write,
)
from backends.orchestrator.records import Record
from generated_models import TokenProgram

R = TypeVar("R", bound=Record)

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
START = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)


def _text(words: str, length: int) -> str:
    raw = hashlib.sha512(words.encode()).digest() * 2
    return "".join(_ALPHABET[byte % 58] for byte in raw[:length])


def address(name: object) -> str:
    """An address in shape; the same name gives the same one."""
    return "W" + _text(f"address {name}", 42)


def signature_of(name: object) -> str:
    """A transaction signature in shape."""
    return "5" + _text(f"signature {name}", 86)


def token_account(owner: str, mint: str, program: TokenProgram = TokenProgram.spl_token) -> TokenAccount:
    """The account of a wallet and a mint, of which a `ScriptedChain` has one at most."""
    return TokenAccount(address(f"{owner} {mint} {program}"), owner, mint, program)


class ManualClock:
    """A `Clock` that stands still until `move`; sleepers wake when their time has come."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        until = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + timedelta(seconds=seconds), until))
        await until

    def move(self, seconds: float = 0, **units: float) -> None:
        """Let time pass: `move(5)`, `move(hours=2)`."""
        self._now += timedelta(seconds=seconds, **units)
        due = [sleeper for sleeper in self._sleepers if sleeper[0] <= self._now]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._now]
        for _, until in due:
            if not until.done():
                until.set_result(None)


class CountingIds:
    """An `Ids` that counts. Sources over one store share no count: give each its own `start`."""

    def __init__(self, start: int = 0) -> None:
        self._count = start

    def new(self, kind: str, *content: object) -> str:
        self._count += 1
        return f"{kind}_{self._count:032x}"


@dataclass(eq=False)
class Fault:
    """Requests of `method` (about `subject`, if given) raise `error`, `times` times or always."""

    method: str
    error: BackendError | None
    subject: str | None = None
    times: int | None = None
    release: asyncio.Event = field(default_factory=asyncio.Event)
    """Requests wait here first; set unless the fault was made by `hold`."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first request has come."""


class _View:
    """What the port shows of a chain, with a meter."""

    def __init__(self, chain: ScriptedChain, calls: Counter[str]) -> None:
        self._chain = chain
        self._calls = calls

    def metered(self, calls: Counter[str]) -> _View:
        return _View(self._chain, calls)

    async def genesis_hash(self) -> str:
        await self._request("getGenesisHash", "")
        return self._chain.genesis

    async def balances(self, wallets: Sequence[str], token_accounts: Sequence[TokenAccount] = ()) -> AccountBalances:
        asked = [*wallets, *(each.address for each in token_accounts)]
        assert 1 <= len(set(asked)) == len(asked) <= 100
        await self._request("getMultipleAccounts", asked[0])
        chain = self._chain
        chain.accounts_asked.update(asked)
        return AccountBalances(
            chain.slot,
            {each: chain.lamports.get(each, 0) for each in wallets},
            {each: chain.amount_in(each) for each in token_accounts},
        )

    async def token_balances(self, owner: str) -> TokenBalances:
        for _ in TokenProgram:
            await self._request("getTokenAccountsByOwner", owner)
        held = self._chain.tokens.get(owner, {})
        return TokenBalances(
            tuple(held[mint] for mint in sorted(held) if held[mint].amount),
            self._chain.slot,
            tuple(
                FoundTokenAccount(token_account(owner, mint, each.token_program), each.amount, each.decimals)
                for mint, each in held.items()
            ),
        )

    def associated_accounts(self, owner: str, mint: str) -> Sequence[TokenAccount]:
        return [token_account(owner, mint, program) for program in TokenProgram]

    async def token_names(self, mints: Mapping[str, TokenProgram]) -> Mapping[str, TokenName]:
        assert 1 <= len(mints) <= 50
        await self._request("getMultipleAccounts", min(mints))
        return {mint: self._chain.names.get(mint, TokenName(None, None)) for mint in mints}

    async def signatures(
        self, address: str, *, until: str | None, limit: int, before: str | None = None
    ) -> Sequence[SignatureInfo]:
        assert 1 <= limit <= 1000
        await self._request("getSignaturesForAddress", address)
        history = self._chain.histories.get(address, [])
        seen = [entry.signature for entry in history]
        start = seen.index(before) + 1 if before in seen else len(seen) if before else 0
        end = seen.index(until) if until in seen else len(seen)
        return history[start:end][:limit]

    async def transaction(self, signature: str) -> Transaction:
        await self._request("getTransaction", signature)
        transfers = self._chain.transactions[signature]
        lamports: Counter[str] = Counter()
        for transfer in transfers:
            lamports[transfer.sender] -= transfer.lamports
            lamports[transfer.recipient] += transfer.lamports
        return Transaction(
            transfers=tuple(transfers),
            fee=0,
            payer=transfers[0].sender if transfers else address("somebody"),
            lamports={party: change for party, change in lamports.items() if change},
            tokens=self._chain.token_moves.get(signature, {}),
        )

    async def aclose(self) -> None:
        self._chain.closed = True

    async def _request(self, method: str, subject: str) -> None:
        self._calls[method] += 1
        chain = self._chain
        chain.sent[method] += 1
        chain.log.append((method, subject))
        await asyncio.sleep(0)
        for fault in list(chain.faults):
            if fault.method not in ("*", method) or fault.subject not in (None, subject):
                continue
            fault.reached.set()
            await fault.release.wait()
            if fault.times is not None:
                fault.times -= 1
                if not fault.times:
                    chain.faults.remove(fault)
            if fault.error is not None:
                raise copy(fault.error)


class ScriptedChain(_View):
    """A `SolanaDataService` whose whole state is set by the test. `slot` is what answers say."""

    def __init__(self) -> None:
        super().__init__(self, Counter())
        self.genesis = address("genesis")
        self.slot = 1_000
        self.lamports: dict[str, int] = {}
        self.tokens: dict[str, dict[str, TokenBalance]] = {}
        self.names: dict[str, TokenName] = {}
        self.histories: dict[str, list[SignatureInfo]] = {}
        """Newest first."""
        self.transactions: dict[str, list[SystemTransfer]] = {}
        self.token_moves: dict[str, dict[str, tuple[TokenMove, ...]]] = {}
        """Changes of holdings by signature and owner."""
        self.faults: list[Fault] = []
        self.sent: Counter[str] = Counter()
        """Requests by JSON-RPC method, failed ones included."""
        self.log: list[tuple[str, str]] = []
        """Every request: method, and its first address or its signature."""
        self.accounts_asked: Counter[str] = Counter()
        """How often each account was asked for, wallets and token accounts."""
        self.closed = False

    def amount_in(self, account: TokenAccount) -> int | None:
        """What is in a token account; None where there is none."""
        held = self.tokens.get(account.owner, {}).get(account.mint_address)
        return held.amount if held is not None and held.token_program is account.token_program else None

    def set_tokens(self, owner: str, **amounts: int) -> None:
        """The holdings of `owner`, by the names of mints; six decimals, classic unless the name begins with `new`."""
        self.tokens[owner] = {
            address(name): TokenBalance(
                mint_address=address(name),
                amount=amount,
                decimals=6,
                token_program=TokenProgram.token_2022 if name.startswith("new") else TokenProgram.spl_token,
            )
            for name, amount in amounts.items()
        }

    def pay(
        self, *recipients: str, lamports: int, at: datetime | None = START, sender: str = "", failed: bool = False
    ) -> str:
        """A transaction that pays each recipient `lamports`; its signature."""
        self.slot += 1
        signature = signature_of(len(self.transactions))
        payer = sender or address("somebody")
        self.transactions[signature] = []
        for recipient in recipients:
            if not failed:
                self.transactions[signature].append(SystemTransfer(payer, recipient, lamports))
                self.lamports[recipient] = self.lamports.get(recipient, 0) + lamports
            self._remember(recipient, signature, at, failed)
        return signature

    def spend(self, owner: str, lamports: int, at: datetime | None = START) -> str:
        """A transaction that takes lamports away from `owner`; its signature."""
        self.slot += 1
        signature = signature_of(len(self.transactions))
        self.transactions[signature] = [SystemTransfer(owner, address("shop"), lamports)]
        self.lamports[owner] -= lamports
        self._remember(owner, signature, at, failed=False)
        return signature

    def _remember(self, whose: str, signature: str, at: datetime | None, failed: bool) -> None:
        block_time = at.replace(microsecond=0) if at else None
        entry = SignatureInfo(signature=signature, slot=self.slot, block_time=block_time, failed=failed)
        self.histories.setdefault(whose, []).insert(0, entry)

    def fail(self, method: str, error: BackendError, *, subject: str | None = None, times: int | None = None) -> Fault:
        """Let requests fail, until `faults.clear()` or so many times."""
        fault = Fault(method, error, subject, times)
        fault.release.set()
        self.faults.append(fault)
        return fault

    def hold(self, method: str, *, subject: str | None = None) -> Fault:
        """Let requests wait until the result's `release` is set."""
        fault = Fault(method, None, subject)
        self.faults.append(fault)
        return fault


T = TypeVar("T")


class HookedStore:
    """Another store, with a hook before each call of it: to fail, to wait, to change something in between.

    The hook is given the method's name and, for a commit, its writes.
    """

    def __init__(self, store: WalletsDataService) -> None:
        self.store = store
        self.before: Callable[[str, Sequence[Write]], Awaitable[None]] | None = None
        self.after: Callable[[str, Sequence[Write]], Awaitable[None]] | None = None
        self.commits: list[Sequence[Write]] = []
        """Those that landed."""

    async def _around(self, method: str, call: Callable[[], Awaitable[T]], writes: Sequence[Write] = ()) -> T:
        if self.before is not None:
            await self.before(method, writes)
        answer = await call()
        if self.after is not None:
            await self.after(method, writes)
        return answer

    async def get(self, kind: type[R], key: str) -> Stored[R] | None:
        return await self._around("get", lambda: self.store.get(kind, key))

    async def get_many(self, kind: type[R], keys: Sequence[str]) -> list[Stored[R] | None]:
        return await self._around("get_many", lambda: self.store.get_many(kind, keys))

    async def existing(self, kind: type[Record], keys: Sequence[str]) -> set[str]:
        return await self._around("existing", lambda: self.store.existing(kind, keys))

    async def query(self, query: Query[R], *, limit: int, after: Cursor | None = None) -> list[Stored[R]]:
        return await self._around("query", lambda: self.store.query(query, limit=limit, after=after))

    async def query_filtered(
        self, query: Query[R], tests: Sequence[Test], *, limit: int, most: int, after: Cursor | None = None
    ) -> Filtered[R]:
        return await self._around(
            "query_filtered",
            lambda: self.store.query_filtered(query, tests, limit=limit, most=most, after=after),
        )

    async def count(self, query: Query[R]) -> int:
        return await self._around("count", lambda: self.store.count(query))

    async def sums(self, query: Query[R], fields: Sequence[str]) -> dict[str, int]:
        return await self._around("sums", lambda: self.store.sums(query, fields))

    async def commit(self, writes: Sequence[Write]) -> None:
        await self._around("commit", lambda: self.store.commit(writes), writes)
        self.commits.append(writes)

    async def ping(self) -> None:
        await self._around("ping", self.store.ping)

    async def aclose(self) -> None:
        await self.store.aclose()
