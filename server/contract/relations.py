"""Relations: what an answer's values promise about each other, said once in the contract as `x-relations`.

They stand beside a schema, over its fields, and beside an answer, over its body. Each has a name and an expression.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.contract.expression_compiler import (
    WHOLE_LIST,
    ExpressionContext,
    ExpressionError,
    Names,
    Scope,
    Unavailable,
)
from server.contract.expressions import Expression
from server.contract.json_pointer import escape, tokens
from server.contract.model import Operation, Response
from server.contract.schemas import SchemaError, Schemas

KEYWORD = "x-relations"
CONTEXT = "x-relation-context"
"""At the contract's root: names for the answers of operations without parameters, which relations may refer to."""
_REQUEST, _RESPONSE = "request", "response"


@dataclass(frozen=True, slots=True)
class Relation:
    """One promise."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Violation:
    """A relation that does not hold. `where` is a JSON Pointer into the body; `found` has values of the answer."""

    where: str
    name: str
    text: str
    found: str

    def __str__(self) -> str:
        return f"#{self.where}: {self.name}: {self.text}: {self.found}"


@dataclass(slots=True)
class _RelationTree:
    """The relations of a schema and of what is within it."""

    own: list[Relation] = field(default_factory=list)
    fields: dict[str, _RelationTree] = field(default_factory=dict)
    items: _RelationTree | None = None

    def __bool__(self) -> bool:
        return bool(self.own or self.fields or self.items)


class Relations:
    """Compiles the relations of a contract; those of an answer at its first use."""

    def __init__(self, document: Mapping[str, Any], schemas: Schemas, operations: tuple[Operation, ...]) -> None:
        self._document = document
        self._schemas = schemas
        self._of_operations = operations
        self._operations = [operation.id for operation in operations]
        self.context: Mapping[str, str] = document.get(CONTEXT, {})
        self._trees: dict[str, _RelationTree] = {}
        self._named: dict[str, frozenset[str]] = {}

    def check(self) -> None:
        """Compile everything. Raises `SchemaError`, naming the place, for what is no relation."""
        unknown = set(self.context.values()) - set(self._operations)
        if unknown:
            raise SchemaError(f"#/{CONTEXT}: there is no operation {min(unknown)}")
        for name in self._document.get("components", {}).get("schemas", {}):
            pointer = f"/components/schemas/{escape(name)}"
            self._check(pointer, self._tree(pointer).own)
        for operation in self._of_operations:
            for response in operation.responses.values():
                self._check(response.place, self._of(response).own)

    def _check(self, pointer: str, relations: list[Relation]) -> None:
        for relation in relations:
            try:
                relation.expression.check()
            except ExpressionError as error:
                raise SchemaError(f"#{pointer}/{KEYWORD}/{relation.name}: {error}") from None

    def named(self, response: Response) -> frozenset[str]:
        """The values and operations of the context that an answer's relations use."""
        key = response.place
        if key not in self._named:
            self._named[key] = frozenset(_named(self._of(response)))
        return self._named[key]

    def has(self, response: Response) -> bool:
        """Whether an answer has any relation."""
        return bool(self._of(response))

    def violations(self, response: Response, body: Any, context: ExpressionContext) -> Iterator[Violation]:
        """The promises of an answer that its body breaks. What can't be judged here is passed over."""
        tree = self._of(response)
        if tree:
            yield from _violations(tree, body, "", context)

    def _of(self, response: Response) -> _RelationTree:
        """The relations of an answer: its schema's, and its own relations in front."""
        tree = self._trees.get(response.place)
        if tree is None:
            within = self._tree(response.pointer) if response.pointer is not None else _RelationTree()
            own = self._schemas.node(tokens(response.place)).get(KEYWORD, {})
            names = self._field_names(response.pointer) if response.pointer is not None else []
            relations = self._compile(response.place, own, names)
            tree = _RelationTree([*relations, *within.own], within.fields, within.items)
            self._trees[response.place] = tree
        return tree

    def _tree(self, pointer: str) -> _RelationTree:
        known = self._trees.get(pointer)
        if known is not None:
            return known
        tree = self._trees[pointer] = _RelationTree()
        node = self._schemas.node(tokens(pointer))
        if not isinstance(node, dict):
            return tree
        if "$ref" in node:
            found = self._tree(node["$ref"].removeprefix("#"))
            tree.own, tree.fields, tree.items = list(found.own), dict(found.fields), found.items
        tree.own += self._compile(pointer, node.get(KEYWORD, {}), self._field_names(pointer))
        for name in node.get("properties", {}):
            if part := self._tree(f"{pointer}/properties/{escape(name)}"):
                tree.fields[name] = part
        if "items" in node and (part := self._tree(f"{pointer}/items")):
            tree.items = part
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = [self._tree(f"{pointer}/{keyword}/{index}") for index in range(len(node.get(keyword, ())))]
            if keyword != "allOf" and sum(map(bool, branches)) > 1:
                raise SchemaError(f"#{pointer}/{keyword}: only one of several may have relations")
            for branch in filter(None, branches):
                tree.own += branch.own
                tree.fields |= branch.fields
                tree.items = branch.items or tree.items
        return tree

    def _field_names(self, pointer: str) -> list[str]:
        node = self._schemas.target(self._schemas.node(tokens(pointer))) if pointer else None
        return list(node.get("properties", ())) if isinstance(node, dict) else []

    def _compile(self, pointer: str, relations: Any, fields: list[str]) -> list[Relation]:
        names = Names(fields, (_REQUEST, _RESPONSE, *self.context), self._operations)
        if not isinstance(relations, Mapping) or not all(isinstance(text, str) for text in relations.values()):
            raise SchemaError(f"#{pointer}/{KEYWORD}: expressions by name")
        return [Relation(name, Expression(text, names)) for name, text in relations.items()]


