"""`Prefer` in mock mode: every declared status of every operation, examples, delays, failures, dropped connections."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.app import create_app
from server.contract import load_contract
from server.contract.model import Operation, Response
from server.operations.prefer import read_preferences
from server.settings import Settings
from tests.http.example_backend import ExampleBackend
from tests.support.client import app_client

CONTRACT = load_contract()
PATH_VALUES = {
    "wallet_address": "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf",
    "mint_address": "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf",
    "operation_id": "op_589181046e287b19c63105f6b88fba50",
    "schedule_id": "sch_14e12c5047968242b68202b39436b005",
    "launch_id": "lch_cfa9d475eeeaa7f69df6de1bd5952c15",
}
WALLET = f"/api/wallets/{PATH_VALUES['wallet_address']}"
DECLARED = [(operation, response) for operation in CONTRACT.operations for response in operation.responses.values()]


def path_of(operation: Operation) -> str:
    path = operation.path
    for name, value in PATH_VALUES.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def check(response: httpx.Response, declared: Response) -> None:
    """The answer is what the contract declares: status, media type, headers, body."""
    assert response.status_code == declared.status
    if declared.media_type is None:
        assert response.content == b""
    else:
        assert response.headers["Content-Type"] == declared.media_type
    for name, header in declared.headers.items():
        if header.required:
            text: Any = response.headers[name]
            assert CONTRACT.schemas.at(header.pointer).is_valid(int(text) if text.isdecimal() else text), name
    if declared.pointer is not None and declared.media_type != "text/event-stream":
        CONTRACT.schemas.at(declared.pointer).validate(response.json())


@pytest.fixture(scope="module")
def served(mock_port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{mock_port}") as client:
        yield client


@pytest.mark.parametrize(
    ("operation", "declared"), DECLARED, ids=[f"{operation.id}-{declared.status}" for operation, declared in DECLARED]
)
def test_every_declared_status_can_be_asked_for(operation: Operation, declared: Response, served: httpx.Client) -> None:
    response = served.request(
        operation.method, path_of(operation), headers={"Prefer": f"code={declared.status}", "X-Request-Id": "mine"}
    )
    check(response, declared)
    assert response.headers["Preference-Applied"] == f"code={declared.status}"
    if declared.status >= 400:
        problem = response.json()
        assert (problem["status"], problem["request_id"]) == (declared.status, "mine")


@pytest.mark.parametrize("operation", CONTRACT.operations, ids=lambda operation: operation.id)
def test_every_example_by_name(operation: Operation, served: httpx.Client) -> None:
    for declared in operation.responses.values():
        for name, value in declared.examples.items():
            success = declared.status < 300
            prefer = f"example={name}" if success else f"code={declared.status}, example={name}"
            if success and sum(name in one.examples for one in operation.responses.values() if one.status < 300) > 1:
                prefer = f"code={declared.status}, {prefer}"
            response = served.request(operation.method, path_of(operation), headers={"Prefer": prefer})
            check(response, declared)
            if success and not isinstance(value, str):
                assert response.json() == value


@pytest.mark.parametrize(
    ("prefer", "expected"),
    [
        ("code=404", "code=one of 200, 304, 400, 401, 403, 422, 500, 503"),
        ("code=teapot", "code=an integer from 200 to 599"),
        ("code=200, example=nope", "example=one of two_wallets"),
        ("example=nope", "example=one of two_wallets"),
        ("delay=60001", "delay=an integer from 0 to 60000"),
        ("delay=-1", "delay=an integer from 0 to 60000"),
        ("delay", "delay=an integer from 0 to 60000"),
        ("fail=0", "fail=an integer from 1 to 1000"),
        ("drop=yes", "drop"),
    ],
)
def test_what_does_not_fit_is_said(served: httpx.Client, prefer: str, expected: str) -> None:
    response = served.get("/api/wallets", headers={"Prefer": prefer})
    assert response.status_code == 400
    problem = response.json()
    CONTRACT.schemas.at("/components/schemas/Problem").validate(problem)
    (error,) = problem["errors"]
    assert (error["where"], error["expected"]) == ("/header/Prefer", expected)
    assert error["got"]
    assert "Preference-Applied" not in response.headers


async def test_other_preferences_are_left_alone(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/wallets", headers={"Prefer": "respond-async, handling=lenient; x=1"})
    assert response.status_code == 200
    assert "Preference-Applied" not in response.headers


async def test_waiting_goes_together_with_directives(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/wallets/refresh-all", headers={"Prefer": "delay=1, wait=20"})
    assert response.status_code == 200
    assert response.headers["Preference-Applied"] == "delay=1, wait=20"
    response = await client.post("/api/wallets/refresh-all", headers={"Prefer": "wait=20"})
    assert response.headers["Preference-Applied"] == "wait=20"


async def test_a_delay_is_waited_for(client: httpx.AsyncClient) -> None:
    began = time.monotonic()
    assert (await client.get("/healthz", headers={"Prefer": "delay=150"})).status_code == 200
    assert time.monotonic() - began >= 0.15


async def test_failing_so_many_times(client: httpx.AsyncClient) -> None:
    async def statuses(path: str, count: int, **headers: str) -> list[int]:
        return [(await client.get(path, headers={"Prefer": "fail=2", **headers})).status_code for _ in range(count)]

    assert await statuses("/api/wallets", 4) == [503, 503, 200, 200]
    assert await statuses("/api/wallets/launches", 3) == [503, 503, 200]  # each path by itself
    assert await statuses("/healthz", 3) == [503, 503, 200]  # though its operation declares no 503
    assert await statuses("/api/wallets", 3, **{"X-Mock-Session": "other"}) == [503, 503, 200]
    assert (await client.post("/__mock__/reset")).status_code == 200
    assert await statuses("/api/wallets", 3) == [503, 503, 200]


async def test_a_failed_request_did_nothing(client: httpx.AsyncClient) -> None:
    body = {"wallet_address": PATH_VALUES["wallet_address"]}
    for prefer in ("fail=1", "code=201"):
        await client.post("/api/wallets", json=body, headers={"Prefer": prefer})
        assert (await client.get(WALLET)).status_code == 404
    assert (await client.post("/api/wallets", json=body, headers={"Prefer": "fail=1"})).status_code == 201


async def test_heads_have_no_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/api/wallets", headers={"Prefer": "code=503"})
    assert (response.status_code, response.content) == (503, b"")


async def test_directives_are_the_mocks_alone() -> None:
    app = create_app(ExampleBackend("real"), settings=Settings(), contract=CONTRACT)
    async with app_client(app, base_url="http://localhost") as client:
        headers = {"Prefer": "code=404, delay=60000, drop", "X-Mock-Session": "no such name!"}
        response = await client.get("/api/wallets", headers=headers)
        assert response.status_code == 200
        assert "Preference-Applied" not in response.headers
        for path in ("/__mock__/world", "/__mock__/openapi.yaml", "/__mock__/sessions"):
            missing = await client.get(path)
            assert (missing.status_code, missing.json()["code"]) == (404, "route_not_found")


def test_drop_closes_the_connection_without_an_answer(mock_port: int) -> None:
    with socket.create_connection(("127.0.0.1", mock_port), timeout=5) as connection:
        connection.sendall(b"GET /api/wallets HTTP/1.1\r\nHost: localhost\r\nPrefer: drop\r\n\r\n")
        try:
            assert connection.recv(100) == b""
        except ConnectionResetError:
            pass
    assert httpx.get(f"http://127.0.0.1:{mock_port}/healthz").status_code == 200


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["a, b=1"], {"a": "", "b": "1"}),
        (["A=1, a=2"], {"a": "1"}),
        (["a=1", "b=2"], {"a": "1", "b": "2"}),
        (['a="x, y; z", b'], {"a": "x, y; z", "b": ""}),
        (['a="\\"q\\""'], {"a": '"q"'}),
        (["wait = 5 ; x=1; y, b"], {"wait": "5", "b": ""}),
        (["=1, ,;, a b, c"], {"c": ""}),
        (['a="open'], {}),
        ([""], {}),
    ],
)
def test_reading_preferences(headers: list[str], found: dict[str, str]) -> None:
    assert read_preferences(header.encode() for header in headers) == found
