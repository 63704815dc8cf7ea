"""The changes of a wallet that refreshes have found, one after the other, as short text."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from backends.orchestrator.bounds import MAX_LAMPORTS, MAX_SLOT
from backends.orchestrator.history.packing import Packer, Unpackable, Unpacker, from_ms, to_ms
from generated_models import WalletStatus

MAX_SIGNATURES = 5
"""Of new fundings that a change names; it counts them all."""

_LAYOUT = 1
_LAMPORTS, _SLOT, _CONFIRMED, _TOKENS, _FUNDING = (1 << bit for bit in range(5))
_STATUSES: tuple[WalletStatus | None, ...] = (
    None,
    WalletStatus.UNFUNDED,
    WalletStatus.FUNDED,
    WalletStatus.LAUNCHED,
    WalletStatus.ARCHIVED,
)
"""By the number that stands for each in the text: only ever appended to."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCounts:
    """How many mints a wallet holds now and not before, before and not now, and now in another amount."""

    added: int
    removed: int
    changed: int

    @property
    def total(self) -> int:
        """How many mints are concerned."""
        return self.added + self.removed + self.changed


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceChange:
    """What one refresh found changed.

    It was so from `first_seen_at` to at least `confirmed_until`, the last reading that found it unchanged; of the
    newest change that is None, for the wallet itself knows it. `lamports`, `slot` and `tokens` are None when they were
    not read then. `signatures` are the newest of `fundings` incoming transfers that had not been seen before.
    """

    first_seen_at: datetime
    confirmed_until: datetime | None = None
    slot: int | None
    lamports: int | None
    tokens: TokenCounts | None
    status: WalletStatus | None
    fundings: int = 0
    signatures: tuple[str, ...] = ()

    @property
    def at(self) -> datetime:
        """Where it stands in time."""
        return self.first_seen_at


def pack_changes(changes: Sequence[BalanceChange]) -> str:
    """Changes as text that `unpack_changes` reads; none are the empty text."""
    if not changes:
        return ""
    packer = Packer(_LAYOUT)
    at = slot = lamports = 0
    for change in changes:
        flags = (
            _LAMPORTS * (change.lamports is not None)
            | _SLOT * (change.slot is not None)
            | _CONFIRMED * (change.confirmed_until is not None)
            | _TOKENS * (change.tokens is not None)
            | _FUNDING * bool(change.fundings)
        )
        packer.natural(flags | _STATUSES.index(change.status) << 5)
        seen_at = to_ms(change.first_seen_at)
        packer.integer(seen_at - at)
        at = seen_at
        if change.confirmed_until is not None:
            packer.integer(to_ms(change.confirmed_until) - seen_at)
        if change.slot is not None:
            packer.integer(change.slot - slot)
            slot = change.slot
        if change.lamports is not None:
            packer.integer(change.lamports - lamports)
            lamports = change.lamports
        if change.tokens is not None:
            for count in (change.tokens.added, change.tokens.removed, change.tokens.changed):
                packer.natural(count)
        if change.fundings:
            packer.natural(change.fundings)
            packer.natural(len(change.signatures))
            for signature in change.signatures:
                packer.word(signature)
    return packer.text()


def unpack_changes(text: str) -> list[BalanceChange]:
    """The changes of a text, in its order. A text that can't be read has none: that is logged, and no error."""
    if not text:
        return []
    try:
        return list(_unpack(Unpacker(text, _LAYOUT)))
    except Unpackable:
        _log.warning("a wallet's stored balance history is unreadable and passed over")
        return []


def _unpack(packed: Unpacker) -> Iterator[BalanceChange]:
    at = slot = lamports = 0
    while not packed.ended:
        flags = packed.natural()
        if flags >> 5 >= len(_STATUSES):
            raise Unpackable
        at += packed.integer()
        first_seen_at = from_ms(at)
        confirmed_until = from_ms(at + packed.integer()) if flags & _CONFIRMED else None
        if flags & _SLOT:
            slot += packed.integer()
        if flags & _LAMPORTS:
            lamports += packed.integer()
        tokens = None
        if flags & _TOKENS:
            tokens = TokenCounts(added=packed.natural(), removed=packed.natural(), changed=packed.natural())
        fundings = packed.natural() if flags & _FUNDING else 0
        signatures = tuple(packed.word() for _ in range(packed.natural())) if fundings else ()
        if not (0 <= slot <= MAX_SLOT and 0 <= lamports <= MAX_LAMPORTS):
            raise Unpackable
        yield BalanceChange(
            first_seen_at=first_seen_at,
            confirmed_until=confirmed_until,
            slot=slot if flags & _SLOT else None,
            lamports=lamports if flags & _LAMPORTS else None,
            tokens=tokens,
            status=_STATUSES[flags >> 5],
            fundings=fundings,
            signatures=signatures,
        )
