"""What a request is called in metrics and traces."""

from __future__ import annotations

from starlette.types import Scope


def route_template(scope: Scope) -> str:
    """The template of the route that was matched, such as `/api/wallets/{wallet_address}`; empty where none was."""
    template: str = getattr(scope.get("endpoint"), "path", "")
    return template
