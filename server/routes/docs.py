"""The contract as pages: Swagger UI, Redoc, and the file itself. Everything comes from here, so it works offline."""

from __future__ import annotations

import importlib.resources
import mimetypes
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from server.contract import Contract
from server.reply import Reply, fixed_endpoint
from server.routes.router import PathRoute

_DOCS, _REDOC, _CONTRACT = "/docs", "/redoc", "/openapi"
_ASSETS = "/docs/assets/"
_VIEWERS = ("swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js", "favicon.png")
_OWN = ("docs.js", "docs.css")
_OWN_FOLDER = Path(__file__).parent / "docs_assets"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/docs/assets/favicon.png">
{head}
</head>
{body}
</html>
"""
_SWAGGER_HEAD = """<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/docs/assets/docs.css">
<script src="/docs/assets/docs.js"></script>"""
_SWAGGER = """<body data-contract="{contract}.json">
<header class="docs-bar">
<nav aria-label="Documents">
{links}
</nav>
<div role="search">
{fields}
</div>
</header>
<main id="swagger-ui"></main>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
</body>"""
_FILTER = (
    """<label><span>Filter</span><input data-docs="filter" type="search" placeholder="path, name or group"></label>"""
)
_SESSION = """<label><span>Session</span><input data-docs="session" placeholder="of all" spellcheck="false"
  autocapitalize="off" autocomplete="off" title="Where requests go: /__mock__/s/NAME/ in their URL"></label>"""
_PREFER = """<label><span>Prefer</span><input data-docs="prefer" placeholder="code=503, delay=500" spellcheck="false"
  autocapitalize="off" autocomplete="off" list="directives" title="Sent with every request: what to answer"></label>
<datalist id="directives">
<option value="code=503"><option value="code=401">
<option value="delay=1000"><option value="fail=2"><option value="drop">
</datalist>"""
_THEME = """<label><span>Theme</span><select data-docs="theme">
<option value="system">System</option><option value="light">Light</option><option value="dark">Dark</option>
</select></label>"""
_REDOC_BODY = """<body>
<redoc spec-url="/openapi.json"></redoc>
<script src="/docs/assets/redoc.standalone.js"></script>
</body>"""

# Redoc shows where it comes from by a picture of another host.
_LOGO, _ICON = b"https://cdn.redoc.ly/redoc/logo-mini.svg", b"/docs/assets/favicon.png"

# The viewers show strangers' text at worst; nothing they load or send may leave this server.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def doc_routes(contract: Contract, *, control: str | None) -> Iterator[PathRoute]:
    """Routes of the documentation; none of them is an operation of the contract. `control` is where the documentation
    of the mock's control API is, None where there is none.
    """
    fields = [_FILTER, *((_SESSION, _PREFER) if control else ()), _THEME]
    links = _links(_DOCS, control)
    redoc = _PAGE.format(title=escape(_title(contract)), head="", body=_REDOC_BODY).encode()
    yield PathRoute(_DOCS, {"GET": _swagger(contract, _CONTRACT, links, fields)})
    yield PathRoute(_REDOC, {"GET": _page(redoc, "text/html; charset=utf-8")})
    yield from _document_routes(contract, _CONTRACT)
    for name in _VIEWERS:
        yield PathRoute(f"{_ASSETS}{name}", {"GET": _asset(name)})
    for name in _OWN:
        media_type = "text/css" if name.endswith(".css") else "text/javascript"
        body = (_OWN_FOLDER / name).read_bytes()
        yield PathRoute(f"{_ASSETS}{name}", {"GET": _page(body, f"{media_type}; charset=utf-8")})


def control_doc_routes(contract: Contract, documents: str, docs: str) -> Iterator[PathRoute]:
    """Routes of the documentation of the mock's control API: the page at `docs`, the contract at `documents`."""
    fields = [_FILTER, _SESSION, _THEME]
    yield PathRoute(docs, {"GET": _swagger(contract, documents, _links(docs, docs), fields)})
    yield from _document_routes(contract, documents)


def _document_routes(contract: Contract, name: str) -> Iterator[PathRoute]:
    """A contract as it was written, and as JSON."""
    yield PathRoute(f"{name}.json", {"GET": _page(contract.json, "application/json")})
    yield PathRoute(f"{name}.yaml", {"GET": _page(contract.text, "application/yaml")})


def _swagger(contract: Contract, document: str, links: str, fields: list[str]) -> ASGIApp:
    body = _SWAGGER.format(contract=document, links=links, fields="\n".join(fields))
    page = _PAGE.format(title=escape(_title(contract)), head=_SWAGGER_HEAD, body=body)
    return _page(page.encode(), "text/html; charset=utf-8")


def _links(current: str, control: str | None) -> str:
    pages = {_DOCS: "API", **({control: "Mock control"} if control else {}), _REDOC: "Redoc"}
    return "\n".join(
        f'<a href="{path}"{" aria-current=page" if path == current else ""}>{name}</a>' for path, name in pages.items()
    )


def _title(contract: Contract) -> str:
    title: str = contract.document["info"]["title"]
    return title


def _page(body: bytes, media_type: str) -> ASGIApp:
    reply = Reply(200, body, media_type)
    reply.set("Content-Security-Policy", _POLICY)
    reply.set("X-Content-Type-Options", "nosniff")
    reply.set("Cache-Control", "no-cache")
    return fixed_endpoint(reply)


def _asset(name: str) -> ASGIApp:
    @cache
    def content() -> bytes:
        return (_viewers() / name).read_bytes().replace(_LOGO, _ICON)

    async def asset(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 (an ASGI application)
        reply = Reply(200, content(), mimetypes.guess_type(name)[0])
        reply.set("X-Content-Type-Options", "nosniff")
        reply.set("Cache-Control", "public, max-age=86400")
        await reply.send(send, head=scope["method"] == "HEAD")

    return asset


@cache
def _viewers() -> Path:
    """The viewers' files, as the package `fastapi-offline` ships them."""
    return Path(str(importlib.resources.files("fastapi_offline"))) / "static"
