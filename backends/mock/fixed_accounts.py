"""What a world's description says that addresses hold and mints are, in place of what the seed says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backends.orchestrator.amounts import lamports_of
from backends.orchestrator.ports import TokenBalance
from generated_models import TokenProgram
from generated_models.mock import NamedToken, NamedWallet

from .tokens import U64_MAX, TokenFacts


@dataclass(frozen=True, slots=True)
class FixedAccount:
    """What an address holds for ever, in place of what the seed says of it."""

    lamports: int
    tokens: tuple[TokenBalance, ...]
    spread: Mapping[str, int]
    """In how many token accounts those of a mint lie, where it is more than one."""
    frozen: frozenset[str]
    """The mints whose accounts are frozen."""


def fixed_accounts(named: Iterable[NamedWallet]) -> dict[str, FixedAccount]:
    """The accounts of the wallets that say what they hold, by address."""
    named = list(named)
    facts = token_facts(named)
    found: dict[str, FixedAccount] = {}
    for wallet in named:
        if wallet.balance_sol is None and wallet.tokens is None:
            found.pop(wallet.address, None)
            continue
        tokens = {token.mint_address: token for token in wallet.tokens or ()}
        found[wallet.address] = FixedAccount(
            lamports_of(wallet.balance_sol or "0"),
            tuple(_balance(tokens[mint], facts[mint]) for mint in sorted(tokens)),
            {mint: token.token_accounts for mint, token in tokens.items() if token.token_accounts > 1},
            frozenset(mint for mint, token in tokens.items() if token.frozen),
        )
    return found


def token_facts(named: Iterable[NamedWallet]) -> dict[str, TokenFacts]:
    """The mints that named wallets hold, as they are said to be."""
    return {
        token.mint_address: TokenFacts(token.decimals, _program(token), token.name, token.ticker)
        for wallet in named
        for token in wallet.tokens or ()
    }


def _balance(token: NamedToken, facts: TokenFacts) -> TokenBalance:
    amount = min(int(token.amount), U64_MAX)
    return TokenBalance(token.mint_address, amount, facts.decimals, facts.token_program)


def _program(token: NamedToken) -> TokenProgram:
    return TokenProgram(token.token_program.value)
