"""The journal: what a session was asked, with headers and bodies but no secrets; filtered, counted and live."""

from __future__ import annotations

import json
import threading
from typing import Any

import httpx
import pytest

ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"
PHRASE = "abandon " * 11 + "about"
REQUESTS = "/__mock__/requests"


async def _kept(client: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get(f"{REQUESTS}{query}")).json()["items"]
    return items


async def test_headers_and_bodies_are_kept_and_credentials_are_not(client: httpx.AsyncClient) -> None:
    headers = {"X-API-Key": "topsecret", "Cookie": "a=hidden", "X-Test": "seen"}
    body = {"wallet_address": ADDRESS, "label": "Mine"}
    created = await client.post("/api/wallets", json=body, headers=headers)
    (entry,) = await _kept(client)
    assert json.loads(entry["request_body"]) == body
    assert entry["response_body"] == created.text
    assert entry["request_headers"]["x-test"] == "seen"
    assert (entry["request_headers"]["x-api-key"], entry["request_headers"]["cookie"]) == ("removed", "removed")
    assert entry["response_headers"]["etag"] == created.headers["ETag"]
    assert entry["armed"] is None


async def test_an_answer_full_of_signatures_is_kept(client: httpx.AsyncClient) -> None:
    listed = await client.get("/api/wallets/launches/?page_size=100")
    assert listed.text.count('"signature":"') > 24, "more than a request may have of what looks like a keypair"
    (entry,) = await _kept(client)
    assert entry["response_body"] == listed.text


@pytest.mark.parametrize(
    "sent",
    [
        json.dumps({"wallet_address": ADDRESS, "label": PHRASE}),
        json.dumps({"wallet_address": ADDRESS, "label": PHRASE}).replace("a", "\\u0061"),
        '{"wallet_address": "' + ADDRESS + '", "typo": "pasted by mistake"}',
    ],
    ids=["a phrase", "a phrase in escapes", "refused"],
)
async def test_what_may_be_a_secret_is_not_repeated(client: httpx.AsyncClient, sent: str) -> None:
    refused = await client.post("/api/wallets", content=sent, headers={"Content-Type": "application/json"})
    assert refused.status_code == 422
    whole = (await client.get(REQUESTS)).text
    assert "abandon" not in whole
    assert "mistake" not in whole
    (entry,) = await _kept(client)
    assert entry["request_body"] is None
    assert json.loads(entry["response_body"])["code"] == "validation_failed"


@pytest.mark.slow
async def test_large_bodies_and_many_of_them_are_let_go(client: httpx.AsyncClient) -> None:
    await client.post("/__mock__/world", json={"world": "default"})
    await client.get("/api/wallets?page_size=200")
    (entry,) = await _kept(client)
    whole = len((await client.get("/api/wallets?page_size=200")).content)
    assert (entry["response_body"] is None) == (whole > 65_536)
    for _ in range(150):
        await client.get("/api/wallets?page_size=40")
    bodies = [each["response_body"] for each in await _kept(client)]
    assert bodies[0] is not None, "the newest"
    assert sum(len(each) for each in bodies if each) < 2.2 * 2**20
    assert bodies[-1] is None, "the oldest"


async def test_the_journal_is_filtered(client: httpx.AsyncClient) -> None:
    await client.post("/__mock__/clock/freeze", json={"at": "2026-11-22T16:10:00Z"})
    await client.get("/api/wallets")
    await client.post("/__mock__/clock/move", json={"seconds": 60})
    await client.get("/api/wallets?page_size=0")
    await client.get("/api/wallets/portfolio/summary")
    for query, operations in {
        "?operation=listWallets": ["listWallets", "listWallets"],
        "?status=422": ["listWallets"],
        "?path=/api/wallets/portfolio": ["getPortfolioSummary"],
        "?since=2026-11-22T16:10:30Z": ["getPortfolioSummary", "listWallets"],
        "?operation=listWallets&status=200": ["listWallets"],
    }.items():
        assert [each["operation"] for each in await _kept(client, query)] == operations, query


async def test_an_armed_answer_is_noted(client: httpx.AsyncClient) -> None:
    await client.post("/__mock__/answers", json={"operation": "listWallets", "status": 503})
    await client.get("/api/wallets")
    (entry,) = await _kept(client)
    assert (entry["armed"], entry["status"]) == ("answer-1", 503)


@pytest.mark.parametrize(
    ("wanted", "verified", "count"),
    [
        ({"operation": "createWallet", "exactly": 2}, True, 2),
        ({"operation": "createWallet", "body": {"label": "A"}, "exactly": 1}, True, 1),
        ({"operation": "createWallet", "body": {"label": "C"}}, False, 0),
        ({"operation": "createWallet", "status": 409, "at_least": 1}, True, 1),
        ({"path": "/api/wallets", "at_most": 1}, False, 3),
        ({"query": {"tag": "ops"}, "exactly": 1}, True, 1),
    ],
)
async def test_counts_are_verified(
    client: httpx.AsyncClient, wanted: dict[str, Any], verified: bool, count: int
) -> None:
    for label in ("A", "B"):
        await client.post("/api/wallets", json={"wallet_address": ADDRESS, "label": label})
    await client.get("/api/wallets?tag=ops")
    found = (await client.post(f"{REQUESTS}/verify", json=wanted)).json()
    assert (found["verified"], found["count"]) == (verified, count)
    assert found["detail"].startswith(f"{count} of 3 requests")


def test_requests_are_streamed_as_they_are_answered(mock_port: int) -> None:
    base = f"http://127.0.0.1:{mock_port}/__mock__/s/live"
    with httpx.Client(base_url=base, timeout=10) as client:
        client.get("/api/wallets?page_size=1")
        ask = threading.Timer(0.3, lambda: httpx.get(f"{base}/api/wallets/portfolio/summary"))
        ask.start()
        with client.stream("GET", "/__mock__/requests/events", headers={"Last-Event-ID": "0"}) as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            found = []
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    found.append(json.loads(line.removeprefix("data:")))
                if len(found) == 2:
                    break
        ask.join()
    assert [each["operation"] for each in found] == ["listWallets", "getPortfolioSummary"]
