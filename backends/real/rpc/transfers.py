"""From a parsed transaction to the lamports that the System Program moved in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from pydantic import ValidationError

from backends.errors import ChainUnavailable
from backends.orchestrator.ports import SystemTransfer

from .client import Shape
from .shapes import Address, Instruction, Lamports, Transaction

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


class _Move(Shape):
    sender: Address
    recipient: Address
    lamports: Lamports


def system_transfers(answer: Transaction, signature: str) -> tuple[SystemTransfer, ...]:
    """The transfers, top-level ones first, zero lamports left out. Raises `ChainUnavailable` for another
    transaction's answer.
    """
    if answer.transaction.signatures[0] != signature:
        raise ChainUnavailable("The Solana RPC answered with another transaction than was asked for.")
    if answer.meta.err is not None:
        return ()
    inner = chain.from_iterable(calls.instructions for calls in answer.meta.innerInstructions or ())
    return tuple(_moves(chain(answer.transaction.message.instructions, inner)))


def _moves(instructions: Iterator[Instruction]) -> Iterator[SystemTransfer]:
    for instruction in instructions:
        if instruction.programId != _SYSTEM_PROGRAM or not isinstance(instruction.parsed, dict):
            continue
        fields = _MOVES.get(str(instruction.parsed.get("type")))
        if fields is None:
            continue
        move = _read(instruction.parsed.get("info"), *fields)
        if move.lamports:
            yield SystemTransfer(move.sender, move.recipient, move.lamports)


def _read(info: Any, sender: str, recipient: str) -> _Move:
    with suppress(ValidationError, TypeError, KeyError):
        return _Move(sender=info[sender], recipient=info[recipient], lamports=info["lamports"])
    raise ChainUnavailable("The Solana RPC described a transfer without its parties or its amount.")
