"""Statuses, headers and bytes of answers; the check against the contract; errors as problems."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from backends.answers import Answer, AnswerKind
from backends.errors import BackendError, ChainTimeout, Conflict, NotFound, StoreUnavailable, Throttled
from backends.request_context import Caller
from generated_models import CachedWalletResponse, HealthStatus, ProblemCode, RefreshOperation
from server.app import create_app
from server.contract import load_contract
from server.contract.model import Operation
from server.problems import TABLE
from server.settings import Settings
from tests.http.example_backend import CONTRACT, ETAG, ExampleBackend, example
from tests.support.client import app_client
from tests.support.requests import example_body, example_path

ADDRESS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
WALLET = f"/api/wallets/{ADDRESS}"


@pytest.mark.parametrize("operation", CONTRACT.operations, ids=lambda operation: operation.id)
async def test_every_operation_answers(operation: Operation, client: httpx.AsyncClient) -> None:
    response = await client.request(operation.method, example_path(operation), json=example_body(operation))
    assert response.status_code in operation.responses
    assert response.is_success
    declared = operation.responses[response.status_code]
    assert response.headers.get("content-type") == declared.media_type
    for name, header in declared.headers.items():
        assert name in response.headers or not header.required
    assert response.headers.get("cache-control") == ("private, no-cache" if operation.method == "GET" else None)


async def test_location_comes_from_the_link(client: httpx.AsyncClient) -> None:
    created = await client.post("/api/wallets", json={"wallet_address": ADDRESS})
    assert created.headers["Location"] == f"/api/wallets/{created.json()['wallet']['wallet_address']}"
    accepted = await client.post("/api/wallets/refresh-all")
    assert accepted.headers["Location"] == f"/api/wallets/refresh-operations/{accepted.json()['operation_id']}"


@pytest.mark.parametrize("condition", [ETAG, f"W/{ETAG}", "*", f'"other", {ETAG}', f'"a","b" ,W/{ETAG}'])
async def test_not_modified(client: httpx.AsyncClient, condition: str) -> None:
    response = await client.get(WALLET, headers={"If-None-Match": condition})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == ETAG
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "content-length" not in response.headers


@pytest.mark.parametrize("condition", ['"other"', '"3.17"', 'W/"3.17.ffe"'])
async def test_modified(client: httpx.AsyncClient, condition: str) -> None:
    assert (await client.get(WALLET, headers={"If-None-Match": condition})).status_code == 200


async def test_if_match_is_the_backends(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    assert (await client.delete(f"{WALLET}?force=true", headers={"If-Match": ETAG})).status_code == 204
    assert backend.calls == [("delete_wallet", {"wallet_address": ADDRESS, "force": True, "if_match": ETAG})]


@pytest.mark.parametrize("code", list(ProblemCode))
async def test_every_code_is_a_problem(code: ProblemCode, backend: ExampleBackend) -> None:
    backend.raises["get_wallet"] = BackendError(code, "What happened.")
    app = create_app(backend, settings=Settings(wallet_check_responses=False), contract=CONTRACT)
    async with app_client(app) as client:
        response = await client.get(WALLET)
    problem = response.json()
    assert response.status_code == TABLE[code].status == problem["status"]
    assert response.headers["content-type"] == "application/problem+json"
    assert problem == {
        "type": f"urn:problem-type:{code.value}",
        "title": TABLE[code].title,
        "status": TABLE[code].status,
        "detail": "What happened.",
        "code": code.value,
        "request_id": response.headers["X-Request-Id"],
        "retryable": TABLE[code].retryable,
        "errors": problem["errors"],
    }
    assert CONTRACT.schemas.at("/components/schemas/Problem").is_valid(problem)
    assert ("retry-after" in response.headers) == (TABLE[code].retry_after is not None)


async def test_problems_carry_further_members(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    wallet = example("getWallet", 200, CachedWalletResponse)
    backend.raises["refresh_wallet"] = error = ChainTimeout()
    error.members["cached_wallet"] = wallet
    response = await client.post(f"{WALLET}/refresh")
    assert response.status_code == 504
    assert response.json()["cached_wallet"] == wallet.model_dump(mode="json")
    assert response.json()["retryable"] is True

    backend.raises["refresh_wallet"] = Throttled(
        ProblemCode.refresh_cooldown, "Wait.", retry_after=3.2, next_refresh_allowed_at="2026-11-22T16:10:00.000Z"
    )
    response = await client.post(f"{WALLET}/refresh")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "4")
    assert response.json()["next_refresh_allowed_at"] == "2026-11-22T16:10:00.000Z"

    backend.raises["refresh_all_wallets"] = Conflict(
        ProblemCode.refresh_all_running, "Running.", operation_id=f"op_{'0' * 32}"
    )
    response = await client.post("/api/wallets/refresh-all")
    assert (response.status_code, response.json()["operation_id"]) == (409, f"op_{'0' * 32}")


async def test_unexpected_errors_tell_nothing(
    client: httpx.AsyncClient, backend: ExampleBackend, caplog: pytest.LogCaptureFixture
) -> None:
    backend.raises["create_wallet"] = RuntimeError("the password is swordfish")
    response = await client.post("/api/wallets", json={"wallet_address": ADDRESS, "notes": "canary"})
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "swordfish" not in response.text
    assert "RuntimeError: the password is swordfish" in caplog.text  # the traceback is for us
    assert "canary" not in caplog.text


async def test_answers_outside_the_contract_are_500_where_checked(
    client: httpx.AsyncClient, backend: ExampleBackend, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = example("getRefreshOperation", 200, RefreshOperation).model_copy(update={"total": -1})
    answers: list[tuple[str, Answer[Any], str]] = [
        ("get_wallet", Answer(AnswerKind.CREATED, None), "201 is not declared"),
        ("get_wallet", Answer(AnswerKind.OK, HealthStatus(status="ok"), ETAG), "200 is not its schema"),
        (
            "get_wallet",
            Answer(AnswerKind.OK, example("getWallet", 200, CachedWalletResponse)),
            "200 lacks the header ETag",
        ),
        (
            "get_wallet",
            Answer(AnswerKind.OK, example("getWallet", 200, CachedWalletResponse), "3"),
            "a header ETag that",
        ),
    ]
    for method, answer, complaint in answers:
        backend.answers[method] = answer
        assert (await client.get(WALLET)).json()["code"] == "internal_error"
        assert complaint in caplog.text
    backend.answers["get_refresh_operation"] = Answer(AnswerKind.OK, wrong)
    assert (await client.get(f"/api/wallets/refresh-operations/op_{'0' * 32}")).status_code == 500
    assert "minimum at #/total" in caplog.text


@pytest.mark.parametrize(
    ("value", "where", "rule", "expected", "got"),
    [
        ({"total": -1}, "/response/body/total", "too_small", "-1 is less than the minimum of 0", "-1"),
        (
            {"done": 3, "total": 2},
            "/response/body",
            "mismatch",
            "done <= total",
            "done is 3; total is 2",
        ),
    ],
)
async def test_in_mock_mode_the_problem_says_where(
    value: dict[str, int],
    where: str,
    rule: str,
    expected: str,
    got: str,
    backend: ExampleBackend,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = example("getRefreshOperation", 200, RefreshOperation).model_copy(update=value)
    backend.answers["get_refresh_operation"] = Answer(AnswerKind.OK, wrong)
    path = f"/api/wallets/refresh-operations/{wrong.operation_id}"
    async with app_client(create_app(backend, settings=Settings(), contract=load_contract())) as client:
        problem = (await client.get(path)).json()
    assert (problem["status"], problem["code"]) == (500, "internal_error")
    assert problem["detail"].startswith("The answer breaks the contract: 200 ")
    assert problem["errors"] == [{"where": where, "rule": rule, "expected": expected, "got": got}]
    assert got not in caplog.text  # a log names the place only

    real = Settings(
        wallet_backend="real",
        wallet_store="sqlite",
        wallet_check_responses=True,
        wallet_auth="off",
        solana_rpc_url="http://127.0.0.1:9",
    )
    async with app_client(create_app(backend, settings=real, contract=load_contract())) as client:
        answer = await client.get(path)
    if rule == "mismatch":  # a relation: of a mock alone, since a real store passes unreadable records over
        assert answer.status_code == 200
        return
    assert (answer.status_code, answer.json()["errors"]) == (500, [])
    assert "contract" not in answer.json()["detail"]


async def test_what_the_contract_does_not_declare_is_told_too(
    client: httpx.AsyncClient, backend: ExampleBackend
) -> None:
    backend.answers["get_wallet"] = Answer(AnswerKind.CREATED, None)
    (error,) = (await client.get(WALLET)).json()["errors"]
    assert (error["where"], error["got"]) == ("/response/status", "201")
    backend.answers["get_wallet"] = Answer(AnswerKind.OK, example("getWallet", 200, CachedWalletResponse))
    (error,) = (await client.get(WALLET)).json()["errors"]
    assert error["where"] == "/response/header/ETag"


async def test_undeclared_problems_are_500_where_checked(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    backend.raises["get_portfolio_summary"] = NotFound(ProblemCode.wallet_not_found, "?")
    assert (await client.get("/api/wallets/portfolio/summary")).status_code == 500


async def test_readiness_follows_the_backend_and_health_does_not(
    client: httpx.AsyncClient, backend: ExampleBackend
) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ready", "backend": "mock"}
    backend.raises["ready"] = StoreUnavailable("The store is away.", retry_after=5)
    unready = await client.get("/readyz")
    assert (unready.status_code, unready.headers["Retry-After"]) == (503, "5")
    assert unready.json()["detail"] == "The store is away."
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_each_answer_says_which_backend_spoke(backend: ExampleBackend) -> None:
    real, mock = ExampleBackend("real"), ExampleBackend("mock")
    app = create_app(real, group_backends={"launch": mock}, settings=Settings(), contract=CONTRACT)
    async with app_client(app) as client:
        spoke = {
            path: (await client.get(path)).headers["X-Backend"]
            for path in (
                "/api/wallets",
                "/api/wallets/launches",
                "/api/wallets/launches/x",
                "/healthz",
                "/nope",
                "/docs",
            )
        }
    assert spoke == {
        "/api/wallets": "real",
        "/api/wallets/launches": "mock",
        "/api/wallets/launches/x": "mock",
        "/healthz": "real",
        "/nope": "real",
        "/docs": "real",
    }


async def test_lifespan_starts_and_closes_each_backend_once() -> None:
    main, group = ExampleBackend("real"), ExampleBackend()
    groups = {"launch": group, "funding": group}
    app = create_app(main, group_backends=groups, settings=Settings(), contract=CONTRACT)
    async with app.router.lifespan_context(app):
        assert (main.lifecycle, group.lifecycle) == (["start"], ["start"])
    assert (main.lifecycle, group.lifecycle) == (["start", "close"], ["start", "close"])


async def test_a_harmless_request_id_is_kept_and_any_other_replaced(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz", headers={"X-Request-Id": "a.b-1"})).headers["X-Request-Id"] == "a.b-1"
    for bad in ("", "a b", "a\tb", "x" * 200, "é"):
        made = (await client.get("/healthz", headers={b"X-Request-Id": bad.encode()})).headers["X-Request-Id"]
        assert made.startswith("req_")


async def test_the_backend_knows_its_caller(client: httpx.AsyncClient, backend: ExampleBackend) -> None:
    await client.get(WALLET, headers={"X-Request-Id": "mine"})
    assert backend.callers == [Caller(actor="anonymous", request_id="mine")]
