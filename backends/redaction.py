"""Takes secrets out of a text: those that are known, and what has the looks of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import parse_qsl, unquote, urlsplit

REDACTED = "[redacted]"
_SHORTEST_SECRET = 6  # shorter pieces (`v1`, `rpc`) are words, and redacting them would garble every line

_SHAPES = {
    "wok_": r"wok_[A-Za-z0-9_-]{20,}",  # our API keys
    "eyJ": r"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?",  # JSON Web Tokens
    "earer ": r"(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{8,}",  # whatever else is used as one
    "://": r"(?<=://)[^\s/@'\"]+(?=@)",  # user and password in a URL
    "-----BEGIN ": r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    '"private_key": "': r'(?<="private_key": ")[^"]+',
}
"""Secrets that are not in the settings, known by their looks: an expression for each, by a text that it can't do
without. Most lines hold none of these texts, and looking for them takes a tenth of the time.
"""
_SHAPE = re.compile("|".join(_SHAPES.values()), re.DOTALL)


class Redactor:
    """Replaces what is known to be secret, and what looks so."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = frozenset(secrets)

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        """Made when there is a text to look through: most clients of an RPC never log."""
        known = self._secrets | {written(secret)[1:-1] for secret in self._secrets for written in (json.dumps, repr)}
        alternatives = "|".join(re.escape(secret) for secret in sorted(known, key=len, reverse=True))
        return re.compile(alternatives, re.IGNORECASE) if alternatives else None

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        for hint in _SHAPES:
            if hint in text:
                return _SHAPE.sub(REDACTED, text)
        return text


def secrets_in_url(url: str) -> set[str]:
    """The URL whole, its user and password, and the parts of path, query and host name that may be a key."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return {url} if len(url) >= _SHORTEST_SECRET else set()
    host = parts.hostname or ""
    labels = host.split(".")
    candidates = {
        url,
        parts.path,
        parts.query,
        *parts.path.split("/"),
        *(value for _, value in parse_qsl(parts.query)),
    }
    candidates |= {parts.username or "", parts.password or ""}
    # A provider's key may be the first label of a host name; an address or a two-label name holds none.
    candidates |= {host, labels[0]} if len(labels) > 2 and not host.replace(".", "").isdigit() else set()
    candidates |= {unquote(candidate) for candidate in candidates}
    return {candidate for candidate in candidates if len(candidate) >= _SHORTEST_SECRET}
