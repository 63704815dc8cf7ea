"""A contract as Redocly's diff is to see it: what is only written otherwise is written in one way, and what our own
rules judge (who may call, what may be null) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DATA = {"example", "examples", "default", "value"}
"""Below these, keys are not the contract's."""
_NULL = {"type": "null"}


def canonical(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document."""
    copy: dict[str, Any] = _canonical(document)
    copy.pop("security", None)
    for item in copy.get("paths", {}).values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
                operation.pop("tags", None)
    return copy


def _canonical(node: Any) -> Any:
    if isinstance(node, list):
        return [_canonical(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    found = {key: value if key in _DATA else _canonical(value) for key, value in node.items() if key != "x-relations"}
    kinds = found.get("type")
    if isinstance(kinds, list):
        left = [kind for kind in kinds if kind != "null"]
        found["type"] = left[0] if len(left) == 1 else left
    if isinstance(found.get("enum"), list):
        found["enum"] = [value for value in found["enum"] if value is not None]
    elif "const" in found and isinstance(found.get("type", ""), str):
        found["enum"] = [found.pop("const")]
    for keyword in ("anyOf", "oneOf", "allOf"):
        branches = found.get(keyword)
        if isinstance(branches, list):
            left = [branch for branch in branches if branch != _NULL]
            if len(left) == 1 and isinstance(left[0], dict):
                del found[keyword]
                found = {**left[0], **found}
            else:
                found[keyword] = left
    return found
