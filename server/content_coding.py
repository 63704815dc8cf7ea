"""Which bodies are compressed, for whom, and what that makes of their entity tags (RFC 9110, 8.8.3.3 and 12.5.3)."""

from __future__ import annotations

import re

LEAST = 1024
"""Bytes from which on an answer is compressed for who takes it."""
GZIP_SUFFIX = '-gzip"'
"""How the strong tag of a compressed body ends: equal strong tags promise equal bytes."""


def takes_gzip(accepted: bytes) -> bool:
    """Whether an `Accept-Encoding` allows gzip."""
    weights: dict[str, bool] = {}
    for item in accepted.decode("latin-1").lower().split(","):
        coding, *parameters = (part.strip() for part in item.split(";"))
        weights[coding] = not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return weights.get("gzip", weights.get("*", False))


def compressed_tag(etag: str) -> str:
    """The tag of the same answer compressed. A weak one stays: it promises no bytes."""
    return etag if etag.startswith("W/") else etag.removesuffix('"') + GZIP_SUFFIX
