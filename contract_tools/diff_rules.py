"""Rules for what Redocly's diff does not look at: promised headers, events, links, statuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tools.severity import RULES, Change

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
Node = Mapping[str, Any]


def own_changes(old: Node, new: Node) -> Iterator[Change]:
    """What our own rules find between two documents, operation by operation; operations are known by their paths."""
    before, after = _operations(old), _operations(new)
    for name in before.keys() & after.keys():
        yield from _operation(name, old, before[name], new, after[name])


def resolve(document: Node, node: Any) -> Any:
    """A node with its reference into the same document followed."""
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/"):
        pointer: str = node["$ref"][2:]
        node = document
        for token in pointer.split("/"):
            node = node.get(token.replace("~1", "/").replace("~0", "~"), {})
    return node


def _operations(document: Node) -> dict[str, Node]:
    return {
        f"{method.upper()} {path}": resolve(document, item)[method]
        for path, item in document.get("paths", {}).items()
        for method in _METHODS
        if method in resolve(document, item)
    }


def _change(rule: str, place: str, text: str) -> Change:
    return Change(RULES[rule][0], rule, place, text)


def _operation(name: str, old: Node, before: Node, new: Node, after: Node) -> Iterator[Change]:
    answers, now = before.get("responses", {}), after.get("responses", {})
    for status in sorted(now.keys() - answers.keys()):
        yield _change("answer-status-added", f"{name} {status}", f"It may answer {status} now.")
    for status in sorted(answers.keys() & now.keys()):
        yield from _answer(f"{name} {status}", old, resolve(old, answers[status]), new, resolve(new, now[status]))


def _answer(place: str, old: Node, before: Node, new: Node, after: Node) -> Iterator[Change]:
    headers = after.get("headers", {})
    for header, node in before.get("headers", {}).items():
        promised = resolve(old, node).get("required", False)
        if promised and header in headers and not resolve(new, headers[header]).get("required", False):
            yield _change("answer-header-not-promised", place, f"The header {header} may be missing now.")
    for link in sorted(before.get("links", {}).keys() - after.get("links", {}).keys()):
        yield _change("link-removed", place, f"The link {link} is gone.")
    for media_type, node in before.get("content", {}).items():
        if media_type in after.get("content", {}):
            were = node.get("x-event-data", {})
            are = after["content"][media_type].get("x-event-data", {})
            for event in sorted(were):
                if were[event] != are.get(event):
                    what = "has other data now" if event in are else "is gone"
                    yield _change("event-removed", place, f"The event {event} {what}.")
            for event in sorted(are.keys() - were.keys()):
                yield _change("event-added", place, f"There is a new event {event}.")
