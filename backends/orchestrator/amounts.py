"""Exact money: integers inside, canonical decimal text outside, no float anywhere."""

from __future__ import annotations

SOL_DECIMALS = 9
LAMPORTS_PER_SOL = 1_000_000_000


def decimal_text(amount: int, decimals: int) -> str:
    """`amount` raw units of a token with `decimals` places as a canonical decimal: no exponent, no trailing zeros."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 10**decimals)
    fraction = f"{rest:0{decimals}}".rstrip("0") if decimals else ""
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def sol_text(lamports: int) -> str:
    """Lamports as SOL (1 SOL is 10^9 lamports), canonical."""
    return decimal_text(lamports, SOL_DECIMALS)


def lamports_of(sol: str) -> int:
    """The lamports of a decimal SOL text with at most 9 places, as the contract's `amount_sol` is."""
    whole, _, fraction = sol.partition(".")
    return int(whole) * LAMPORTS_PER_SOL + int(fraction.ljust(SOL_DECIMALS, "0"))
