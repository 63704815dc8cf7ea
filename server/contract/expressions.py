"""The small language of `x-relations`: expressions over an answer's fields, in Python's syntax, null for None.

Nothing is executed: an expression is parsed, held against the list of what is allowed, and compiled into closures that
read JSON. Null is unknown: its fields, its length and what is computed from it are null, and an order (`<`, `<=`, `>`,
`>=`) with it holds. Numbers are exact.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from server.contract.expression_compiler import WHOLE_LIST, Compiled, ExpressionCompiler, ExpressionError, Names, Scope
from server.contract.expression_functions import shown

_WORD = re.compile(r"\w+")


class Expression:
    """One expression; compiled at its first use, so that a server's start need not wait for it."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = " ".join(text.split())
        self._names = names
        self._compiler = ExpressionCompiler(self.text, names)

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
    def _run(self) -> Compiled:
        return self._compiler.compile(self._tree, frozenset())

    def _explain(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        variables = frozenset(scope.variables)
        match node:
            case ast.BoolOp(op=op, values=parts):
                false = [part for part in parts if not self._compiler.compile(part, variables)(scope)]
                for part in false[:1] if isinstance(op, ast.And) else false:
                    yield from self._explain(part, scope)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                yield from self._explain(body if self._compiler.compile(test, variables)(scope) else orelse, scope)
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() as inner]):
                yield from self._explain_all(inner, scope)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                for part in (left, right):
                    if not isinstance(part, ast.Constant | ast.List):
                        yield f"{ast.unparse(part)} is {shown(self._compiler.compile(part, variables)(scope))}"
            case ast.UnaryOp(operand=operand):
                yield from self._explain(operand, scope)
            case ast.Call(args=arguments):
                for part in arguments:
                    yield f"{ast.unparse(part)} is {shown(self._compiler.compile(part, variables)(scope))}"
            case ast.Name() | ast.Attribute() | ast.Subscript():
                yield f"{ast.unparse(node)} is {shown(self._compiler.compile(node, variables)(scope))}"

    def _explain_all(self, node: ast.GeneratorExp, scope: Scope) -> Iterator[str]:
        """The first element for which it is not true."""
        made = node.generators[0]
        run = self._compiler.elements(node, frozenset(scope.variables))
        for number, holds in enumerate(run(scope)):
            if not holds:
                yield f"number {number} of {ast.unparse(made.iter)}"
                yield from self._explain(node.elt, scope)
                return
