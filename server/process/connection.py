"""Connections that can be closed without an answer: what `Prefer: drop` needs, and ASGI has no message for."""

from __future__ import annotations

import logging

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_EXTENSION = "wallet_orchestrator.abort"

logger = logging.getLogger(__name__)


class AbortableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, offering each request a way to end its connection."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {_EXTENSION: {"abort": self.transport.abort}}


async def abort(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request that got no answer yet. Raises `RuntimeError` on another server than ours."""
    extension = scope.get("extensions", {}).get(_EXTENSION)
    if extension is None:
        raise RuntimeError("this server can't close a connection without an answer")
    extension["abort"]()
    while (await receive())["type"] != "http.disconnect":  # uvicorn has to notice, or it would send a 500
        pass
