"""A whole mock in this process that watches copies of its files, as `serve --reload` does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from server.app import create_app
from server.composition import Backends, build
from server.contract import contract_path, load_contract
from server.reloading.watching import watch, watched_contract
from server.settings import Settings
from tests.support.client import app_client
from tests.support.load import LOAD_SECONDS


class WatchedMock:
    """A mock that watches copies of its files."""

    def __init__(self, client: httpx.AsyncClient, contract: Path, world: Path) -> None:
        self.client, self.contract, self.world = client, contract, world

    async def soon(self, holds: Callable[[], Awaitable[bool]]) -> float:
        """Seconds until something holds; on an idle machine less than one: the files are looked at six times in it."""
        began = time.perf_counter()
        while not await holds():
            assert time.perf_counter() - began < LOAD_SECONDS, "it does not come about"
            await asyncio.sleep(0.02)
        return time.perf_counter() - began

    async def status(self, path: str) -> int:
        return (await self.client.get(path)).status_code

    async def total(self, **headers: str) -> int:
        return int((await self.client.get("/api/wallets", headers=headers)).json()["total_size"])


@asynccontextmanager
async def watched_mock(folder: Path) -> AsyncIterator[WatchedMock]:
    """`folder` gets the contract, and a world of three wallets."""
    contract, world = folder / "openapi.yaml", folder / "mine.yaml"
    contract.write_bytes(contract_path().read_bytes())
    world.write_text("wallets: 3\n")
    settings = Settings(wallet_world=str(world))
    backends: Backends = await build(settings)
    app = create_app(
        backends.main,
        settings=settings,
        contract=load_contract(contract),
        mounts=backends.mounts,
        session_control=backends.session_control,
    )
    watching = asyncio.ensure_future(watch([watched_contract(contract, app.state.take_over), *backends.watched]))
    async with (
        app.router.lifespan_context(app),
        app_client(app, base_url="http://localhost") as client,
    ):
        await asyncio.sleep(0)  # the watch begins
        yield WatchedMock(client, contract, world)
    watching.cancel()
