"""The HTTP client of every suite that talks to an application in this process, without a socket."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from starlette.types import ASGIApp


def app_client(
    app: ASGIApp,
    *,
    base_url: str = "http://localhost",
    headers: Mapping[str, str] | None = None,
    raise_app_exceptions: bool = True,
) -> httpx.AsyncClient:
    """A client of an application. Its lifespan is the caller's: a test that needs background work enters it itself."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=raise_app_exceptions)
    return httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers, timeout=30)
