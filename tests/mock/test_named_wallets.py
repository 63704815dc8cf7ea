"""A world's own wallets, and a session's state as a world."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from server.settings import Settings
from tests.mock.conftest import mock_client

DESK = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"
SEEDED = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
MINT = "8E8tMsVMSjSiddNcUexVgkjfSSVkTcr4j9MHknEXnhvM"
NAMED: list[dict[str, Any]] = [
    {
        "address": DESK,
        "label": "Launch desk",
        "tags": ["ops"],
        "balance_sol": "2.5",
        "tokens": [{"mint_address": MINT, "amount": "1250000", "decimals": 3, "name": "Moon Otter", "ticker": "MOTR"}],
        "schedules": [{"amount_sol": "1.5", "scheduled_for": "2031-01-01T00:00:00Z", "note": "Top up"}],
        "launches": [
            {
                "mint_address": MINT,
                "token_name": "Moon Otter",
                "token_ticker": "MOTR",
                "launched_at": "2026-01-01T00:00:00Z",
            }
        ],
    },
    {"address": SEEDED, "state": "never"},
]
MINE = {"X-Mock-Session": "mine"}


async def _begin(client: httpx.AsyncClient, description: dict[str, Any], headers: dict[str, str] = MINE) -> None:
    begun = await client.post("/__mock__/world", json={"description": description}, headers=headers)
    assert begun.status_code == 200, begun.text


async def _wallet(client: httpx.AsyncClient, address: str, headers: dict[str, str] = MINE) -> dict[str, Any]:
    shown: dict[str, Any] = (await client.get(f"/api/wallets/{address}", headers=headers)).json()
    return shown


async def test_named_wallets_stand_beside_seeded_ones(client: httpx.AsyncClient) -> None:
    await _begin(client, {"wallets": 5, "named": NAMED})
    assert (await client.get("/api/wallets", headers=MINE)).json()["total_size"] == 7
    desk = await _wallet(client, DESK)
    assert (desk["wallet"]["label"], desk["wallet"]["tags"], desk["wallet"]["last_balance_sol"]) == (
        "Launch desk",
        ["ops"],
        "2.5",
    )
    (token,) = desk["wallet"]["token_holdings"]
    assert (token["name"], token["balance"], token["decimals"]) == ("Moon Otter", "1250", 3)
    assert (desk["cache"]["state"], desk["wallet"]["status"], desk["wallet"]["launch_count"]) == (
        "fresh",
        "LAUNCHED",
        1,
    )
    schedules = (await client.get(f"/api/wallets/funding/scheduled?wallet_address={DESK}", headers=MINE)).json()[
        "items"
    ]
    assert [(each["amount_sol"], each["note"]) for each in schedules] == [("1.5", "Top up")]
    assert (await _wallet(client, SEEDED))["cache"]["state"] == "never"


async def test_what_a_named_wallet_holds_stays_through_a_refresh(client: httpx.AsyncClient) -> None:
    await _begin(client, {"wallets": 0, "named": NAMED})
    refreshed = await client.post(f"/api/wallets/{DESK}/refresh", headers=MINE)
    assert refreshed.json()["outcome"] == "complete"
    assert refreshed.json()["wallet"]["last_balance_sol"] == "2.5"
    seeded = await client.post(f"/api/wallets/{SEEDED}/refresh", headers=MINE)
    assert seeded.json()["wallet"]["last_balance_sol"] is not None, "what the seed says of the address"


@pytest.mark.slow
async def test_a_sessions_state_is_a_world(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await client.post("/__mock__/clock/freeze", json={"at": "2026-11-22T16:10:00Z"}, headers=MINE)
    await client.post("/api/wallets", json={"wallet_address": DESK, "label": "Mine"}, headers=MINE)
    saved = await client.get("/__mock__/world/description", headers=MINE)
    assert saved.status_code == 200
    assert saved.headers["Content-Type"] == "application/yaml"
    description = yaml.safe_load(saved.text)
    before = {
        item["wallet"]["wallet_address"]: item
        for item in (await client.get("/api/wallets?page_size=200", headers=MINE)).json()["items"]
    }
    assert len(description["named"]) == len(before) == 51

    other = {"X-Mock-Session": "other"}
    await client.post("/__mock__/clock/freeze", json={"at": "2026-11-22T16:10:00Z"}, headers=other)
    await _begin(client, description, other)
    items = (await client.get("/api/wallets?page_size=200", headers=other)).json()["items"]
    kept = ("label", "notes", "tags", "status_override", "last_balance_sol", "token_count", "launch_count")
    for item in items:
        was = before[item["wallet"]["wallet_address"]]
        if was["cache"]["state"] != "error":  # of one that was never read in full, what was read counts
            assert [item["wallet"][name] for name in kept] == [was["wallet"][name] for name in kept]
    assert len(items) == 51

    file = tmp_path / "saved.yaml"
    file.write_bytes(saved.content)
    async with mock_client(Settings(wallet_world=str(file))) as served:
        assert (await served.get("/api/wallets")).json()["total_size"] == 51
        assert (await _wallet(served, DESK, {}))["wallet"]["label"] == "Mine"


async def test_a_wrong_wallet_is_named(client: httpx.AsyncClient) -> None:
    refused = await client.post("/__mock__/world", json={"description": {"named": [{"address": "x"}]}}, headers=MINE)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["where"] == "/body/description/named/0/address"
