"""Which parts of a URL may be somebody's key."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

_SHORTEST_SECRET = 6  # shorter pieces (`v1`, `rpc`) are words, and redacting them would garble every line


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
