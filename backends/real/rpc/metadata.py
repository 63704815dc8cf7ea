"""Names and tickers of tokens, from the two places where the chain keeps them.

Classic mints: the Metaplex account at a fixed address. Token-2022 mints: a pointer in the mint says where. If
it points to the mint itself, the metadata is an extension beside it. If it points elsewhere (another
program's account), or there is none, Metaplex's account is looked at; metadata kept by third programs is not
read, and such a mint has no name here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from solders.pubkey import Pubkey

from backends.orchestrator.ports import TokenName

METAPLEX_PROGRAM = Pubkey.from_string("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s")
_METADATA_V1 = 4  # Metaplex's key of a metadata account
_METAPLEX_NAME_AT = 65  # key, update authority, mint
_TLV_AT = 166  # behind a mint padded to a token account's size, and the account type
_ACCOUNT_TYPE_AT, _TYPE_MINT = 165, 1
_METADATA_POINTER, _TOKEN_METADATA = 18, 19


def metaplex_address(mint: str) -> str:
    """Where Metaplex keeps a mint's metadata."""
    seeds = [b"metadata", bytes(METAPLEX_PROGRAM), bytes(Pubkey.from_string(mint))]
    return str(Pubkey.find_program_address(seeds, METAPLEX_PROGRAM)[0])


def metaplex_name(data: bytes, mint: str) -> TokenName | None:
    """Name and ticker in a Metaplex account's data; None if it is not this mint's metadata."""
    if len(data) < _METAPLEX_NAME_AT or data[0] != _METADATA_V1 or data[33:65] != bytes(Pubkey.from_string(mint)):
        return None
    return _name_and_ticker(data, _METAPLEX_NAME_AT)


def token_2022_name(data: bytes, mint: str) -> TokenName | None:
    """Name and ticker in a Token-2022 mint's own data; None if it keeps none, or says that they are
    elsewhere.
    """
    if len(data) < _TLV_AT or data[_ACCOUNT_TYPE_AT] != _TYPE_MINT:
        return None
    extensions = dict(_extensions(data))
    this = bytes(Pubkey.from_string(mint))
    pointer, metadata = extensions.get(_METADATA_POINTER, b""), extensions.get(_TOKEN_METADATA, b"")
    if pointer[32:64] != this or metadata[32:64] != this:
        return None
    return _name_and_ticker(metadata, 64)


def _extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and value of each entry; the last one may be cut short by the slice that was asked for."""
    at = _TLV_AT
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == 0:
            return
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def _name_and_ticker(data: bytes, at: int) -> TokenName:
    name, at = _text(data, at)
    ticker, _ = _text(data, at)
    return TokenName.shown(name, ticker)


def _text(data: bytes, at: int) -> tuple[str | None, int]:
    """A text behind its u32 length, and where it ends; None where the data ends before it does."""
    if at + 4 > len(data):
        return None, len(data)
    (size,) = struct.unpack_from("<I", data, at)
    end = at + 4 + size
    if end > len(data):
        return None, end
    return data[at + 4 : end].decode(errors="replace"), end
