"""The least that a Starlette application can do: one route a file, which returns the file's bytes.

`python -m bench.bare PORT ROUTE=FILE...`
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def _route(path: str, body: bytes) -> Route:
    async def answer(_: Request) -> Response:
        return Response(body, media_type="application/json")

    return Route(path, answer)


def main(port: str, *files: str) -> None:
    """Serve until a signal."""
    pairs = [argument.partition("=") for argument in files]
    app = Starlette(routes=[_route(path, Path(file).read_bytes()) for path, _, file in pairs])
    uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_config=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
