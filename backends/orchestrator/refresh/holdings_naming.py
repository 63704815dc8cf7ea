"""The names of the tokens that wallets hold: waited for, but not for ever, and brought later where they are late."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from backends.errors import BackendError
from backends.orchestrator.ports import TokenBalance, TokenName
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh.reading import TokensReading, WalletRead, WalletReading, name_holdings
from backends.orchestrator.refresh.token_name_batcher import TokenNameTicket
from generated_models import TokenProgram

_LONGEST_WAIT = 1.0  # seconds; then the holdings are stored without names, so that a crash does not lose them
_SHARE_OF_TIME = 0.8  # that a refresh may take; holdings without names are better than none


@dataclass(frozen=True, slots=True)
class TokensRead:
    """A wallet's tokens, the accounts that they are in, and the task that brings their names."""

    balances: Sequence[TokenBalance]
    slot: int
    accounts: str | None
    read_from: str | None
    programs: dict[str, TokenProgram]
    names: asyncio.Task[dict[str, TokenName]]

    async def named(self, names: dict[str, TokenName]) -> TokensReading:
        """The holdings, with the names that are known."""
        return TokensReading(
            holdings=await name_holdings(self.balances, names),
            slot=self.slot,
            accounts=self.accounts,
            read_from=self.read_from,
            is_named=self.programs.keys() <= names.keys(),
        )


class HoldingsNaming:
    """Names the tokens of the wallets of one `ChainReader.read`; `cancel` when that is over.

    `seconds` is how long the whole reading may take, up to the `deadline` on the loop's clock; both are None for a
    refresh-all, which goes on without the names of some wallets and stores them once more.
    """

    def __init__(self, ticket: TokenNameTicket, seconds: float | None, deadline: float | None) -> None:
        self._ticket = ticket
        self._seconds = seconds
        self._deadline = deadline
        self._name_tasks: list[asyncio.Task[dict[str, TokenName]]] = []
        self._late_tasks: list[asyncio.Task[WalletRead]] = []

    def tokens(
        self, balances: Sequence[TokenBalance], slot: int, accounts: str | None, read_from: str | None
    ) -> TokensRead:
        """What was read of a wallet, while the names of its mints are asked for."""
        programs = {holding.mint_address: holding.token_program for holding in balances}
        self._name_tasks.append(asyncio.ensure_future(self._ticket.names(programs)))
        return TokensRead(balances, slot, accounts, read_from, programs, self._name_tasks[-1])

    def skip(self) -> None:
        """A wallet has no tokens to be named."""
        self._ticket.skip()

    async def named(
        self, wallet: Wallet, read: TokensRead
    ) -> tuple[TokensReading | BackendError, asyncio.Task[WalletRead] | None]:
        """The holdings with their names; and, if those may take long, the task that brings them."""
        try:
            await asyncio.wait([read.names], timeout=self._patience())
            if read.names.done():
                return await read.named(await read.names), None
            known = await read.named(await self._ticket.known(read.programs))
            if self._deadline is None:
                self._late_tasks.append(asyncio.ensure_future(_late(wallet, read)))
                return known, self._late_tasks[-1]
            read.names.cancel()
            return known, None
        except BackendError as error:
            return error, None

    def _patience(self) -> float:
        """Seconds for which names are waited for."""
        if self._deadline is None or self._seconds is None:
            return _LONGEST_WAIT
        return max(0.0, self._deadline - (1 - _SHARE_OF_TIME) * self._seconds - asyncio.get_running_loop().time())

    def cancel(self) -> None:
        """Ask for nothing more."""
        for tasks in self._late_tasks, self._name_tasks:
            for each in tasks:
                each.cancel()
        self._ticket.close()


async def _late(wallet: Wallet, read: TokensRead) -> WalletRead:
    try:
        tokens = await read.named(await read.names)
    except BackendError:
        return WalletRead(wallet, WalletReading(), is_update=True)
    return WalletRead(wallet, WalletReading(tokens=tokens), is_update=True)
