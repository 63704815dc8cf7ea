"""Closing the connection of a request that got no answer: ASGI has no message for it."""

from __future__ import annotations

from starlette.types import Receive, Scope

ABORT_EXTENSION = "wallet_orchestrator.abort"
"""The extension of an HTTP scope by which our protocol offers it; its `abort` closes the connection."""


async def abort(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request that got no answer yet, as `Prefer: drop` asks.

    Raises:
        RuntimeError: on another server than ours.
    """
    extension = scope.get("extensions", {}).get(ABORT_EXTENSION)
    if extension is None:
        raise RuntimeError("this server can't close a connection without an answer")
    extension["abort"]()
    while (await receive())["type"] != "http.disconnect":  # uvicorn has to notice, or it would send a 500
        pass
