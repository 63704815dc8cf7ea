"""From token accounts to holdings: exact sums by mint."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from contextlib import suppress

from solders.token.state import TokenAccount

from backends.errors import ChainUnavailable
from backends.orchestrator.ports import TokenBalance
from generated_models import TokenProgram

from .shapes import KeyedTokenAccount, ParsedData

PROGRAM_IDS = {
    TokenProgram.spl_token: "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    TokenProgram.token_2022: "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
}
_TOKEN_ACCOUNT_SIZE = 165  # Token-2022 appends its extensions, which solders refuses
_U64_MAX = 2**64 - 1


def sum_by_mint(accounts: Iterable[KeyedTokenAccount], owner: str, program: TokenProgram) -> dict[str, TokenBalance]:
    """What `owner` holds in one program, by mint, zeros left out. Frozen accounts count: what they hold is
    the owner's.

    Raises `ChainUnavailable` when the accounts are not the ones asked for, or contradict each other.
    """
    seen: set[str] = set()
    sums: dict[str, TokenBalance] = {}
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
        amount, decimals = int(info.tokenAmount.amount), info.tokenAmount.decimals
        if info.state == "uninitialized" or amount == 0:
            continue
        before = sums.get(info.mint)
        if before is not None and before.decimals != decimals:
            raise _contradiction()
        total = amount + (before.amount if before else 0)
        if total > _U64_MAX:  # no mint has a larger supply
            raise _contradiction()
        sums[info.mint] = TokenBalance(info.mint, total, decimals, program)
    return sums


def _raw_amount(data: str) -> int:
    with suppress(ValueError):
        raw = base64.b64decode(data, validate=True)
        return int(TokenAccount.from_bytes(raw[:_TOKEN_ACCOUNT_SIZE]).amount)
    raise _contradiction()


def _contradiction() -> ChainUnavailable:
    return ChainUnavailable("The Solana RPC's token accounts contradict each other or the question.")
