"""Kept bytes: the same as anew, per session, gone with every write, every turn of freshness and every set clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from backends.errors import StoreUnavailable
from backends.mock.factory import MockWorld
from backends.orchestrator.timestamps import parse_timestamp
from server.app import create_app
from server.composition import build
from server.operations.response_cache import LruStore
from server.reply import Reply
from server.settings import Settings
from tests.support.client import app_client
from tests.support.default_world import default_world

ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"
LISTS = [
    "/api/wallets",
    "/api/wallets?sort=label&page_size=7",
    "/api/wallets/funding/scheduled",
    "/api/wallets/launches/",
    "/api/wallets/portfolio/summary",
    "/api/wallets/portfolio/tokens",
    "/api/wallets/portfolio/launches",
]


class Rig:
    def __init__(self, world: MockWorld, client: httpx.AsyncClient) -> None:
        self.world, self.client = world, client

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def first(self) -> str:
        return str((await self.get("/api/wallets")).json()["items"][0]["wallet"]["wallet_address"])


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    world = await default_world()
    app = create_app(world.backend(), settings=Settings())
    async with (
        app.router.lifespan_context(app),
        app_client(app) as client,
    ):
        yield Rig(world, client)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which queries reached the store."""
    from backends.mock.store import MemoryWalletsDataService

    seen: list[str] = []
    for name in ("get", "query", "count", "sums", "get_many"):
        real = getattr(MemoryWalletsDataService, name)

        def noted(self: Any, *args: Any, _real: Any = real, _name: str = name, **options: Any) -> Any:
            seen.append(_name)
            return _real(self, *args, **options)

        monkeypatch.setattr(MemoryWalletsDataService, name, noted)
    return seen


@pytest.mark.parametrize("path", LISTS)
async def test_a_second_read_asks_nobody_and_says_the_same(rig: Rig, asked: list[str], path: str) -> None:
    await rig.get(path)
    first = await rig.get(path)
    asked.clear()
    again = await rig.get(path)
    assert not asked
    assert (again.status_code, again.content) == (200, first.content)
    own = {"x-request-id"}
    assert {name: value for name, value in again.headers.items() if name not in own} == {
        name: value for name, value in first.headers.items() if name not in own
    }
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    head = await rig.client.head(path, headers={"Accept-Encoding": "identity"})
    assert (head.content, head.headers["content-length"]) == (b"", str(len(first.content)))


async def test_a_write_ends_it(rig: Rig) -> None:
    before = await rig.get("/api/wallets")
    created = await rig.client.post("/api/wallets", json={"wallet_address": ADDRESS, "label": "new"})
    assert created.status_code == 201
    after = await rig.get("/api/wallets")
    assert after.json()["total_size"] == before.json()["total_size"] + 1


async def test_conditional_requests_are_judged_each(rig: Rig, asked: list[str]) -> None:
    path = f"/api/wallets/{await rig.first()}"
    etag = (await rig.get(path)).headers["etag"]
    for _ in range(2):
        same = await rig.get(path, **{"If-None-Match": etag})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
        other = await rig.get(path, **{"If-None-Match": '"0.0.nnn"'})
        assert other.status_code == 200
    asked.clear()
    assert (await rig.get(path, **{"If-None-Match": etag})).status_code == 304
    assert not asked


async def test_a_moved_clock_shows(rig: Rig) -> None:
    rig.world.clock.run()
    counts = (await rig.get("/api/wallets?freshness=fresh")).json()["total_size"]
    assert counts
    rig.world.clock.move(timedelta(hours=2))
    assert (await rig.get("/api/wallets?freshness=fresh")).json()["total_size"] == 0
    rig.world.clock.move(timedelta(hours=-2))
    assert (await rig.get("/api/wallets?freshness=fresh")).json()["total_size"] == counts


async def test_a_reading_turns_stale_while_the_clock_runs(rig: Rig) -> None:
    """The turn is a moment of the contents themselves: no clock is set here, it only shows another time."""
    version = rig.world.backend().revision
    items = (await rig.get("/api/wallets?freshness=fresh&page_size=200")).json()["items"]
    turns = sorted(
        parse_timestamp(part["stale_after"])
        for item in items
        for part in item["cache"]["parts"].values()
        if part["stale_after"]
    )
    clock = rig.world.clock
    setting = clock._set

    def at(when: Any) -> Hashable:
        clock.freeze(when)
        clock._set = setting  # as if time had passed by itself
        return version()

    least = timedelta(milliseconds=1)
    assert at(turns[0] - least) != at(turns[0]) == at(turns[0] + least)


