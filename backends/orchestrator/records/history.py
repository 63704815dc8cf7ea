"""What lies beside the current state: the past of one wallet, and of all together, a document a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from backends.orchestrator import bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletMonth:
    """One calendar month (UTC) of a wallet's past: what was too old for the wallet's own document.

    `month` is `2026-11`, or `2026-11.1` where another document of the month can't be read any more. `generation` is the
    wallet's. `changes` and `activity` are texts of `history.changes` and `history.activity`; `thinned`: some of the
    changes were left out for want of room.
    """

    COLLECTION: ClassVar[str] = "wallet_months"

    wallet_address: bounds.Address
    generation: int
    month: str
    starts_at: datetime
    changes: str = ""
    activity: str = ""
    thinned: bool = False

    @staticmethod
    def key_of(wallet_address: str, generation: int, month: str) -> str:
        return f"{wallet_address}:{generation}:{month}"

    @property
    def key(self) -> str:
        return self.key_of(self.wallet_address, self.generation, self.month)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioMonth:
    """One calendar month (UTC) of what all wallets together added up to.

    `month` is as in `WalletMonth`. `points` is a text of `history.points`, of which the newest is of `newest_at`;
    `thinned`: some were left out for want of room.
    """

    COLLECTION: ClassVar[str] = "portfolio_months"

    month: str
    starts_at: datetime
    newest_at: datetime
    points: str
    thinned: bool = False

    @property
    def key(self) -> str:
        return self.month
