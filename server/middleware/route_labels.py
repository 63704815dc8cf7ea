"""What a request is called in metrics and traces: words of ours, never input."""

from __future__ import annotations

from starlette.types import Scope

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


def known_method(method: str, otherwise: str) -> str:
    """The method, if it is one of HTTP's usual ones."""
    return method if method in _METHODS else otherwise


def route_template(scope: Scope) -> str:
    """The template of the route that was matched, such as `/api/wallets/{wallet_address}`; empty where none was."""
    template: str = getattr(scope.get("endpoint"), "path", "")
    return template
