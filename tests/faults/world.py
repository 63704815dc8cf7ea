"""The whole real server in one process, as the composition root builds it: over any store, and a scripted chain."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from server.app import create_app
from server.composition.real import build_real
from server.contract import load_contract
from server.settings import Settings
from server.telemetry.metrics import Metrics
from tests.support import rpc_world
from tests.support.client import app_client
from tests.support.requests import example_body, example_path
from tests.support.scripted_rpc import ScriptedRpc

CONTRACT = load_contract()
OWNER = rpc_world.OWNER
DEADLINE = 1.5
"""Seconds that a refresh may take, all in all."""


@dataclass(frozen=True)
class Timed:
    """An answer and how long it took."""

    answer: httpx.Response
    seconds: float

    @property
    def status(self) -> int:
        return self.answer.status_code

    def json(self) -> Any:
        return self.answer.json()

    @property
    def problem(self) -> dict[str, Any]:
        """The problem, checked: it is the contract's, and it is not ours to be ashamed of."""
        assert self.answer.headers["content-type"] == "application/problem+json", self.answer.text
        body: dict[str, Any] = self.answer.json()
        assert body["status"] == self.answer.status_code != 500
        assert body["request_id"] == self.answer.headers["x-request-id"]
        return body


class RealWorld:
    """A running real server; `send` one request to it."""

    def __init__(self, client: httpx.AsyncClient, metrics: Metrics) -> None:
        self._client = client
        self.metrics = metrics

    async def send(self, method: str, path: str, **options: Any) -> Timed:
        started = time.monotonic()
        answer = await self._client.request(method, path, **options)
        return Timed(answer, time.monotonic() - started)

    async def get(self, path: str) -> Timed:
        return await self.send("GET", path)

    async def post(self, path: str, body: Any = None, **headers: str) -> Timed:
        return await self.send("POST", path, json=body, headers=headers)

    async def wallet(self) -> Any:
        return (await self.get(f"/api/wallets/{OWNER}")).json()


@asynccontextmanager
async def real_world(rpc: ScriptedRpc, store: Mapping[str, Any], **settings: Any) -> AsyncIterator[RealWorld]:
    """`store` are the settings that choose it. Every answer is compared with the contract: a wrong one is a 500."""
    chosen = Settings(
        wallet_backend="real",
        solana_rpc_url=rpc.url,
        solana_rpc_rps=5000,
        **{
            "wallet_check_responses": True,
            "solana_rpc_timeout": 0.8,
            "wallet_refresh_cooldown": 0,
            "wallet_refresh_seconds": DEADLINE,
            "wallet_portfolio_ttl": 0,
            **store,
            **settings,
        },
    )
    metrics = Metrics()
    backends = await build_real(chosen, meter=metrics)
    app = create_app(backends.main, settings=chosen, contract=CONTRACT, metrics=metrics)
    async with (
        app.router.lifespan_context(app),
        app_client(app, base_url="http://localhost", raise_app_exceptions=False) as client,
    ):
        yield RealWorld(client, metrics)


def sqlite(folder: Path) -> dict[str, Any]:
    """The settings of an embedded store of its own."""
    return {"wallet_store": "sqlite", "wallet_sqlite_path": folder / f"{uuid4().hex}.sqlite3"}


def firestore(address: str, project: str) -> dict[str, Any]:
    """The settings of a Firestore emulator."""
    return {"firestore_emulator_host": address, "google_cloud_project": project}


def every_request(known: Mapping[str, str]) -> dict[str, tuple[str, str, Any]]:
    """One valid request for each operation of the contract: method, path, body. `known` are ids that exist; bodies that
    no list below has are the contract's examples.
    """
    ids = {"wallet_address": OWNER, **known}
    return {
        each.id: (
            each.method,
            example_path(each, **ids) + _QUERIES.get(each.id, ""),
            _BODIES.get(each.id, example_body(each)),
        )
        for each in CONTRACT.operations
        if each.tag != "server"
    }


_QUERIES = {"deleteWallet": "?force=true"}
_BODIES: dict[str, Any] = {
    "createWallet": {"wallet_address": rpc_world.SENDER},
    "updateWallet": {"label": "l", "notes": None, "tags": [], "status_override": None},
    "scheduleFunding": {"wallet_address": OWNER, "amount_sol": "1", "scheduled_for": "2030-01-01T00:00:00.000Z"},
    "recordLaunch": {
        "wallet_address": OWNER,
        "mint_address": str(rpc_world.MODERN),
        "token_name": "n",
        "token_ticker": "t",
        "launched_at": "2026-01-01T00:00:00.000Z",
    },
    "importWallets": {"wallets": [{"wallet_address": rpc_world.SENDER}], "dry_run": False},
    "editWallets": {"addresses": [OWNER], "add_tags": ["t"], "dry_run": False},
}
