"""The applications to fuzz, as they are served: the mock, and the real one over SQLite and a scripted chain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from server.app import create_app
from server.composition import build, build_access
from server.settings import Settings
from tests.support import rpc_world
from tests.support.scripted_rpc import ScriptedRpc

KNOWN_ADDRESSES = [rpc_world.OWNER, rpc_world.SENDER]


@asynccontextmanager
async def fuzzed_app(mode: str, folder: Path, *, auth: bool = False) -> AsyncIterator[Any]:
    """A running application in the mode `mock` or `real`, which checks its answers against the contract."""
    async with ScriptedRpc(rpc_world.answer) as rpc:
        common: dict[str, Any] = {"wallet_check_responses": True, "wallet_stream_seconds": 1}
        if mode == "mock":
            settings = Settings(wallet_auth="on" if auth else "off", **common)
        else:
            settings = Settings(
                wallet_backend="real",
                wallet_store="sqlite",
                wallet_sqlite_path=folder / "fuzz.sqlite3",
                wallet_auth="off",
                wallet_refresh_cooldown=0,
                solana_rpc_url=rpc.url,
                solana_rpc_rps=10_000,
                **common,
            )
        backends = await build(settings)
        app = create_app(
            backends.main,
            group_backends=backends.groups,
            settings=settings,
            access=build_access(settings),
            mounts=backends.mounts,
            session_control=backends.session_control,
        )
        async with app.router.lifespan_context(app):
            yield app
