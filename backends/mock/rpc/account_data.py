"""The bytes of token accounts, mints and their names, as the token programs and Metaplex lay them out.

`emulators.layouts` writes the same with an SDK, and is held against the real programs; a test holds this against it.
"""

from __future__ import annotations

import struct

from backends.mock.seed import decode
from backends.mock.tokens import U64_MAX, TokenFacts
from generated_models import TokenProgram

MINT_LENGTH = 82
_NO_KEY = bytes(36)  # COption::None
_TOKEN_ACCOUNT_LENGTH = 165
_INITIALIZED, _FROZEN = b"\x01", b"\x02"
_MINT_KIND, _ACCOUNT_KIND = b"\x01", b"\x02"
_IMMUTABLE_OWNER, _METADATA_POINTER, _TOKEN_METADATA = 7, 18, 19  # Token-2022's extensions
_METAPLEX_LENGTH = 679


def rent_exempt(length: int) -> int:
    """The lamports that keep an account of so many bytes alive."""
    return (128 + length) * 6_960


def token_account(mint: str, owner: str, amount: int, program: TokenProgram, *, frozen: bool = False) -> bytes:
    """An account of either program; Token-2022's associated ones say that their owner can't change."""
    held = struct.pack("<32s32sQ", decode(mint), decode(owner), amount)
    account = held + _NO_KEY + (_FROZEN if frozen else _INITIALIZED) + bytes(12) + bytes(8) + _NO_KEY
    if program is TokenProgram.token_2022:
        account += _ACCOUNT_KIND + _extension(_IMMUTABLE_OWNER, b"")
    return account


def mint_account(mint: str, facts: TokenFacts) -> bytes:
    """A mint that nobody can mint more of; one of Token-2022 with its name, where it has one."""
    base = struct.pack("<36sQBB", _NO_KEY, U64_MAX, facts.decimals, 1) + _NO_KEY
    if facts.token_program is not TokenProgram.token_2022 or not facts.is_named:
        return base
    key = decode(mint)
    pointer = _extension(_METADATA_POINTER, bytes(32) + key)
    named = bytes(32) + key + _text(facts.name) + _text(facts.ticker) + _text(None) + bytes(4)
    return base.ljust(_TOKEN_ACCOUNT_LENGTH, b"\0") + _MINT_KIND + pointer + _extension(_TOKEN_METADATA, named)


def metaplex_account(mint: str, facts: TokenFacts) -> bytes:
    """What Metaplex keeps of a mint. Names longer than Metaplex's own take the room that they need."""
    texts = _text(facts.name, padded=32) + _text(facts.ticker, padded=10) + _text(None, padded=200)
    return (b"\x04" + bytes(32) + decode(mint) + texts + b"\0\0\0\0\x01").ljust(_METAPLEX_LENGTH, b"\0")


def _extension(kind: int, value: bytes) -> bytes:
    return struct.pack("<HH", kind, len(value)) + value


def _text(text: str | None, *, padded: int = 0) -> bytes:
    data = (text or "").encode().ljust(padded, b"\0")
    return struct.pack("<I", len(data)) + data
