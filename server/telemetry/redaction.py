"""Takes secrets out of everything that is logged, whoever logs it: the last thing that happens to a line."""

from __future__ import annotations

import logging

from pydantic import SecretStr

from backends.redaction import Redactor, secrets_in_url
from server.settings import Settings


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
