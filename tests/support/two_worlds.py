"""Mock and real side by side, as a Hypothesis state machine: the same commands, the same clock, the same faked chain,
and no difference in status, code or state.

The mock is built by its own factory; the real one is a SQLite file behind the breaker, with the real queue. What is
compared goes through two complete servers.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from backends.mock.clock import MockClock
from backends.mock.factory import build_world
from backends.mock.ids import SeededIds
from backends.mock.seed import Seed
from backends.mock.world import WORLDS
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from backends.real.circuit_breaker import StoreBreaker
from backends.real.sqlite import SqliteWalletsDataService
from server.app import create_app
from server.contract import load_contract
from server.settings import Settings
from tests.support.client import app_client
from tests.support.rpc_world import CLASSIC, MODERN, OWNER, SENDER

CONTRACT = load_contract()
START = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
POLICY = Policy(cache_ttl=timedelta(minutes=30), refresh_cooldown=timedelta(seconds=10), portfolio_ttl=timedelta(0))
ADDRESSES = st.sampled_from([OWNER, SENDER, str(CLASSIC)])
MINTS = st.sampled_from([str(CLASSIC), str(MODERN)])
KEYS = st.sampled_from([None, None, "6f1c2b9a-7c53-4a58-9d52-3a1f3b7a9c10", "0b0e2b9a-7c53-4a58-9d52-3a1f3b7a9c11"])
PARTS = st.sampled_from([None, ["sol_balance"], ["token_holdings"], ["funding_transactions", "sol_balance"]])
LABELS = st.sampled_from([None, "a", "Z", "é", "10", "9"])
STATUSES = st.sampled_from([None, "ARCHIVED", "FUNDED", "LAUNCHED"])
LISTS = st.sampled_from(
    [
        "/api/wallets?page_size=2",
        "/api/wallets?sort=label",
        "/api/wallets?sort=last_balance&page_size=1",
        "/api/wallets?sort=updated_at",
        *(f"/api/wallets?freshness={state}" for state in ("never", "error", "stale", "fresh")),
        *(f"/api/wallets?status={status}" for status in ("UNFUNDED", "FUNDED", "LAUNCHED", "ARCHIVED")),
        "/api/wallets?tag=t1",
        "/api/wallets/funding/scheduled?page_size=1",
        "/api/wallets/funding/scheduled?status=COMPLETED",
        "/api/wallets/funding/scheduled?status=CANCELLED",
        "/api/wallets/launches?page_size=1",
        f"/api/wallets/launches/{OWNER}",
        "/api/wallets/portfolio/summary",
        "/api/wallets/portfolio/tokens?page_size=3",
        "/api/wallets/portfolio/launches?days=30",
    ]
)


class _Side:
    """One server."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
        """Everything of the answer that a client may rely on; of a page, all that follow it too."""
        answer = await self._client.request(method, path, json=body, headers=headers)
        found: dict[str, Any] = {"status": answer.status_code}
        for name in ("etag", "location", "retry-after", "allow", "preference-applied", "content-type"):
            found[name] = answer.headers.get(name)
        found["body"] = answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.text
        page = found["body"]
        if isinstance(page, dict) and "next_page_token" in page:
            items = list(page["items"])
            while page["next_page_token"] is not None:
                more = {"page_token": page["next_page_token"]}
                page = (await self._client.get(httpx.URL(path).copy_merge_params(more), headers=headers)).json()
                items += page["items"]
            found["body"] = {**page, "items": items}
        return found


