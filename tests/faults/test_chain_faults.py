"""Every fault of the RPC through the whole server: answers in time, of the contract; nothing that was known is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.faults.world import DEADLINE, OWNER, RealWorld, real_world, sqlite
from tests.support import rpc_world
from tests.support.rpc_faults import FAULTS
from tests.support.scripted_rpc import ScriptedRpc, behave

PARTS = ("sol_balance", "token_holdings", "funding_transactions")
SOME = ("limited", "server_error", "reset", "hang", "drip", "truncated_json", "result_null", "numbers_beyond_int64")
IN_TURN = [list(FAULTS)[start::6] for start in range(6)]
_AT_ONCE = 3
"""Two cores, and what is measured is time."""


def _lasting(wallet: Any) -> Any:
    """What a failed refresh may not change: all but the account of the attempt."""
    kept = {name: value for name, value in wallet["wallet"].items() if name != "updated_at"}
    parts = {
        name: {key: part[key] for key in ("as_of", "slot", "truncated")}
        for name, part in wallet["cache"]["parts"].items()
    }
    return kept, parts


async def _known(world: RealWorld) -> Any:
    assert (await world.post("/api/wallets", {"wallet_address": OWNER, "label": "kept"})).status == 201
    refreshed = await world.post(f"/api/wallets/{OWNER}/refresh")
    assert (refreshed.status, refreshed.json()["outcome"]) == (200, "complete")
    return await world.wallet()


async def _broken(rpc: ScriptedRpc, world: RealWorld, name: str, before: Any, parts: list[str] | None) -> None:
    if name == "refused":
        await rpc.stop()
    else:
        rpc.behaviour = FAULTS[name].behaviour
    answer = await world.post(f"/api/wallets/{OWNER}/refresh", None if parts is None else {"parts": parts})
    assert answer.seconds < DEADLINE + 0.5, name
    after = await world.wallet()
    if answer.status == 200:
        body = answer.json()
        failed = [part for part, result in body["results"].items() if result and result["outcome"] == "failed"]
        assert body["outcome"] == ("partial" if failed else "complete")
    else:
        assert answer.status in (502, 504), name
        assert answer.problem["code"] in ("chain_unavailable", "chain_timeout", "chain_rate_limited")
        assert answer.problem["cached_wallet"] == after
        failed = parts or list(PARTS)
    # Some faults are unknown to a part, which then reads the same chain again: nothing differs either way.
    assert _lasting(after)[0] == _lasting(before)[0], name
    for part in PARTS:
        now, then = after["cache"]["parts"][part], before["cache"]["parts"][part]
        if part in failed:
            assert now["last_error"]["code"].startswith("chain_")
            assert now["state"] == "error"
            assert {
                **now,
                "last_error": None,
                "last_attempt_at": then["last_attempt_at"],
                "state": then["state"],
            } == then
        else:
            assert now["last_error"] is None
    rpc.behaviour = behave
    if name == "refused":
        await rpc.listen()
    again = await world.post(f"/api/wallets/{OWNER}/refresh")
    if name == "limited_for_an_hour":
        assert again.problem["code"] == "chain_rate_limited", "the server asked for silence, and gets it"
        return
    assert (again.status, again.json()["outcome"]) == (200, "complete"), name
    assert _lasting(await world.wallet())[0] == _lasting(before)[0]


async def _each(names: list[str], folder: Path, parts: list[str] | None = None) -> None:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str) -> None:
        async with turns, ScriptedRpc(rpc_world.answer) as rpc, real_world(rpc, sqlite(folder)) as world:
            await _broken(rpc, world, name, await _known(world), parts)

    await asyncio.gather(*(one(name) for name in names))


# A connection that is given up while it is being made leaves its socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <socket")


@pytest.mark.parametrize("names", IN_TURN, ids=["+".join(names[:2]) for names in IN_TURN])
async def test_every_fault_against_the_whole(names: list[str], tmp_path: Path) -> None:
    await _each(names, tmp_path)


async def test_a_refused_connection_against_the_whole(tmp_path: Path) -> None:
    await _each(["refused"], tmp_path)


@pytest.mark.parametrize("part", PARTS)
async def test_faults_against_each_part(part: str, tmp_path: Path) -> None:
    await _each([*SOME, "refused"], tmp_path, [part])


async def test_faults_against_what_is_not_known_yet(tmp_path: Path) -> None:
    async with ScriptedRpc(rpc_world.answer) as rpc, real_world(rpc, sqlite(tmp_path)) as world:
        rpc.behaviour = FAULTS["hang"].behaviour
        await world.post("/api/wallets", {"wallet_address": OWNER})
        answer = await world.post(f"/api/wallets/{OWNER}/refresh")
        assert answer.status == 504
        assert answer.problem["code"] == "chain_timeout"
        assert answer.seconds < DEADLINE + 0.5
        wallet = await world.wallet()
        assert wallet["wallet"]["last_balance_lamports"] is wallet["wallet"]["token_holdings"] is None
        assert wallet["cache"]["state"] == "never"


@pytest.mark.parametrize("name", SOME)
async def test_faults_against_refresh_all(name: str, tmp_path: Path) -> None:
    async with ScriptedRpc(rpc_world.answer) as rpc, real_world(rpc, sqlite(tmp_path)) as world:
        before = await _known(world)
        rpc.behaviour = FAULTS[name].behaviour
        answer = await world.post("/api/wallets/refresh-all", Prefer="wait=10")
        assert answer.status == 200
        operation = answer.json()
        assert operation["state"] == ("FAILED" if operation["failed"] else "COMPLETED")
        assert operation["done"] == operation["total"] == 1
        assert operation["complete"] == 0
        results = await world.get(f"/api/wallets/refresh-operations/{operation['operation_id']}/results")
        assert results.json()["items"][0]["wallet_address"] == OWNER
        assert _lasting(await world.wallet())[0] == _lasting(before)[0]
        rpc.behaviour = behave
        again = (await world.post("/api/wallets/refresh-all", Prefer="wait=10")).json()
        assert (again["state"], again["complete"]) == ("COMPLETED", 1)
