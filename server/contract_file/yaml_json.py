"""YAML read as JSON: the C parser's events, and no types that JSON lacks.

PyYAML's own constructors turn example timestamps into datetimes and `no` into False, and spend most of their time on
nodes that are thrown away. This one keeps YAML 1.2's JSON schema: null, true, false, numbers, text.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


class YamlError(ValueError):
    """The text is not YAML, or uses more of YAML than JSON has. The message says where, counting from 1."""


def parse_yaml(text: str) -> Any:
    """The one document in `text`. Raises `YamlError`; a key twice in one mapping, tags and aliases are errors too."""
    try:
        return _build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(f"{_place(mark)}: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise YamlError(str(error)) from error


def _place(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"


def _build(events: Any) -> Any:
    root: list[Any] = []
    stack: list[Any] = [root]
    keys: list[Any] = [_NO_KEY]  # the pending key of each open mapping; _NO_KEY when a key comes next
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = _scalar(event)
        elif kind is yaml.MappingStartEvent:
            value = {}
        elif kind is yaml.SequenceStartEvent:
            value = []
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            stack.pop()
            keys.pop()
            continue
        elif kind is yaml.AliasEvent:
            raise YamlError(f"{_place(event.start_mark)}: aliases are not used here")
        else:
            continue
        top = stack[-1]
        if type(top) is list:
            top.append(value)
        elif keys[-1] is _NO_KEY:
            key = event.value if kind is yaml.ScalarEvent else None
            if key is None or key in top:
                raise YamlError(
                    f"{_place(event.start_mark)}: {'not a key' if key is None else f'{key!r} a second time'}"
                )
            keys[-1] = key
            continue
        else:
            top[keys[-1]] = value
            keys[-1] = _NO_KEY
        if kind is not yaml.ScalarEvent:
            if event.tag is not None or event.anchor is not None:
                raise YamlError(f"{_place(event.start_mark)}: tags and anchors are not used here")
            stack.append(value)
            keys.append(_NO_KEY)
    if len(root) != 1:
        raise YamlError(f"expected one document, found {len(root)}")
    return root[0]


_NO_KEY: Any = object()


def _scalar(event: Any) -> Any:
    if event.tag is not None or event.anchor is not None:
        raise YamlError(f"{_place(event.start_mark)}: tags and anchors are not used here")
    text: str = event.value
    if event.style:  # quoted or a block: text, whatever it looks like
        return text
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    return float(text) if number[1] or number[2] else int(text)