async def test_a_body_and_a_wrong_query_are_refused_beside_a_kept_answer(rig: Rig) -> None:
    await rig.get("/api/wallets")
    assert (await rig.client.request("GET", "/api/wallets", content=b"{}")).status_code == 422
    assert (await rig.get("/api/wallets?page_size=0")).status_code == 422
    missing = [await rig.get(f"/api/wallets/{ADDRESS}") for _ in range(2)]
    ids = {answer.json()["request_id"] for answer in missing}
    assert len(ids) == 2, "a problem is never kept"


def test_the_shelf_is_bounded_and_keeps_what_is_used() -> None:
    cache = LruStore(40_000)
    used = ("used",)
    cache.put(used, Reply(200, b"x" * 1000))
    for number in range(100):
        cache.put((number,), Reply(200, b"x" * 1000))
        assert cache.get(used) is not None
    assert sum(cache.get((number,)) is not None for number in range(100)) < 20
    cache.put(("large",), Reply(200, b"x" * 20_000))
    assert cache.get(("large",)) is None


async def test_sessions_never_share_bytes_that_differ() -> None:
    backends = await build(Settings())
    app = create_app(
        backends.main, settings=Settings(), mounts=backends.mounts, session_control=backends.session_control
    )
    async with (
        app.router.lifespan_context(app),
        app_client(app) as client,
    ):
        totals = {}
        for number in range(4):
            session = {"X-Mock-Session": f"s{number}"}
            await client.get("/api/wallets", headers=session)
            for address in [ADDRESS, "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"][:number]:
                await client.post("/api/wallets", json={"wallet_address": address}, headers=session)
            for _ in range(2):
                totals[number] = (await client.get("/api/wallets", headers=session)).json()["total_size"]
        assert totals == {0: 50, 1: 51, 2: 52, 3: 52}
        assert (await client.get("/api/wallets")).json()["total_size"] == 50
        asked = await client.get("/api/wallets", headers={"Prefer": "code=500"})
        assert asked.status_code == 500, "Prefer goes before what was kept"


class _Slow(Rig):
    """A world whose store answers when it is told to."""

    def hold(self, monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> tuple[asyncio.Event, list[str]]:
        release, begun = asyncio.Event(), list[str]()
        real = self.world.store.query

        async def query(*args: Any, **options: Any) -> Any:
            begun.append("query")
            await release.wait()
            if error is not None:
                raise error
            return await real(*args, **options)

        monkeypatch.setattr(self.world.store, "query", query)
        return release, begun


async def _until_idle() -> None:
    """All that can go on has gone on; nothing here waits for anything but events."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_who_asks_while_an_answer_is_made_waits_for_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    release, begun = _Slow(rig.world, rig.client).hold(monkeypatch)
    asked = [asyncio.create_task(rig.get("/api/wallets?page_size=5")) for _ in range(8)]
    await _until_idle()
    assert begun == ["query"]
    asked[0].cancel()  # it goes on for the others, or one of them makes it anew
    asked[1].cancel()
    await _until_idle()
    created = await rig.client.post("/api/wallets", json={"wallet_address": ADDRESS, "label": "new"})
    assert created.status_code == 201
    later = asyncio.create_task(rig.get("/api/wallets?page_size=5"))
    await _until_idle()
    release.set()
    answers = [(await one).json() for one in asked[2:]]
    assert all(answer == answers[0] for answer in answers)
    after = (await later).json()
    assert after["items"][0]["wallet"]["wallet_address"] == ADDRESS, "who asks after a write sees it"


async def test_what_could_not_be_made_each_makes_for_himself(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    release, begun = _Slow(rig.world, rig.client).hold(monkeypatch, StoreUnavailable())
    asked = [asyncio.create_task(rig.get("/api/wallets?page_size=5")) for _ in range(4)]
    await _until_idle()
    release.set()
    answers = [await one for one in asked]
    assert [answer.status_code for answer in answers] == [503] * 4
    assert len({answer.json()["request_id"] for answer in answers}) == 4
    assert len(begun) == 4
