"""YAML read as JSON: of YAML's types, only those that JSON has.

PyYAML's own resolvers turn example timestamps into datetimes and `no` into False. These are YAML 1.2's JSON schema:
null, true, false, numbers, text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from sys import intern
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PARSED: dict[str, Callable[[str], Any]] = {
    "null": _WORDS.__getitem__, "bool": _WORDS.__getitem__, "int": int, "float": float
}  # fmt: skip


class YamlError(ValueError):
    """The text is not YAML, or uses more of YAML than JSON has. The message says where, counting from 1."""


class _JsonLoader(yaml.CSafeLoader):
    """The C parser, resolving plain scalars to JSON's types."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (as in the base class)


for _name, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", list("-0123456789")),
):
    _JsonLoader.add_implicit_resolver(_TAG + _name, re.compile(rf"(?:{_pattern})\Z"), _first)


def parse_yaml(text: str) -> Any:
    """The one document in `text`, as JSON's types.

    Raises:
        YamlError: for what is not YAML, and for a key twice in one mapping, tags, aliases and several documents.
    """
    loader = _JsonLoader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(f"{_place(mark)}: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise YamlError(str(error)) from error
    finally:
        loader.dispose()
    if node is None:
        raise YamlError("expected one document, found 0")
    return _value(node, set())


def _value(node: yaml.Node, seen: set[int]) -> Any:
    if id(node) in seen:
        raise YamlError(f"{_place(node.start_mark)}: tags and aliases are not used here")
    seen.add(id(node))
    kind = node.tag.removeprefix(_TAG)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, kind)
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_value(item, seen) for item in node.value]
    if not isinstance(node, yaml.MappingNode) or kind != "map":
        raise YamlError(f"{_place(node.start_mark)}: tags and aliases are not used here")
    found: dict[str, Any] = {}
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in found:
            complaint = f"{key.value!r} a second time" if isinstance(key, yaml.ScalarNode) else "not a key"
            raise YamlError(f"{_place(key.start_mark)}: {complaint}")
        found[intern(key.value)] = _value(item, seen)
    return found


def _scalar(node: yaml.ScalarNode, kind: str) -> Any:
    text: str = node.value
    if kind == "str":
        return intern(text)  # contracts repeat themselves
    if not node.style and kind in _PARSED:  # else what is quoted has a tag: all quoted text is text without one
        with suppress(KeyError, ValueError):
            return _PARSED[kind](text)
    raise YamlError(f"{_place(node.start_mark)}: tags and aliases are not used here")


def _place(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
