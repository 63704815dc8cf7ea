"""From a parsed transaction to what it did: the lamports that the System Program moved, and the net changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec
from msgspec import Raw, ValidationError

from backends.errors import ChainUnavailable
from backends.orchestrator.bounds import MAX_LAMPORTS
from backends.orchestrator.ports import SystemTransfer, TokenMove, Transaction

from . import shapes
from .shapes import NULL, Instruction, Lamports, Shape, TransactionMeta, checked_address, is_failure

_SYSTEM_PROGRAM = "11111111111111111111111111111111"

# The instructions that move lamports: the names that `jsonParsed` gives them, and their fields of sender and
# recipient. Creating an account funds it. Other system instructions, and programs that move their own
# lamports, transfer nothing in this sense.
_MOVES = {
    "transfer": ("source", "destination"),
    "transferWithSeed": ("source", "destination"),
    "createAccount": ("source", "newAccount"),
    "createAccountWithSeed": ("source", "newAccount"),
    "withdrawFromNonce": ("nonceAccount", "destination"),
}


class _ParsedInstruction(Shape, frozen=True, gc=False):
    type: str
    info: Raw = NULL


class _Amount(Shape, frozen=True, gc=False):
    lamports: Lamports


def transaction_of(answer: shapes.Transaction, signature: str) -> Transaction | None:
    """What a transaction did; None where the node does not know how it went. Raises `ChainUnavailable` for another
    transaction's answer, and for balances that are not those of its accounts.
    """
    if answer.transaction.signatures[0] != signature:
        raise ChainUnavailable("The Solana RPC answered with another transaction than was asked for.")
    message, meta = answer.transaction.message, answer.meta
    if meta is None:
        return None
    keys = [key.pubkey for key in message.accountKeys or ()]
    return Transaction(
        transfers=_system_transfers(message, meta, keys),
        fee=meta.fee if keys else None,
        payer=keys[0] if keys else None,  # the first account signs for the fee
        lamports=_lamports(meta, keys) if keys else None,
        tokens=_tokens(meta),
    )


def _lamports(meta: TransactionMeta, keys: list[str]) -> dict[str, int] | None:
    if meta.preBalances is None or meta.postBalances is None:
        return None
    if not len(meta.preBalances) == len(meta.postBalances) == len(keys):
        raise ChainUnavailable("The Solana RPC told the balances of other accounts than the transaction's.")
    changes = zip(keys, meta.preBalances, meta.postBalances, strict=True)
    return {key: after - before for key, before, after in changes if after != before}


def _tokens(meta: TransactionMeta) -> dict[str, tuple[TokenMove, ...]] | None:
    """The changes by owner, over all accounts of a mint. An account that was opened or closed stands in one of the two
    lists only. None when an account is told without its owner.
    """
    if meta.preTokenBalances is None or meta.postTokenBalances is None:
        return None
    amounts: dict[tuple[str, str], int] = {}
    decimals: dict[str, int] = {}
    for sign, entries in ((-1, meta.preTokenBalances), (1, meta.postTokenBalances)):
        for entry in entries:
            if entry.owner is None:
                return None
            held = (entry.owner, entry.mint)
            amounts[held] = amounts.get(held, 0) + sign * int(entry.uiTokenAmount.amount)
            decimals[entry.mint] = entry.uiTokenAmount.decimals
    moves: dict[str, tuple[TokenMove, ...]] = {}
    for (owner, mint), amount in amounts.items():
        if amount:
            moves[owner] = (*moves.get(owner, ()), TokenMove(mint, amount, decimals[mint]))
    return moves


def _system_transfers(message: shapes.Message, meta: TransactionMeta, keys: list[str]) -> tuple[SystemTransfer, ...]:
    """The transfers, top-level ones first, zero lamports left out. Thousands of transactions are remembered: each has
    the text of an address once, however often the node writes it.
    """
    if is_failure(meta.err):
        return ()
    inner = chain.from_iterable(calls.instructions for calls in meta.innerInstructions or ())
    known = {key: key for key in keys}
    transfers = tuple(_moves(chain(message.instructions, inner), known))
    if sum(transfer.lamports for transfer in transfers) > MAX_LAMPORTS:
        raise ChainUnavailable("The Solana RPC described a transaction that moved more than there is.")
    return transfers


def _moves(instructions: Iterator[Instruction], known: dict[str, str]) -> Iterator[SystemTransfer]:
    for instruction in instructions:
        if instruction.programId != _SYSTEM_PROGRAM:
            continue
        try:
            parsed = msgspec.json.decode(instruction.parsed, type=_ParsedInstruction)
        except ValidationError:
            continue  # the node does not know it
        fields = _MOVES.get(parsed.type)
        if fields is None:
            continue
        move = _read(parsed.info, *fields, known)
        if move.lamports:
            yield move


def _read(info: Raw, sender: str, recipient: str, known: dict[str, str]) -> SystemTransfer:
    try:
        parties: dict[str, Any] = msgspec.json.decode(info, type=dict[str, Raw])
        one, other = (checked_address(msgspec.json.decode(parties[each], type=str)) for each in (sender, recipient))
        return SystemTransfer(
            known.setdefault(one, one),
            known.setdefault(other, other),
            msgspec.json.decode(info, type=_Amount).lamports,
        )
    except (ValueError, KeyError):
        pass
    raise ChainUnavailable("The Solana RPC described a transfer without its parties or its amount.")
