"""Finds private keys and recovery phrases in what a client sends; they are refused, and not stored, logged or echoed.

Found are 64 bytes whose second half is the ed25519 public key of the first (in base58, in hex, or as a JSON array of
numbers: how Solana wallets export a keypair), and English BIP-39 phrases of 12 to 24 words with a valid checksum, also
within longer text. A bare 32-byte seed looks like an address and can't be told from one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from server.contract.formats import base58_bytes

if TYPE_CHECKING:
    from mnemonic import Mnemonic

_BASE58_64 = re.compile(r"(?<![1-9A-HJ-NP-Za-km-z])[1-9A-HJ-NP-Za-km-z]{64,88}(?![1-9A-HJ-NP-Za-km-z])")
_HEX_64 = re.compile(r"(?<![0-9A-Fa-f])(?:0x)?([0-9A-Fa-f]{128})(?![0-9A-Fa-f])")
_NUMBERS_64 = re.compile(r"(?<![0-9])[0-9]{1,3}(?:\s*,\s*[0-9]{1,3}){63}(?![0-9])")
_WORDS = re.compile(r"[a-z]+")
_SHORTEST = 12  # words in the shortest phrase, also the least text worth reading as words
_PHRASES = (12, 15, 18, 21, 24)
_MOST_CANDIDATES = 500
"""So many listed words in a row, and no valid checksum: no prose either, since one in sixteen is valid by chance."""


def find_secrets(value: Any, where: str) -> Iterator[str]:
    """JSON Pointers to every secret within a JSON value; `where` is the pointer to the value itself.

    A secret in a member's name is reported at the object that has it, so that no pointer repeats it.
    """
    if isinstance(value, str):
        if is_secret(value):
            yield where
    elif isinstance(value, list):
        if _is_keypair_list(value) or _is_phrase_list(value):
            yield where
            return
        for index, item in enumerate(value):
            yield from find_secrets(item, f"{where}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            if is_secret(name):
                yield where
            else:
                yield from find_secrets(item, f"{where}/{name.replace('~', '~0').replace('/', '~1')}")


def is_secret(text: str) -> bool:
    """Whether a text is, or holds, a keypair or a recovery phrase."""
    if len(text) < 36:  # twelve words of three letters, or anything of 64 bytes, are longer
        return False
    return any(_is_keypair(candidate) for candidate in _keypairs_in(text)) or _holds_phrase(text)


def _keypairs_in(text: str) -> Iterator[bytes]:
    if len(text) >= 64:
        for found in _BASE58_64.findall(text):
            decoded = base58_bytes(found)
            if decoded is not None and len(decoded) == 64:
                yield decoded
        for found in _HEX_64.findall(text):
            yield bytes.fromhex(found)
        for found in _NUMBERS_64.findall(text):
            numbers = [int(number) for number in found.split(",")]
            if max(numbers) < 256:
                yield bytes(numbers)


def _is_keypair(candidate: bytes) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(candidate[:32]).public_key().public_bytes_raw() == candidate[32:]


def _is_keypair_list(items: Sequence[Any]) -> bool:
    return (
        len(items) == 64 and all(type(item) is int and 0 <= item < 256 for item in items) and _is_keypair(bytes(items))
    )


def _is_phrase_list(items: Sequence[Any]) -> bool:
    return len(items) >= _SHORTEST and all(isinstance(item, str) for item in items) and _holds_phrase(" ".join(items))


def _holds_phrase(text: str) -> bool:
    words = _WORDS.findall(text.lower())
    if len(words) < _SHORTEST:
        return False
    phrases, listed = _english()
    candidates = 0
    for run in _runs(words, listed):
        for length in _PHRASES:
            for start in range(len(run) - length + 1):
                candidates += 1
                if candidates > _MOST_CANDIDATES or phrases.check(" ".join(run[start : start + length])):
                    return True
    return False


def _runs(words: Sequence[str], listed: frozenset[str]) -> Iterator[list[str]]:
    """Stretches of at least twelve words in a row that are all in the list."""
    run: list[str] = []
    for word in words:
        if word in listed:
            run.append(word)
            continue
        if len(run) >= _SHORTEST:
            yield run
        run = []
    if len(run) >= _SHORTEST:
        yield run


@cache
def _english() -> tuple[Mnemonic, frozenset[str]]:
    from mnemonic import Mnemonic

    phrases = Mnemonic("english")
    return phrases, frozenset(phrases.wordlist)
