"""The small language of `x-relations`: expressions over an answer's fields, in Python's syntax, null for None.

Nothing is executed: an expression is parsed, held against the list of what is allowed, and compiled into closures that
read JSON. Null is unknown: its fields, its length and what is computed from it are null, and an order (`<`, `<=`, `>`,
`>=`) with it holds. Numbers are exact.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from server.contract.expression_functions import FUNCTIONS, null_safe, shown

CONSTANTS: Mapping[str, Any] = {"null": None, "true": True, "false": False}
WHOLE_LIST = "all_pages"
"""A function of the context: the items of this page and of all that follow."""
_WORD = re.compile(r"\w+")
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


_Compiled: TypeAlias = Callable[[Scope], Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may name: the object's fields, values of the context, operations to ask."""

    fields: Collection[str]
    values: Collection[str] = ()
    operations: Collection[str] = ()


class Expression:
    """One expression; compiled at its first use, so that a server's start need not wait for it."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = " ".join(text.split())
        self._names = names

    @property
    def named(self) -> set[str]:
        """The values and operations of the context that it uses."""
        known = {*self._names.values, *self._names.operations, WHOLE_LIST}
        return known.intersection(_WORD.findall(self.text))

    def check(self) -> None:
        """Raises `ExpressionError` for what the language does not have."""
        _ = self._run

    def holds(self, scope: Scope) -> bool:
        """Whether it is true. Raises `Unavailable`."""
        return bool(self._run(scope))

    def explain(self, scope: Scope) -> str:
        """Why it is false: the values on both sides of what does not hold."""
        return "; ".join(dict.fromkeys(self._explain(self._tree, scope))) or "it is false"

    @cached_property
    def _tree(self) -> ast.expr:
        try:
            return ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError) as error:
            raise ExpressionError(f"{self.text}: {error}") from None

    @cached_property
    def _run(self) -> _Compiled:
        return self._compile(self._tree, frozenset())

    def _compile(self, node: ast.expr, variables: frozenset[str]) -> _Compiled:
        match node:
            case ast.Constant(value=str() | int() as value):
                return lambda _: value
            case ast.Name(id=name):
                return self._name(name, variables)
            case ast.Attribute(value=of, attr=name):
                return _member(self._compile(of, variables), name)
            case ast.Subscript(value=of, slice=ast.Constant(value=str() | int() as key)):
                return _member(self._compile(of, variables), key)
            case ast.List(elts=parts):
                compiled = [self._compile(part, variables) for part in parts]
                return lambda scope: [part(scope) for part in compiled]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._compile(operand, variables)
                return lambda scope: not inner(scope)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._compile(operand, variables)
                return lambda scope: null_safe(operator.neg, inner(scope))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                compute, one, two = _ARITHMETIC[type(op)], *self._both(left, right, variables)
                return lambda scope: null_safe(compute, one(scope), two(scope))
            case ast.BoolOp(op=op, values=parts):
                compiled = [self._compile(part, variables) for part in parts]
                if isinstance(op, ast.And):
                    return lambda scope: all(part(scope) for part in compiled)
                return lambda scope: any(part(scope) for part in compiled)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                condition, then, other = (self._compile(part, variables) for part in (test, body, orelse))
                return lambda scope: then(scope) if condition(scope) else other(scope)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._comparison(left, op, right, variables)
            case ast.ListComp() | ast.GeneratorExp():
                run = self._elements(node, variables)
                return lambda scope: list(run(scope))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                return self._call(name, arguments, keywords, variables)
        raise ExpressionError(f"{self.text}: {ast.unparse(node)} is not of this language")

    def _name(self, name: str, variables: frozenset[str]) -> _Compiled:
        if name in variables:
            return lambda scope: scope.variables[name]
        if name in self._names.fields:
            return lambda scope: scope.fields.get(name)
        if name in CONSTANTS:
            value = CONSTANTS[name]
            return lambda _: value
        if name in self._names.values:
            return lambda scope: scope.context.value(name)
        raise ExpressionError(f"{self.text}: {name} is unknown here")

    def _both(self, left: ast.expr, right: ast.expr, variables: frozenset[str]) -> tuple[_Compiled, _Compiled]:
        return self._compile(left, variables), self._compile(right, variables)

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, variables: frozenset[str]) -> _Compiled:
        one, two = self._both(left, right, variables)
        if type(op) in _EQUALITIES:
            equal = _EQUALITIES[type(op)]
            return lambda scope: equal(one(scope), two(scope))
        if type(op) not in _ORDERS:
            raise ExpressionError(f"{self.text}: {ast.unparse(op)} is not of this language")
        order = _ORDERS[type(op)]

        def compare(scope: Scope) -> bool:
            first, second = one(scope), two(scope)
            return first is None or second is None or order(first, second)

        return compare

    def _elements(
        self, node: ast.ListComp | ast.GeneratorExp, variables: frozenset[str]
    ) -> Callable[[Scope], Iterator[Any]]:
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=many, ifs=conditions, is_async=0)]:
                source = self._compile(many, variables)
                inner = variables | {name}
                element = self._compile(node.elt, inner)
                wanted = [self._compile(condition, inner) for condition in conditions]
            case _:
                raise ExpressionError(f"{self.text}: {ast.unparse(node)} is not of this language")

        def run(scope: Scope) -> Iterator[Any]:
            for each in source(scope) or ():
                scope.variables[name] = each
                if all(condition(scope) for condition in wanted):
                    yield element(scope)

        return run

    def _call(
        self, name: str, arguments: list[ast.expr], keywords: list[ast.keyword], variables: frozenset[str]
    ) -> _Compiled:
        if name in self._names.operations and not arguments:
            given = {
                one.arg.removesuffix("_"): self._compile(one.value, variables)
                for one in keywords
                if one.arg is not None
            }
            return lambda scope: scope.context.ask(name, {key: value(scope) for key, value in given.items()})
        if name == WHOLE_LIST and not arguments and not keywords:
            return lambda scope: scope.context.all_pages()
        if name not in FUNCTIONS or keywords:
            raise ExpressionError(f"{self.text}: there is no function {name} like this")
        function = FUNCTIONS[name]
        if name in ("all", "any") and len(arguments) == 1 and isinstance(arguments[0], ast.GeneratorExp):
            run = self._elements(arguments[0], variables)
            return lambda scope: function(run(scope))
        compiled = [self._compile(argument, variables) for argument in arguments]
        return lambda scope: function(*(argument(scope) for argument in compiled))

    def _explain(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        variables = frozenset(scope.variables)
        match node:
            case ast.BoolOp(op=op, values=parts):
                false = [part for part in parts if not self._compile(part, variables)(scope)]
                for part in false[:1] if isinstance(op, ast.And) else false:
                    yield from self._explain(part, scope)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                yield from self._explain(body if self._compile(test, variables)(scope) else orelse, scope)
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() as inner]):
                yield from self._explain_all(inner, scope)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                for part in (left, right):
                    if not isinstance(part, ast.Constant | ast.List):
                        yield f"{ast.unparse(part)} is {shown(self._compile(part, variables)(scope))}"
            case ast.UnaryOp(operand=operand):
                yield from self._explain(operand, scope)
            case ast.Call(args=arguments):
                for part in arguments:
                    yield f"{ast.unparse(part)} is {shown(self._compile(part, variables)(scope))}"
            case ast.Name() | ast.Attribute() | ast.Subscript():
                yield f"{ast.unparse(node)} is {shown(self._compile(node, variables)(scope))}"

    def _explain_all(self, node: ast.GeneratorExp, scope: Scope) -> Iterator[str]:
        """The first element for which it is not true."""
        made = node.generators[0]
        run = self._elements(node, frozenset(scope.variables))
        for number, holds in enumerate(run(scope)):
            if not holds:
                yield f"number {number} of {ast.unparse(made.iter)}"
                yield from self._explain(node.elt, scope)
                return


def _member(of: _Compiled, key: str | int) -> _Compiled:
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
