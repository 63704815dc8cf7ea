"""Lists of entity tags, as `If-Match` and `If-None-Match` bring them (RFC 9110, 8.8.3)."""

from __future__ import annotations

import re
from typing import NamedTuple

_ITEM = re.compile(r'[ \t]*(?:(W/)?"([\x21\x23-\x7e]*)"[ \t]*(?=,|$))?[^,]*(?:,|$)')


class EntityTag(NamedTuple):
    """One tag of a list, without its quotes."""

    opaque: str
    weak: bool


def entity_tags(listed: str) -> list[EntityTag]:
    """The tags in a list. What is no entity tag is left out, `*` too: it stands alone, for whatever there is."""
    return [EntityTag(item[2], bool(item[1])) for item in _ITEM.finditer(listed) if item[2] is not None]
