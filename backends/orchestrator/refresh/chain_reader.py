"""What a refresh asks the chain, planned to cost the fewest calls for any number of wallets.

For the wallets of one call of `ChainReader.read`, as one shard of a refresh-all is:

    ceil((N + A + W) / 100) + 2D + ceil(2M / 100) + H + U

N balances, A token accounts that are known, and W associated accounts of launched mints that are not, are asked for a
hundred a request. D wallets have their token accounts looked for, one request a token program: those never read, due
(`known_accounts.discovery_is_due`), moved, found to have one more, or all of them where that is asked. M mints have
never been seen, and have a name and a program of metadata to ask for. H histories are asked for: where the balance
moved since the last time, or the last sweep is long ago. U transactions are new, each asked for once, however many
wallets it concerns, or were listed and not there (`missing_transactions`). M and U are shared by all that a process
reads at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import nullcontext

from backends.errors import BackendError, ChainError
from backends.orchestrator.context import Context
from backends.orchestrator.ports import Balance, SolanaDataService
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh.account_requests import AccountPlan, AccountRequests
from backends.orchestrator.refresh.deadlines import within
from backends.orchestrator.refresh.holdings_naming import HoldingsNaming, TokensRead
from backends.orchestrator.refresh.known_accounts import (
    KnownAmounts,
    add_up,
    discovery_is_due,
    pack_accounts,
    unpack_accounts,
)
from backends.orchestrator.refresh.reading import TokensReading, WalletRead, WalletReading
from backends.orchestrator.refresh.token_name_batcher import TokenNameBatcher
from backends.orchestrator.refresh.token_name_cache import TokenNameCache
from backends.orchestrator.refresh.transaction_cache import TransactionCache
from backends.orchestrator.refresh.transaction_history import HistoryReading, infer_from_balance, read_history
from generated_models import WalletPart


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

    `discover` has the token accounts of every wallet looked for; otherwise those that are known are read, beside the
    associated ones of `launched_mints`. `seconds` bounds the whole; a part that takes longer has failed with
    `ChainTimeout`.
    """

    def __init__(
        self,
        context: Context,
        shared: SharedReadState,
        chain: SolanaDataService,
        parts: Collection[WalletPart],
        *,
        discover: bool = True,
        launched_mints: Sequence[str] = (),
        seconds: float | None = None,
    ) -> None:
        self._context = context
        self._names = shared.names
        self._chain = chain
        self._parts = frozenset(parts)
        self._discover = discover
        self._launched_mints = launched_mints
        self._seconds = seconds
        self._deadline: float | None = None
        self._slots = shared.slots if seconds is None else nullcontext()
        self._transactions = shared.transactions if seconds is None else TransactionCache()

    async def read(self, wallets: Sequence[Wallet]) -> AsyncGenerator[WalletRead, None]:
        """Each wallet's reading, as soon as it is complete; once more for those whose names came late."""
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + self._seconds if self._seconds is not None else None
        ticket = self._names.open_ticket(self._chain, len(wallets), immediate=self._seconds is not None)
        naming = HoldingsNaming(ticket, self._seconds, self._deadline)
        plans = [self._plan(wallet) for wallet in wallets]
        requests = AccountRequests(self._chain, plans, self._deadline)
        under_way = {asyncio.ensure_future(self._wallet(plan, requests, naming)) for plan in plans}
        try:
            while under_way:
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    read = task.result()
                    if read.late is not None:
                        under_way.add(read.late)
                    yield read
        finally:
            for each in under_way:
                each.cancel()
            requests.cancel()
            naming.cancel()

    def _plan(self, wallet: Wallet) -> AccountPlan:
        balance = WalletPart.sol_balance in self._parts
        if WalletPart.token_holdings not in self._parts:
            return AccountPlan(wallet, balance)
        context = self._context
        due = self._discover or discovery_is_due(wallet, context.clock.now(), context.policy)
        known = None if due else unpack_accounts(wallet)
        if known is None:
            return AccountPlan(wallet, balance)
        addresses = {each.account.address for each in known}
        associated = tuple(
            account
            for mint in self._launched_mints
            for account in self._chain.associated_accounts(wallet.wallet_address, mint)
            if account.address not in addresses
        )
        if not (balance or known or associated):
            known = None  # nothing would be asked of the chain, and nothing be learnt
        return AccountPlan(wallet, balance, known, associated)

    async def _wallet(self, plan: AccountPlan, requests: AccountRequests, naming: HoldingsNaming) -> WalletRead:
        tokens_read: TokensRead | KnownAmounts | BackendError | None
        # Names are asked for beside the history, but waited for without a slot: they may in turn be waiting, for a full
        # request, for the tokens of wallets that have no slot yet.
        if plan.known is None and WalletPart.token_holdings in self._parts:
            async with self._slots:
                tokens_read, (balance, history) = await asyncio.gather(
                    self._discovered(plan.wallet, naming), self._balance_and_history(plan, requests)
                )
        else:
            tokens_read, balance = await requests.amounts(plan), await requests.balance(plan)
            history = self._inferred(plan.wallet, balance)
            is_more = isinstance(tokens_read, KnownAmounts) and tokens_read.is_more
            if is_more or (history is None and WalletPart.funding_transactions in self._parts):
                async with self._slots:
                    history = history or await self._history(plan.wallet, balance)
                    if isinstance(tokens_read, KnownAmounts) and (is_more or _has_moved(history)):
                        tokens_read = await self._discovered(plan.wallet, naming)
        tokens: TokensRead | TokensReading | BackendError | None = (
            self._from_known(plan, tokens_read, naming) if isinstance(tokens_read, KnownAmounts) else tokens_read
        )
        late = None
        if isinstance(tokens, TokensRead):
            tokens, late = await naming.named(plan.wallet, tokens)
        else:
            naming.skip()
        return WalletRead(plan.wallet, WalletReading(balance=balance, tokens=tokens, history=history), late)

    async def _balance_and_history(
        self, plan: AccountPlan, requests: AccountRequests
    ) -> tuple[Balance | BackendError | None, HistoryReading | BackendError | None]:
        balance = await requests.balance(plan)
        return balance, self._inferred(plan.wallet, balance) or await self._history(plan.wallet, balance)

    def _inferred(self, wallet: Wallet, answer: Balance | BackendError | None) -> HistoryReading | None:
        if WalletPart.funding_transactions not in self._parts:
            return None
        balance = answer if isinstance(answer, Balance) else None
        return infer_from_balance(wallet, balance, self._context.clock.now(), self._context.policy)

    async def _history(
        self, wallet: Wallet, answer: Balance | BackendError | None
    ) -> HistoryReading | BackendError | None:
        if WalletPart.funding_transactions not in self._parts:
            return None
        context = self._context
        balance = answer if isinstance(answer, Balance) else None
        reading = read_history(self._chain, self._transactions, wallet, balance, context.clock.now(), context.policy)
        try:
            return await within(self._deadline, reading)
        except BackendError as error:
            return error

    async def _discovered(self, wallet: Wallet, naming: HoldingsNaming) -> TokensRead | BackendError:
        """A wallet's tokens, in whatever accounts they are."""
        try:
            found = await within(self._deadline, self._chain.token_balances(wallet.wallet_address))
        except ChainError as error:
            return error
        return naming.tokens(found.holdings, found.slot, pack_accounts(found.accounts), None)

    def _from_known(
        self, plan: AccountPlan, amounts: KnownAmounts, naming: HoldingsNaming
    ) -> TokensRead | TokensReading | BackendError:
        """A wallet's tokens by what is in its known accounts."""
        read_from = plan.wallet.token_accounts
        if amounts.accounts == plan.known and plan.wallet.holdings is not None:
            return TokensReading(holdings=None, slot=amounts.slot, accounts=read_from, read_from=read_from)
        try:
            balances = add_up(amounts.accounts)
        except ChainError as error:
            return error
        return naming.tokens(balances, amounts.slot, pack_accounts(amounts.accounts), read_from)


def _has_moved(history: HistoryReading | BackendError | None) -> bool:
    return isinstance(history, HistoryReading) and history.moved_slot is not None
