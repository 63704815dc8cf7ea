"""The errors that concern a wallet as a whole, each made in one place so that every operation says it alike."""

from __future__ import annotations

from backends.errors import Conflict, NotFound
from generated_models import ProblemCode


def wallet_not_found(wallet_address: str) -> NotFound:
    """The error of every operation whose path names an unknown wallet."""
    return NotFound(ProblemCode.wallet_not_found, f"There is no wallet {wallet_address}.")


def unknown_wallet(wallet_address: str) -> Conflict:
    """The error of every operation whose body names an unknown wallet."""
    return Conflict(ProblemCode.unknown_wallet, f"There is no wallet {wallet_address}; create it first.")


def wallet_exists(wallet_address: str) -> Conflict:
    """The error of registering a wallet twice."""
    return Conflict(ProblemCode.wallet_exists, f"The wallet {wallet_address} exists already.")


def wallet_unreadable(wallet_address: str) -> Conflict:
    """The error of registering a wallet whose stored record is damaged."""
    return Conflict(
        ProblemCode.wallet_exists,
        f"The store holds a record of the wallet {wallet_address} that can't be read. It is left as it is, for an "
        "operator to repair or to remove.",
    )
