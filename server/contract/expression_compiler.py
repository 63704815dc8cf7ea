"""Compiles expressions of `x-relations` into closures that read JSON: a syntax tree is held against the list of what
the language has, and nothing beside that is ever run.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from server.contract.expression_functions import FUNCTIONS, null_safe

CONSTANTS: Mapping[str, Any] = {"null": None, "true": True, "false": False}
WHOLE_LIST = "all_pages"
"""A function of the context: the items of this page and of all that follow."""
_ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge
}  # fmt: skip
_EQUALITIES: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda one, many: many is None or one in many,
    ast.NotIn: lambda one, many: many is None or one not in many,
}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul
}  # fmt: skip


class ExpressionError(ValueError):
    """An expression can't be read, or uses what the language does not have."""


class Unavailable(Exception):
    """What an expression asks for is not known where it is evaluated: it says nothing there."""


class ExpressionContext(Protocol):
    """What an expression may refer to beside the object that it stands at."""

    def value(self, name: str) -> Any:
        """A named value, such as `request`. Raises `Unavailable`."""
        ...

    def ask(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        """The body of another operation's answer. Raises `Unavailable`."""
        ...

    def all_pages(self) -> list[Any]:
        """The items of the page at hand and of those that follow it. Raises `Unavailable`."""
        ...


@dataclass(slots=True)
class Scope:
    """Where an expression is evaluated: an object's fields, and what surrounds it."""

    fields: Mapping[str, Any]
    context: ExpressionContext
    variables: dict[str, Any] = field(default_factory=dict)


Compiled: TypeAlias = Callable[[Scope], Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may name: the object's fields, values of the context, operations to ask."""

    fields: Collection[str]
    values: Collection[str] = ()
    operations: Collection[str] = ()


class ExpressionCompiler:
    """Compiles the syntax tree of one expression, whose `text` is for messages."""

    def __init__(self, text: str, names: Names) -> None:
        self._text = text
        self._names = names

    def compile(self, node: ast.expr, variables: frozenset[str]) -> Compiled:
        """What computes a node's value in a scope, in which `variables` are bound. Raises `ExpressionError`."""
        match node:
            case ast.Constant(value=str() | int() as value):
                return lambda _: value
            case ast.Name(id=name):
                return self._name(name, variables)
            case ast.Attribute(value=of, attr=name):
                return _member(self.compile(of, variables), name)
            case ast.Subscript(value=of, slice=ast.Constant(value=str() | int() as key)):
                return _member(self.compile(of, variables), key)
            case ast.List(elts=parts):
                compiled = [self.compile(part, variables) for part in parts]
                return lambda scope: [part(scope) for part in compiled]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.compile(operand, variables)
                return lambda scope: not inner(scope)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.compile(operand, variables)
                return lambda scope: null_safe(operator.neg, inner(scope))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                compute, one, two = _ARITHMETIC[type(op)], *self._both(left, right, variables)
                return lambda scope: null_safe(compute, one(scope), two(scope))
            case ast.BoolOp(op=op, values=parts):
                compiled = [self.compile(part, variables) for part in parts]
                if isinstance(op, ast.And):
                    return lambda scope: all(part(scope) for part in compiled)
                return lambda scope: any(part(scope) for part in compiled)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                condition, then, other = (self.compile(part, variables) for part in (test, body, orelse))
                return lambda scope: then(scope) if condition(scope) else other(scope)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._comparison(left, op, right, variables)
            case ast.ListComp() | ast.GeneratorExp():
                run = self.elements(node, variables)
                return lambda scope: list(run(scope))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                return self._call(name, arguments, keywords, variables)
        raise ExpressionError(f"{self._text}: {ast.unparse(node)} is not of this language")

    def _name(self, name: str, variables: frozenset[str]) -> Compiled:
        if name in variables:
            return lambda scope: scope.variables[name]
        if name in self._names.fields:
            return lambda scope: scope.fields.get(name)
        if name in CONSTANTS:
            value = CONSTANTS[name]
            return lambda _: value
        if name in self._names.values:
            return lambda scope: scope.context.value(name)
        raise ExpressionError(f"{self._text}: {name} is unknown here")

    def _both(self, left: ast.expr, right: ast.expr, variables: frozenset[str]) -> tuple[Compiled, Compiled]:
        return self.compile(left, variables), self.compile(right, variables)

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, variables: frozenset[str]) -> Compiled:
        one, two = self._both(left, right, variables)
        if type(op) in _EQUALITIES:
            equal = _EQUALITIES[type(op)]
            return lambda scope: equal(one(scope), two(scope))
        if type(op) not in _ORDERS:
            raise ExpressionError(f"{self._text}: {ast.unparse(op)} is not of this language")
        order = _ORDERS[type(op)]

        def compare(scope: Scope) -> bool:
            first, second = one(scope), two(scope)
            return first is None or second is None or order(first, second)

        return compare

    def elements(
        self, node: ast.ListComp | ast.GeneratorExp, variables: frozenset[str]
    ) -> Callable[[Scope], Iterator[Any]]:
        """What goes through the elements of a comprehension. Raises `ExpressionError`."""
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=many, ifs=conditions, is_async=0)]:
                source = self.compile(many, variables)
                inner = variables | {name}
                element = self.compile(node.elt, inner)
                wanted = [self.compile(condition, inner) for condition in conditions]
            case _:
                raise ExpressionError(f"{self._text}: {ast.unparse(node)} is not of this language")

        def run(scope: Scope) -> Iterator[Any]:
            for each in source(scope) or ():
                scope.variables[name] = each
                if all(condition(scope) for condition in wanted):
                    yield element(scope)

        return run

    def _call(
        self, name: str, arguments: list[ast.expr], keywords: list[ast.keyword], variables: frozenset[str]
    ) -> Compiled:
        if name in self._names.operations and not arguments:
            given = {
                one.arg.removesuffix("_"): self.compile(one.value, variables) for one in keywords if one.arg is not None
            }
            return lambda scope: scope.context.ask(name, {key: value(scope) for key, value in given.items()})
        if name == WHOLE_LIST and not arguments and not keywords:
            return lambda scope: scope.context.all_pages()
        if name not in FUNCTIONS or keywords:
            raise ExpressionError(f"{self._text}: there is no function {name} like this")
        function = FUNCTIONS[name]
        if name in ("all", "any") and len(arguments) == 1 and isinstance(arguments[0], ast.GeneratorExp):
            run = self.elements(arguments[0], variables)
            return lambda scope: function(run(scope))
        compiled = [self.compile(argument, variables) for argument in arguments]
        return lambda scope: function(*(argument(scope) for argument in compiled))


def _member(of: Compiled, key: str | int) -> Compiled:
    def read(scope: Scope) -> Any:
        match of(scope):
            case None:
                return None
            case Mapping() as found:
                return found.get(key)
            case list() as found if isinstance(key, int):
                return found[key] if -len(found) <= key < len(found) else None
        return None

    return read
