"""Keeps an RPC URL, whose path, query or host name is often its key, out of the logs of the HTTP libraries.

The layers above the transport never see the URL; what is left are the debug logs of the HTTP library, which show host
names and the headers of answers.
"""

from __future__ import annotations

import logging

from backends.secrets_in_urls import secrets_in_url

REDACTED = "[redacted]"
_LOGGERS = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
)


class SecretFilter(logging.Filter):
    """Replaces each known secret in a record's message. Fit for a logger or a handler."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets: tuple[str, ...] = ()

    def hide_url(self, url: str) -> None:
        """Redact this URL from now on: whole, and each part of it that may be a key."""
        known = {*self._secrets, *secrets_in_url(url)}
        self._secrets = tuple(sorted(known, key=len, reverse=True))

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record where it holds a secret; let all through."""
        message = record.getMessage()
        redacted = self.redact(message)
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
