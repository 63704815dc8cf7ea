"""JSON Pointers (RFC 6901)."""

from __future__ import annotations


def escape(token: str) -> str:
    """A name as a reference token."""
    return token.replace("~", "~0").replace("/", "~1")


def tokens(pointer: str) -> list[str]:
    """The names that a pointer goes through."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
