"""Where in a contract's file a complaint points: its line, from a JSON Pointer or an operation's id in the words."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from server.contract.json_pointer import tokens

_POINTER = re.compile(r"#(/\S+?)(?=[:\s]|$)")
_OPERATION = re.compile(r"\b([a-z]+[A-Z][A-Za-z]+)\b")


def located(path: Path, message: str) -> str:
    """The message with the file and, where it can be told, the line: `openapi.yaml:120: ...`."""
    message = message.removeprefix(f"{path.name}: ")
    line = re.match(r"line (\d+)", message)
    number = int(line[1]) if line else _line(path, message)
    return f"{path}:{number}: {message}" if number else f"{path}: {message}"


def _line(path: Path, message: str) -> int | None:
    try:
        text = path.read_text("utf-8")
        if pointer := _POINTER.search(message):
            return _line_of(yaml.compose(text, Loader=yaml.CSafeLoader), tokens(pointer[1]))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    for word in _OPERATION.findall(message):
        if found := re.search(rf"^\s*operationId: {word}\s*$", text, re.MULTILINE):
            return text.count("\n", 0, found.end()) + 1
    return None


def _line_of(node: yaml.Node | None, path: list[str]) -> int | None:
    """The line of the deepest node on the path that exists."""
    found = None
    for token in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == token), None)
            if pair is None:
                break
            found, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
            node = node.value[int(token)]
            found = node.start_mark.line + 1
        else:
            break
    return found
