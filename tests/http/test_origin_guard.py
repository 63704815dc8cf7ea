"""Without authentication a browser lends nobody its place: foreign names and foreign pages are refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from server.access.api_keys import MOCK_KEYS
from server.access.guard import Access
from server.app import create_app
from server.settings import Settings
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.support.client import app_client

REAL = {"wallet_backend": "real", "wallet_store": "sqlite", "solana_rpc_url": SecretStr("http://127.0.0.1:1")}
EVIL = "https://evil.example"
BODY = {"scope": "all"}


def client(access: Access | None = None, **settings: Any) -> httpx.AsyncClient:
    app = create_app(ExampleBackend(), settings=Settings(**settings), contract=CONTRACT, access=access)
    return app_client(app)


@pytest.mark.parametrize("mode", [{}, REAL], ids=["mock", "real"])
@pytest.mark.parametrize("path", ["/api/wallets", "/healthz", "/docs", "/metrics", "/nothing"])
async def test_a_name_that_was_made_to_point_here(mode: dict[str, Any], path: str) -> None:
    async with client(**mode) as guarded:
        for host in ("rebound.example", "rebound.example:8000", "localhost.example", "127.0.0.1.example", "[x", ""):
            answer = await guarded.get(path, headers={"Host": host})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), host
            assert answer.json()["errors"][0] | {"expected": ""} == {
                "where": "/header/Host",
                "rule": "not_allowed",
                "expected": "",
                "got": host,
            }
        for host in ("localhost:8000", "LOCALHOST", "app.localhost", "127.0.0.1:8000", "[::1]:8000", "192.168.1.7"):
            assert (await guarded.get(path, headers={"Host": host})).status_code in (200, 404), host


@pytest.mark.parametrize("mode", [{}, REAL], ids=["mock", "real"])
async def test_a_foreign_page_changes_nothing(mode: dict[str, Any]) -> None:
    async with client(**mode) as guarded:
        for origin in (EVIL, "null", "http://localhost.evil.example", "http://[x"):
            headers = {"Origin": origin}
            assert (await guarded.post("/api/wallets/refresh-all", json=BODY, headers=headers)).status_code == 403
            assert (await guarded.delete("/api/wallets/x", headers=headers)).status_code == 403
            assert (await guarded.post("/nothing", content="text", headers=headers)).status_code == 403
            assert (await guarded.get("/api/wallets", headers=headers)).status_code == 200
        for origin in ("http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:3000"):
            answer = await guarded.post("/api/wallets/refresh-all", json=BODY, headers={"Origin": origin})
            assert answer.status_code == 202
        assert (await guarded.post("/api/wallets/refresh-all", json=BODY)).status_code == 202


@pytest.mark.parametrize("mode", [{}, REAL], ids=["mock", "real"])
async def test_a_foreign_page_embeds_nothing(mode: dict[str, Any]) -> None:
    picture = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    frame = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    async with client(**mode) as guarded:
        for path in ("/api/wallets", "/docs"):
            for headers in (picture, frame):
                answer = await guarded.get(path, headers=headers)
                assert (answer.status_code, answer.json()["errors"][0]["where"]) == (403, "/header/Sec-Fetch-Site")
                ours = headers | {"Sec-Fetch-Site": "same-origin"}
                assert (await guarded.get(path, headers=ours)).status_code == 200
            assert (await guarded.get(path, headers=link)).status_code == 200
        beacon = picture | {"Sec-Fetch-Dest": "empty", "Origin": "http://localhost:5173"}
        assert (await guarded.post("/api/wallets/refresh-all", json=BODY, headers=beacon)).status_code == 202


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({"wallet_allowed_hosts": "mock.internal,b.example"}, {"Host": "mock.internal:8000"}, 202),
        ({"wallet_allowed_hosts": "mock.internal"}, {"Host": "mock.internal", "Origin": "http://mock.internal"}, 202),
        ({"wallet_allowed_hosts": "*"}, {"Host": "any.example"}, 202),
        ({"wallet_allowed_hosts": "mock.internal"}, {"Host": "b.example"}, 403),
        ({"wallet_cors_origins": EVIL}, {"Origin": EVIL}, 202),
        ({"wallet_cors_origins": EVIL}, {"Origin": "https://other.example"}, 403),
        ({"wallet_cors_origins": "*"}, {"Origin": EVIL}, 202),
    ],
)
async def test_what_the_settings_allow(settings: dict[str, Any], headers: dict[str, str], status: int) -> None:
    async with client(**settings) as guarded:
        answer = await guarded.post("/api/wallets/refresh-all", json=BODY, headers=headers)
        assert answer.status_code == status


async def test_with_credentials_a_browser_lends_nothing() -> None:
    async with client(Access(MOCK_KEYS, None)) as guarded:
        headers = {"Host": "wallets.example", "Origin": "https://console.example", "X-API-Key": "mock-operate"}
        assert (await guarded.post("/api/wallets/refresh-all", json=BODY, headers=headers)).status_code == 202
