"""The schemas of a contract by their use: which stand in requests, which in answers, and where null is allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.contract.json_pointer import escape, tokens

REQUEST, ANSWER = "request", "answer"
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_MOST_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Used:
    """One schema where it is used: `path` leads to it from the operation (empty for an alternative, which is no value
    of its own), `pointer` says where it stands.
    """

    direction: str
    path: str
    pointer: str
    nullable: bool


def used_schemas(document: Mapping[str, Any]) -> Iterator[Used]:
    """Every schema of every request and answer, those within others too."""
    for path, item in document.get("paths", {}).items():
        shared = item.get("parameters", [])
        for method in _METHODS:
            if method not in item:
                continue
            base = f"/paths/{escape(path)}/{method}"
            name = f"{method.upper()} {path}"
            node = item[method]
            parameters = [f"/paths/{escape(path)}/parameters/{index}" for index in range(len(shared))]
            parameters += [f"{base}/parameters/{index}" for index in range(len(node.get("parameters", [])))]
            for place in parameters:
                at, parameter = _resolved(document, place)
                label = f"{name} {parameter.get('in')} {parameter.get('name')}"
                yield from _walk(document, REQUEST, label, f"{at}/schema", 0)
            if "requestBody" in node:
                yield from _content(document, REQUEST, f"{name} body", f"{base}/requestBody")
            for status in node.get("responses", {}):
                place = f"{base}/responses/{status}"
                yield from _content(document, ANSWER, f"{name} {status}", place)
                at, response = _resolved(document, place)
                for header in response.get("headers", {}):
                    there, _ = _resolved(document, f"{at}/headers/{escape(header)}")
                    yield from _walk(document, ANSWER, f"{name} {status} header {header}", f"{there}/schema", 0)


def directions(document: Mapping[str, Any]) -> Mapping[str, set[str]]:
    """Whether a schema stands in requests, answers or both, by its pointer."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in used_schemas(document):
        found[one.pointer].add(one.direction)
    return found


def _content(document: Mapping[str, Any], direction: str, label: str, place: str) -> Iterator[Used]:
    at, node = _resolved(document, place)
    for media_type, media in node.get("content", {}).items():
        if "schema" in media:
            yield from _walk(document, direction, label, f"{at}/content/{escape(media_type)}/schema", 0)


def _walk(
    document: Mapping[str, Any], direction: str, path: str, place: str, depth: int, *, branch: bool = False
) -> Iterator[Used]:
    pointer, node = _resolved(document, place)
    if not isinstance(node, Mapping) or depth > _MOST_DEPTH:
        return
    yield Used(direction, "" if branch else path, pointer, _nullable(document, place))
    for name in node.get("properties", {}):
        yield from _walk(document, direction, f"{path}/{name}", f"{pointer}/properties/{escape(name)}", depth + 1)
    for keyword in ("items", "additionalProperties"):
        if isinstance(node.get(keyword), Mapping):
            yield from _walk(document, direction, f"{path}/{keyword}", f"{pointer}/{keyword}", depth + 1)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for index in range(len(node.get(keyword, ()))):
            yield from _walk(document, direction, path, f"{pointer}/{keyword}/{index}", depth + 1, branch=True)


def _nullable(document: Mapping[str, Any], place: str) -> bool:
    pointer, node = _resolved(document, place)
    if not isinstance(node, Mapping):
        return bool(node)
    kinds = node.get("type")
    if kinds == "null" or (isinstance(kinds, list) and "null" in kinds) or None in node.get("enum", ()):
        return True
    return any(
        _nullable(document, f"{pointer}/{keyword}/{index}")
        for keyword in ("anyOf", "oneOf")
        for index in range(len(node.get(keyword, ())))
    )


def _resolved(document: Mapping[str, Any], pointer: str) -> tuple[str, Any]:
    node: Any = {}
    for _ in range(10):
        node = document
        for token in tokens(pointer):
            try:
                node = node[int(token)] if isinstance(node, list) else node[token]
            except (KeyError, IndexError, ValueError, TypeError):
                return pointer, {}
        if not (isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/")):
            break
        pointer = node["$ref"][1:]
    return pointer, node
