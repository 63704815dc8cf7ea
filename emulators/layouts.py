"""The bytes of the accounts that wallets and tokens are made of on Solana, written from their public layouts.

Sources: spl-token's `Mint` (82 bytes) and `Account` (165); Token-2022's extensions (type-length-value records
from byte 166, behind an account-type byte at 165); mpl-token-metadata's `Metadata` version 1; borsh strings.
Tests compare these with what the real token programs write, byte for byte.
"""

from __future__ import annotations

import struct

from solders.pubkey import Pubkey

TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022_PROGRAM = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN_PROGRAM = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
METAPLEX_PROGRAM = Pubkey.from_string("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s")

METADATA_POINTER, TOKEN_METADATA, IMMUTABLE_OWNER = 18, 19, 7  # Token-2022's ExtensionType
_BASE_LENGTH = 165  # Token-2022 pads a mint to a token account's length before the account-type byte
_MINT_KIND, _ACCOUNT_KIND = b"\x01", b"\x02"
_NO_KEY = struct.pack("<I32x", 0)  # COption::None


def rent_exempt(length: int) -> int:
    """The least lamports that keep an account of `length` bytes alive: 6,960 for each, and for 128 more."""
    return (128 + length) * 6_960


def mint(*, authority: Pubkey, supply: int, decimals: int) -> bytes:
    """A classic SPL Token mint without a freeze authority."""
    return struct.pack("<I32sQBB", 1, bytes(authority), supply, decimals, 1) + _NO_KEY


def token_account(*, mint: Pubkey, owner: Pubkey, amount: int) -> bytes:
    """A classic SPL Token account that holds `amount` raw units: no delegate, not native, initialized."""
    return (
        struct.pack("<32s32sQ", bytes(mint), bytes(owner), amount)
        + _NO_KEY
        + b"\x01"
        + struct.pack("<I8xQ", 0, 0)
        + _NO_KEY
    )


def token_2022_account(*, mint: Pubkey, owner: Pubkey, amount: int) -> bytes:
    """A Token-2022 associated token account (170 bytes): it always has the ImmutableOwner extension."""
    return token_account(mint=mint, owner=owner, amount=amount) + _ACCOUNT_KIND + _tlv(IMMUTABLE_OWNER, b"")


def token_2022_mint(
    *, address: Pubkey, authority: Pubkey, supply: int, decimals: int, name: str, symbol: str, uri: str
) -> bytes:
    """A Token-2022 mint that holds its own metadata: a MetadataPointer to itself, then TokenMetadata."""
    base = mint(authority=authority, supply=supply, decimals=decimals).ljust(_BASE_LENGTH, b"\0")
    pointer = _tlv(METADATA_POINTER, bytes(authority) + bytes(address))
    metadata = bytes(authority) + bytes(address) + _string(name) + _string(symbol) + _string(uri)
    no_additional_fields = struct.pack("<I", 0)
    return base + _MINT_KIND + pointer + _tlv(TOKEN_METADATA, metadata + no_additional_fields)


def metaplex_metadata(*, mint: Pubkey, update_authority: Pubkey, name: str, symbol: str, uri: str) -> bytes:
    """A Metaplex metadata account (679 bytes): texts padded by NULs to 32, 10 and 200 bytes; no creators."""
    account = (
        b"\x04"  # Key::MetadataV1
        + bytes(update_authority)
        + bytes(mint)
        + _string(name, padded=32)
        + _string(symbol, padded=10)
        + _string(uri, padded=200)
        + struct.pack("<HBBB", 0, 0, 0, 1)  # seller fee, no creators, no primary sale yet, mutable
    )
    return account.ljust(679, b"\0")


def metaplex_address(mint: Pubkey) -> Pubkey:
    """Where Metaplex keeps the metadata of a mint."""
    seeds = [b"metadata", bytes(METAPLEX_PROGRAM), bytes(mint)]
    return Pubkey.find_program_address(seeds, METAPLEX_PROGRAM)[0]


def associated_token_address(*, owner: Pubkey, mint: Pubkey, program: Pubkey) -> Pubkey:
    """The token account that wallets use for a mint by convention."""
    seeds = [bytes(owner), bytes(program), bytes(mint)]
    return Pubkey.find_program_address(seeds, ASSOCIATED_TOKEN_PROGRAM)[0]


def _tlv(kind: int, value: bytes) -> bytes:
    return struct.pack("<HH", kind, len(value)) + value


def _string(text: str, *, padded: int = 0) -> bytes:
    data = text.encode().ljust(padded, b"\0")
    return struct.pack("<I", len(data)) + data
