"""From token accounts to holdings: exact sums by mint, and what is in the accounts that are known."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from contextlib import suppress

from solders.pubkey import Pubkey
from solders.token.associated import get_associated_token_address
from solders.token.state import TokenAccount as TokenAccountLayout

from backends.errors import ChainUnavailable
from backends.orchestrator.ports import FoundTokenAccount, TokenAccount, TokenBalance
from generated_models import TokenProgram

from .shapes import Account, KeyedTokenAccount, ParsedData

PROGRAM_IDS = {
    TokenProgram.spl_token: "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    TokenProgram.token_2022: "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
}
HELD_BYTES = 72
"""Of a token account in either program: its mint, its owner, and the amount, a u64."""
_TOKEN_ACCOUNT_SIZE = 165  # Token-2022 appends its extensions, which solders refuses
_U64_MAX = 2**64 - 1


def found_accounts(
    accounts: Iterable[KeyedTokenAccount], owner: str, program: TokenProgram
) -> tuple[FoundTokenAccount, ...]:
    """The accounts that `owner` has in one program, with the empty ones. Frozen accounts count: what they hold is the
    owner's.

    Raises `ChainUnavailable` when the accounts are not the ones asked for.
    """
    seen: set[str] = set()
    found: list[FoundTokenAccount] = []
    for keyed in accounts:
        data = keyed.account.data
        if keyed.account.owner != PROGRAM_IDS[program] or keyed.pubkey in seen:
            raise _contradiction()
        seen.add(keyed.pubkey)
        if not isinstance(data, ParsedData):
            if _raw_amount(data[0]) == 0:
                continue  # a mint with no supply may be closed, and then its empty accounts can't be parsed
            raise ChainUnavailable("The Solana RPC could not read the mint of a token account.")
        info = data.parsed.info
        if info.owner != owner:
            raise _contradiction()
        if info.state == "uninitialized":
            continue
        account = TokenAccount(keyed.pubkey, owner, info.mint, program)
        found.append(FoundTokenAccount(account, int(info.tokenAmount.amount), info.tokenAmount.decimals))
    return tuple(found)


def sum_by_mint(accounts: Iterable[FoundTokenAccount]) -> dict[str, TokenBalance]:
    """What is in all accounts of one owner in one program, by mint, zeros left out. Raises `ChainUnavailable` when they
    contradict each other.
    """
    sums: dict[str, TokenBalance] = {}
    for each in accounts:
        if each.amount == 0:
            continue
        mint = each.account.mint_address
        before = sums.get(mint)
        if before is not None and before.decimals != each.decimals:
            raise _contradiction()
        total = each.amount + (before.amount if before else 0)
        if total > _U64_MAX:  # no mint has a larger supply
            raise _contradiction()
        sums[mint] = TokenBalance(mint, total, each.decimals, each.account.token_program)
    return sums


def held_amount(account: Account | None, asked: TokenAccount) -> int | None:
    """What an account holds, of which the first `HELD_BYTES` are known; None if it is not the one asked for (any more).
    Raises `ChainUnavailable` when the answer has less of it than there is.
    """
    if account is None or account.owner != PROGRAM_IDS[asked.token_program]:
        return None
    if account.space is not None and account.space < _TOKEN_ACCOUNT_SIZE:
        return None  # a mint, or what anybody may make at the address of an account that was closed
    data = _decoded(account.data[0])
    if len(data) != HELD_BYTES:
        raise _contradiction()
    if data[:64] != bytes(Pubkey.from_string(asked.mint_address)) + bytes(Pubkey.from_string(asked.owner)):
        return None
    return int.from_bytes(data[64:], "little")


def associated_accounts(owner: str, mint: str) -> tuple[TokenAccount, ...]:
    """The accounts of a wallet and a mint by convention, one in each program."""
    keys = Pubkey.from_string(owner), Pubkey.from_string(mint)
    return tuple(
        TokenAccount(str(get_associated_token_address(*keys, Pubkey.from_string(program_id))), owner, mint, program)
        for program, program_id in PROGRAM_IDS.items()
    )


def _raw_amount(data: str) -> int:
    with suppress(ValueError):
        return int(TokenAccountLayout.from_bytes(_decoded(data)[:_TOKEN_ACCOUNT_SIZE]).amount)
    raise _contradiction()


def _decoded(data: str) -> bytes:
    with suppress(ValueError):
        return base64.b64decode(data, validate=True)
    raise _contradiction()


def _contradiction() -> ChainUnavailable:
    return ChainUnavailable("The Solana RPC's token accounts contradict each other or the question.")
