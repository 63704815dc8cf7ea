"""A recording of a server's traffic becomes a world of the mock, with the wallets that its answers showed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from typer.testing import CliRunner

from contract_tools.parity.recording import Exchange, Reply, Request, write_recording
from contract_tools.proxy.recorder import Recorder
from contract_tools.proxy.upstream import Upstream
from server.contract import load_contract
from tests.contract_tools.listening import listening
from wallet_cli.main import app as commands
from wallet_orchestrator_pytest import WalletMock

OURS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"
OTHER = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
SECONDS = 60
OF_A_WALLET = (
    *("wallet_address", "label", "notes", "tags", "status", "status_override", "last_balance_sol", "launch_count"),
    "token_holdings",
)


def _world(recording: Path, to: Path) -> tuple[int, str]:
    done = CliRunner().invoke(commands, ["parity", "world", str(recording), "--to", str(to)])
    return done.exit_code, done.output


def _shown(client: httpx.Client, address: str) -> dict[str, Any]:
    wallet = client.get(f"/api/wallets/{address}").raise_for_status().json()["wallet"]
    return {name: wallet[name] for name in OF_A_WALLET}


def _ids(client: httpx.Client, path: str, *names: str) -> list[tuple[Any, ...]]:
    items = client.get(path, params={"page_size": "200"}).raise_for_status().json()["items"]
    return sorted(tuple(each[name] for name in names) for each in items)


def _lists(client: httpx.Client) -> list[list[tuple[Any, ...]]]:
    return [
        _ids(client, "/api/wallets/funding/scheduled", "wallet_address", "amount_sol", "scheduled_for"),
        _ids(client, "/api/wallets/launches/", "wallet_address", "mint_address", "token_name", "launched_at"),
    ]


def test_the_world_of_a_recording_has_what_it_showed_last(tmp_path: Path, wallet_mock: WalletMock) -> None:
    recording, world = tmp_path / "traffic.jsonl", tmp_path / "staging.yaml"
    session = wallet_mock.session()
    with (
        recording.open("w") as file,
        listening(Recorder(Upstream(wallet_mock.url), file, load_contract())) as proxy,
        httpx.Client(base_url=proxy, headers=session, timeout=SECONDS) as client,
    ):
        _lists(client)
        client.get("/api/wallets/export", params={"format": "jsonl", "holdings": "true"}).raise_for_status()
        first, second, *_ = client.get("/api/wallets", params={"page_size": "5"}).json()["items"]
        changed, gone = (each["wallet"]["wallet_address"] for each in (first, second))
        client.put(
            f"/api/wallets/{changed}", json={"label": "Renamed", "notes": None, "tags": [], "status_override": None}
        )
        client.delete(f"/api/wallets/{gone}", params={"force": "true"})
        client.post("/api/wallets", json={"wallet_address": OURS, "label": "Launch desk"})
        client.post(f"/api/wallets/{OURS}/refresh")
    code, said = _world(recording, world)
    assert (code, said) == (0, f"50 wallet(s) in {world}: wallet-orchestrator serve --world {world}\n")

    with (
        httpx.Client(base_url=wallet_mock.url, headers=session, timeout=SECONDS) as real,
        httpx.Client(base_url=wallet_mock.url, headers=wallet_mock.session(), timeout=SECONDS) as made,
    ):
        description = yaml.safe_load(world.read_text())
        begun = made.post("/__mock__/world", json={"description": description}).raise_for_status()
        assert begun.json()["wallets"] == 50
        assert made.get(f"/api/wallets/{gone}").status_code == 404
        addresses = [name for (name,) in _ids_of_wallets(made)]
        assert addresses == [name for (name,) in _ids_of_wallets(real)]
        for address in [changed, OURS, *addresses[:5]]:
            assert _shown(made, address) == _shown(real, address)
        assert _lists(made) == [[each for each in found if each[0] != gone] for found in _lists(real)]


def _ids_of_wallets(client: httpx.Client) -> list[tuple[Any, ...]]:
    items = client.get("/api/wallets", params={"page_size": "200"}).raise_for_status().json()["items"]
    return sorted((each["wallet"]["wallet_address"],) for each in items)


def _exchange(body: Any, method: str = "GET", target: str = "/api/wallets", status: int = 200) -> Exchange:
    return Exchange(Request(method, target), Reply(status, {}, body if isinstance(body, str) else json.dumps(body)))


def _wallet(**more: Any) -> dict[str, Any]:
    return {"wallet": {"wallet_address": OURS, **more}, "cache": {"state": "fresh"}}


def test_what_is_unknown_stays_unknown_and_what_failed_is_no_news(tmp_path: Path) -> None:
    recording, world = tmp_path / "traffic.jsonl", tmp_path / "world.yaml"
    schedule = {
        "schedule_id": "s",
        "wallet_address": OTHER,
        "amount_sol": "1.5",
        "scheduled_for": "2031-01-01T00:00:00Z",
    }
    write_recording(
        recording,
        [
            _exchange({"items": [_wallet(label="Desk", last_balance_sol="2.5", token_count=3)]}),
            _exchange(_wallet(label="Broken"), status=500),
            _exchange("event: result\ndata: " + json.dumps({"items": [{**schedule, "status": "SCHEDULED"}]})),
            _exchange("[" * 5 + "no JSON"),
        ],
    )
    code, said = _world(recording, world)
    assert code == 0
    assert said.startswith("No answer lists the tokens of 1 wallet(s)")
    assert yaml.safe_load(world.read_text())["named"] == [
        {"address": OURS, "label": "Desk", "state": "fresh", "balance_sol": "2.5"},
        {
            "address": OTHER,
            "state": "never",
            "schedules": [{"amount_sol": "1.5", "scheduled_for": "2031-01-01T00:00:00Z"}],
        },
    ]


@pytest.mark.parametrize(
    ("exchanges", "to", "words"),
    [
        ([], "world.yaml", "the recording shows no wallet"),
        ([_exchange(_wallet(label="x" * 101))], "world.yaml", "what no world can have, at /named/0/label"),
        ([_exchange(_wallet())], "world.json", "a world's file ends in .yaml"),
        ([_exchange(_wallet())], "nowhere/world.yaml", "can't write"),
    ],
)
def test_what_is_not_possible(tmp_path: Path, exchanges: list[Exchange], to: str, words: str) -> None:
    recording = tmp_path / "traffic.jsonl"
    write_recording(recording, exchanges)
    code, said = _world(recording, tmp_path / to)
    assert code == 2
    assert words in said
