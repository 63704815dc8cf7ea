"""Strangers' text, made safe to show in a terminal or a page."""

from __future__ import annotations

import unicodedata

# Controls, surrogates, line breaks, and the marks that turn the text's direction round and make "knoB" read "Bonk".
# Joiners stay, emoji are made with them.
_STRIPPED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def printable(text: str, length: int) -> str | None:
    """A stranger's text without controls and direction marks, trimmed, at most `length` characters; None if empty."""
    kept = (c for c in text if unicodedata.category(c) not in _STRIPPED_CATEGORIES and c not in _DIRECTION_MARKS)
    return "".join(kept).strip()[:length].strip() or None
