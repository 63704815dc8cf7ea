"""Figures that no chain has, stored by a release that believed them: nothing fails, and a refresh heals them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faults.world import OWNER, RealWorld, every_request, real_world, sqlite
from tests.support import rpc_world
from tests.support.scripted_rpc import Exchange, ScriptedRpc, behave

Poison = Callable[[dict[str, Any]], object]

PARTS = ("sol_balance", "token_holdings", "funding_transactions")


def _slots(slot: int) -> Poison:
    def poison(document: dict[str, Any]) -> None:
        for part in PARTS:
            document["parts"][part]["slot"] = slot
        document["history"]["newest_slot"] = slot
        for funding in document["recent_funding"]:
            funding["slot"] = slot

    return poison


POISONS: dict[str, Poison] = {
    "2^53": _slots(2**53),
    "2^53-1": _slots(2**53 - 1),
    "2^63-1": _slots(2**63 - 1),
    "a balance above the supply": lambda document: document.update(last_balance_lamports=2**63 - 1),
    "a transfer above the supply": lambda document: document["recent_funding"][0].update(lamports=2**62),
}


def _change(path: Path, table: str, change: Poison) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        for key, body in raw.execute(f"SELECT key, body FROM {table}").fetchall():  # noqa: S608
            document = json.loads(body)
            change(document)
            raw.execute(f"UPDATE {table} SET body = ? WHERE key = ?", (json.dumps(document), key))  # noqa: S608


async def _known(world: RealWorld) -> dict[str, str]:
    await world.post("/api/wallets", {"wallet_address": OWNER, "label": "kept"})
    operation = (await world.post("/api/wallets/refresh-all", Prefer="wait=10")).json()
    assert (operation["state"], operation["complete"]) == ("COMPLETED", 1)
    return {"operation_id": operation["operation_id"], "schedule_id": "sch_" + "0" * 32, "launch_id": "lch_" + "0" * 32}


async def _all_reads(world: RealWorld, known: dict[str, str]) -> None:
    for name, (method, path, _) in every_request(known).items():
        if method == "GET" and "{" not in path and name != "streamRefreshOperationEvents":
            answer = await world.get(path)
            assert answer.status in (200, 404), (name, answer.answer.text)


def _shown(wallet: Any) -> Any:
    passing = ("updated_at", "as_of", "stale_after", "discovered_at", "last_attempt_at")
    if isinstance(wallet, dict):
        return {name: _shown(value) for name, value in wallet.items() if name not in passing}
    return [_shown(item) for item in wallet] if isinstance(wallet, list) else wallet


@pytest.mark.parametrize("name", POISONS)
async def test_a_poisoned_wallet_is_read_and_healed(name: str, tmp_path: Path) -> None:
    store = sqlite(tmp_path)
    async with ScriptedRpc(rpc_world.answer) as rpc:
        async with real_world(rpc, store) as world:
            known = await _known(world)
            honest = _shown(await world.wallet())
        _change(store["wallet_sqlite_path"], "wallets", POISONS[name])
        async with real_world(rpc, store) as world:
            await _all_reads(world, known)
            poisoned = await world.wallet()
            assert poisoned["wallet"]["label"] == "kept"
            never = [part for part in PARTS if poisoned["cache"]["parts"][part]["state"] == "never"]
            assert never, "what can't be true is not shown as known"
            assert (await world.send("PUT", f"/api/wallets/{OWNER}", json=_METADATA)).status == 200
            refreshed = (await world.post(f"/api/wallets/{OWNER}/refresh")).json()
            assert refreshed["outcome"] == "complete"
            assert {refreshed["results"][part]["outcome"] for part in never} == {"updated"}, "and says so"
            assert _shown(await world.wallet()) == honest
            await _all_reads(world, known)


_METADATA: dict[str, Any] = {"label": "kept", "notes": None, "tags": [], "status_override": None}


async def test_results_with_a_poisoned_slot_are_read(tmp_path: Path) -> None:
    store = sqlite(tmp_path)

    def poison(document: dict[str, Any]) -> None:
        for item in document["results"]:
            for part in item["parts"].values():
                part["slot"] = 2**53

    async with ScriptedRpc(rpc_world.answer) as rpc:
        async with real_world(rpc, store) as world:
            known = await _known(world)
        _change(store["wallet_sqlite_path"], "refresh_shards", poison)
        async with real_world(rpc, store) as world:
            await _all_reads(world, known)
            results = (await world.get(f"/api/wallets/refresh-operations/{known['operation_id']}/results")).json()
            (item,) = results["items"]
            assert [part["slot"] for part in item["results"].values()] == [None] * 3


@pytest.mark.parametrize("slot", [2**53, 2**53 - 1, 2**50, 3 * rpc_world.SLOT, 5])
async def test_an_answer_that_lies_about_its_slot_changes_nothing(slot: int, tmp_path: Path) -> None:
    async def lie(to: Exchange) -> None:
        if isinstance(to.result, dict) and "context" in to.result:
            to.result["context"]["slot"] = slot
        await to.send()

    async with ScriptedRpc(rpc_world.answer) as rpc, real_world(rpc, sqlite(tmp_path)) as world:
        await _known(world)
        honest = _shown((await world.wallet())["wallet"])
        rpc.behaviour = lie
        answer = await world.post(f"/api/wallets/{OWNER}/refresh", {"parts": ["sol_balance", "token_holdings"]})
        assert answer.status == 502
        assert answer.problem["code"] == "chain_unavailable"
        assert _shown((await world.wallet())["wallet"]) == honest
        rpc.behaviour = behave
        again = (await world.post(f"/api/wallets/{OWNER}/refresh")).json()
        assert again["outcome"] == "complete"
        assert {result["outcome"] for result in again["results"].values()} == {"unchanged"}
