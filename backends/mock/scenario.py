"""What happened to a wallet before the mock was started: its metadata, and the requests that were made about it.

Moments are milliseconds since the Unix epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from backends.errors import BackendError
from backends.orchestrator.policy import Policy
from generated_models import WalletPart, WalletStatus

Failures: TypeAlias = Mapping[WalletPart, Callable[[], BackendError]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What people said of the wallet when they created it."""

    label: str | None
    notes: str | None
    tags: tuple[str, ...]
    status_override: WalletStatus | None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A refresh of every part, or only of those that it fails to read, or of the balance alone. `listed` and `read` are
    how much of the history it may ask for: what is new, and no more of what is old than a start has time for.
    """

    at: int
    failures: Failures
    only_failures: bool = False
    only_balance: bool = False
    listed: int = 24
    read: int = 12

    def policy(self, policy: Policy) -> Policy:
        """The numbers by which it was made."""
        return replace(policy, history_limit=self.listed, history_transactions=self.read)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A funding was scheduled, and given up at `cancelled_at` unless that is None."""

    at: int
    lamports: int
    scheduled_for: int
    note: str | None
    cancelled_at: int | None = None


@dataclass(frozen=True, slots=True)
class Launched:
    """A launch was recorded."""

    at: int
    mint: str
    name: str
    ticker: str
    launched_at: int
    signature: str | None


Action: TypeAlias = Refreshed | Scheduled | Launched
