"""What the chain said of one wallet, part by part: a reading, or why there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from backends.errors import BackendError
from backends.orchestrator.amounts import decimal_text
from backends.orchestrator.ports import Balance, TokenBalance, TokenName
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh.transaction_history import HistoryReading
from generated_models import TokenHolding, WalletPart

_HOLDINGS_A_TURN = 1000  # of a large wallet: a few milliseconds, and then other tasks have their turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensReading:
    """A wallet's holdings, by mint, and the accounts that they are in (`known_accounts.pack_accounts`).

    Either the accounts were looked for, or those were read that were known: `read_from`. Then `holdings` is None if
    nothing in them had changed. `is_named`: the names of all mints could be read.
    """

    holdings: tuple[TokenHolding, ...] | None
    slot: int
    accounts: str | None = None
    read_from: str | None = None
    is_named: bool = True

    @property
    def is_discovery(self) -> bool:
        """Whether the accounts were looked for."""
        return self.read_from is None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletReading:
    """What the chain said of one wallet: each part's reading or its failure; None for a part not asked for."""

    balance: Balance | BackendError | None = None
    tokens: TokensReading | BackendError | None = None
    history: HistoryReading | BackendError | None = None


@dataclass(frozen=True, slots=True)
class WalletRead:
    """A wallet's reading. `late` completes once more (`is_update`), with the names of tokens that it lacks."""

    wallet: Wallet
    reading: WalletReading
    late: asyncio.Task[WalletRead] | None = None
    is_update: bool = False


async def name_holdings(balances: Sequence[TokenBalance], names: Mapping[str, TokenName]) -> tuple[TokenHolding, ...]:
    """Token balances with the names that are known; the others are None."""
    nameless = TokenName(None, None)
    holdings: list[TokenHolding] = []
    for each in sorted(balances, key=lambda holding: holding.mint_address):
        name = names.get(each.mint_address, nameless)
        holdings.append(
            TokenHolding(
                mint_address=each.mint_address,
                name=name.name,
                ticker=name.ticker,
                balance=decimal_text(each.amount, each.decimals),
                amount=str(each.amount),
                decimals=each.decimals,
                token_program=each.token_program,
            )
        )
        if len(holdings) % _HOLDINGS_A_TURN == 0:
            await asyncio.sleep(0)
    return tuple(holdings)


def all_failed(error: BackendError, parts: Collection[WalletPart]) -> WalletReading:
    """The reading of a wallet all of whose parts failed in the same way."""
    return WalletReading(
        balance=error if WalletPart.sol_balance in parts else None,
        tokens=error if WalletPart.token_holdings in parts else None,
        history=error if WalletPart.funding_transactions in parts else None,
    )
