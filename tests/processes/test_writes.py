"""A server that is killed (-9) amid writes of every kind: started again, what is counted equals what is listed."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes.fleet import Process, get, ready
from tests.support.fakes import address
from tests.support.load import LOAD_SECONDS

pytestmark = pytest.mark.slow

NIGHTLY = os.environ.get("NIGHTLY") == "1"
_KILLS = 20 if NIGHTLY else 1
_CLIENTS = 5
_POOL = [address(f"amid writes {number}") for number in range(120)]
_TAGS = ("ops", "q4", "rare")
_STOPPED = (502, 503, 504)
"""Of a server that is told to go while it answers."""


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(params=["sqlite", pytest.param("firestore", marks=pytest.mark.skipif(not NIGHTLY, reason="NIGHTLY=1"))])
def settings(request: pytest.FixtureRequest, tmp_path: Path, firestore_project: str) -> dict[str, str]:
    """Of a server with a store of its own."""
    if request.param == "sqlite":
        return {"WALLET_STORE": "sqlite", "WALLET_SQLITE_PATH": str(tmp_path / "wallets.sqlite3")}
    emulator = request.getfixturevalue("firestore_emulator")
    return {
        "WALLET_STORE": "firestore",
        "FIRESTORE_EMULATOR_HOST": emulator,
        "GOOGLE_CLOUD_PROJECT": firestore_project,
    }


@pytest.fixture
def chain() -> Iterator[str]:
    """The faked chain's URL."""
    port = _port()
    process = Process(["chain", "--port", str(port), "--seed", "5"], {})
    yield f"http://127.0.0.1:{port}"
    process.close()


class _Client:
    """Writes whatever comes to mind until it is told to stop, or nobody is there any more."""

    def __init__(self, url: str, seed: int) -> None:
        self._some = random.Random(seed)
        self._http = httpx.Client(base_url=f"{url}/api/wallets", timeout=LOAD_SECONDS)
        self._writes: list[Callable[[], httpx.Response]] = [
            self._create, self._create, self._import, self._delete, self._edit, self._schedule, self._cancel,
            self._launch, self._update, self._refresh, self._refresh, self._refresh_all,
        ]  # fmt: skip
        self.answered: Counter[int] = Counter()

    def work(self, stop: threading.Event) -> None:
        with closing(self._http):
            while not stop.is_set():
                try:
                    self.answered[self._some.choice(self._writes)().status_code] += 1
                except httpx.TransportError:
                    return

    def _one(self) -> str:
        return self._some.choice(_POOL)

    def _tags(self) -> list[str]:
        return self._some.sample(_TAGS, self._some.randrange(3))

    def _create(self) -> httpx.Response:
        label = f"Launch {self._some.randrange(9)}"
        return self._http.post("", json={"wallet_address": self._one(), "label": label, "tags": self._tags()})

    def _import(self) -> httpx.Response:
        wallets = [{"wallet_address": each, "tags": ["imported"]} for each in self._some.sample(_POOL, 5)]
        return self._http.post("/import", json={"dry_run": False, "wallets": wallets})

    def _delete(self) -> httpx.Response:
        return self._http.delete(f"/{self._one()}", params={"force": "true"})

    def _edit(self) -> httpx.Response:
        change = {"add_tags": [f"edited {self._some.randrange(3)}"], "remove_tags": ["ops"], "dry_run": False}
        return self._http.post("/edit", json={"addresses": self._some.sample(_POOL, 20), **change})

    def _update(self) -> httpx.Response:
        status = self._some.choice([None, "ARCHIVED"])
        body = {"label": "renamed", "notes": None, "tags": self._tags(), "status_override": status}
        return self._http.put(f"/{self._one()}", json=body)

    def _schedule(self) -> httpx.Response:
        when = {"amount_sol": "1.5", "scheduled_for": "2099-01-01T00:00:00Z"}
        return self._http.post("/funding/schedule", json={"wallet_address": self._one(), **when})

    def _cancel(self) -> httpx.Response:
        listed = self._http.get("/funding/scheduled", params={"status": "SCHEDULED"})
        schedules = listed.json()["items"] if listed.is_success else []
        if not schedules:
            return listed
        return self._http.delete(f"/funding/{self._some.choice(schedules)['schedule_id']}")

    def _launch(self) -> httpx.Response:
        token = {"token_name": "N", "token_ticker": "T", "launched_at": "2026-11-01T00:00:00Z"}
        return self._http.post(
            "/launches/record", json={"wallet_address": self._one(), "mint_address": self._one(), **token}
        )

    def _refresh(self) -> httpx.Response:
        return self._http.post(f"/{self._one()}/refresh")

    def _refresh_all(self) -> httpx.Response:
        return self._http.post("/refresh-all", json={})


