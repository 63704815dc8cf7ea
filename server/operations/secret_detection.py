"""Finds private keys and recovery phrases in what a client sends; they are refused, and not stored, logged or echoed.

Found are 64 bytes whose second half is the ed25519 public key of the first (in base58, in hex, or as a JSON array of
numbers: how Solana wallets export a keypair), and English BIP-39 phrases of 12 to 24 words with a valid checksum, also
within longer text. A bare 32-byte seed looks like an address and can't be told from one.

Strangers choose the text, so the work is linear in it, and what costs more (deriving a public key, a checksum) has one
budget a request. What would exceed it is refused like a secret: no honest request has so many texts that look like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from itertools import islice
from typing import Any, TypeAlias

from server.contract.formats import base58_bytes
from server.contract.json_pointer import escape

_BASE58_64 = re.compile(r"(?<![1-9A-HJ-NP-Za-km-z])[1-9A-HJ-NP-Za-km-z]{64,88}(?![1-9A-HJ-NP-Za-km-z])")
_HEX_64 = re.compile(r"(?<![0-9A-Fa-f])(?:0x)?([0-9A-Fa-f]{128})(?![0-9A-Fa-f])")
# Possessive: a number is never read twice.
_NUMBERS = re.compile(r"(?<![0-9])[0-9]{1,3}+(?![0-9])(?:\s*+,\s*+[0-9]{1,3}+(?![0-9]))*+")
_NUMBER = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[a-z]+")
_SHORTEST = 12  # words in the shortest phrase, also the least text worth reading as words
_LONGEST = 24
_PHRASES = (12, 15, 18, 21, 24)
_BITS = 11  # of entropy and checksum that a word stands for
_SHORTEST_KEYPAIR = 64
"""Characters; a list of numbers is longer."""
_SHORTEST_WORD = 4
"""Characters, with what is between two words."""
_ALL_BITS = (1 << _LONGEST * _BITS) - 1

MOST_KEYPAIRS = 24
"""Candidates whose public key is derived for one request, at about 0.1 ms each."""
MOST_PHRASES = 1000
"""Stretches of listed words whose checksum is computed for one request, at about 1 µs each. Of those that are no
phrase, one in sixteen or fewer has a valid checksum by chance: so many without one are no prose either.
"""

_Path: TypeAlias = "tuple[_Path, str] | None"


def is_secret(text: str) -> bool:
    """Whether a text is, or holds, a keypair or a recovery phrase."""
    return SecretSearch().is_secret(text)


class SecretSearch:
    """The search through one request, with one budget for all of it, a larger one for a body of more than 64 KiB."""

    def __init__(self, body_bytes: int = 0) -> None:
        times = max(1, body_bytes // 65_536)
        self._keypairs_left = MOST_KEYPAIRS * times
        self._phrases_left = MOST_PHRASES * times

    @classmethod
    def through_all(cls, characters: int) -> SecretSearch:
        """A search with a budget for as many candidates as so much text can have: honest answers are full of
        signatures, which look like keypairs until a public key is derived.
        """
        search = cls()
        search._keypairs_left += characters // _SHORTEST_KEYPAIR
        search._phrases_left += characters * len(_PHRASES) // _SHORTEST_WORD
        return search

    def find(self, value: Any, where: str) -> list[str]:
        """JSON Pointers to every secret within a JSON value; `where` is the pointer to the value itself.

        A secret in a member's name is reported at the object that has it, so that no pointer repeats it.
        """
        found: list[str] = []
        self._find(value, (None, where), found)
        return found

    def _find(self, value: Any, path: _Path, found: list[str]) -> None:
        if isinstance(value, str):
            if self.is_secret(value):
                found.append(_pointer(path))
        elif isinstance(value, list):
            if self._is_keypair_list(value) or self._is_phrase_list(value):
                found.append(_pointer(path))
                return
            for index, item in enumerate(value):
                self._find(item, (path, str(index)), found)
        elif isinstance(value, dict):
            for name, item in value.items():
                if self.is_secret(name):
                    found.append(_pointer(path))
                else:
                    self._find(item, (path, name), found)

    def is_secret(self, text: str) -> bool:
        """As the function, within the request's budget."""
        if len(text) < 36:  # twelve words of three letters, or anything of 64 bytes, are longer
            return False
        return any(self._is_keypair(candidate) for candidate in _keypairs_in(text)) or self._holds_phrase(text)

    def _is_keypair(self, candidate: bytes) -> bool:
        from nacl.bindings import crypto_sign_seed_keypair

        self._keypairs_left -= 1
        if self._keypairs_left < 0:
            return True
        public_key, _ = crypto_sign_seed_keypair(candidate[:32])
        return public_key == candidate[32:]

    def _is_keypair_list(self, items: Sequence[Any]) -> bool:
        return (
            len(items) == 64
            and all(type(item) is int and 0 <= item < 256 for item in items)
            and self._is_keypair(bytes(items))
        )

    def _is_phrase_list(self, items: Sequence[Any]) -> bool:
        return (
            len(items) >= _SHORTEST
            and all(isinstance(item, str) for item in items)
            and self._holds_phrase(" ".join(items))
        )

    def _holds_phrase(self, text: str) -> bool:
        words = _WORDS.findall(text.lower())
        if len(words) < _SHORTEST:
            return False  # the list of words is loaded for a suspicious request alone
        numbers = _word_numbers()
        count = bits = 0
        for word in words:
            number = numbers.get(word)
            if number is None:
                count = bits = 0
                continue
            count += 1
            bits = (bits << _BITS | number) & _ALL_BITS
            if count >= _SHORTEST and self._ends_phrase(bits, count):
                return True
        return False

    def _ends_phrase(self, bits: int, count: int) -> bool:
        """Whether the last words of a stretch of `count` listed ones are a phrase; `bits` are their numbers."""
        for length in _PHRASES:
            if length > count:
                break
            self._phrases_left -= 1
            if self._phrases_left < 0 or _has_checksum(bits, length):
                return True
        return False


