"""What a refresh asks the chain, planned to cost the fewest calls for any number of wallets.

For N wallets: `ceil(N/100)` requests for balances, two a wallet for tokens, `ceil(2M/100)` for the names of M mints
never seen, the history only of wallets whose balance moved since it was last read (or whose last sweep is long ago),
and one request for each new transaction, shared by the wallets that it concerns.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar

from backends.errors import BackendError, ChainError, ChainTimeout
from backends.orchestrator.context import Context
from backends.orchestrator.ports import Balance, SolanaDataService, TokenBalances, TokenName
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh.reading import TokensReading, WalletReading, name_holdings
from backends.orchestrator.refresh.token_name_batcher import TokenNameBatcher, TokenNameTicket
from backends.orchestrator.refresh.token_name_cache import TokenNameCache
from backends.orchestrator.refresh.transaction_cache import TransactionCache
from backends.orchestrator.refresh.transaction_history import HistoryReading, infer_from_balance, read_history
from generated_models import TokenProgram, WalletPart

T = TypeVar("T")

_BALANCES_A_REQUEST = 100
_WAIT_FOR_NAMES = 1.0  # seconds; then the holdings are stored without names, so that a crash does not lose them
_SHARE_FOR_NAMES = 0.8  # of the time a refresh may take; holdings without names are better than none


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A wallet's tokens, and the task that brings their names."""

    balances: TokenBalances
    programs: dict[str, TokenProgram]
    names: asyncio.Task[dict[str, TokenName]]


@dataclass(frozen=True, slots=True)
class WalletRead:
    """A wallet's reading. `late` completes once more (`is_update`), with the names of tokens that it lacks."""

    wallet: Wallet
    reading: WalletReading
    late: asyncio.Task[WalletRead] | None = None
    is_update: bool = False


class SharedReadState:
    """What the readers of one process share, so that no name and no transaction is asked for twice, and so that all
    of them together have few requests under way.
    """

    def __init__(self, context: Context) -> None:
        concurrency = context.policy.read_concurrency
        self.slots = asyncio.Semaphore(concurrency)
        self.names = TokenNameBatcher(TokenNameCache(context))
        self.transactions = TransactionCache(concurrency)