def _all(url: str, path: str, **query: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = get(url, path, page_size=200, **query, **token)
        items += page["items"]
        if page["next_page_token"] is None:
            assert page["total_size"] in (None, len(items))
            return items
        token = {"page_token": page["next_page_token"]}


def _until_operations_end(url: str) -> None:
    deadline = time.monotonic() + 20 * LOAD_SECONDS
    while unfinished := [
        each for state in ("PENDING", "RUNNING") for each in _all(url, "/refresh-operations", state=state)
    ]:
        assert time.monotonic() < deadline, unfinished
        time.sleep(0.2)


def _check(url: str) -> None:
    _until_operations_end(url)
    wallets = [item["wallet"] for item in _all(url, "")]
    summary = get(url, "/portfolio/summary")
    assert summary["total_wallets"] == len(wallets)
    by_status = Counter(wallet["status"] or "UNKNOWN" for wallet in wallets)
    assert {status: count for status, count in summary["wallets_by_status"].items() if count} == by_status
    lamports = [int(wallet["last_balance_lamports"]) for wallet in wallets if wallet["last_balance_lamports"]]
    assert int(summary["total_balance_lamports"]) == sum(lamports)
    assert summary["open_schedules"] == len(_all(url, "/funding/scheduled", status="SCHEDULED"))
    launches = Counter(launch["wallet_address"] for launch in _all(url, "/launches"))
    assert summary["total_launches"] == launches.total()
    assert {each["wallet_address"]: each["launch_count"] for each in wallets if each["launch_count"]} == {
        each["wallet_address"]: launches[each["wallet_address"]] for each in wallets if launches[each["wallet_address"]]
    }
    tags = Counter(tag for wallet in wallets for tag in wallet["tags"])
    assert {each["tag"]: each["wallets"] for each in _all(url, "/tags")} == tags
    held: Counter[str] = Counter()
    for wallet in wallets:
        for holding in get(url, f"/{wallet['wallet_address']}")["wallet"]["token_holdings"] or ():
            held[holding["mint_address"]] += int(holding["amount"])
    assert {each["mint_address"]: int(each["amount"]) for each in _all(url, "/portfolio/tokens")} == held


def test_what_is_counted_equals_what_is_listed(settings: dict[str, str], chain: str) -> None:
    seed = int(os.environ.get("SEED", "1"))
    some = random.Random(seed)
    settings |= {
        "SOLANA_RPC_URL": chain,
        "SOLANA_RPC_RPS": "1000",
        "WALLET_AUTH": "off",
        "WALLET_PORTFOLIO_TTL": "0",
        "WALLET_REFRESH_COOLDOWN": "0",
    }
    port = _port()
    url = f"http://127.0.0.1:{port}"
    serve = ["serve", "--backend", "real", "--port", str(port)]
    server = Process(serve, settings)
    try:
        ready(url)
        for kill in range(_KILLS):
            stop = threading.Event()
            clients = [_Client(url, 1_000 * seed + _CLIENTS * kill + number) for number in range(_CLIENTS)]
            threads = [threading.Thread(target=client.work, args=[stop]) for client in clients]
            for thread in threads:
                thread.start()
            time.sleep(some.uniform(0.5, 2.5))
            server.kill()
            stop.set()
            for thread in threads:
                thread.join()
            server.close()
            answered = sum((client.answered for client in clients), Counter[int]())
            assert not [status for status in answered if status >= 500 and status not in _STOPPED], answered
            assert answered[200] + answered[201] + answered[202] + answered[204] > 3, answered
            server = Process(serve, settings)
            ready(url)
            _check(url)
    finally:
        server.close()
