"""The token accounts of a wallet that are known: kept as text on the wallet, read a hundred a request, and looked for
anew (discovered) from time to time. Pure functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backends.errors import ChainUnavailable
from backends.orchestrator.history.packing import to_ms
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import FoundTokenAccount, TokenAccount, TokenBalance
from backends.orchestrator.records import Wallet
from generated_models import TokenProgram

MOST_ACCOUNTS = 100
"""Token accounts that are remembered of a wallet. Of one that has more, they are looked for every time: that takes two
requests, and reading so many would take as much.
"""
_PROGRAMS = tuple(TokenProgram)
_U64_MAX = 2**64 - 1
_MILLISECOND = timedelta(milliseconds=1)


def pack_accounts(accounts: Sequence[FoundTokenAccount]) -> str | None:
    """Accounts as the wallet keeps them, with the amounts that they had; None where they are too many."""
    if len(accounts) > MOST_ACCOUNTS:
        return None
    return "\n".join(
        f"{each.account.address} {each.account.mint_address} "
        f"{_PROGRAMS.index(each.account.token_program)} {each.decimals} {each.amount}"
        for each in sorted(accounts, key=lambda found: found.account.address)
    )


def unpack_accounts(wallet: Wallet) -> tuple[FoundTokenAccount, ...] | None:
    """The accounts that a wallet keeps; None where it keeps none that can be read."""
    if wallet.token_accounts is None:
        return None
    found = []
    try:
        for row in wallet.token_accounts.splitlines():
            address, mint, program, decimals, amount = row.split(" ")
            account = TokenAccount(address, wallet.wallet_address, mint, _PROGRAMS[int(program)])
            found.append(FoundTokenAccount(account, int(amount), int(decimals)))
    except (ValueError, IndexError):
        return None
    return tuple(found)


def next_discovery(wallet_address: str, now: datetime, policy: Policy) -> datetime:
    """When a wallet's token accounts are looked for again that were looked for now: each wallet has its own moment in
    every `Policy.discovery`, so that those which were discovered together do not come together again.
    """
    every = policy.discovery // _MILLISECOND
    if every <= 0:
        return now
    phase = int.from_bytes(hashlib.blake2b(wallet_address.encode(), digest_size=8).digest()) % every
    return now + (every - (to_ms(now) - phase) % every) * _MILLISECOND


def discovery_is_due(wallet: Wallet, now: datetime, policy: Policy) -> bool:
    """Whether a wallet's next reading looks for its token accounts. A moment further ahead than any can be was set by a
    clock that was wrong.
    """
    after = wallet.discover_after
    return wallet.token_accounts is None or after is None or not now < after <= now + policy.discovery


@dataclass(frozen=True, slots=True)
class KnownAmounts:
    """What known accounts hold, as of `slot`. `is_more`: there is an account, among those asked for, that was not
    known.
    """

    accounts: tuple[FoundTokenAccount, ...]
    slot: int
    is_more: bool


def known_amounts(
    known: Iterable[FoundTokenAccount],
    asked: Sequence[TokenAccount],
    amounts: Mapping[TokenAccount, int | None],
    slot: int,
) -> KnownAmounts:
    """The known accounts with what is in them now, nothing where they are gone; they may come back. `asked` are those
    that are not known.
    """
    accounts = tuple(
        each if each.amount == (amount := amounts[each.account] or 0) else replace(each, amount=amount)
        for each in known
    )
    return KnownAmounts(accounts, slot, any(amounts[account] is not None for account in asked))


def add_up(accounts: Iterable[FoundTokenAccount]) -> tuple[TokenBalance, ...]:
    """The holdings in a wallet's accounts, by mint. Raises `ChainUnavailable` for more than a mint can have."""
    sums: dict[str, TokenBalance] = {}
    for each in accounts:
        if not each.amount:
            continue
        mint = each.account.mint_address
        total = each.amount + (sums[mint].amount if mint in sums else 0)
        if total > _U64_MAX:
            raise ChainUnavailable("The Solana RPC's token accounts hold more of a mint than there can be.")
        sums[mint] = TokenBalance(mint, total, each.decimals, each.account.token_program)
    return tuple(sums[mint] for mint in sorted(sums))
