"""The contract's named formats: what JSON Schema can't say about a string."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import base58

_BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]{32,88}")


def base58_bytes(text: str) -> bytes | None:
    """What `text` says in base58 (the Bitcoin alphabet), or None where it is not 32 to 88 characters of it."""
    if not _BASE58.fullmatch(text):
        return None
    zeros = len(text) - len(text.lstrip("1"))
    number = base58.b58decode_int(text)  # the library makes its bytes one by one, which takes as long again
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def is_solana_address(text: str) -> bool:
    """Base58 of 32 bytes."""
    return len(text) <= 44 and _has_bytes(text, 32)


def is_solana_signature(text: str) -> bool:
    """Base58 of 64 bytes."""
    return len(text) <= 88 and _has_bytes(text, 64)


@lru_cache(maxsize=65_536)  # answers repeat the same addresses over and over, and every one is checked
def _has_bytes(text: str, count: int) -> bool:
    """For short texts only: the cache keeps them."""
    decoded = base58_bytes(text)
    return decoded is not None and len(decoded) == count


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "solana-address": is_solana_address,
    "solana-signature": is_solana_signature,
}
"""Added to the formats that the validator knows itself. Any other name in the contract stops the start."""
