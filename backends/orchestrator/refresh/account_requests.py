"""Which accounts a refresh asks for, a hundred a request: wallets, the token accounts that are known of them, and the
associated ones of launched mints.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from backends.errors import BackendError, ChainError
from backends.orchestrator.ports import AccountBalances, Balance, FoundTokenAccount, SolanaDataService, TokenAccount
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh.deadlines import within
from backends.orchestrator.refresh.known_accounts import KnownAmounts, known_amounts

_ACCOUNTS_A_REQUEST = 100


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What is asked of one wallet: its lamports, if `balance`, and what is in its token accounts, unless `known` is
    None: the known ones, and those `associated` with it that are not known.
    """

    wallet: Wallet
    balance: bool
    known: tuple[FoundTokenAccount, ...] | None = None
    associated: tuple[TokenAccount, ...] = ()

    @property
    def token_accounts(self) -> list[TokenAccount]:
        """All that are asked for."""
        return [*(each.account for each in self.known or ()), *self.associated]


@dataclass(slots=True, eq=False)
class _Request:
    """What one request asks for."""

    wallets: list[str] = field(default_factory=list)
    token_accounts: list[TokenAccount] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return len(self.wallets) + len(self.token_accounts) >= _ACCOUNTS_A_REQUEST


class AccountRequests:
    """The requests for many wallets, sent at once. What is asked of one wallet stands together, so that it is nearly
    always answered together, as of one slot.
    """

    def __init__(self, chain: SolanaDataService, plans: Sequence[AccountPlan], deadline: float | None) -> None:
        self._chain = chain
        self._requests: list[_Request] = []
        self._of_wallet: dict[str, _Request] = {}
        self._of_accounts: dict[str, list[tuple[_Request, list[TokenAccount]]]] = {}
        for plan in plans:
            self._add(plan)
        self._answers = {request: asyncio.ensure_future(self._ask(request, deadline)) for request in self._requests}

    def _add(self, plan: AccountPlan) -> None:
        address = plan.wallet.wallet_address
        if plan.balance:
            request = self._of_wallet[address] = self._open()
            request.wallets.append(address)
        among = self._of_accounts[address] = []
        for account in plan.token_accounts:
            request = self._open()
            request.token_accounts.append(account)
            if not among or among[-1][0] is not request:
                among.append((request, []))
            among[-1][1].append(account)

    def _open(self) -> _Request:
        if not self._requests or self._requests[-1].is_full:
            self._requests.append(_Request())
        return self._requests[-1]

    async def _ask(self, request: _Request, deadline: float | None) -> AccountBalances | BackendError:
        try:
            return await within(deadline, self._chain.balances(request.wallets, request.token_accounts))
        except ChainError as error:
            return error

    async def _answer(self, request: _Request) -> AccountBalances | BackendError:
        answer = self._answers[request]
        return answer.result() if answer.done() else await asyncio.shield(answer)

    async def balance(self, plan: AccountPlan) -> Balance | BackendError | None:
        """A wallet's balance; None if it was not asked for."""
        request = self._of_wallet.get(plan.wallet.wallet_address)
        if request is None:
            return None
        answer = await self._answer(request)
        if isinstance(answer, BackendError):
            return answer
        return Balance(answer.lamports[plan.wallet.wallet_address], answer.slot)

    async def amounts(self, plan: AccountPlan) -> KnownAmounts | BackendError | None:
        """What is in a wallet's token accounts, of which it may have none; None if that was not asked for."""
        if plan.known is None:
            return None
        address = plan.wallet.wallet_address
        amounts: dict[TokenAccount, int | None] = {}
        slots: list[int] = []
        for request, accounts in self._of_accounts[address] or [(self._of_wallet[address], [])]:
            answer = await self._answer(request)
            if isinstance(answer, BackendError):
                return answer
            amounts.update((account, answer.amounts[account]) for account in accounts)
            slots.append(answer.slot)
        return known_amounts(plan.known, plan.associated, amounts, min(slots))

    def cancel(self) -> None:
        """Stop what is under way."""
        for answer in self._answers.values():
            answer.cancel()
