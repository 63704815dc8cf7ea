"""Every world: what it answers is what the contract declares, and its addresses and signatures are real ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import base58
import httpx
import pytest
import yaml

from backends.mock.world import WORLDS, WorldSpec
from server.contract import load_contract
from server.mocking.world_files import checked_world, read_world
from server.routes.mounts import load_mock_contract
from server.settings import Settings, SettingsError
from tests.mock.conftest import mock_client

CONTRACT = load_contract()
FAILURES = "unavailable, refused, timeout, gateway_timeout, rate_limited, late"
FILES = Path(__file__).parents[2] / "backends" / "mock" / "worlds"
_SIZES = {"wallet_address": 32, "mint_address": 32, "sender": 32, "signature": 64, "matched_signature": 64}


def strings(node: Any) -> Iterator[tuple[str, str]]:
    """Every member of a body that is text, with its name."""
    if isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, str):
                yield name, value
            yield from strings(value)
    elif isinstance(node, list):
        for item in node:
            yield from strings(item)


class Checked:
    """Asks, and holds every answer against the contract and the alphabet of the chain."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.decoded = 0

    async def __call__(self, operation_id: str, path: str, **more: Any) -> Any:
        operation = next(one for one in CONTRACT.operations if one.id == operation_id)
        answer = await self.client.request(operation.method, path, **more)
        declared = operation.responses[answer.status_code]
        assert answer.status_code != 500
        if declared.pointer is None:
            return None
        body = answer.json()
        CONTRACT.schemas.at(declared.pointer).validate(body)
        for name, text in strings(body):
            if name in _SIZES:
                assert len(base58.b58decode(text)) == _SIZES[name], (name, text)
                self.decoded += 1
        return body


_SLOW = {"slow", "progress", "whale", "partial", "rate-limited", "rpc-down"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in _SLOW else name for name in WORLDS]
)
async def test_every_answer_of_every_world(name: str) -> None:
    few = 40 if name == "whale" else WORLDS[name].wallets
    async with mock_client(Settings(wallet_world=name, wallet_mock_wallets=few)) as client:
        ask = Checked(client)
        asked, read = 5 if name == "whale" else 15, few
        listed = await ask("listWallets", "/api/wallets?page_size=200")
        assert listed["total_size"] == few
        addresses = [item["wallet"]["wallet_address"] for item in listed["items"]]
        for address in addresses[:read]:
            await ask("getWallet", f"/api/wallets/{address}")
        for address in addresses[:asked]:
            await ask("refreshWallet", f"/api/wallets/{address}/refresh")
            await ask("getWallet", f"/api/wallets/{address}")
            await ask("listWalletLaunches", f"/api/wallets/launches/{address}")
        chosen = {"addresses": addresses[:asked]} if addresses else {}
        run = await ask("refreshAllWallets", "/api/wallets/refresh-all", json=chosen, headers={"Prefer": "wait=20"})
        operation = f"/api/wallets/refresh-operations/{run['operation_id']}"
        await ask("getRefreshOperation", operation)
        await ask("listRefreshResults", f"{operation}/results?page_size=200")
        for status in ("SCHEDULED", "COMPLETED", "CANCELLED"):
            await ask("listScheduledFunding", f"/api/wallets/funding/scheduled?page_size=200&status={status}")
        await ask("listLaunches", "/api/wallets/launches?page_size=200")
        await ask("getPortfolioSummary", "/api/wallets/portfolio/summary")
        await ask("listPortfolioTokens", "/api/wallets/portfolio/tokens?page_size=200")
        await ask("getLaunchAnalytics", "/api/wallets/portfolio/launches")
        assert ask.decoded > (read * 10 if few else -1)


@pytest.mark.slow
async def test_what_the_worlds_are_good_for() -> None:
    async def refreshed(name: str, count: int) -> set[tuple[int, str | None]]:
        async with mock_client(Settings(wallet_world=name)) as client:
            page = (await client.get("/api/wallets?page_size=200")).json()
            found = set()
            for item in page["items"][:count]:
                answer = await client.post(f"/api/wallets/{item['wallet']['wallet_address']}/refresh")
                found.add((answer.status_code, answer.json().get("outcome")))
            return found

    assert await refreshed("default", 10) == {(200, "complete")}
    assert await refreshed("rpc-down", 5) == {(502, None)}
    assert (200, "partial") in await refreshed("partial", 20)
    assert {(200, "complete"), (200, "partial")} <= await refreshed("rate-limited", 30)
    async with mock_client(Settings(wallet_world="stale")) as client:
        page = (await client.get("/api/wallets?freshness=stale")).json()
        assert page["total_size"] == 50


