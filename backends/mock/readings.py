"""What a refresh at some moment reads of a wallet, straight from the chain's function.

A world of 10,000 wallets is populated in seconds this way; a test compares it with the orchestrator's own
reader over the faked chain.
"""

from __future__ import annotations

from collections.abc import Sequence

from backends.orchestrator.amounts import decimal_text
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Balance, Clock, SolanaDataService, Transaction
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh.known_accounts import pack_accounts
from backends.orchestrator.refresh.reading import TokensReading, WalletReading
from backends.orchestrator.refresh.transaction_history import HistoryReading, infer_from_balance, read_history
from generated_models import TokenHolding

from .fake_chain import FakeChain
from .slots import slot_at, to_ms
from .solana import FakeSolanaService


async def wallet_reading(chain: FakeChain, wallet: Wallet, clock: Clock, policy: Policy) -> WalletReading:
    """All three parts as of the clock's moment."""
    address, at = wallet.key, to_ms(clock.now())
    balance = balance_reading(chain, wallet, clock)
    return WalletReading(
        balance=balance,
        tokens=_tokens(chain, address, at),
        history=await _history(chain, wallet, balance, clock, policy),
    )


def balance_reading(chain: FakeChain, wallet: Wallet, clock: Clock) -> Balance:
    """The balance as of the clock's moment."""
    at = to_ms(clock.now())
    return Balance(chain.balance(wallet.key, at), slot_at(at))


def _tokens(chain: FakeChain, address: str, at: int) -> TokensReading:
    found = chain.token_balances(address, at)
    holdings = []
    for held in found.holdings:
        named = chain.tokens.facts(held.mint_address).named
        holdings.append(
            TokenHolding(
                mint_address=held.mint_address,
                name=named.name,
                ticker=named.ticker,
                balance=decimal_text(held.amount, held.decimals),
                amount=str(held.amount),
                decimals=held.decimals,
                token_program=held.token_program,
            )
        )
    return TokensReading(holdings=tuple(holdings), slot=found.slot, accounts=pack_accounts(found.accounts))


async def _history(chain: FakeChain, wallet: Wallet, balance: Balance, clock: Clock, policy: Policy) -> HistoryReading:
    inferred = infer_from_balance(wallet, balance, clock.now(), policy)
    if inferred is not None:
        return inferred
    service = FakeSolanaService(chain, clock)
    return await read_history(service, _Transactions(chain, to_ms(clock.now())), wallet, balance, clock.now(), policy)


class _Transactions:
    """Asks nobody, and so needs no task for each."""

    def __init__(self, chain: FakeChain, at: int) -> None:
        self._chain = chain
        self._at = at

    async def all(self, chain: SolanaDataService, signatures: Sequence[str]) -> list[Transaction]:  # noqa: ARG002
        """See `AsksForTransactions`."""
        found = [self._chain.transactions.by_signature(signature, self._at) for signature in signatures]
        return [transaction for transaction in found if transaction is not None]
