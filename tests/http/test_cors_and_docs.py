"""What browsers need: cross-origin headers, and documentation that works offline."""

from __future__ import annotations

import re
from collections.abc import Mapping

import httpx
import pytest

from server.app import create_app
from server.settings import Settings
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.support.client import app_client

PAGE = "http://localhost:5173"
LISTED = "https://wallets.example"
EXPOSED = {
    "ETag",
    "Location",
    "Retry-After",
    "Allow",
    "X-Request-Id",
    "X-Backend",
    "Preference-Applied",
    "X-Mock-Source",
}
PREFLIGHT = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type,if-match"}


def _client(**settings: str) -> httpx.AsyncClient:
    real = settings | {"solana_rpc_url": "http://localhost:1", "google_cloud_project": "p"}
    chosen = Settings.model_validate(real if settings.get("wallet_backend") == "real" else settings)
    app = create_app(ExampleBackend(), settings=chosen, contract=CONTRACT)
    return app_client(app)


def _cors(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("path", ["/api/wallets", "/nope", "/api/wallets?page_size=0", "/openapi.json"])
async def test_the_mock_answers_pages_of_every_origin(path: str) -> None:
    async with _client() as client:
        response = await client.get(path, headers={"Origin": PAGE})
        assert response.headers["access-control-allow-origin"] == PAGE
        assert set(response.headers["access-control-expose-headers"].split(", ")) == EXPOSED
        assert response.headers["access-control-allow-credentials"] == "true", 'credentials: "include"'
        assert "Origin" in response.headers["vary"].split(", ")
        plain = await client.get(path)
        assert (_cors(plain.headers), plain.headers["vary"]) == ({}, "Accept-Encoding")


async def test_preflight_of_the_mock() -> None:
    async with _client() as client:
        response = await client.options("/api/wallets/x", headers={"Origin": PAGE, **PREFLIGHT})
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["access-control-allow-origin"] == PAGE
    assert {"PUT", "PATCH"} <= set(response.headers["access-control-allow-methods"].split(", "))
    assert response.headers["access-control-allow-headers"] == "content-type,if-match"
    assert {"X-Request-Id", "X-Backend"} <= {name.title() for name in response.headers}


async def test_real_has_a_list() -> None:
    async with _client(wallet_backend="real", wallet_cors_origins=f"{LISTED},http://other.example") as client:
        listed = await client.get("/api/wallets", headers={"Origin": LISTED})
        assert listed.headers["access-control-allow-origin"] == LISTED
        preflight = await client.options("/api/wallets", headers={"Origin": LISTED, **PREFLIGHT})
        assert preflight.status_code == 204
        assert {"Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Prefer", "Content-Type"} <= set(
            preflight.headers["access-control-allow-headers"].split(", ")
        )
        for origin in (PAGE, "null", LISTED + ".evil.example"):
            assert _cors((await client.get("/api/wallets", headers={"Origin": origin})).headers) == {}
            assert _cors((await client.options("/x", headers={"Origin": origin, **PREFLIGHT})).headers) == {}
        for response in (listed, preflight, await client.get("/api/wallets")):
            assert "Origin" in response.headers["vary"].split(", ")


async def test_real_is_closed_unless_configured() -> None:
    async with _client(wallet_backend="real") as client:
        assert _cors((await client.get("/api/wallets", headers={"Origin": LISTED})).headers) == {}


async def test_the_contract_is_served_as_it_is_written(client: httpx.AsyncClient) -> None:
    text = await client.get("/openapi.yaml")
    assert text.content == CONTRACT.text
    assert text.headers["content-type"] == "application/yaml"
    as_json = await client.get("/openapi.json")
    assert as_json.headers["content-type"] == "application/json"
    assert as_json.json() == CONTRACT.document


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_pages_load_nothing_from_elsewhere(client: httpx.AsyncClient, page: str) -> None:
    response = await client.get(page)
    assert response.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in response.headers["content-security-policy"]
    links = re.findall(r'(?:src|href|spec-url)="([^"]*)"', response.text)
    assert len(links) >= 2
    for link in links:
        assert link.startswith("/")
        asset = await client.get(link)
        assert asset.status_code == 200
        assert asset.content
        if link.endswith(".js"):
            assert asset.headers["content-type"].startswith("text/javascript")


async def test_without_the_console_the_root_leads_to_the_documentation() -> None:
    async with _client(wallet_console="false") as client:
        assert (await client.get("/", follow_redirects=True)).url.path == "/docs"
        assert (await client.get("/console/")).status_code == 404


async def test_fastapi_describes_nothing_itself(client: httpx.AsyncClient) -> None:
    for path in ("/docs/oauth2-redirect", "/docs/assets/none.js", "/docs/assets/../app.py", "/docs/"):
        assert (await client.get(path)).status_code == 404
    assert (await client.post("/docs")).status_code == 405
