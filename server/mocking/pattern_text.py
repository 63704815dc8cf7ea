"""Strings that match a regular expression, seeded: what JSON Schema's `pattern` asks for."""

from __future__ import annotations

import importlib
import random
import string
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

_parse: Callable[[str], Any] = importlib.import_module("re._parser").parse
"""The standard library's own parser (it has no public name since Python 3.11; a test notices when it moves)."""

_MORE = 8
"""How often something is repeated at most beyond what is required."""
_PRINTABLE = [chr(code) for code in range(0x20, 0x7F)]
_CATEGORIES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_NOT_DIGIT": string.ascii_letters,
    "CATEGORY_WORD": string.ascii_letters + string.digits + "_",
    "CATEGORY_NOT_WORD": " -.,",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": string.ascii_letters + string.digits,
}


def pattern_text(pattern: str, rng: random.Random) -> str:
    """A string for a pattern. Look-arounds and back-references are passed over, so that it may not match."""
    return _text(_parsed(pattern), rng)


@lru_cache(maxsize=256)
def _parsed(pattern: str) -> Any:
    return _parse(pattern)


def _text(parsed: Iterable[Any], rng: random.Random) -> str:
    return "".join(_piece(str(kind), argument, rng) for kind, argument in parsed)


def _piece(kind: str, argument: Any, rng: random.Random) -> str:
    match kind:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return rng.choice([each for each in _PRINTABLE if ord(each) != argument])
        case "ANY":
            return rng.choice(string.ascii_letters)
        case "IN":
            return rng.choice(_members(argument))
        case "BRANCH":
            return _text(rng.choice(argument[1]), rng)
        case "SUBPATTERN":
            return _text(argument[-1], rng)
        case "ATOMIC_GROUP":
            return _text(argument, rng)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = argument
            return "".join(_text(repeated, rng) for _ in range(rng.randint(least, min(most, least + _MORE))))
    return ""


def _members(items: list[Any]) -> list[str]:
    """The characters of a class; of a negated one those that can be printed."""
    negated = str(items[0][0]) == "NEGATE"
    found: list[str] = []
    for kind, argument in items:
        match str(kind):
            case "LITERAL":
                found.append(chr(argument))
            case "RANGE":
                found += map(chr, range(argument[0], min(argument[1], argument[0] + 0x100) + 1))
            case "CATEGORY":
                found += _CATEGORIES.get(str(argument), string.ascii_letters)
    return [each for each in _PRINTABLE if each not in set(found)] or [" "] if negated else found
