"""Takes secrets out of everything that is logged, whoever logs it: the last thing that happens to a line."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable

from pydantic import SecretStr

from backends.secrets_in_urls import secrets_in_url
from server.settings import Settings

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


class RedactingFormatter(logging.Formatter):
    """Another formatter, whose finished text is redacted: message, arguments, traceback and all."""

    def __init__(self, inner: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.redact(self._inner.format(record))


def redact_logs(settings: Settings) -> None:
    """From now on, nothing that the root's handlers write has a secret of these settings. Call it after the handlers
    were made.
    """
    redactor = Redactor(secrets_of(settings))
    for handler in logging.root.handlers:
        inner = handler.formatter or logging.Formatter(logging.BASIC_FORMAT)
        if isinstance(inner, RedactingFormatter):
            continue
        handler.setFormatter(RedactingFormatter(inner, redactor))


def secrets_of(settings: Settings) -> set[str]:
    """Every secret that the settings hold, and the parts of those that are URLs."""
    found: set[str] = set()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            found |= secrets_in_url(value.get_secret_value())
    return found
