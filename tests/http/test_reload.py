"""Saved files take effect within a second and lose nothing; broken ones change nothing and are named."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.composition import Backends, build
from server.contract import contract_path, load_contract
from server.reloading.watching import watch, watched_contract
from server.settings import Settings
from tests.support.client import app_client

ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"


class Running:
    """A mock that watches copies of its files."""

    def __init__(self, client: httpx.AsyncClient, contract: Path, world: Path) -> None:
        self.client, self.contract, self.world = client, contract, world

    async def soon(self, holds: Callable[[], Awaitable[bool]]) -> float:
        """Seconds until something holds; at most one."""
        began = time.perf_counter()
        while not await holds():
            assert time.perf_counter() - began < 1, "not within a second"
            await asyncio.sleep(0.02)
        return time.perf_counter() - began

    async def status(self, path: str) -> int:
        return (await self.client.get(path)).status_code

    async def total(self, **headers: str) -> int:
        return int((await self.client.get("/api/wallets", headers=headers)).json()["total_size"])


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    contract, world = tmp_path / "openapi.yaml", tmp_path / "mine.yaml"
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
        app_client(app) as client,
    ):
        await asyncio.sleep(0)  # the watch begins
        yield Running(client, contract, world)
    watching.cancel()


async def test_a_saved_contract_takes_effect_and_loses_nothing(running: Running) -> None:
    created = await running.client.post("/api/wallets", json={"wallet_address": ADDRESS, "label": "kept"})
    assert created.status_code == 201
    assert await running.status("/api/wallets?page_size=150") == 200
    text = running.contract.read_text()
    assert text.count("maximum: 200\n") >= 1
    running.contract.write_text(
        text.replace("maximum: 200\n", "maximum: 100\n").replace("  title: ", "  title: New ", 1)
    )

    async def refused() -> bool:
        return await running.status("/api/wallets?page_size=150") == 422

    await running.soon(refused)
    assert (await running.client.get("/openapi.json")).json()["info"]["title"].startswith("New ")
    assert (await running.client.get(f"/api/wallets/{ADDRESS}")).json()["wallet"]["label"] == "kept"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  title: ", "  title: [", r"openapi.yaml:\d+: line \d+, column \d+"),
        ("maximum: 200\n", "maksimum: 200\n", r"openapi.yaml:\d+: .*unknown keyword 'maksimum'"),
        (
            "\n      operationId: getPortfolioSummary\n",
            "\n      operationId: readPortfolio\n",
            r"openapi.yaml:\d+: readPortfolio",
        ),
    ],
    ids=["not YAML", "no such keyword", "no such method"],
)
async def test_a_broken_contract_changes_nothing_and_is_named(
    running: Running, caplog: pytest.LogCaptureFixture, old: str, new: str, said: str
) -> None:
    text = running.contract.read_text()
    assert old in text
    with caplog.at_level(logging.ERROR, "server.reloading.watching"):
        running.contract.write_text(text.replace(old, new, 1))

        async def complained() -> bool:
            return bool(caplog.records)

        await running.soon(complained)
    assert re.search(said, caplog.text), caplog.text
    assert "goes on serving" in caplog.text
    assert await running.total() == 3

    running.contract.write_text(text.replace("  title: ", "  title: Good ", 1))

    async def recovered() -> bool:
        return "Good" in (await running.client.get("/openapi.json")).json()["info"]["title"]

    await running.soon(recovered)


async def test_a_request_under_way_ends_as_it_began(running: Running) -> None:
    slow = asyncio.ensure_future(running.client.get("/api/wallets?page_size=150", headers={"Prefer": "delay=700"}))
    await asyncio.sleep(0.05)
    text = running.contract.read_text()
    running.contract.write_text(text.replace("maximum: 200\n", "maximum: 100\n"))

    async def refused() -> bool:
        return await running.status("/api/wallets?page_size=150") == 422

    await running.soon(refused)
    assert (await slow).status_code == 200


async def test_a_saved_world_begins_where_nothing_was_done_and_keeps_what_was(running: Running) -> None:
    mine = {"X-Mock-Session": "mine"}
    assert await running.total() == 3
    created = await running.client.post("/api/wallets", json={"wallet_address": ADDRESS}, headers=mine)
    assert created.status_code == 201
    running.world.write_text("wallets: 5\nfaults:\n  - failure: unavailable\n")

    async def larger() -> bool:
        return await running.total() == 5

    await running.soon(larger)
    assert await running.total(**mine) == 4, "what was done there stays"
    refreshed = await running.client.post(f"/api/wallets/{ADDRESS}/refresh", headers=mine)
    assert refreshed.status_code == 502, "the weather is the new one"


async def test_a_broken_world_changes_nothing(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "server.reloading.watching"):
        running.world.write_text("wallets: many\n")

        async def complained() -> bool:
            return "mine.yaml" in caplog.text

        await running.soon(complained)
    assert "wallets: expected an integer" in caplog.text
    assert await running.total() == 3
