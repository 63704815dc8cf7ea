"""Strings for a schema: by its format, else words, else whatever matches its pattern."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import base58

from server.mocking.pattern_text import pattern_text

_PATTERN_ATTEMPTS = 20
_LONGEST = 200
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = 330
_WORDS = (
    "amber", "anchor", "basin", "beacon", "birch", "canyon", "cedar", "cobalt", "comet", "coral", "delta", "ember",
    "fable", "falcon", "fjord", "garnet", "glacier", "harbor", "heron", "indigo", "island", "ivory", "jasper",
    "juniper", "lagoon", "lantern", "maple", "meadow", "meteor", "nectar", "north", "ocean", "onyx", "orchid",
    "otter", "pepper", "prairie", "quartz", "raven", "ridge", "saffron", "sierra", "summit", "tundra", "velvet",
    "willow", "winter", "zephyr",
)  # fmt: skip


def random_text(schema: Mapping[str, Any], rng: random.Random) -> str | None:
    """A string that has the schema's length, pattern and format; None where none was found."""
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", _LONGEST)
    pattern = schema.get("pattern")
    for candidate in _candidates(schema, rng):
        text = candidate
        if "format" not in schema:
            while len(text) < shortest and text:
                text = f"{text} {candidate}"
            text = text[:longest]
        if shortest <= len(text) <= longest and (pattern is None or re.search(pattern, text)):
            return text
    return None


def _candidates(schema: Mapping[str, Any], rng: random.Random) -> Iterator[str]:
    """The most natural first."""
    if "format" in schema:
        text = _formatted(schema["format"], rng)
        if text is not None:
            yield text
    else:
        yield " ".join(rng.sample(_WORDS, 2)).capitalize()
        yield rng.choice(_WORDS)
    if "pattern" in schema:
        for _ in range(_PATTERN_ATTEMPTS):
            yield pattern_text(schema["pattern"], rng)


def _formatted(name: str, rng: random.Random) -> str | None:
    moment = _EPOCH + timedelta(milliseconds=rng.randrange(_DAYS * 86_400_000))
    match name:
        case "date-time":
            return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
        case "date":
            return f"{moment:%Y-%m-%d}"
        case "uuid":
            return str(UUID(int=rng.getrandbits(128), version=4))
        case "uri" | "uri-reference":
            return f"https://example.com/{rng.choice(_WORDS)}"
        case "solana-address":
            return base58.b58encode(rng.randbytes(32)).decode()
        case "solana-signature":
            return base58.b58encode(rng.randbytes(64)).decode()
    return None
