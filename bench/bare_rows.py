"""The least that a Starlette application over SQLite can do: 50 printed rows joined and counted, or one row and its
holdings.

`python -m bench.bare_rows PORT FILE`
"""

from __future__ import annotations

import sqlite3
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main(port: str, file: str) -> None:
    """Serve until a signal."""
    table = sqlite3.connect(file, check_same_thread=False)

    async def rows(_: Request) -> Response:
        found = table.execute("SELECT printed FROM wallets ORDER BY created_at DESC, address DESC LIMIT 50")
        items = ",".join(printed for (printed,) in found)
        total = table.execute("SELECT count(*) FROM wallets").fetchone()[0]
        body = f'{{"items":[{items}],"next_page_token":null,"total_size":{total}}}'
        return Response(body, media_type="application/json")

    async def row(request: Request) -> Response:
        address = request.path_params["address"]
        found = table.execute("SELECT printed FROM wallets WHERE address = ?", (address,)).fetchone()
        holdings = table.execute("SELECT printed FROM holdings WHERE address = ?", (address,)).fetchone()
        return Response(f'{{"row":{found[0]},"holdings":{holdings[0]}}}', media_type="application/json")

    app = Starlette(routes=[Route("/api/wallets", rows), Route("/api/wallets/{address}", row)])
    uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_config=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
