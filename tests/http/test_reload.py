"""Saved files take effect within a second and lose nothing; broken ones change nothing and are named."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.watched_mock import WatchedMock, watched_mock

ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[WatchedMock]:
    async with watched_mock(tmp_path) as mock:
        yield mock


async def test_a_saved_contract_takes_effect_and_loses_nothing(running: WatchedMock) -> None:
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
        ("\n        - name: days\n", "\n        - name: weeks\n", r"openapi.yaml:\d+: getLaunchAnalytics.* takes days"),
    ],
    ids=["not YAML", "no such keyword", "a parameter is gone"],
)
async def test_a_broken_contract_changes_nothing_and_is_named(
    running: WatchedMock, caplog: pytest.LogCaptureFixture, old: str, new: str, said: str
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


async def test_a_request_under_way_ends_as_it_began(running: WatchedMock) -> None:
    slow = asyncio.ensure_future(running.client.get("/api/wallets?page_size=150", headers={"Prefer": "delay=700"}))
    await asyncio.sleep(0.05)
    text = running.contract.read_text()
    running.contract.write_text(text.replace("maximum: 200\n", "maximum: 100\n"))

    async def refused() -> bool:
        return await running.status("/api/wallets?page_size=150") == 422

    await running.soon(refused)
    assert (await slow).status_code == 200


async def test_a_saved_world_begins_where_nothing_was_done_and_keeps_what_was(running: WatchedMock) -> None:
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
    assert refreshed.status_code == 502, "the faults are the new ones"


async def test_a_broken_world_changes_nothing(running: WatchedMock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "server.reloading.watching"):
        running.world.write_text("wallets: many\n")

        async def complained() -> bool:
            return "mine.yaml" in caplog.text

        await running.soon(complained)
    assert "wallets: expected an integer" in caplog.text
    assert await running.total() == 3
