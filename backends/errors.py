"""What can go wrong behind the server, in the language of the contract and without a word of HTTP.

`code` is the contract's closed enumeration; `server.problems` holds the one table that gives each code its status and
title.
"""

from __future__ import annotations

from typing import Any

from generated_models import ProblemCode


class BackendError(Exception):
    """A failure that the contract names.

    `detail` is a sentence fit to show to a client: no secrets, no stack. `members` are the problem's further members,
    under the names the contract gives them (`operation_id`, `next_refresh_allowed_at`, `cached_wallet`), as
    JSON-ready values or models. `retry_after` is in seconds, when the backend knows how long waiting could help.
    """

    retryable = False

    def __init__(self, code: ProblemCode, detail: str, *, retry_after: float | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.members = members


class NotFound(BackendError):
    """The resource that the request's path names does not exist."""


class Conflict(BackendError):
    """The request is well formed, but the state of the data (or of a resource named in the body) forbids it."""


class PreconditionFailed(BackendError):
    """`If-Match` names another metadata version than the stored one."""

    def __init__(self, detail: str) -> None:
        super().__init__(ProblemCode.precondition_failed, detail)


class InvalidRequest(BackendError):
    """The request satisfies the contract's schema, yet a rule outside JSON Schema refuses it (a foreign page token,
    say).
    """


class Throttled(BackendError):
    """Too early: the same refresh succeeded a moment ago."""

    retryable = True


class StoreUnavailable(BackendError):
    """The primary store did not answer in time, refused, or stayed contended. Nothing is known to be written."""

    retryable = True

    def __init__(self, detail: str = "The wallet store can't be reached right now.", *, retry_after: float = 2) -> None:
        super().__init__(ProblemCode.store_unavailable, detail, retry_after=retry_after)


class ChainError(BackendError):
    """The Solana RPC gave no usable answer. Never raised by a read: only refreshing asks the chain."""

    retryable = True


class ChainUnavailable(ChainError):
    """The connection was refused or reset, the node failed, or its answer is not what the protocol promises."""

    def __init__(self, detail: str = "The Solana RPC gave no usable answer.") -> None:
        super().__init__(ProblemCode.chain_unavailable, detail)


class TransactionMissing(ChainUnavailable):
    """The node does not have a transaction. Another one, or this one later, may; or none ever will."""


class ChainTimeout(ChainError):
    """No complete answer within the deadline of one call."""

    def __init__(self, detail: str = "The Solana RPC did not answer in time.") -> None:
        super().__init__(ProblemCode.chain_timeout, detail)


class ChainRateLimited(ChainError):
    """The RPC said 429, and waiting as it asked would have passed the deadline."""

    def __init__(
        self, detail: str = "The Solana RPC's rate limit is used up.", *, retry_after: float | None = None
    ) -> None:
        super().__init__(ProblemCode.chain_rate_limited, detail, retry_after=retry_after)


class ChainMismatch(ChainError):
    """The RPC serves another chain (`genesis_hash`) than the one that the stored readings come from."""

    retryable = False

    def __init__(self, detail: str) -> None:
        super().__init__(ProblemCode.chain_mismatch, detail)


class UnusableStore(Exception):
    """The store is configured so that waiting won't help; the message names the setting. Raised where a store is
    opened, and by no operation: so it is no `BackendError`.
    """
