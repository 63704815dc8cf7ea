"""Keeps an RPC URL, whose path, query or host name is often its key, out of the logs of the HTTP libraries.

The layers above the transport never see the URL (`transport.PLACEHOLDER_URL`); what is left are the debug
logs of the HTTP client, which show host names and the headers of answers.
"""

from __future__ import annotations

import logging
from urllib.parse import parse_qsl, unquote, urlsplit

REDACTED = "[redacted]"
_SHORTEST_SECRET = 6  # shorter pieces (`v1`, `rpc`) are words, and redacting them would garble every line
_LOGGERS = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
    "solana.rpc.async_http_provider",
)


class SecretFilter(logging.Filter):
    """Replaces each known secret in a record's message. Fit for a logger or a handler."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets: tuple[str, ...] = ()

    def hide_url(self, url: str) -> None:
        """Redact this URL from now on: whole, and each part of it that may be a key."""
        known = {*self._secrets, *_parts(url)}
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
"""The process's one filter: logging is global, and so is what must not be in it. Put it on the root's
handlers too.
"""


def hide_url(url: str) -> None:
    """Redact this URL in the logs of the HTTP libraries, at every level."""
    SECRETS.hide_url(url)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(SECRETS)  # adding it again does nothing


def _parts(url: str) -> set[str]:
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