def _has_checksum(bits: int, length: int) -> bool:
    checksum_bits = length // 3
    phrase = bits & (1 << length * _BITS) - 1
    entropy = phrase >> checksum_bits
    digest = sha256(entropy.to_bytes(checksum_bits * 4)).digest()
    return digest[0] >> 8 - checksum_bits == phrase & (1 << checksum_bits) - 1


def _keypairs_in(text: str) -> Iterator[bytes]:
    if len(text) >= 64:
        for found in _BASE58_64.findall(text):
            decoded = base58_bytes(found) if _may_be_64_bytes(found) else None
            if decoded is not None and len(decoded) == 64:
                yield decoded
        for found in _HEX_64.findall(text):
            yield bytes.fromhex(found)
    if text.count(",") >= 63:
        for found in _NUMBERS.findall(text):
            yield from _keypairs_among(found)


def _may_be_64_bytes(text: str) -> bool:
    """By its length: a zero byte in front is one digit, each other byte 1.37. Decoding takes fifty times as long."""
    zeros = len(text) - len(text.lstrip("1"))
    return abs(len(text) - zeros - (64 - zeros) * 1.3658) < 3


def _keypairs_among(numbers: str) -> Iterator[bytes]:
    """The last 64 numbers, the first 64, the next 64, and so on: more than the budget is not looked for."""
    if numbers.count(",") < 63:
        return
    first = [int(found[0]) for found in islice(_NUMBER.finditer(numbers), 64 * MOST_KEYPAIRS)]
    last = [int(number) for number in numbers.rsplit(",", 64)[-64:]]
    for candidate in (last, *(first[start : start + 64] for start in range(0, len(first) - 63, 64))):
        if max(candidate) < 256:
            yield bytes(candidate)


def _pointer(path: _Path) -> str:
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(step if path is None else f"/{escape(step)}")
    return "".join(reversed(steps))


@cache
def _word_numbers() -> Mapping[str, int]:
    """The English words of BIP-39 with their numbers."""
    from mnemonic import Mnemonic

    return {word: number for number, word in enumerate(Mnemonic("english").wordlist)}
