"""Strings for patterns: what the standard library's parser makes of them has to be understood in full."""

from __future__ import annotations

import random
import re

import pytest

from server.contract import load_contract
from server.mocking.pattern_text import pattern_text

PATTERNS = [
    r"^note_[0-9a-f]{16}$",
    r"^(a|b|cd)+$",
    r"^[^\x00-\x1f]{3,9}$",
    r"^\d{4}-\w+\s?\S$",
    r"^x{0,3}y*z+?$",
    r"^(?:ab?|[^a-z])\.$",
    r"^.{5}$",
]


def _patterns(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
        return own.union(*map(_patterns, node.values()))
    return set().union(*map(_patterns, node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("pattern", [*PATTERNS, *sorted(_patterns(load_contract().document))])
def test_every_string_matches_and_comes_again(pattern: str) -> None:
    for seed in range(30):
        text = pattern_text(pattern, random.Random(seed))
        assert re.search(pattern, text), text
        assert pattern_text(pattern, random.Random(seed)) == text
