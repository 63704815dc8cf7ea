"""The transactions of a wallet that refreshes have seen, and what those that were read changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from backends.orchestrator.bounds import MAX_SLOT
from backends.orchestrator.history.packing import Packer, Unpackable, Unpacker, from_ms, to_ms
from backends.orchestrator.ports import SignatureInfo, TokenMove, Transaction

_LAYOUT = 1
_FAILED, _TIMED, _CHANGED, _FEE, _PARTY = (1 << bit for bit in range(5))

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEntry:
    """One transaction in a wallet's history.

    `lamports` is by how much it changed the wallet's balance, fee included, and `tokens` its holdings; both are None
    when the transaction was not read (a failed one never is), or when the node did not say. `fee` is what the wallet
    itself paid, in lamports. `counterparty` is the one address that the wallet exchanged SOL with.
    """

    signature: str
    slot: int
    block_time: datetime | None
    failed: bool
    lamports: int | None = None
    tokens: tuple[TokenMove, ...] | None = None
    fee: int | None = None
    counterparty: str | None = None


def activity_of(wallet_address: str, entry: SignatureInfo, transaction: Transaction | None) -> ActivityEntry:
    """What a transaction meant for a wallet; `transaction` is None if it was not read."""
    if transaction is None or transaction.lamports is None or transaction.tokens is None:
        return ActivityEntry(
            signature=entry.signature, slot=entry.slot, block_time=entry.block_time, failed=entry.failed
        )
    others = {
        transfer.sender if transfer.recipient == wallet_address else transfer.recipient
        for transfer in transaction.transfers
        if wallet_address in (transfer.sender, transfer.recipient)
    } - {wallet_address}
    return ActivityEntry(
        signature=entry.signature,
        slot=entry.slot,
        block_time=entry.block_time,
        failed=entry.failed,
        lamports=transaction.lamports.get(wallet_address, 0),
        tokens=tuple(sorted(transaction.tokens.get(wallet_address, ()), key=lambda move: move.mint_address)),
        fee=transaction.fee if transaction.payer == wallet_address else 0,
        counterparty=others.pop() if len(others) == 1 else None,
    )


def newest_first(*groups: Iterable[ActivityEntry]) -> list[ActivityEntry]:
    """The entries of all groups, each once, the newest first. Of two that differ the one that was read stays, else that
    of the first group.
    """
    found: dict[str, ActivityEntry] = {}
    for group in groups:
        for entry in group:
            known = found.setdefault(entry.signature, entry)
            if known.lamports is None and entry.lamports is not None:
                found[entry.signature] = entry
    return sorted(found.values(), key=lambda entry: (-entry.slot, entry.signature))


def pack_activity(entries: Sequence[ActivityEntry]) -> str:
    """Entries as text that `unpack_activity` reads; none are the empty text."""
    if not entries:
        return ""
    packer = Packer(_LAYOUT)
    slot = at = 0
    for entry in entries:
        flags = (
            _FAILED * entry.failed
            | _TIMED * (entry.block_time is not None)
            | _CHANGED * (entry.lamports is not None)
            | _FEE * (entry.fee is not None)
            | _PARTY * (entry.counterparty is not None)
        )
        packer.natural(flags)
        packer.word(entry.signature)
        packer.integer(entry.slot - slot)
        slot = entry.slot
        if entry.block_time is not None:
            ms = to_ms(entry.block_time)
            packer.integer(ms - at)
            at = ms
        if entry.lamports is not None:
            packer.integer(entry.lamports)
            packer.natural(len(entry.tokens or ()))
            for move in entry.tokens or ():
                packer.word(move.mint_address)
                packer.integer(move.amount)
                packer.natural(move.decimals)
        if entry.fee is not None:
            packer.natural(entry.fee)
        if entry.counterparty is not None:
            packer.word(entry.counterparty)
    return packer.text()


def unpack_activity(text: str) -> list[ActivityEntry]:
    """The entries of a text, in its order. A text that can't be read has none: that is logged, and no error."""
    if not text:
        return []
    try:
        return list(_unpack(Unpacker(text, _LAYOUT)))
    except Unpackable:
        _log.warning("a wallet's stored activity is unreadable and passed over")
        return []


def _unpack(packed: Unpacker) -> Iterable[ActivityEntry]:
    slot = at = 0
    while not packed.ended:
        flags = packed.natural()
        signature = packed.word()
        slot += packed.integer()
        if not 0 <= slot <= MAX_SLOT:
            raise Unpackable
        block_time = None
        if flags & _TIMED:
            at += packed.integer()
            block_time = from_ms(at)
        lamports = tokens = None
        if flags & _CHANGED:
            lamports = packed.integer()
            tokens = tuple(
                TokenMove(packed.word(), packed.integer(), packed.natural()) for _ in range(packed.natural())
            )
        yield ActivityEntry(
            signature=signature,
            slot=slot,
            block_time=block_time,
            failed=bool(flags & _FAILED),
            lamports=lamports,
            tokens=tokens,
            fee=packed.natural() if flags & _FEE else None,
            counterparty=packed.word() if flags & _PARTY else None,
        )
