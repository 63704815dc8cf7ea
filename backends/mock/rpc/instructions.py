"""The instructions of the faked chain's transactions: compiled, and in the words of nodes."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from backends.mock.seed import decode
from backends.orchestrator.ports import SystemTransfer

from .accounts import SYSTEM_PROGRAM

_RECENT_BLOCKHASHES = "SysvarRecentB1ockHashes11111111111111111111"
_RENT = "SysvarRent111111111111111111111111111111111"
_SOURCE_SEED = "payout"


@dataclass(slots=True)
class Instruction:
    """An instruction; `inner` are those that it called, `signers` who signs for it."""

    program: str
    accounts: list[str]
    data: bytes
    parsed: Any = None
    name: str | None = None
    inner: list[Instruction] = field(default_factory=list)
    signers: tuple[str, ...] = ()


def transfer(moved: SystemTransfer) -> Instruction:
    """By the sender, who signs."""
    info = {"destination": moved.recipient, "lamports": moved.lamports, "source": moved.sender}
    accounts = [moved.sender, moved.recipient]
    return _system("transfer", accounts, info, struct.pack("<IQ", 2, moved.lamports), moved.sender)


def creation(moved: SystemTransfer) -> Instruction:
    """With the first lamports of an account, which signs too."""
    info = {
        "lamports": moved.lamports,
        "newAccount": moved.recipient,
        "owner": SYSTEM_PROGRAM,
        "source": moved.sender,
        "space": 0,
    }
    accounts = [moved.sender, moved.recipient]
    data = struct.pack("<IQQ", 0, moved.lamports, 0) + decode(SYSTEM_PROGRAM)
    return _system("createAccount", accounts, info, data, *accounts)


def transfer_with_seed(moved: SystemTransfer, base: str) -> Instruction:
    """Out of an account whose address was derived from another one, which signs for it."""
    info = {
        "destination": moved.recipient,
        "lamports": moved.lamports,
        "source": moved.sender,
        "sourceBase": base,
        "sourceOwner": SYSTEM_PROGRAM,
        "sourceSeed": _SOURCE_SEED,
    }
    seed = struct.pack("<Q", len(_SOURCE_SEED)) + _SOURCE_SEED.encode()
    data = struct.pack("<IQ", 11, moved.lamports) + seed + decode(SYSTEM_PROGRAM)
    return _system("transferWithSeed", [moved.sender, base, moved.recipient], info, data, base)


def withdrawal(moved: SystemTransfer, authority: str) -> Instruction:
    """Out of a nonce account, for which its authority signs."""
    accounts = {
        "nonceAccount": moved.sender,
        "destination": moved.recipient,
        "recentBlockhashesSysvar": _RECENT_BLOCKHASHES,
        "rentSysvar": _RENT,
        "nonceAuthority": authority,
    }
    info = dict(sorted({**accounts, "lamports": moved.lamports}.items()))
    data = struct.pack("<IQ", 5, moved.lamports)
    return _system("withdrawFromNonce", list(accounts.values()), info, data, authority)


def _system(kind: str, accounts: list[str], info: dict[str, Any], data: bytes, *signers: str) -> Instruction:
    return Instruction(SYSTEM_PROGRAM, accounts, data, {"info": info, "type": kind}, "system", signers=signers)