_PROGRAM = """
import asyncio, hashlib, sys
from tests.mock.conftest import mock_client
from server.settings import Settings

ORDER = sys.argv[1:]

async def main():
    async with mock_client(Settings(wallet_world="partial", wallet_seed=11)) as client:
        if ORDER:  # another history of the process: another moment, other sessions, other requests
            await client.get("/api/wallets")
            await client.post("/__mock__/world", json={"world": "whale", "seed": 3}, headers={"X-Mock-Session": "x"})
            await client.post("/__mock__/clock/move", json={"seconds": 99}, headers={"X-Mock-Session": "x"})
        headers = {"X-Mock-Session": "twin"}
        await client.post("/__mock__/clock/freeze", json={"at": "2026-11-22T16:10:00Z"}, headers=headers)
        bodies = []
        page = await client.get("/api/wallets?page_size=50&sort=label", headers=headers)
        bodies.append(page.content)
        for item in page.json()["items"][:20]:
            path = f"/api/wallets/{item['wallet']['wallet_address']}"
            for method, each in (("GET", path), ("POST", path + "/refresh"), ("GET", path)):
                answer = await client.request(method, each, headers={**headers, "X-Request-Id": "same"})
                bodies += [answer.content, answer.headers.get("etag", "").encode()]
        body = {"wallet_address": page.json()["items"][0]["wallet"]["wallet_address"], "amount_sol": "1",
                "scheduled_for": "2027-01-01T00:00:00Z"}
        for _ in range(2):
            bodies.append((await client.post("/api/wallets/funding/schedule", json=body, headers=headers)).content)
        for path in ("funding/scheduled", "launches", "portfolio/summary", "portfolio/tokens", "portfolio/launches"):
            bodies.append((await client.get(f"/api/wallets/{path}", headers=headers)).content)
        await client.post("/__mock__/clock/move", json={"seconds": 7200}, headers=headers)
        bodies.append((await client.get("/api/wallets", headers=headers)).content)
    print(len(b"".join(bodies)), hashlib.sha256(b"".join(bodies)).hexdigest())

asyncio.run(main())
"""


@pytest.mark.slow
def test_two_processes_answer_byte_for_byte_alike() -> None:
    def run(hash_seed: str, *more: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", _PROGRAM, *more]
        root = Path(__file__).parents[2]
        return subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True, text=True).stdout

    first = run("1")
    assert int(first.split()[0]) > 50_000
    assert run("2", "another history") == first


def test_the_files_are_the_worlds_of_the_contract() -> None:
    contract = load_mock_contract()
    names = contract.document["components"]["schemas"]["WorldName"]["enum"]
    assert {f"{name}.yaml" for name in names} == {file.name for file in FILES.iterdir()}
    assert list(WORLDS) == names
    for file in FILES.iterdir():
        read_world(file, contract)
    assert replace(WORLDS["default"], summary=None) == WorldSpec(name="default")
    whale = WORLDS["whale"]
    assert (whale.wallets, whale.whale_tokens, whale.whale_changes) == (10_000, 10_000, 4_000)


def test_the_examples_of_descriptions_fit() -> None:
    contract = load_mock_contract()
    operation = next(one for one in contract.operations if one.id == "setWorld")
    assert operation.body is not None
    checked_world(operation.body.examples["described"]["description"], contract)


async def test_a_world_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "flaky.yaml"
    file.write_text("wallets: 4\nfreshness: {never: 1}\nfaults:\n  - failure: timeout\n")
    async with mock_client(Settings(wallet_world=str(file))) as client:
        world = (await client.get("/__mock__/world")).json()
        assert (world["name"], world["wallets"]) == ("flaky", 4)
        page = (await client.get("/api/wallets?freshness=never")).json()
        assert page["total_size"] == 4
        address = page["items"][0]["wallet"]["wallet_address"]
        assert (await client.post(f"/api/wallets/{address}/refresh")).status_code == 504


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wallets: many", ['wallets: expected an integer from 0 to 10000, got the string "many"']),
        ("walets: 3", ["walets: expected no such field; did you mean wallets?, got 3"]),
        (
            "faults:\n  - failure: slow\n    percent: 0\n",
            [
                f"faults.0.failure: expected one of {FAILURES}, got slow",
                "faults.0.percent: expected an integer from 1 to 100, got 0",
            ],
        ),
        (
            "faults:\n  - percent: 3\n",
            [f"faults.0.failure: expected one of {FAILURES}, got nothing"],
        ),
        ("- 1", ["the file: expected an object, got an array of 1"]),
        ("wallets: 3\nwallets: 4\n", ["is not YAML: line 2, column 1: 'wallets' a second time"]),
        ("wallets: [", ["is not YAML: line 2, column 1"]),
    ],
)
def test_worlds_that_are_none_say_why(text: str, said: list[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError) as raised:
        read_world(file, load_mock_contract())
    assert str(file) in str(raised.value)
    for line in said:
        assert line in str(raised.value)


@pytest.mark.parametrize(
    ("world", "said"), [("moon", "neither one of default, empty"), ("missing.yaml", "can't be read")]
)
async def test_worlds_that_there_are_not(world: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        async with mock_client(Settings(wallet_world=world)):
            pass


def test_the_files_are_plain() -> None:
    for file in FILES.iterdir():
        assert isinstance(yaml.load(file.read_text(), yaml.CSafeLoader), dict)
        assert len(file.read_text().splitlines()) <= 12


async def test_a_history_of_many_changes() -> None:
    """The first entry is the reading that the others differ from."""
    many = 300
    async with mock_client(Settings(wallet_mock_wallets=1)) as client:
        world = {"description": {"name": "many", "wallets": 2, "whale_changes": many}}
        (await client.post("/__mock__/world", json=world)).raise_for_status()
        items = (await client.get("/api/wallets")).json()["items"]
        counts = []
        for item in items:
            history = (
                await client.get(f"/api/wallets/{item['wallet']['wallet_address']}/history?max_points=1000")
            ).json()
            assert not history["thinned"]
            balances = [entry["balance_lamports"] for entry in history["entries"]]
            assert all(one != other for one, other in pairwise(balances))
            counts.append(len(balances))
        assert max(counts) == many + 1
