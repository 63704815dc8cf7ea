"""How one attempt at a request failed: what to tell the caller, and whether asking again can help."""

from __future__ import annotations

from backends.errors import ChainError, ChainRateLimited, ChainTimeout, ChainUnavailable


class Fault(Exception):
    """One failed attempt.

    Attributes:
        error: what the caller gets if this was the last attempt. Fixed words and numbers only: an RPC URL
            holds a key, and what the server wrote is a stranger's text.
        again: whether another attempt can help.
        pause: seconds of silence that the server asked for.
    """

    def __init__(self, error: ChainError, *, again: bool = False, pause: float | None = None) -> None:
        super().__init__(error.detail)
        self.error = error
        self.again = again
        self.pause = pause


def unusable(why: str) -> Fault:
    """An answer that no repetition will improve."""
    return Fault(ChainUnavailable(f"The Solana RPC gave no usable answer: {why}."))


class UnknownVersion(ChainUnavailable):
    """The node has the transaction, in a format of which it was told that we don't know it."""


def unknown_version() -> Fault:
    """A transaction of a later version than was asked for."""
    return Fault(UnknownVersion("The Solana RPC has a transaction of a version that is not known here."))


class NoResult(ChainUnavailable):
    """The node answered that there is nothing to tell."""


def no_result() -> Fault:
    """`null` in place of a result."""
    return Fault(NoResult("The Solana RPC gave no usable answer: it has no result."))


def unreachable(why: str) -> Fault:
    """No answer, or one that a healthy server would not have given."""
    return Fault(ChainUnavailable(f"The Solana RPC can't be reached: {why}."), again=True)


def silent() -> Fault:
    """No complete answer in time."""
    return Fault(ChainTimeout(), again=True)


def limited(retry_after: float | None) -> Fault:
    """Too many requests; `retry_after` in seconds if the server said."""
    return Fault(ChainRateLimited(retry_after=retry_after), again=True, pause=retry_after)
