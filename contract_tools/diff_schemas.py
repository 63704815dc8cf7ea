"""The schemas of a contract by their use: which stand in requests, which in answers, and where null is allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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


class SchemaUses:
    """The schemas of one document's requests and answers. What is behind a pointer is looked up once: the problem of an
    error alone is used a few hundred times.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._behind: dict[str, tuple[str, Any]] = {}
        self._nullables: dict[str, bool] = {}
        self._found: dict[tuple[str, int], Sequence[tuple[str | None, str, bool]]] = {}

    @cached_property
    def all(self) -> list[Used]:
        """Every schema of every request and answer, those within others too."""
        return list(self._operations())

    @cached_property
    def directions(self) -> Mapping[str, set[str]]:
        """Whether a schema stands in requests, answers or both, by its pointer."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.all:
            found[one.pointer].add(one.direction)
        return found

    def _operations(self) -> Iterator[Used]:
        for path, item in self._document.get("paths", {}).items():
            shared = [f"/paths/{escape(path)}/parameters/{index}" for index in range(len(item.get("parameters", [])))]
            for method in _METHODS:
                if method in item:
                    base = f"/paths/{escape(path)}/{method}"
                    yield from self._operation(f"{method.upper()} {path}", base, item[method], shared)

    def _operation(self, name: str, base: str, node: Mapping[str, Any], shared: list[str]) -> Iterator[Used]:
        own = [f"{base}/parameters/{index}" for index in range(len(node.get("parameters", [])))]
        for place in [*shared, *own]:
            at, parameter = self._resolved(place)
            label = f"{name} {parameter.get('in')} {parameter.get('name')}"
            yield from self._walk(REQUEST, label, f"{at}/schema")
        if "requestBody" in node:
            yield from self._content(REQUEST, f"{name} body", f"{base}/requestBody")
        for status in node.get("responses", {}):
            place = f"{base}/responses/{status}"
            yield from self._content(ANSWER, f"{name} {status}", place)
            at, response = self._resolved(place)
            for header in response.get("headers", {}):
                there, _ = self._resolved(f"{at}/headers/{escape(header)}")
                yield from self._walk(ANSWER, f"{name} {status} header {header}", f"{there}/schema")

    def _content(self, direction: str, label: str, place: str) -> Iterator[Used]:
        at, node = self._resolved(place)
        for media_type, media in node.get("content", {}).items():
            if "schema" in media:
                yield from self._walk(direction, label, f"{at}/content/{escape(media_type)}/schema")

    def _walk(self, direction: str, path: str, place: str) -> Iterator[Used]:
        for below, pointer, nullable in self._within(place, 0):
            yield Used(direction, "" if below is None else path + below, pointer, nullable)

    def _within(self, place: str, depth: int) -> Sequence[tuple[str | None, str, bool]]:
        """A schema and all within it, as path from here, pointer and whether null is allowed; alternatives lead nowhere
        of their own, but what is in them does.
        """
        if (place, depth) not in self._found:
            self._found[place, depth] = list(self._look(place, depth))
        return self._found[place, depth]

    def _look(self, place: str, depth: int) -> Iterator[tuple[str | None, str, bool]]:
        pointer, node = self._resolved(place)
        if not isinstance(node, Mapping) or depth > _MOST_DEPTH:
            return
        yield "", pointer, self._nullable(place)
        steps = [(f"/{name}", f"properties/{escape(name)}") for name in node.get("properties", {})]
        steps += [(f"/{one}", one) for one in ("items", "additionalProperties") if isinstance(node.get(one), Mapping)]
        for step, keyword in steps:
            for below, there, nullable in self._within(f"{pointer}/{keyword}", depth + 1):
                yield None if below is None else step + below, there, nullable
        for keyword in ("anyOf", "oneOf", "allOf"):
            for index in range(len(node.get(keyword, ()))):
                found = self._within(f"{pointer}/{keyword}/{index}", depth + 1)
                for number, (below, there, nullable) in enumerate(found):
                    yield below if number else None, there, nullable

    def _nullable(self, place: str) -> bool:
        pointer, node = self._resolved(place)
        if not isinstance(node, Mapping):
            return bool(node)
        if pointer not in self._nullables:
            kinds = node.get("type")
            self._nullables[pointer] = (
                kinds == "null"
                or (isinstance(kinds, list) and "null" in kinds)
                or None in node.get("enum", ())
                or any(
                    self._nullable(f"{pointer}/{keyword}/{index}")
                    for keyword in ("anyOf", "oneOf")
                    for index in range(len(node.get(keyword, ())))
                )
            )
        return self._nullables[pointer]

    def _resolved(self, place: str) -> tuple[str, Any]:
        if place not in self._behind:
            self._behind[place] = self._resolve(place)
        return self._behind[place]

    def _resolve(self, pointer: str) -> tuple[str, Any]:
        node: Any = {}
        for _ in range(10):
            node = self._document
            for token in tokens(pointer):
                try:
                    node = node[int(token)] if isinstance(node, list) else node[token]
                except (KeyError, IndexError, ValueError, TypeError):
                    return pointer, {}
            if not (isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/")):
                break
            pointer = node["$ref"][1:]
        return pointer, node
