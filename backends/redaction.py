"""Takes secrets out of a text: those that are known, and what has the looks of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

REDACTED = "[redacted]"

_SHAPES = re.compile(
    r"""
      wok_[A-Za-z0-9_-]{20,}                                               # our API keys
    | eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?         # JSON Web Tokens
    | (?<=[Bb]earer\ )[A-Za-z0-9._~+/=-]{8,}                               # whatever else is used as one
    | (?<=://)[^\s/@'"]+(?=@)                                              # user and password in a URL
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----.*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
    | (?<="private_key":\ ")[^"]+
    """,
    re.VERBOSE | re.DOTALL,
)
"""Secrets that are not in the settings, known by their looks."""


class Redactor:
    """Replaces what is known to be secret, and what looks so."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = set(secrets)
        known |= {json.dumps(secret)[1:-1] for secret in known} | {repr(secret)[1:-1] for secret in known}
        alternatives = "|".join(re.escape(secret) for secret in sorted(known, key=len, reverse=True))
        self._known = re.compile(alternatives, re.IGNORECASE) if alternatives else None

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        return _SHAPES.sub(REDACTED, text)
