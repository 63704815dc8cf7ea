"""What is counted of a wallet, a holding and a launch, by the names of the counters. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from backends.orchestrator.records import Launch, Wallet
from generated_models import TokenHolding, WalletStatus

LARGE = 500
"""Holdings from which on a wallet's are not counted by mint: readers add them up themselves."""

_BITS = 32
"""Sums are kept in two halves, so that neither leaves the 64 bits of a counter."""


def halves(number: int) -> tuple[int, int]:
    """The high and the low half of a number, as they are added up."""
    return number >> _BITS, number & ((1 << _BITS) - 1)


def whole(high: int, low: int) -> int:
    """The number that two (sums of) halves are."""
    return (high << _BITS) + low


def wallet_counts(wallet: Wallet) -> Mapping[str, int]:
    """All that a wallet's own record counts for."""
    lamports = wallet.last_balance_lamports
    high, low = halves(lamports or 0)
    archived = wallet.status is WalletStatus.ARCHIVED
    status = wallet.status.value if wallet.status else "UNKNOWN"
    counts = {
        f"status:{status}": 1,
        f"status_high:{status}": high,
        f"status_low:{status}": low,
        f"class:{wallet.cache_class}": 1,
        "high": high,
        "low": low,
        # Nobody waits for an archived wallet that was never read.
        "unread": int(wallet.parts.sol_balance.as_of is None and not archived),
        "unread_tokens": int(wallet.parts.token_holdings.as_of is None and not archived),
        "idle": int(wallet.status is WalletStatus.FUNDED and not wallet.launch_count),
    }
    for tag in wallet.tags:
        counts |= {
            f"tag_wallets:{tag}": 1,
            f"tag_high:{tag}": high,
            f"tag_low:{tag}": low,
            f"tag_unread:{tag}": int(lamports is None),
        }
    return counts


HOLDERS, LARGE_WALLETS = "wallets:", "large:"
"""How many wallets hold a mint, by its address; a wallet whose holdings are not counted by mint, by its own."""


def holding_counts(holding: TokenHolding) -> Mapping[str, int]:
    """What a holding counts for."""
    mint, (high, low) = holding.mint_address, halves(int(holding.amount))
    return {f"{HOLDERS}{mint}": 1, f"high:{mint}": high, f"low:{mint}": low}


def holders_counter(name: str) -> str:
    """Of what a counter of holdings is about, the counter that is 0 when nobody holds it."""
    what, _, subject = name.partition(":")
    return name if f"{what}:" == LARGE_WALLETS else f"{HOLDERS}{subject}"


def token_info(holding: TokenHolding) -> str:
    """What a holding says of its mint, as text."""
    said = [holding.name, holding.ticker, holding.decimals, holding.token_program.value]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def launch_counts(launch: Launch) -> Mapping[str, int]:
    """A launch is counted under its wallet and its moment: whatever is asked about a period follows from these."""
    return {f"{launch.wallet_address}@{(launch.launched_at - _EPOCH) // _MS:x}": 1}


def launch_of(name: str) -> tuple[str, datetime]:
    """The wallet and the moment that a counter of launches is about."""
    address, _, moment = name.rpartition("@")
    return address, _EPOCH + int(moment, 16) * _MS


def label_years(now: datetime) -> list[int]:
    """The years whose documents keep labels true: launch analytics looks back a year, and a launch lies a day ahead at
    most.
    """
    return sorted({now.year - 1, now.year, (now + timedelta(days=1)).year})
