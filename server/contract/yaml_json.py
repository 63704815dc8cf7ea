"""YAML read as JSON: of YAML's types, only those that JSON has.

PyYAML's own resolvers turn example timestamps into datetimes and `no` into False. These are YAML 1.2's JSON schema:
null, true, false, numbers, text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern
from typing import Any

import yaml

_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DIGITS = frozenset("-0123456789")
_FOREIGN = "tags and aliases are not used here"


class YamlError(ValueError):
    """The text is not YAML, or uses more of YAML than JSON has. The message says where, counting from 1."""


def parse_yaml(text: str) -> Any:
    """The one document in `text`, as JSON's types.

    Raises:
        YamlError: for what is not YAML, and for a key twice in one mapping, tags, aliases and several documents.
    """
    loader = yaml.CSafeLoader(text)  # its events, not its tree: that takes ten times the memory of what is in it
    try:
        return _document(loader.get_event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(f"{_place(mark)}: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise YamlError(str(error)) from error
    finally:
        loader.dispose()


def _document(following: Callable[[], Any]) -> Any:
    following()  # the stream's start
    if isinstance(following(), yaml.StreamEndEvent):
        raise YamlError("expected one document, found 0")
    value = _value(following(), following)
    following()  # the document's end
    event = following()
    if not isinstance(event, yaml.StreamEndEvent):
        raise YamlError(f"{_place(event.start_mark)}: found another document")
    return value


def _value(event: Any, following: Callable[[], Any]) -> Any:
    """The value that begins with an event, and ends before the one that follows then."""
    if isinstance(event, yaml.AliasEvent) or event.tag is not None:
        raise YamlError(f"{_place(event.start_mark)}: {_FOREIGN}")
    if isinstance(event, yaml.ScalarEvent):
        return intern(event.value) if event.style else _plain(event)  # contracts repeat themselves
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(item := following(), yaml.SequenceEndEvent):
            items.append(_value(item, following))
        return items
    found: dict[str, Any] = {}
    while not isinstance(key := following(), yaml.MappingEndEvent):
        if not isinstance(key, yaml.ScalarEvent):
            raise YamlError(f"{_place(key.start_mark)}: not a key")
        if key.value in found:
            raise YamlError(f"{_place(key.start_mark)}: {key.value!r} a second time")
        found[intern(key.value)] = _value(following(), following)
    return found


def _plain(event: yaml.ScalarEvent) -> Any:
    """What text without quotes says."""
    text: str = event.value
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text) if text[0] in _DIGITS else None
    if number is None:
        return intern(text)
    try:
        return int(text) if number.lastindex is None else float(text)
    except ValueError:  # thousands of digits
        raise YamlError(f"{_place(event.start_mark)}: a number with too many digits") from None


def _place(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
