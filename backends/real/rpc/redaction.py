"""Keeps an RPC URL, whose path, query or host name is often its key, out of the logs of the HTTP libraries.

The layers above the transport never see the URL; what is left is what the HTTP library logs, or the event loop about
its connections.
"""

from __future__ import annotations

import logging

from backends.redaction import Redactor, secrets_in_url

_LOGGERS = ("aiohttp.client", "aiohttp.internal", "asyncio")


class SecretFilter(logging.Filter):
    """Takes secrets out of a record's message. Fit for a logger or a handler."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets: set[str] = set()
        self._redactor = Redactor()

    def hide_url(self, url: str) -> None:
        """Redact this URL from now on: whole, and each part of it that may be a key."""
        self._secrets |= secrets_in_url(url)
        self._redactor = Redactor(self._secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record where it holds a secret; let all through."""
        message = record.getMessage()
        redacted = self._redactor.redact(message)
        if redacted != message:
            record.msg, record.args = redacted, ()
        return True


SECRETS = SecretFilter()
"""The process's one filter: logging is global, and so is what must not be in it."""


def hide_url(url: str) -> None:
    """Redact this URL in the logs of the HTTP libraries, at every level."""
    SECRETS.hide_url(url)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(SECRETS)  # adding it again does nothing
