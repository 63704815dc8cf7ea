"""Metrics: by route template, and never a word of a request."""

from __future__ import annotations

import httpx

from server.app import create_app
from server.composition import build_access
from server.settings import Settings
from server.telemetry.metrics import Metrics
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.support.client import app_client

ADDRESS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"


async def test_requests_are_counted_by_route_template(client: httpx.AsyncClient) -> None:
    await client.get(f"/api/wallets/{ADDRESS}")
    await client.head(f"/api/wallets/{ADDRESS}")
    await client.get("/api/wallets/canary-1")
    await client.get("/canary-2?canary-3=canary-4", headers={"X-Request-Id": "canary-5"})
    await client.request("CANARY6", "/api/wallets")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = answer.text.splitlines()
    template = 'route="/api/wallets/{wallet_address}"'
    assert f'wallet_http_requests_total{{method="GET",{template},status="200"}} 1.0' in lines
    assert f'wallet_http_requests_total{{method="GET",{template},status="422"}} 1.0' in lines
    assert f'wallet_http_requests_total{{method="HEAD",{template},status="200"}} 1.0' in lines
    assert 'wallet_http_requests_total{method="GET",route="",status="404"} 1.0' in lines
    assert 'wallet_http_requests_total{method="other",route="/api/wallets",status="405"} 1.0' in lines
    assert "wallet_http_requests_under_way 1.0" in lines
    assert "canary" not in answer.text.lower()
    assert ADDRESS not in answer.text


async def test_they_can_be_switched_off() -> None:
    app = create_app(ExampleBackend(), settings=Settings(wallet_metrics=False), contract=CONTRACT)
    async with app_client(app) as client:
        assert (await client.get("/metrics")).json()["code"] == "route_not_found"


def test_what_backends_measure_is_scraped() -> None:
    metrics = Metrics()
    metrics.rpc_request("getTransaction", "ok", 0.2)
    metrics.refreshed("partial")
    metrics.served(30)
    metrics.served(None)
    metrics.store_error("reads")
    metrics.circuit("reads", is_open=True)
    metrics.draining()
    lines = metrics.text().decode().splitlines()
    for line in (
        'wallet_rpc_requests_total{method="getTransaction",outcome="ok"} 1.0',
        'wallet_refreshes_total{outcome="partial"} 1.0',
        'wallet_cache_age_seconds_bucket{le="60.0"} 1.0',
        "wallet_cache_never_total 1.0",
        'wallet_store_errors_total{circuit="reads"} 1.0',
        'wallet_store_circuit_open{circuit="reads"} 1.0',
        "wallet_draining 1.0",
    ):
        assert line in lines


async def test_head_has_no_body(client: httpx.AsyncClient) -> None:
    answer = await client.head("/metrics")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_they_need_a_credential_where_reading_needs_one() -> None:
    access = build_access(Settings(wallet_auth="on"))
    app = create_app(ExampleBackend(), settings=Settings(), contract=CONTRACT, access=access)
    async with app_client(app) as client:
        assert (await client.get("/metrics")).json()["code"] == "unauthenticated"
        for key in ("mock-read", "mock-operate"):
            assert (await client.get("/metrics", headers={"X-API-Key": key})).status_code == 200


async def test_a_process_with_probes_alone_keeps_the_same_rules() -> None:
    access = build_access(Settings(wallet_auth="on"))
    app = create_app(ExampleBackend(), settings=Settings(), contract=CONTRACT, access=access, probes_only=True)
    async with app_client(app) as client:
        assert [(await client.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]
        for path in ("/metrics", "/api/wallets", "/docs"):
            assert (await client.get(path)).json()["code"] == "unauthenticated"
        key = {"X-API-Key": "mock-operate"}
        assert (await client.get("/metrics", headers=key)).status_code == 200
        assert (await client.get("/api/wallets", headers=key)).json()["code"] == "route_not_found"
