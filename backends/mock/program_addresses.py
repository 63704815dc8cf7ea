"""Addresses that programs own: hashes that are no point of the ed25519 curve, so that nobody has a key for them.

As in Solana's `Pubkey.find_program_address`; without its SDK, which mock mode doesn't load.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from generated_models import TokenProgram

from .seed import decode, encode

TOKEN_PROGRAM = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"  # noqa: S105 - an address
TOKEN_2022_PROGRAM = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"  # noqa: S105
ASSOCIATED_TOKEN_PROGRAM = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"  # noqa: S105
METAPLEX_PROGRAM = "metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s"

PROGRAM_IDS = {TokenProgram.spl_token: TOKEN_PROGRAM, TokenProgram.token_2022: TOKEN_2022_PROGRAM}

_P = 2**255 - 19
_D = -121_665 * pow(121_666, -1, _P) % _P


def associated_token_address(owner: str, mint: str, program: str) -> str:
    """The token account that an owner has of a mint by convention."""
    return program_address([decode(owner), decode(program), decode(mint)], ASSOCIATED_TOKEN_PROGRAM)


def metadata_address(mint: str) -> str:
    """Where Metaplex keeps a mint's name."""
    return program_address([b"metadata", decode(METAPLEX_PROGRAM), decode(mint)], METAPLEX_PROGRAM)


def program_address(seeds: Sequence[bytes], program: str) -> str:
    """The address that follows from the seeds and the program: the first of 256 hashes that is no curve point."""
    start = sha256(b"".join(seeds))
    end = decode(program) + b"ProgramDerivedAddress"
    for bump in range(255, -1, -1):
        found = start.copy()
        found.update(bytes([bump]) + end)
        if not is_on_curve(found.digest()):
            return encode(found.digest())
    raise ValueError("256 hashes were all points of the curve")


def is_on_curve(raw: bytes) -> bool:
    """Whether 32 bytes are a point's: whether (y² - 1) / (dy² + 1) is a square."""
    y = int.from_bytes(raw, "little") % 2**255
    return _jacobi((y * y - 1) * (_D * y * y + 1) % _P) >= 0


def _jacobi(value: int) -> int:
    """1 for a square modulo the field's prime, 0 for zero, else -1. (Euler's power takes twice as long.)"""
    modulus, sign = _P, 1
    while value:
        zeros = (value & -value).bit_length() - 1
        value >>= zeros
        if zeros & 1 and modulus & 7 in (3, 5):
            sign = -sign
        if value & modulus & 3 == 3:
            sign = -sign
        value, modulus = modulus % value, value
    return sign if modulus == 1 else 0
