"""The `Prefer` header (RFC 7240)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PIECES = re.compile(r'(?:[^,;"]|"(?:[^"\\]|\\.)*"?)+|[,;]')
# Possessive, as two neighbours that both take spaces would share a stranger's among them in every possible way.
_PREFERENCE = re.compile(rf'\s*+({_WORD})\s*+(?:=\s*+({_WORD}|"(?:[^"\\]|\\.)*+")?+\s*+)?+')


def read_preferences(headers: Iterable[bytes]) -> dict[str, str]:
    """The preferences of all `Prefer` headers by lower-case name; without a value it is empty.

    As the RFC has it, the first of a name counts, parameters (behind `;`) belong to preferences that define some (none
    here does), and what can't be read is passed over.
    """
    found: dict[str, str] = {}
    for header in headers:
        for text in _first_pieces(header.decode("latin-1")):
            match = _PREFERENCE.fullmatch(text)
            if match is not None:
                found.setdefault(match[1].lower(), _unquoted(match[2] or ""))
    return found


def _first_pieces(header: str) -> Iterator[str]:
    """Of each element of the list, what stands before the first semicolon."""
    first = True
    for piece in _PIECES.findall(header):
        if piece == ",":
            first = True
        elif piece == ";":
            first = False
        elif first:
            yield piece


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word
