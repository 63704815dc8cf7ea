"""Wallets of a shared world that hold what is said of them, as a world's file says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backends.orchestrator.amounts import sol_text

MINT = "8E8tMsVMSjSiddNcUexVgkjfSSVkTcr4j9MHknEXnhvM"

_AMOUNTS = (9, 10, 10, 10, 99, 100, 2**53 + 1, 2**63, 9, 10, 2**64 - 1, 11)
"""Of one mint, for the exact wallets: as texts or as floats they are in another order."""
_MOST_DECIMALS = 18
_PROGRAMS = ("spl-token", "token-2022")
_NAMES = (
    "n" * 64, "\U0001f680" * 64, "a", 'quo"te\\', "two  words", "\u05e9\u05dc\u05d5\u05dd", "=1+1",
    "ﬁ\u0301", "\u202eknoB", " room ",
)  # fmt: skip
_TICKERS = ("T" * 32, "\U0001f680" * 32, "t", '"', "", "<b>", "\u2066", "\u2028 T\u200d")


def named_wallets(exact: Mapping[str, int], crowd: Iterable[str], large: str, mints: Iterable[str]) -> Iterator[Any]:
    """`exact` hold so many lamports and some of one mint, in one to five accounts, some of which are frozen; each of a
    `crowd` holds as much of it; `large` holds all of the mints, whose names are as long and as odd as they may be.
    """
    for number, (found, lamports) in enumerate(exact.items()):
        accounts = {"token_accounts": number % 5 + 1, "frozen": number % 4 == 3}
        yield _wallet(found, [_token(MINT, _AMOUNTS[number], 9, **accounts)], balance_sol=sol_text(lamports))
    for found in crowd:
        yield _wallet(found, [_token(MINT, 7, 9)])
    yield _wallet(large, [_odd_token(number, mint) for number, mint in enumerate(mints)])


def _wallet(address: str, tokens: list[dict[str, Any]], **more: str) -> dict[str, Any]:
    return {"address": address, "registered": False, "tokens": tokens, **more}


def _token(mint: str, amount: int, decimals: int, **more: str | int) -> dict[str, Any]:
    return {"mint_address": mint, "amount": str(amount), "decimals": decimals, **more}


def _odd_token(number: int, mint: str) -> dict[str, Any]:
    named = {"name": _NAMES[number % len(_NAMES)], "ticker": _TICKERS[number % len(_TICKERS)]}
    program = _PROGRAMS[number // len(_NAMES) % len(_PROGRAMS)]
    amount = 10 ** (number % 20) - number % 2 + 1
    given = {name: text for name, text in named.items() if text}
    return _token(mint, amount, number % (_MOST_DECIMALS + 1), token_program=program, **given)
