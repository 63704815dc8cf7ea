"""Sessions: worlds that never see each other, clocks of their own, snapshots, and who may control them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from backends.mock import session as session_module
from backends.mock import sessions as sessions_module
from backends.mock.sessions import IDLE_SECONDS, MOST_SESSIONS, MockSessions
from backends.mock.world import WORLDS
from backends.mock.world_cache import WorldSource
from backends.orchestrator.policy import Policy
from server.routes.mounts import load_mock_contract
from server.settings import Settings
from tests.mock.conftest import mock_client

CONTRACT = load_mock_contract()
NEW = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
MORE = "GKMfJL1FTP49GtVb6Bx3qkCghXezetD8qhr1CU8qfHPf"


def session(name: str, **more: str) -> dict[str, str]:
    return {"X-Mock-Session": name, **more}


async def registered(client: httpx.AsyncClient, name: str | None = None) -> int:
    response = await client.get("/api/wallets?page_size=1", headers={} if name is None else session(name))
    total: int = response.json()["total_size"]
    return total


async def create(client: httpx.AsyncClient, name: str | None, address: str = NEW, label: str = "mine") -> int:
    body = {"wallet_address": address, "label": label}
    return (await client.post("/api/wallets", json=body, headers={} if name is None else session(name))).status_code


@pytest.mark.slow
async def test_fifty_sessions_never_see_each_other(client: httpx.AsyncClient) -> None:
    async def live(number: int) -> None:
        name = f"test-{number}"
        assert await create(client, name, label=name) == 201
        changed: dict[str, Any] = {"label": f"{name}, again", "notes": None, "tags": [], "status_override": None}
        assert (await client.put(f"/api/wallets/{NEW}", json=changed, headers=session(name))).status_code == 200
        refreshed = await client.post(f"/api/wallets/{NEW}/refresh", headers=session(name))
        assert refreshed.status_code == 200
        for _ in range(3):  # the second and third time from the bytes that were kept
            found = (await client.get(f"/api/wallets/{NEW}", headers=session(name))).json()["wallet"]
            assert found["label"] == f"{name}, again"
            assert await registered(client, name) == 51
        if number % 2:
            await client.delete(f"/api/wallets/{NEW}?force=true", headers=session(name))
            assert await registered(client, name) == 50

    await asyncio.gather(*(live(number) for number in range(50)))
    assert await registered(client) == 50
    assert (await client.get(f"/api/wallets/{NEW}")).status_code == 404
    assert len((await client.get("/__mock__/sessions")).json()["items"]) == 50


async def test_a_refresh_of_all_wallets_stays_in_its_session(client: httpx.AsyncClient) -> None:
    headers = session("one", Prefer="wait=20")
    done = await client.post("/api/wallets/refresh-all", headers=headers)
    assert (done.status_code, done.json()["state"]) == (200, "COMPLETED")
    path = f"/api/wallets/refresh-operations/{done.json()['operation_id']}"
    assert (await client.get(path, headers=session("one"))).status_code == 200
    assert (await client.get(path, headers=session("two"))).status_code == 404


async def test_an_hour_passes_at_once(client: httpx.AsyncClient) -> None:
    async def states() -> set[str]:
        page = await client.get("/api/wallets?page_size=200&freshness=fresh", headers=session("s"))
        return {item["wallet"]["wallet_address"] for item in page.json()["items"]}

    assert await states()
    clock = await client.post("/__mock__/clock/move", json={"seconds": 3601}, headers=session("s"))
    assert clock.json()["frozen"] is False
    assert not await states()
    await client.post("/__mock__/clock/reset", headers=session("s"))
    assert await states()


async def test_what_was_read_a_day_on_is_stale_when_the_clock_is_back(client: httpx.AsyncClient) -> None:
    """And fresh when the day has passed, from the answers that are kept, too."""
    headers = session("s")

    async def listed(freshness: str) -> set[str]:
        page = await client.get(f"/api/wallets?page_size=200&freshness={freshness}", headers=headers)
        assert page.status_code == 200, page.text
        return {item["wallet"]["wallet_address"] for item in page.json()["items"]}

    async def move(seconds: int) -> None:
        await client.post("/__mock__/clock/move", json={"seconds": seconds}, headers=headers)

    assert await listed("fresh")
    await move(86_400)
    (first, *_) = sorted(await listed("stale"))
    assert (await client.post(f"/api/wallets/{first}/refresh", headers=headers)).status_code == 200
    assert await listed("fresh") == {first}
    await move(-86_400)
    assert first in await listed("stale")
    assert first not in await listed("fresh")
    counts = (await client.get("/api/wallets/portfolio/summary", headers=headers)).json()["wallets_by_freshness"]
    assert (counts["stale"], counts["fresh"]) == (len(await listed("stale")), len(await listed("fresh")))
    await move(86_400)
    assert await listed("fresh") == {first}


async def test_a_frozen_clock_stands_still(client: httpx.AsyncClient) -> None:
    at = "2026-11-22T16:10:00Z"
    frozen = (await client.post("/__mock__/clock/freeze", json={"at": at}, headers=session("s"))).json()
    assert frozen == {"now": "2026-11-22T16:10:00.000Z", "frozen": True}
    await asyncio.sleep(0.02)
    assert (await client.get("/__mock__/clock", headers=session("s"))).json() == frozen
    moved = (await client.post("/__mock__/clock/move", json={"seconds": -60}, headers=session("s"))).json()
    assert moved == {"now": "2026-11-22T16:09:00.000Z", "frozen": True}
    assert (await client.post("/__mock__/clock/run", headers=session("s"))).json()["frozen"] is False
    for _ in range(12):
        await client.post("/__mock__/clock/move", json={"seconds": 315360000}, headers=session("s"))
    last = await client.get("/__mock__/clock", headers=session("s"))
    assert last.json()["now"].startswith("2100-01-01T00:00:0")
    assert (await client.get("/__mock__/clock")).json()["now"] < "2100"


async def test_reset_begins_the_world_anew_as_of_the_clock(client: httpx.AsyncClient) -> None:
    await client.post("/__mock__/clock/freeze", json={"at": "2026-11-22T16:10:00Z"}, headers=session("s"))
    first = await client.get("/api/wallets", headers=session("s"))
    assert await create(client, "s") == 201
    assert await registered(client, "s") == 51
    world = (await client.post("/__mock__/reset", headers=session("s"))).json()
    assert (world["name"], world["begun_at"]) == ("default", None)
    assert (await client.get("/api/wallets", headers=session("s"))).content == first.content
    world = (await client.get("/__mock__/world", headers=session("s"))).json()
    assert world["begun_at"] == "2026-11-22T16:10:00.000Z"


async def test_a_snapshot_brings_back_what_was(client: httpx.AsyncClient) -> None:
    assert await create(client, "s") == 201
    saved = await client.put("/__mock__/snapshots/with_one", headers=session("s"))
    assert saved.status_code == 200
    assert await create(client, "s", MORE) == 201
    await client.post("/__mock__/clock/freeze", json={"at": "2030-01-01T00:00:00Z"}, headers=session("s"))
    for _ in range(2):  # it can be restored again
        assert (await client.post("/__mock__/snapshots/with_one/restore", headers=session("s"))).status_code == 200
        assert await registered(client, "s") == 51
        assert (await client.get("/__mock__/clock", headers=session("s"))).json()["frozen"] is False
        assert await create(client, "s", MORE) == 201
        assert await registered(client, "s") == 52
    missing = await client.post("/__mock__/snapshots/other/restore", headers=session("s"))
    assert (missing.status_code, "with_one" in missing.json()["detail"]) == (404, True)
    assert (await client.post("/__mock__/snapshots/with_one/restore", headers=session("t"))).status_code == 404
    for number in range(25):
        await client.put(f"/__mock__/snapshots/s{number}", headers=session("s"))
    names = [item["name"] for item in (await client.get("/__mock__/snapshots", headers=session("s"))).json()["items"]]
    assert names == [f"s{number}" for number in range(5, 25)]


async def test_a_request_sets_the_world_of_a_session(client: httpx.AsyncClient) -> None:
    async def set_world(body: dict[str, Any]) -> dict[str, Any]:
        response = await client.post("/__mock__/world", json=body, headers=session("s"))
        assert response.status_code == 200, response.text
        world: dict[str, Any] = response.json()
        return world

    assert (await set_world({"world": "empty"}))["wallets"] == 0
    assert await registered(client, "s") == 0
    described = await set_world({"description": {"wallets": 3, "freshness": {"stale": 1, "fresh": 1}}, "seed": 7})
    assert (described["name"], described["seed"]) == ("described", 7)
    assert await registered(client, "s") == 3
    assert (await set_world({}))["name"] == "default"
    assert await registered(client, "s") == 50
    assert await registered(client) == 50


@pytest.mark.parametrize(
    ("body", "where", "expected"),
    [
        (
            {"world": "moon"},
            "/body/world",
            "one of default, empty, whale, stale, rpc-down, partial, rate-limited, slow, progress",
        ),
        ({"description": {"wallets": "many"}}, "/body/description/wallets", "an integer from 0 to 10000"),
        ({"description": {"wallet": 3}}, "/body/description/wallet", "no such field; did you mean wallets?"),
        ({"world": "empty", "description": {}}, "/body", "at most one of world, description"),
    ],
)
async def test_worlds_that_are_none(client: httpx.AsyncClient, body: Any, where: str, expected: str) -> None:
    response = await client.post("/__mock__/world", json=body)
    assert response.status_code == 422
    assert [(error["where"], error["expected"]) for error in response.json()["errors"]] == [(where, expected)]


async def test_served_requests_are_listed_without_secrets(client: httpx.AsyncClient) -> None:
    secret = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf9" * 2
    headers = session("s", **{"X-Request-Id": "r1", "Authorization": "Bearer hidden"})
    await client.get("/api/wallets?page_size=2", headers=headers)
    await client.get(f"/api/wallets/{secret}", headers=session("s"))
    await client.get("/api/wallets?tag=pasted%20by%20mistake!&page_size=0", headers=session("s"))
    await client.post("/api/wallets", json={"wallet_address": NEW}, headers=session("s", Prefer="delay=1"))
    await client.get("/api/wallets")
    response = await client.get("/__mock__/requests", headers=session("s"))
    found = [
        (one["operation"], one["method"], one["path"], one["query"], one["status"], one["preferences"])
        for one in response.json()["items"]
    ]
    assert found == [
        ("createWallet", "POST", "/api/wallets", "", 201, ["delay"]),
        ("listWallets", "GET", "/api/wallets", "", 422, []),
        ("getWallet", "GET", "/api/wallets/{wallet_address}", "", 422, []),
        ("listWallets", "GET", "/api/wallets", "page_size=2", 200, []),
    ]
    assert response.json()["items"][-1]["request_id"] == "r1"
    for hidden in (secret, "mistake", "hidden"):
        assert hidden not in response.text
    for _ in range(205):
        await client.get("/healthz", headers=session("s"))
    assert len((await client.get("/__mock__/requests", headers=session("s"))).json()["items"]) == 200
    assert (await client.delete("/__mock__/requests", headers=session("s"))).status_code == 204
    assert (await client.get("/__mock__/requests", headers=session("s"))).json() == {"items": []}


@pytest.mark.parametrize("name", ["", "no spaces", "a/b", "ü", "x" * 65, "a, b"])
async def test_names_of_sessions_are_bounded(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get("/api/wallets", headers=[(b"X-Mock-Session", name.encode())])
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["where"] == "/header/X-Mock-Session"
    assert "checkout-test-3" in error["expected"]
    assert (await client.get("/__mock__/sessions")).json() == {"items": []}


async def test_a_deleted_session_begins_anew(client: httpx.AsyncClient) -> None:
    assert await create(client, "s") == 201
    for _ in range(2):
        assert (await client.delete("/__mock__/sessions/s")).status_code == 204
    assert await registered(client, "s") == 50


@pytest.fixture
async def sessions() -> Any:
    found = MockSessions(WorldSource(WORLDS["empty"], 1), Policy())
    yield found
    await found.aclose()


async def test_the_least_recently_used_goes_first(sessions: MockSessions) -> None:
    for number in range(MOST_SESSIONS):
        sessions.session(f"s{number}")
    sessions.session("s0")
    sessions.session("one more")
    names = [one.name for one in sessions.named()]
    assert len(names) == MOST_SESSIONS
    assert "s1" not in names
    assert {"s0", "one more"} <= set(names)


async def test_an_idle_hour_ends_a_session(sessions: MockSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(sessions_module, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(session_module, "time", SimpleNamespace(monotonic=lambda: now))
    idle, used = sessions.session("idle"), sessions.session("used")
    backend = await idle.backend()
    assert backend._background
    now += IDLE_SECONDS - 1
    assert sessions.session("used") is used
    now += 1
    sessions.drop_idle()
    assert [one.name for one in sessions.named()] == ["used"]
    await asyncio.sleep(0.05)
    assert not backend._background


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({}, {"Origin": "http://localhost:5173"}, 200),
        ({}, {"Origin": "http://127.0.0.1:3000"}, 200),
        ({}, {"Origin": "http://[::1]:3000"}, 200),
        ({}, {"Origin": "https://example.com"}, 403),
        ({}, {"Origin": "http://localhost.example.com"}, 403),
        ({}, {"Origin": "null"}, 403),
        ({}, {"Origin": "http://[x"}, 403),
        ({}, {"Host": "rebound.example.com"}, 403),
        ({}, {"Host": "127.0.0.1:8000"}, 200),
        ({}, {"Host": "app.localhost:8000"}, 200),
        ({"host": "0.0.0.0", "wallet_allowed_hosts": "mock.internal"}, {"Host": "mock.internal:8000"}, 200),
        ({"wallet_cors_origins": "https://a.example,https://b.example"}, {"Origin": "https://b.example"}, 200),
        ({"wallet_cors_origins": "https://a.example"}, {"Origin": "http://localhost:5173"}, 403),
        ({"wallet_cors_origins": "*"}, {"Origin": "https://example.com"}, 200),
    ],
)
async def test_who_may_control_the_mock(settings: dict[str, Any], headers: dict[str, str], status: int) -> None:
    async with mock_client(Settings(**settings)) as client:
        response = await client.get("/__mock__/world", headers=headers)
        assert response.status_code == status
        if status == 403:
            CONTRACT.schemas.at("/components/schemas/Problem").validate(response.json())
            assert response.json()["errors"][0]["got"] == next(iter(headers.values()))


async def test_pages_may_send_the_session(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "GET"}
    preflight = await client.options("/api/wallets", headers=headers)
    assert {"X-Mock-Session", "Prefer"} <= set(preflight.headers["Access-Control-Allow-Headers"].split(", "))


async def test_the_contract_of_the_control_api_is_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/__mock__/openapi.yaml")).content == CONTRACT.text
    assert (await client.get("/__mock__/openapi.json")).json() == CONTRACT.document
    wrong = await client.put("/__mock__/reset")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST")


def test_the_contract_is_in_the_package() -> None:
    root = Path(__file__).parents[2]
    assert '"openapi.mock.yaml" = "server/openapi.mock.yaml"' in (root / "pyproject.toml").read_text()


async def test_who_is_asking_is_told_the_time_of_now(client: httpx.AsyncClient) -> None:
    """Though nothing else has changed, so that other answers are kept."""
    told = set()
    for _ in range(3):
        told.add((await client.get("/api/wallets/me")).json()["now"])
        await asyncio.sleep(0.002)
    assert len(told) == 3


@pytest.mark.parametrize("path", ["/api/wallets", "/__mock__/s/stolen/api/wallets"])
async def test_a_foreign_page_begins_no_session(client: httpx.AsyncClient, path: str) -> None:
    """By reading, too: whoever begins a hundred sessions ends those of others."""
    named = {} if "stolen" in path else session("stolen")
    assert (await client.get(path, headers=named | {"Origin": "https://evil.example"})).status_code == 403
    picture = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    assert (await client.get(path, headers=named | picture)).status_code == 403
    begun = [one["name"] for one in (await client.get("/__mock__/sessions")).json()["items"]]
    assert "stolen" not in begun
    assert (await client.get(path, headers=named | {"Origin": "http://localhost:5173"})).status_code == 200
