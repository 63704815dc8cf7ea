"""The operations console at `/console/`: where its built files are, and what a browser may do with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from server.reply import Reply, fixed_endpoint
from server.routes.router import PathRoute
from server.routes.static_files import static_routes

CONSOLE = "/console/"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src {hosts}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_NOT_BUILT = b"The console is not built here: `make install` builds it where npm is (Node.js 20.19 or newer).\n"


def console_folder() -> Path:
    """Where the built files are: in a checkout what `make install` made, in a package beside the contract."""
    server = Path(__file__).parents[1]
    packaged = server / "console"
    return packaged if packaged.is_dir() else server.parent / "console" / "dist"


def console_routes(folder: Path | None = None, *, firebase: Mapping[str, str] | None = None) -> Iterator[PathRoute]:
    """Routes of the built files; of one line that says how to build them where there are none.

    `firebase` is how users sign in by e-mail: `key`, and the base URLs `accounts` and `tokens`, which the page may then
    reach, and only then.
    """
    folder = folder or console_folder()
    yield PathRoute(CONSOLE.rstrip("/"), {"GET": redirect(CONSOLE)})
    if (folder / "index.html").is_file():
        services = [] if firebase is None else [firebase["accounts"], firebase["tokens"]]
        origins = dict.fromkeys(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in services)
        headers = {"Content-Security-Policy": _POLICY.format(hosts=" ".join(["'self'", *origins])), **_HEADERS}
        yield from static_routes(folder, CONSOLE, headers)
        yield PathRoute(f"{CONSOLE}sign-in.json", {"GET": _document({"firebase": firebase})})
    else:
        not_built = Reply(503, _NOT_BUILT, "text/plain; charset=utf-8")
        yield PathRoute(CONSOLE, {"GET": fixed_endpoint(_uncached(not_built))})


def redirect(location: str) -> ASGIApp:
    """An endpoint that leads elsewhere."""
    reply = Reply(307)
    reply.set("Location", location)
    return fixed_endpoint(reply)


def _document(value: object) -> ASGIApp:
    """An endpoint for what a page has to know before anybody has signed in."""
    return fixed_endpoint(_uncached(Reply(200, json.dumps(value).encode(), "application/json")))


def _uncached(reply: Reply) -> Reply:
    reply.set("Cache-Control", "no-cache")
    reply.set("X-Content-Type-Options", "nosniff")
    return reply
