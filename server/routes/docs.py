"""The contract as pages: Swagger UI, Redoc, and the file itself. Everything comes from here, so it works offline."""

from __future__ import annotations

import importlib.resources
import mimetypes
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from server.contract import Contract
from server.reply import Reply
from server.routes.router import PathRoute

_ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js", "favicon.png")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/docs/assets/favicon.png">
{head}
</head>
<body>
{body}
</body>
</html>
"""
_SWAGGER = """<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>"""
_SWAGGER_START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
"""
_REDOC = """<redoc spec-url="/openapi.json"></redoc>
<script src="/docs/assets/redoc.standalone.js"></script>"""

# The viewers show strangers' text at worst; nothing they load or send may leave this server.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def document_routes(contract: Contract, name: str) -> Iterator[PathRoute]:
    """A contract as it was written, and as JSON."""
    yield PathRoute(f"{name}.json", {"GET": _page(contract.json, "application/json")})
    yield PathRoute(f"{name}.yaml", {"GET": _page(contract.text, "application/yaml")})


def doc_routes(contract: Contract) -> Iterator[PathRoute]:
    """Routes of the documentation; none of them is an operation of the contract."""
    title = contract.document["info"]["title"]
    style = '<link rel="stylesheet" href="/docs/assets/swagger-ui.css">'
    swagger = _PAGE.format(title=title, head=style, body=_SWAGGER).encode()
    redoc = _PAGE.format(title=title, head="", body=_REDOC).encode()
    pages = {
        "/docs": (swagger, "text/html; charset=utf-8"),
        "/redoc": (redoc, "text/html; charset=utf-8"),
        "/openapi.json": (contract.json, "application/json"),
        "/openapi.yaml": (contract.text, "application/yaml"),
        "/docs/assets/start.js": (_SWAGGER_START.encode(), "text/javascript; charset=utf-8"),
    }
    for path, (body, media_type) in pages.items():
        yield PathRoute(path, {"GET": _page(body, media_type)})
    for name in _ASSETS:
        yield PathRoute(f"/docs/assets/{name}", {"GET": _asset(name)})


def _page(body: bytes, media_type: str) -> ASGIApp:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (an ASGI application)
        reply = Reply(200, body, media_type)
        reply.set("Content-Security-Policy", _POLICY)
        reply.set("X-Content-Type-Options", "nosniff")
        reply.set("Cache-Control", "no-cache")
        await reply.send(send, head=scope["method"] == "HEAD")

    return page


def _asset(name: str) -> ASGIApp:
    async def asset(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (an ASGI application)
        reply = Reply(200, (_assets() / name).read_bytes(), mimetypes.guess_type(name)[0])
        reply.set("X-Content-Type-Options", "nosniff")
        reply.set("Cache-Control", "public, max-age=86400")
        await reply.send(send, head=scope["method"] == "HEAD")

    return asset


@cache
def _assets() -> Path:
    """The viewers' files, as the package `fastapi-offline` ships them."""
    return Path(str(importlib.resources.files("fastapi_offline"))) / "static"
