"""From a parsed transaction to the lamports that the System Program moved in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec
from msgspec import Raw, ValidationError

from backends.errors import ChainUnavailable
from backends.orchestrator.bounds import MAX_LAMPORTS
from backends.orchestrator.ports import SystemTransfer

from .shapes import NULL, Instruction, Lamports, Shape, Transaction, checked_address, is_null

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


def system_transfers(answer: Transaction, signature: str) -> tuple[SystemTransfer, ...]:
    """The transfers, top-level ones first, zero lamports left out. Raises `ChainUnavailable` for another
    transaction's answer.
    """
    if answer.transaction.signatures[0] != signature:
        raise ChainUnavailable("The Solana RPC answered with another transaction than was asked for.")
    if not is_null(answer.meta.err):
        return ()
    inner = chain.from_iterable(calls.instructions for calls in answer.meta.innerInstructions or ())
    transfers = tuple(_moves(chain(answer.transaction.message.instructions, inner)))
    if sum(transfer.lamports for transfer in transfers) > MAX_LAMPORTS:
        raise ChainUnavailable("The Solana RPC described a transaction that moved more than there is.")
    return transfers


def _moves(instructions: Iterator[Instruction]) -> Iterator[SystemTransfer]:
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
        move = _read(parsed.info, *fields)
        if move.lamports:
            yield move


def _read(info: Raw, sender: str, recipient: str) -> SystemTransfer:
    try:
        parties: dict[str, Any] = msgspec.json.decode(info, type=dict[str, Raw])
        return SystemTransfer(
            checked_address(msgspec.json.decode(parties[sender], type=str)),
            checked_address(msgspec.json.decode(parties[recipient], type=str)),
            msgspec.json.decode(info, type=_Amount).lamports,
        )
    except (ValueError, KeyError):
        pass
    raise ChainUnavailable("The Solana RPC described a transfer without its parties or its amount.")
