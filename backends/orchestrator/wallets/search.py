"""Search by the beginnings of words: what is stored for it, and what it means. Pure.

What is typed without accents finds words with and without them; what is typed with accents finds those that have them
(Unicode calls this an asymmetric search, UTS #10, 8.2). So words are stored as they are written and, where that
differs, with their accents in their letters and without them. What is asked for is left as it is: terms that earlier
releases stored find what they found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_INDEXED = 3
"""Characters of a beginning (or an end) that are stored for the store's index; the rest is compared."""
_WHOLE = 12
"""Characters of a longer word that are stored as one term, for stores whose index finds what begins with a text."""
_END = "…"
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
"""Of the Latin, Greek and Cyrillic scripts; in others such marks make another letter."""


def words_of(text: str) -> list[str]:
    """The words of a text, in the case that they are compared in."""
    return _WORD.findall(text.casefold())


def _searched(text: str) -> str:
    """A text as it is written; behind it, where that differs, with its accents in their letters, and without them."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return " ".join(dict.fromkeys((text, unicodedata.normalize("NFC", text), plain)))


def search_terms(wallet_address: str, label: str | None, tags: Iterable[str]) -> tuple[str, ...]:
    """What a wallet is found by: the first characters of its words and of its address, the words themselves, and the
    address's last characters.
    """
    address = wallet_address.casefold()
    words = {word for text in (label or "", *tags) for word in words_of(_searched(text))} | {address}
    sizes = range(1, _INDEXED + 1)
    beginnings = {word[:size] for word in words for size in (*sizes, _WHOLE)}
    return tuple(sorted(beginnings | {_END + address[-size:] for size in sizes}))


class Search:
    """A text to find wallets by."""

    def __init__(self, text: str) -> None:
        text = text.strip()
        at_end = text.startswith((_END, "..."))
        self._end = text.removeprefix(_END).lstrip(".").strip().casefold() if at_end else None
        self._words = [] if at_end else words_of(text)

    @property
    def terms(self) -> tuple[str, ...]:
        """The stored terms that every match has, that of the longest word first; none if nothing can match."""
        if self._end is not None:
            return (_END + self._end[-_INDEXED:],) if self._end else ()
        return tuple(dict.fromkeys(word[:_INDEXED] for word in sorted(self._words, key=len, reverse=True)))

    @property
    def beginnings(self) -> tuple[str, ...]:
        """Of each word that its term says less of: a longer beginning of one of the stored terms of every match."""
        return tuple(word[:_WHOLE] for word in self._words if len(word) > _INDEXED)

    @property
    def is_told_by_terms(self) -> bool:
        """Whether whatever has all terms matches."""
        words = self._words if self._end is None else [self._end]
        return all(len(word) <= _INDEXED for word in words)

    def matches(self, wallet_address: str, label: str | None, tags: Iterable[str]) -> bool:
        """Whether a wallet is found."""
        address = wallet_address.casefold()
        if self._end is not None:
            return bool(self._end) and address.endswith(self._end)
        text = _searched(f"{label or ''} {' '.join(tags)}").casefold()
        for word in self._words:
            if word not in text and not address.startswith(word):
                return False  # most are told apart without looking for words
        found = words_of(text)
        return bool(self._words) and all(self._begins(word, address, found) for word in self._words)

    @staticmethod
    def _begins(word: str, address: str, found: Iterable[str]) -> bool:
        return address.startswith(word) or any(each.startswith(word) for each in found)
