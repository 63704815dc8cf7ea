"""Who is let in: every operation of the contract without credentials, with the wrong role, with the right one."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from backends.errors import StoreUnavailable
from backends.request_context import Caller
from generated_models import CallerRole, SignInMethod
from server.access.api_keys import MOCK_KEYS
from server.access.guard import Access, InvalidToken
from server.app import create_app
from server.contract.model import Operation
from server.settings import Settings
from tests.http.example_backend import CONTRACT, ExampleBackend
from tests.support.client import app_client
from tests.support.requests import example_body, example_path

ADDRESS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
READ, OPERATE = {"X-API-Key": "mock-read"}, {"X-API-Key": "mock-operate"}
GUARDED = [operation for operation in CONTRACT.operations if operation.tag != "server"]
CHALLENGE = 'Bearer realm="wallets"'


class Tokens:
    """Knows tokens by heart."""

    async def verify(self, token: str) -> Mapping[str, Any]:
        match token:
            case "op.er.ator":
                return {"uid": "mira", "wallet_role": "operate"}
            case "rea.d.er":
                return {"uid": "ben", "wallet_role": "read"}
            case "no.ro.le":
                return {"uid": "eve"}
            case "odd.ro.le":
                return {"uid": "eve", "wallet_role": ["operate"]}
            case "evil.u.id":
                return {"uid": "a\nb", "wallet_role": "operate"}
            case "down.d.own":
                raise StoreUnavailable("ID tokens can't be checked.")
        raise InvalidToken

    async def aclose(self) -> None:
        pass


@pytest.fixture
def guarded(backend: ExampleBackend) -> httpx.AsyncClient:
    app = create_app(backend, settings=Settings(), contract=CONTRACT, access=Access(MOCK_KEYS, Tokens()))
    return app_client(app)


def valid(operation: Operation, response: httpx.Response) -> bool:
    """Whether a problem is one that the operation declares."""
    declared = operation.responses[response.status_code]
    assert declared.pointer is not None
    assert all(name in response.headers for name, header in declared.headers.items() if header.required)
    return CONTRACT.schemas.at(declared.pointer).is_valid(response.json())


@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.id)
async def test_without_credentials_nothing_else_is_looked_at(
    operation: Operation, guarded: httpx.AsyncClient, backend: ExampleBackend
) -> None:
    for send in (
        {"json": example_body(operation)},
        {"content": b"\xff{", "headers": {"Content-Type": "text/plain"}},
        {"params": {"unknown": "x"}},
    ):
        response = await guarded.request(operation.method, example_path(operation), **send)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == CHALLENGE
        assert valid(operation, response)
    assert backend.calls == []


@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.id)
async def test_the_role_decides(operation: Operation, guarded: httpx.AsyncClient, backend: ExampleBackend) -> None:
    reads = operation.method == "GET"
    assert operation.role == ("read" if reads else "operate")
    for credentials, may in ((READ, reads), (OPERATE, True)):
        response = await guarded.request(
            operation.method, example_path(operation), json=example_body(operation), headers=credentials
        )
        assert response.is_success is may
        if not may:
            assert response.status_code == 403
            assert valid(operation, response)
            broken = await guarded.request(operation.method, example_path(operation), content=b"{", headers=credentials)
            assert broken.status_code == 403
    assert len(backend.calls) == 1 + reads


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/redoc", "/openapi.yaml", "/openapi.json"])
async def test_health_and_documentation_are_open(guarded: httpx.AsyncClient, path: str) -> None:
    assert (await guarded.get(path)).status_code == 200
    assert (await guarded.get(path, headers={"X-API-Key": "wrong"})).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PATCH", "/api/wallets", 405),
        ("GET", "/nothing", 404),
        ("POST", "/healthz/x", 404),
        ("DELETE", "/nothing", 404),
    ],
)
async def test_strangers_learn_nothing_of_paths_and_methods(
    guarded: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    stranger = await guarded.request(method, path)
    assert (stranger.status_code, stranger.json()["code"]) == (401, "unauthenticated")
    assert "Allow" not in stranger.headers
    assert (await guarded.request(method, path, headers=READ)).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": ""},
        {"X-API-Key": "mock-operat"},
        {"X-API-Key": "MOCK-OPERATE"},
        {"X-API-Key": "mock-operate\xa0"},
        {"X-API-Key": "x" * 10_000},
        {"X-API-Key": "schlüssel"},
        {"Authorization": "mock-operate"},
        {"Authorization": "Basic bW9jaw=="},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer mock-operate"},
        {"Authorization": "Bearer a.b"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Bearer " + "x" * 9000 + ".y.z"},
        {"Authorization": "Bearer evil.u.id"},
        {**OPERATE, "Authorization": "Bearer op.er.ator"},
    ],
    ids=lambda headers: str(headers)[:60],
)
async def test_what_is_no_credential(guarded: httpx.AsyncClient, headers: dict[str, str]) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    response = await guarded.get("/api/wallets", headers=raw)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert all(value not in response.text for value in headers.values() if len(value) > 12)


async def test_two_keys_are_none(guarded: httpx.AsyncClient) -> None:
    response = await guarded.get("/api/wallets", headers=[("X-API-Key", "mock-read"), ("X-API-Key", "mock-operate")])
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("token", "read", "write"),
    [("op.er.ator", 200, 201), ("rea.d.er", 200, 403), ("no.ro.le", 403, 403), ("odd.ro.le", 403, 403)],
)
async def test_the_role_of_a_user_is_a_claim(guarded: httpx.AsyncClient, token: str, read: int, write: int) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert (await guarded.get("/api/wallets", headers=headers)).status_code == read
    new = {"wallet_address": ADDRESS}
    assert (await guarded.post("/api/wallets", json=new, headers=headers)).status_code == write


async def test_tokens_that_can_not_be_checked_are_a_503(guarded: httpx.AsyncClient) -> None:
    response = await guarded.get("/api/wallets", headers={"Authorization": "bearer down.d.own"})
    assert (response.status_code, response.json()["code"]) == (503, "store_unavailable")
    assert response.headers["Retry-After"]


async def test_the_backend_knows_who_asks(guarded: httpx.AsyncClient, backend: ExampleBackend) -> None:
    await guarded.get("/api/wallets", headers={**READ, "X-Request-Id": "one"})
    await guarded.get("/api/wallets", headers={"Authorization": "Bearer op.er.ator", "X-Request-Id": "two"})
    ways = (SignInMethod.api_key, SignInMethod.firebase)
    assert backend.callers == [
        Caller("key:mock-read", "one", CallerRole.read, ways),
        Caller("user:mira", "two", CallerRole.operate, ways),
    ]


async def test_the_body_of_a_stranger_is_not_read(guarded: httpx.AsyncClient) -> None:
    refused = await guarded.post("/api/wallets", json={"wallet_address": ADDRESS})
    assert (refused.status_code, refused.headers["Connection"]) == (401, "close")
    forbidden = await guarded.post("/api/wallets", json={"wallet_address": ADDRESS}, headers=READ)
    assert (forbidden.status_code, forbidden.headers["Connection"]) == (403, "close")
    assert "Connection" not in (await guarded.get("/api/wallets")).headers


async def test_a_preflight_needs_no_credentials(guarded: httpx.AsyncClient) -> None:
    response = await guarded.options(
        "/api/wallets", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert response.status_code == 204
    allowed = response.headers["Access-Control-Allow-Headers"].lower()
    assert "x-api-key" in allowed
    assert "authorization" in allowed


async def test_what_a_browser_adds_by_itself_lets_nobody_in(guarded: httpx.AsyncClient) -> None:
    """Cookies and HTTP Basic are no credentials of ours, so that pages may say `credentials: "include"` to a mock."""
    basic = base64.b64encode(b"mock-operate:mock-operate").decode()
    for ambient in ({"Cookie": "X-API-Key=mock-operate"}, {"Authorization": f"Basic {basic}"}):
        refused = await guarded.get("/api/wallets", headers={"Origin": "https://a.example", **ambient})
        assert refused.status_code == 401
        assert "set-cookie" not in refused.headers
    admitted = await guarded.get("/api/wallets", headers={"Origin": "https://a.example", **READ})
    assert "set-cookie" not in admitted.headers


async def test_a_head_is_guarded_as_its_get_is(guarded: httpx.AsyncClient) -> None:
    assert (await guarded.head("/api/wallets")).status_code == 401
    assert (await guarded.head("/api/wallets", headers=READ)).status_code == 200


def test_the_mocks_keys_are_in_the_contract() -> None:
    text = json.dumps(CONTRACT.document["components"]["securitySchemes"])
    assert "mock-read" in text
    assert "mock-operate" in text
