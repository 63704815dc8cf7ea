"""Names and tickers of tokens, from the two places where the chain keeps them.

Classic mints: the Metaplex account at a fixed address. Token-2022 mints: a pointer in the mint says where. If
it points to the mint itself, the metadata is an extension beside it. If it points elsewhere (another
program's account), or there is none, Metaplex's account is looked at; metadata kept by third programs is not
read, and such a mint has no name here.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator

from solders.pubkey import Pubkey

from backends.orchestrator.ports import TokenName

METAPLEX_PROGRAM = Pubkey.from_string("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s")
_METADATA_V1 = 4  # Metaplex's key of a metadata account
_METAPLEX_NAME_AT = 65  # key, update authority, mint
_TLV_AT = 166  # behind a mint padded to a token account's size, and the account type
_ACCOUNT_TYPE_AT, _TYPE_MINT = 165, 1
_METADATA_POINTER, _TOKEN_METADATA = 18, 19
_NAME_LENGTH, _TICKER_LENGTH = 64, 32

# Stranger's text in a terminal or a page: controls, surrogates, line breaks, and the marks that turn the
# text's direction round and make "knoB" read "Bonk". Joiners stay, emoji are made with them.
_STRIPPED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


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


def printable(text: str, length: int) -> str | None:
    """A stranger's text made safe to show: no controls or direction marks, trimmed, at most `length`
    characters; None if empty.
    """
    kept = (c for c in text if unicodedata.category(c) not in _STRIPPED_CATEGORIES and c not in _DIRECTION_MARKS)
    return "".join(kept).strip()[:length].strip() or None


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
    name, at = _text(data, at, _NAME_LENGTH)
    ticker, _ = _text(data, at, _TICKER_LENGTH)
    return TokenName(name=name, ticker=ticker)


def _text(data: bytes, at: int, length: int) -> tuple[str | None, int]:
    """A text behind its u32 length, and where it ends; None where the data ends before it does."""
    if at + 4 > len(data):
        return None, len(data)
    (size,) = struct.unpack_from("<I", data, at)
    end = at + 4 + size
    if end > len(data):
        return None, end
    return printable(data[at + 4 : end].decode(errors="replace"), length), end
