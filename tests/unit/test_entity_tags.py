"""How a list of entity tags is read."""

from __future__ import annotations

import pytest

from backends.entity_tags import EntityTag, entity_tags

STRONG, WEAK = EntityTag("a", weak=False), EntityTag("a", weak=True)
OTHER = EntityTag("b", weak=False)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ('"a"', [STRONG]),
        ('W/"a"', [WEAK]),
        (' "a"\t,, W/"a" ,"b"', [STRONG, WEAK, OTHER]),
        ('"a,b"', [EntityTag("a,b", weak=False)]),
        ('""', [EntityTag("", weak=False)]),
        ('w/"a", "b"', [OTHER]),
        ('x"a", "a"x, "a, a, "b"', [OTHER]),
        ("*", []),
        ("", []),
        ("," * 500 + " " * 500, []),
    ],
)
def test_a_list_of_tags(listed: str, expected: list[EntityTag]) -> None:
    assert entity_tags(listed) == expected