class TwoWorlds(RuleBasedStateMachine):
    """Every rule asks both servers the same and compares."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._sides: list[_Side] = []
        self._clock = MockClock(frozen_at=START)
        self._step = 0
        self._schedules: list[str] = []
        self._operations: list[str] = []
        self._etags: list[str] = ['"0.0.nnn"']

    @initialize(seed=st.integers(0, 20))
    def begin(self, seed: int) -> None:
        self._runner.run(self._begin(seed))

    async def _begin(self, seed: int) -> None:
        world = await build_world(WORLDS["empty"], seed=seed, policy=POLICY, clock=self._clock)
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        context = Context(
            store=StoreBreaker(SqliteWalletsDataService(Path(folder) / "wallets.sqlite3")),
            chain=world.context().chain,
            clock=self._clock,
            ids=SeededIds(Seed(seed)),
            queue=LocalShardQueue(2),
            policy=POLICY,
        )
        for backend in (world.backend(), WalletManagementOrchestrator("real", context)):
            app = create_app(backend, settings=Settings(wallet_check_responses=True), contract=CONTRACT)
            await self._stack.enter_async_context(app.router.lifespan_context(app))
            client = app_client(app, base_url="http://world", raise_app_exceptions=False)
            self._sides.append(_Side(await self._stack.enter_async_context(client)))

    def teardown(self) -> None:
        try:
            if self._sides:
                self._state()
        finally:
            self._runner.run(self._stack.aclose())
            self._runner.close()

    def _state(self) -> None:
        """All that can be read is the same."""
        for path in (
            "/api/wallets",
            *(f"/api/wallets/{address}" for address in (OWNER, SENDER, str(CLASSIC))),
            *(f"/api/wallets/funding/scheduled?status={status}" for status in ("SCHEDULED", "COMPLETED", "CANCELLED")),
            "/api/wallets/launches",
            "/api/wallets/portfolio/summary",
            "/api/wallets/portfolio/tokens",
            "/api/wallets/portfolio/launches",
            *(f"/api/wallets/refresh-operations/{each}/results" for each in self._operations),
        ):
            self._ask("GET", path)

    def _ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> dict[str, Any]:
        self._step += 1
        given = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        given["X-Request-Id"] = f"step-{self._step}"
        mock, real = (self._runner.run(side.ask(method, path, body, given)) for side in self._sides)
        for answer in (mock, real):
            if path.endswith("/results"):
                answer["body"]["items"].sort(key=lambda item: item["wallet_address"])
        assert mock["status"] != 500
        assert mock == real, f"{method} {path}\n{json.dumps(body)}\nmock {mock}\nreal {real}"
        if mock["etag"]:
            self._etags.append(mock["etag"])
        return mock

    # core

    @rule(address=ADDRESSES, label=LABELS, status=STATUSES, key=KEYS)
    def create(self, address: str, label: str | None, status: str | None, key: str | None) -> None:
        body = {"wallet_address": address, "label": label, "tags": ["t1"] if label else [], "status_override": status}
        self._ask("POST", "/api/wallets", body, Idempotency_Key=key)

    @rule(address=ADDRESSES, label=LABELS, status=STATUSES, data=st.data())
    def update(self, address: str, label: str | None, status: str | None, data: st.DataObject) -> None:
        body: dict[str, object] = {"label": label, "notes": None, "tags": [], "status_override": status}
        match = data.draw(st.sampled_from([None, None, *self._etags[-4:]]))
        self._ask("PUT", f"/api/wallets/{address}", body, If_Match=match)

    @rule(address=ADDRESSES, force=st.booleans())
    def delete(self, address: str, force: bool) -> None:
        self._ask("DELETE", f"/api/wallets/{address}?force={str(force).lower()}")

    @rule(address=ADDRESSES, data=st.data())
    def get(self, address: str, data: st.DataObject) -> None:
        match = data.draw(st.sampled_from([None, *self._etags[-3:]]))
        self._ask("GET", f"/api/wallets/{address}", If_None_Match=match)

    @rule(path=LISTS)
    def read(self, path: str) -> None:
        self._ask("GET", path)

    # refresh

    @rule(address=ADDRESSES, parts=PARTS, key=KEYS)
    def refresh(self, address: str, parts: list[str] | None, key: str | None) -> None:
        body = None if parts is None else {"parts": parts}
        self._ask("POST", f"/api/wallets/{address}/refresh", body, Idempotency_Key=key)

    @rule(scope=st.sampled_from(["all", "stale", "failed", "never"]), parts=PARTS)
    def refresh_all(self, scope: str, parts: list[str] | None) -> None:
        body = {"scope": scope} | ({"parts": parts} if parts else {})
        answer = self._ask("POST", "/api/wallets/refresh-all", body, Prefer="wait=20")
        if answer["status"] == 200:
            self._operations.append(answer["body"]["operation_id"])

    @rule(data=st.data())
    def operation(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([*self._operations[-3:], "op_" + "0" * 32]))
        self._ask("GET", f"/api/wallets/refresh-operations/{name}")
        self._ask("POST", f"/api/wallets/refresh-operations/{name}/cancel")

    # funding

    @rule(address=ADDRESSES, amount=st.sampled_from(["0.001", "1", "100"]), key=KEYS)
    def schedule(self, address: str, amount: str, key: str | None) -> None:
        body = {"wallet_address": address, "amount_sol": amount, "scheduled_for": "2026-11-23T00:00:00.000Z"}
        answer = self._ask("POST", "/api/wallets/funding/schedule", body, Idempotency_Key=key)
        if answer["status"] == 201:
            self._schedules.append(answer["body"]["schedule_id"])

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([*self._schedules, "sch_" + "0" * 32]))
        self._ask("DELETE", f"/api/wallets/funding/{name}")

    # launches

    @rule(address=ADDRESSES, mint=MINTS, name=st.sampled_from(["A", "B"]), key=KEYS)
    def launch(self, address: str, mint: str, name: str, key: str | None) -> None:
        body = {"wallet_address": address, "mint_address": mint, "token_name": name, "token_ticker": "T"}
        body["launched_at"] = "2026-11-20T00:00:00.000Z"
        self._ask("POST", "/api/wallets/launches/record", body, Idempotency_Key=key)

    # time

    @rule(seconds=st.sampled_from([1, 11, 61, 1801, 86_400, 30 * 86_400]))
    def wait(self, seconds: int) -> None:
        self._clock.freeze(self._clock.now() + timedelta(seconds=seconds))
