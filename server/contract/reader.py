"""Reads the contract's operations; what this server can't honour in them is an error that names its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from server.contract.json_pointer import escape, tokens
from server.contract.model import Body, Header, Link, Operation, Parameter, Response
from server.contract.schemas import check_schema
from server.roles import ROLES

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_TYPES = {"string", "integer", "number", "boolean"}
_EXPRESSION = re.compile(r"\$(?:response\.body#(?P<body>/.+)|request\.path\.(?P<path>.+))")


class ContractError(ValueError):
    """The contract can't be read, or asks for what this server doesn't do. The message names the place."""


class Reader:
    """Resolves one document; every `pointer` is where a thing really stands, references followed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.paths_by_id = {
            item[method]["operationId"]: path
            for path, item in document.get("paths", {}).items()
            for method in _METHODS
            if method in item and "operationId" in item[method]
        }

    def operations(self) -> Iterator[Operation]:
        """All operations, in the order of the document. Raises `ContractError`."""
        seen: set[str] = set()
        for path, item in self.document.get("paths", {}).items():
            for method in _METHODS:
                if method in item:
                    operation = self._operation(path, method)
                    if operation.id in seen:
                        raise ContractError(f"{operation.id}: the operationId is used twice")
                    seen.add(operation.id)
                    yield operation

    def resolve(self, pointer: str) -> tuple[str, Any]:
        """What stands at a pointer, references followed, and where that is."""
        for _ in range(10):
            node: Any = self.document
            for token in tokens(pointer):
                try:
                    node = node[int(token)] if isinstance(node, list) else node[token]
                except (KeyError, IndexError, ValueError) as error:
                    raise ContractError(f"#{pointer}: there is nothing") from error
            if not (isinstance(node, dict) and "$ref" in node):
                return pointer, node
            pointer = node["$ref"].removeprefix("#")
        raise ContractError(f"#{pointer}: references in a circle")

    def _operation(self, path: str, method: str) -> Operation:
        base = f"/paths/{escape(path)}"
        here = f"{base}/{method}"
        node = self.resolve(here)[1]
        name = node.get("operationId")
        if not name:
            raise ContractError(f"#{here}: an operation needs an operationId")
        places = [f"{base}/parameters/{i}" for i in range(len(self.resolve(base)[1].get("parameters", [])))]
        places += [f"{here}/parameters/{i}" for i in range(len(node.get("parameters", [])))]
        parameters = tuple({(p.location, p.name): p for p in map(self._parameter, places)}.values())
        in_template = set(re.findall(r"{([^}]*)}", path))
        if in_template != {p.name for p in parameters if p.location == "path"}:
            raise ContractError(f"{name}: the path's parameters are not the ones declared")
        return Operation(
            id=name,
            method=method.upper(),
            path=path,
            tag=(node.get("tags") or [""])[0],
            parameters=parameters,
            body=self._body(f"{here}/requestBody") if "requestBody" in node else None,
            responses={
                int(status): self._response(f"{here}/responses/{status}", int(status)) for status in node["responses"]
            },
            role=self._role(name, node.get("security", self.document.get("security", []))),
        )

    def _role(self, name: str, security: list[dict[str, list[str]]]) -> str | None:
        """The role that stands beside every scheme (OpenAPI 3.1 allows roles for all types); an empty list asks for
        none.
        """
        if not security:
            return None
        found = {role for scheme in security for roles in (scheme.values() or [[]]) for role in roles or [""]}
        if len(found) != 1 or not found <= set(ROLES):
            raise ContractError(f"{name}: security names one role of {sorted(ROLES)}, the same for every scheme")
        return found.pop()

    def _parameter(self, pointer: str) -> Parameter:
        pointer, node = self.resolve(pointer)
        location, name = node["in"], node["name"]
        if location not in ("path", "query", "header"):
            raise ContractError(f"#{pointer}: parameters in {location!r} are not supported")
        check_schema(node.get("schema"), f"#{pointer}/schema")
        target, schema = self.resolve(f"{pointer}/schema")
        if schema.get("type") not in _TYPES:
            raise ContractError(f"#{pointer}: a parameter's type is one of {sorted(_TYPES)}")
        return Parameter(
            name=name,
            location=location,
            required=node.get("required", False),
            type=schema["type"],
            pointer=f"{pointer}/schema",
            model=_component(target),
            values=tuple(schema.get("enum", ())),
            default=node["schema"].get("default", schema.get("default")),
        )

    def _body(self, pointer: str) -> Body:
        pointer, node = self.resolve(pointer)
        if set(node["content"]) != {"application/json"}:
            raise ContractError(f"#{pointer}: request bodies are application/json")
        place = f"{pointer}/content/application~1json"
        target = self.resolve(f"{place}/schema")[0]
        model = _component(target)
        if model is None:
            raise ContractError(f"#{place}: a request body is one of the components")
        media = node["content"]["application/json"]
        limit = node.get("x-body-limit", 0)
        if type(limit) is not int or limit < 0:
            raise ContractError(f"#{pointer}: x-body-limit is a number of bytes")
        return Body(node.get("required", False), model, target, self._examples(media), limit)

    def _response(self, pointer: str, status: int) -> Response:
        pointer, node = self.resolve(pointer)
        content = node.get("content", {})
        if len(content) > 1 and any("schema" in media for media in content.values()):
            raise ContractError(f"#{pointer}: an answer with a schema has one media type")
        media_type = next(iter(content), None)
        target = None
        if media_type is not None and "schema" in content[media_type]:
            schema = f"{pointer}/content/{escape(media_type)}/schema"
            check_schema(self._raw(schema), f"#{schema}")
            target = self.resolve(schema)[0]
        headers = {name: self.resolve(f"{pointer}/headers/{escape(name)}") for name in node.get("headers", {})}
        for place, header in headers.values():
            check_schema(header.get("schema", {}), f"#{place}/schema")
        return Response(
            status=status,
            place=pointer,
            media_types=tuple(content),
            model=_component(target) if target else None,
            pointer=target,
            headers={
                name: Header(header.get("required", False), f"{place}/schema")
                for name, (place, header) in headers.items()
            },
            location=self._location(pointer, node),
            examples=self._examples(content[media_type]) if media_type else {},
        )

    def _raw(self, pointer: str) -> Any:
        parent, _, last = pointer.rpartition("/")
        return self.resolve(parent)[1][tokens(f"/{last}")[0]]

    def _examples(self, media: Mapping[str, Any]) -> dict[str, Any]:
        found = {"default": media["example"]} if "example" in media else {}
        for name, node in media.get("examples", {}).items():
            example = self.resolve(node["$ref"].removeprefix("#"))[1] if "$ref" in node else node
            found[name] = example["value"]
        return found

    def _location(self, pointer: str, response: Mapping[str, Any]) -> Link | None:
        header = response.get("headers", {}).get("Location")
        if header is None:
            return None
        name = header.get("x-from-link")
        if name is None or name not in response.get("links", {}):
            raise ContractError(f"#{pointer}: a Location header needs x-from-link, the name of a link beside it")
        _, link = self.resolve(f"{pointer}/links/{escape(name)}")
        path = self.paths_by_id.get(link.get("operationId", ""))
        if path is None:
            raise ContractError(f"#{pointer}/links/{name}: no such operation")
        sources: dict[str, tuple[Literal["body", "path"], str]] = {}
        for key, expression in link.get("parameters", {}).items():
            match = _EXPRESSION.fullmatch(str(expression))
            if match is None:
                raise ContractError(f"#{pointer}/links/{name}: {expression!r} can't be rendered")
            source: Literal["body", "path"] = "body" if match["body"] else "path"
            sources[key.removeprefix("path.")] = (source, match["body"] or match["path"])
        needed = set(re.findall(r"{([^}]*)}", path))
        if not needed <= set(sources):
            raise ContractError(f"#{pointer}/links/{name}: lacks {sorted(needed - set(sources))}")
        return Link(path, {key: sources[key] for key in needed})


def _component(pointer: str) -> str | None:
    head, _, name = pointer.rpartition("/")
    return name if head == "/components/schemas" else None