def _violations(tree: _RelationTree, value: Any, where: str, context: ExpressionContext) -> Iterator[Violation]:
    if isinstance(value, dict):
        scope = Scope(value, context)
        for relation in tree.own:
            try:
                if not relation.expression.holds(scope):
                    expression = relation.expression
                    yield Violation(where, relation.name, expression.text, expression.explain(Scope(value, context)))
            except Unavailable:
                continue
        for name, part in tree.fields.items():
            found = value.get(name)
            if found is not None:
                yield from _violations(part, found, f"{where}/{escape(name)}", context)
    elif isinstance(value, list) and tree.items is not None:
        for index, item in enumerate(value):
            yield from _violations(tree.items, item, f"{where}/{index}", context)


def _named(tree: _RelationTree) -> Iterator[str]:
    for relation in tree.own:
        yield from relation.expression.named
    for part in tree.fields.values():
        yield from _named(part)
    if tree.items is not None:
        yield from _named(tree.items)


class ExchangeContext:
    """What an answer's relations may refer to where nothing else can be asked: the request, and named answers."""

    def __init__(
        self,
        operation: Operation,
        request: Mapping[str, Any] | None,
        status: int,
        headers: Mapping[str, str],
        body: Any,
        context: Mapping[str, Any],
    ) -> None:
        """`request` is `{path, query, header, body}`; `headers` are the answer's, by lower-case names; `context` has
        bodies by the names that the contract gives them.
        """
        self._values: dict[str, Any] = {**context, _RESPONSE: {"status": status, "headers": headers}}
        if request is not None:
            self._values[_REQUEST] = {**request, "query": {**_defaults(operation), **request.get("query", {})}}
        self._body = body

    def value(self, name: str) -> Any:
        """A named value. Raises `Unavailable`."""
        try:
            return self._values[name]
        except KeyError:
            raise Unavailable from None

    def ask(self, operation: str, parameters: Mapping[str, Any]) -> Any:  # noqa: ARG002  # the interface's
        """Nothing can be asked here. Raises `Unavailable`."""
        raise Unavailable

    def all_pages(self) -> list[Any]:
        """The items, if there is no further page. Raises `Unavailable`."""
        if self._body.get("next_page_token") is not None:
            raise Unavailable
        items: list[Any] = self._body["items"]
        return items


def _defaults(operation: Operation) -> dict[str, Any]:
    return {one.name: one.default for one in operation.located("query") if one.default is not None}


def asks_others(named: frozenset[str], relations: Relations) -> bool:
    """Whether relations need more than one exchange and the named answers."""
    return bool(named - {_REQUEST, _RESPONSE, *relations.context})


__all__ = ["WHOLE_LIST", "ExchangeContext", "Relation", "Relations", "Violation", "asks_others"]