class ChainReader:
    """Reads any number of wallets, for a refresh-all; or, with `seconds`, a few for a client that waits, without the
    limits that all refresh-alls share.

    `seconds` bounds the whole; a part that takes longer has failed with `ChainTimeout`.
    """

    def __init__(
        self,
        context: Context,
        shared: SharedReadState,
        chain: SolanaDataService,
        parts: Collection[WalletPart],
        *,
        seconds: float | None = None,
    ) -> None:
        self._context = context
        self._names = shared.names
        self._chain = chain
        self._parts = frozenset(parts)
        self._seconds = seconds
        self._name_tasks: list[asyncio.Task[dict[str, TokenName]]] = []
        self._late_tasks: list[asyncio.Task[WalletRead]] = []
        self._slots = shared.slots if seconds is None else nullcontext()
        self._transactions = shared.transactions if seconds is None else TransactionCache()

    async def read(self, wallets: Sequence[Wallet]) -> AsyncGenerator[WalletRead, None]:
        """Each wallet's reading, as soon as it is complete; once more for those whose names came late."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._seconds if self._seconds is not None else None
        ticket = self._names.open_ticket(self._chain, len(wallets), immediate=self._seconds is not None)
        balances = self._balances(wallets, deadline)
        under_way = {
            asyncio.ensure_future(self._wallet(wallet, balance, ticket, deadline)) for wallet, balance in balances
        }
        try:
            while under_way:
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    read = task.result()
                    if read.late is not None:
                        under_way.add(read.late)
                    yield read
        finally:
            for tasks in under_way, self._late_tasks, self._name_tasks, [balance for _, balance in balances]:
                for each in tasks:
                    each.cancel()
            ticket.close()

    def _balances(
        self, wallets: Sequence[Wallet], deadline: float | None
    ) -> list[tuple[Wallet, asyncio.Task[Balance | BackendError | None]]]:
        """A task for each wallet's balance, a hundred of them over one request."""
        tasks = []
        for start in range(0, len(wallets), _BALANCES_A_REQUEST):
            batch = wallets[start : start + _BALANCES_A_REQUEST]
            request = asyncio.ensure_future(self._batch([wallet.wallet_address for wallet in batch], deadline))
            tasks += [(wallet, asyncio.ensure_future(_pick(request, wallet.wallet_address))) for wallet in batch]
        return tasks

    async def _batch(
        self, addresses: Sequence[str], deadline: float | None
    ) -> dict[str, Balance] | BackendError | None:
        if WalletPart.sol_balance not in self._parts:
            return None
        try:
            return dict(await _within(deadline, self._chain.balances(addresses)))
        except ChainError as error:
            return error

    async def _wallet(
        self,
        wallet: Wallet,
        balance: asyncio.Task[Balance | BackendError | None],
        ticket: TokenNameTicket,
        deadline: float | None,
    ) -> WalletRead:
        # Names are asked for beside the history, but waited for without a slot: they may in turn be waiting, for a full
        # request, for the tokens of wallets that have no slot yet.
        async with self._slots:
            tokens_read, (balance_read, history) = await asyncio.gather(
                self._read_tokens(wallet, ticket, deadline), self._balance_and_history(wallet, balance, deadline)
            )
        tokens, late = await self._named(wallet, tokens_read, ticket, deadline)
        return WalletRead(wallet, WalletReading(balance=balance_read, tokens=tokens, history=history), late)

    async def _balance_and_history(
        self, wallet: Wallet, asked: asyncio.Task[Balance | BackendError | None], deadline: float | None
    ) -> tuple[Balance | BackendError | None, HistoryReading | BackendError | None]:
        answer = await asked
        if WalletPart.funding_transactions not in self._parts:
            return answer, None
        balance = answer if isinstance(answer, Balance) else None
        now = self._context.clock.now()
        inferred = infer_from_balance(wallet, balance, now, self._context.policy)
        if inferred is not None:
            return answer, inferred
        try:
            return answer, await _within(deadline, self._history(wallet, balance))
        except BackendError as error:
            return answer, error

    async def _history(self, wallet: Wallet, balance: Balance | None) -> HistoryReading:
        context = self._context
        return await read_history(self._chain, self._transactions, wallet, balance, context.clock.now(), context.policy)

    async def _read_tokens(
        self, wallet: Wallet, ticket: TokenNameTicket, deadline: float | None
    ) -> _Tokens | BackendError | None:
        if WalletPart.token_holdings not in self._parts:
            ticket.skip()
            return None
        try:
            balances = await _within(deadline, self._chain.token_balances(wallet.wallet_address))
        except ChainError as error:
            ticket.skip()
            return error
        programs = {holding.mint_address: holding.token_program for holding in balances.holdings}
        self._name_tasks.append(asyncio.ensure_future(ticket.names(programs)))
        return _Tokens(balances, programs, self._name_tasks[-1])

    async def _named(
        self,
        wallet: Wallet,
        tokens_read: _Tokens | BackendError | None,
        ticket: TokenNameTicket,
        deadline: float | None,
    ) -> tuple[TokensReading | BackendError | None, asyncio.Task[WalletRead] | None]:
        """The holdings with their names; and, if those may take long, the task that brings them."""
        if not isinstance(tokens_read, _Tokens):
            return tokens_read, None
        seconds = _WAIT_FOR_NAMES if deadline is None else max(0.0, self._seconds_for_names(deadline))
        try:
            await asyncio.wait([tokens_read.names], timeout=seconds)
            if tokens_read.names.done():
                return await name_holdings(tokens_read.balances, await tokens_read.names), None
            known = await name_holdings(tokens_read.balances, await ticket.known(tokens_read.programs))
            if deadline is None:
                self._late_tasks.append(asyncio.ensure_future(self._late(wallet, tokens_read)))
                return known, self._late_tasks[-1]
            tokens_read.names.cancel()
            return known, None
        except BackendError as error:
            return error, None

    async def _late(self, wallet: Wallet, tokens_read: _Tokens) -> WalletRead:
        try:
            tokens = await name_holdings(tokens_read.balances, await tokens_read.names)
        except BackendError:
            return WalletRead(wallet, WalletReading(), is_update=True)
        return WalletRead(wallet, WalletReading(tokens=tokens), is_update=True)

    def _seconds_for_names(self, deadline: float) -> float:
        return deadline - (1 - _SHARE_FOR_NAMES) * (self._seconds or 0) - asyncio.get_running_loop().time()


async def _pick(
    request: asyncio.Task[dict[str, Balance] | BackendError | None], address: str
) -> Balance | BackendError | None:
    answer = await asyncio.shield(request)
    return answer[address] if isinstance(answer, dict) else answer


async def _within(deadline: float | None, work: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout_at(deadline):
            return await work
    except TimeoutError:
        raise ChainTimeout("The refresh took longer than it may.") from None
