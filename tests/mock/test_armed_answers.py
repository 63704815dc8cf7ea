"""Armed answers: what requests get in the backend's place, checked against the contract, until it is used up."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from server.settings import Settings
from tests.mock.conftest import mock_client

ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"
ANSWERS = "/__mock__/answers"


async def arm(client: httpx.AsyncClient, session: str = "", **answer: Any) -> httpx.Response:
    return await client.post(ANSWERS, json=answer, headers={"X-Mock-Session": session} if session else {})


async def test_a_status_is_given_so_often_and_then_the_backend_answers_again(client: httpx.AsyncClient) -> None:
    armed = await arm(client, operation="listWallets", status=503, count=2)
    assert armed.status_code == 201
    assert armed.json() == {
        "answer_id": "answer-1",
        "operation": "listWallets",
        "status": 503,
        "percent": 100,
        "count": 2,
        "latency_ms": 0,
        "given": 0,
    }
    first = await client.get("/api/wallets")
    assert (first.status_code, first.json()["code"]) == (503, "store_unavailable")
    assert first.headers["X-Mock-Source"] == "example"
    assert (await client.get(ANSWERS)).json()["items"][0]["given"] == 1
    statuses = [(await client.get("/api/wallets")).status_code for _ in range(2)]
    assert statuses == [503, 200]
    assert (await client.get(ANSWERS)).json() == {"items": []}
    assert (await client.get("/api/wallets/portfolio/summary")).status_code == 200, "another operation"


async def test_a_session_is_no_other_one(client: httpx.AsyncClient) -> None:
    await arm(client, "mine", operation="listWallets", status=500)
    assert (await client.get("/api/wallets")).status_code == 200
    mine = {"X-Mock-Session": "mine"}
    assert (await client.get("/api/wallets", headers=mine)).status_code == 500
    await client.post("/__mock__/reset", headers=mine)
    assert (await client.get("/api/wallets", headers=mine)).status_code == 200, "a reset removes it"


async def test_conditions_are_all_met(client: httpx.AsyncClient) -> None:
    await arm(client, operation="getWallet", when={"path": {"wallet_address": ADDRESS}}, status=404)
    await arm(client, operation="listWallets", when={"query": {"status": "FUNDED"}}, status=500)
    await arm(client, operation="createWallet", when={"body": {"label": "taken"}}, status=409)
    other = (await client.get("/api/wallets?page_size=1")).json()["items"][0]["wallet"]["wallet_address"]
    created = await client.post("/api/wallets", json={"wallet_address": ADDRESS, "label": "free"})
    assert created.status_code == 201, created.text
    assert (await client.get(f"/api/wallets/{ADDRESS}")).status_code == 404
    assert (await client.get(f"/api/wallets/{other}")).status_code == 200
    assert (await client.get("/api/wallets?status=FUNDED&page_size=1")).status_code == 500
    assert (await client.get("/api/wallets?status=LAUNCHED")).status_code == 200
    taken = await client.post("/api/wallets", json={"wallet_address": ADDRESS, "label": "taken"})
    assert taken.json()["code"] == "wallet_exists"


async def test_a_body_of_ones_own_fits_its_schema_or_lies_on_purpose(client: httpx.AsyncClient) -> None:
    page = (await client.get("/api/wallets/launches?page_size=1")).json()
    page["items"][0]["token_name"] = "Mine"
    await arm(
        client, operation="listLaunches", status=200, body=page, headers={"X-Test": "1", "Cache-Control": "max-age=9"}
    )
    given = await client.get("/api/wallets/launches")
    assert (given.json(), given.headers["X-Test"], given.headers["X-Mock-Source"]) == (page, "1", "armed")
    assert given.headers["Cache-Control"] == "max-age=9", "in place of its own"

    page["items"][0]["token_name"] = 7
    refused = await arm(client, operation="listLaunches", status=200, body=page)
    assert (refused.status_code, refused.json()["errors"][0]["where"]) == (400, "/body/body/items/0/token_name")
    assert (await arm(client, operation="listLaunches", status=200, body=page, unchecked=True)).status_code == 201
    assert (await client.get("/api/wallets/launches")).json()["items"][0]["token_name"] == 7, "the one armed last"


@pytest.mark.parametrize(
    ("answer", "where", "expected"),
    [
        ({"operation": "listWalletz", "status": 503}, "/body/operation", "listWallets"),
        ({"operation": "listWallets", "status": 404}, "/body/status", "one of 200, 304, 400"),
        ({"operation": "listWallets", "example": "nope"}, "/body/example", "one of"),
        ({"operation": "listWallets", "body": {}}, "/body/status", "a status for the body"),
        ({"operation": "deleteWallet", "status": 204, "body": {}}, "/body/body", "no body"),
        ({"status": 200, "body": {}}, "/body/operation", "the operation"),
        ({"operation": "listWallets"}, "/body", "something to answer"),
        ({"headers": {"Content-Length": "5"}}, "/body/headers/Content-Length", "gives to each answer"),
        ({"headers": {"x-request-id": "r"}, "unchecked": True}, "/body/headers/x-request-id", "gives to each answer"),
    ],
)
async def test_what_the_contract_does_not_declare_is_refused_by_name(
    client: httpx.AsyncClient, answer: dict[str, Any], where: str, expected: str
) -> None:
    refused = await arm(client, **answer)
    assert refused.status_code == 400
    (error,) = refused.json()["errors"]
    assert error["where"] == where
    assert expected in error["expected"]


async def test_latency_and_failures_for_everything(client: httpx.AsyncClient) -> None:
    await arm(client, latency_ms=60)
    await arm(client, status=503, percent=40)
    started = time.perf_counter()
    statuses = [(await client.get("/api/wallets/portfolio/summary")).status_code for _ in range(30)]
    assert time.perf_counter() - started > 30 * 0.06
    assert 3 <= statuses.count(503) <= 22
    assert set(statuses) == {200, 503}
    assert (await client.get("/healthz")).status_code == 200
    again = [answer["given"] for answer in (await client.get(ANSWERS)).json()["items"]]
    assert again == [30, statuses.count(503)]
    await client.delete(f"{ANSWERS}/answer-2")
    assert [each["answer_id"] for each in (await client.get(ANSWERS)).json()["items"]] == ["answer-1"]
    assert (await client.delete(ANSWERS)).status_code == 204
    assert (await client.get(ANSWERS)).json() == {"items": []}


async def test_a_worlds_answers_are_slow_and_fail_in_every_session_of_it(client: httpx.AsyncClient) -> None:
    description = {"wallets": 2, "answers": {"latency_ms": 30, "fail_percent": 100}}
    mine = {"X-Mock-Session": "slow"}
    await client.post("/__mock__/world", json={"description": description}, headers=mine)
    started = time.perf_counter()
    assert (await client.get("/api/wallets", headers=mine)).status_code == 503
    assert time.perf_counter() - started > 0.03
    assert (await client.get("/healthz", headers=mine)).status_code == 200
    assert (await client.get("/api/wallets")).status_code == 200


async def test_a_session_in_the_base_url() -> None:
    async with mock_client(Settings()) as client:
        base = "/__mock__/s/checkout"
        created = await client.post(
            f"{base}/api/wallets", json={"wallet_address": ADDRESS}, headers={"X-Mock-Session": "no"}
        )
        assert created.status_code == 201
        assert created.headers["Location"] == f"{base}/api/wallets/{ADDRESS}"
        assert (await client.get(created.headers["Location"])).status_code == 200
        assert (await client.get(f"/api/wallets/{ADDRESS}")).status_code == 404
        header = {"X-Mock-Session": "checkout"}
        assert (await client.get(f"/api/wallets/{ADDRESS}", headers=header)).status_code == 200
        assert (await client.get(f"{base}/__mock__/world")).json()["session"] == "checkout"
        assert [each["name"] for each in (await client.get("/__mock__/sessions")).json()["items"]] == ["checkout"]
        assert (await client.get("/__mock__/s/bad%20name/api/wallets")).status_code == 400


def test_no_answer_and_half_an_answer(mock_port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{mock_port}/__mock__/s/cut") as client:
        client.post(ANSWERS, json={"operation": "listWallets", "drop": True, "count": 1})
        client.post(ANSWERS, json={"operation": "getPortfolioSummary", "break_off": True})
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/api/wallets")
        assert client.get("/api/wallets").status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|peer closed"):
            client.get("/api/wallets/portfolio/summary")
