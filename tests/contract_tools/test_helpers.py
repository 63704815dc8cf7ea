"""Helpers for those who test a client: the pytest fixture, the Node module, the recorder and its replay."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import base58
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from contract_tools.parity.recording import Exchange, Reply, Request, read_recording, write_recording
from contract_tools.proxy.recorder import Recorder
from contract_tools.proxy.upstream import Upstream
from server.contract import load_contract
from tests.contract_tools.listening import listening
from tests.contract_tools.serving_drifts import CREDENTIAL, served
from wallet_cli.main import app as commands
from wallet_orchestrator_pytest import WalletMock

ROOT = Path(__file__).parents[2]
ADDRESS = "7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5"


def test_the_fixture_is_a_running_mock(wallet_mock: WalletMock) -> None:
    page = httpx.get(f"{wallet_mock.url}/api/wallets", headers=wallet_mock.session())
    assert page.headers["X-Backend"] == "mock"
    assert page.json()["total_size"] == 50


def test_a_session_sees_its_own_writes_only(wallet_mock: WalletMock) -> None:
    mine, theirs = wallet_mock.session(), wallet_mock.session()
    url = f"{wallet_mock.url}/api/wallets"
    assert httpx.post(url, json={"wallet_address": ADDRESS}, headers=mine).status_code == 201
    assert httpx.get(f"{url}/{ADDRESS}", headers=mine).status_code == 200
    assert httpx.get(f"{url}/{ADDRESS}", headers=theirs).status_code == 404


def test_the_fixture_serves_a_project_whose_folders_are_named_as_ours(tmp_path: Path) -> None:
    for name in ("server", "backends", "wallet_cli"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("THEIRS = True\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nwallet_mock_args = --wallets 3\n")
    (tmp_path / "test_client.py").write_text(
        "import json, urllib.request\n"
        "import backends, server, wallet_cli\n"
        "def test_it(wallet_mock):\n"
        "    assert server.THEIRS and backends.THEIRS and wallet_cli.THEIRS\n"
        "    with urllib.request.urlopen(f'{wallet_mock.session_url()}/api/wallets') as answer:\n"
        "        assert json.load(answer)['total_size'] == 3\n"
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    plugins = ["-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:faker", "-p", "no:typeguard"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_node_helpers_own_tests_pass() -> None:
    program = Path(sys.executable).with_name("wallet-orchestrator")
    done = subprocess.run(
        ["node", "--test"],
        cwd=ROOT / "clients/node-mock",
        env={**os.environ, "MOCK_SERVER_COMMAND": str(program)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_traffic_is_recorded_without_secrets_and_replayed(tmp_path: Path) -> None:
    path = tmp_path / "traffic.jsonl"
    key = Ed25519PrivateKey.generate()
    keypair = base58.b58encode(key.private_bytes_raw() + key.public_key().public_bytes_raw()).decode()
    with served() as url, path.open("w") as file:
        recorder = Recorder(Upstream(url), file, load_contract())
        with listening(recorder) as proxy, httpx.Client(base_url=proxy, headers=CREDENTIAL) as client:
            client.headers["Cookie"] = "session=canary-cookie"
            wallet = {"wallet_address": ADDRESS, "label": "Launch desk"}
            assert client.post("/api/wallets", json=wallet, params={"secret": "canary-query"}).status_code == 422
            assert client.post("/api/wallets", json=wallet).status_code == 201
            assert client.post(f"/api/wallets/{ADDRESS}/refresh").status_code == 200
            assert client.get(f"/api/wallets/{ADDRESS}").json()["wallet"]["label"] == "Launch desk"
            assert client.post("/api/wallets", json={**wallet, "notes": keypair}).status_code == 422
            assert client.get("/api/wallets/portfolio/summary").status_code == 200
            assert client.delete(f"/api/wallets/{ADDRESS}").status_code == 204
    text = path.read_text()
    assert (recorder.writer.kept, recorder.writer.left_out) == (6, 1)
    for secret in ("canary", "mock-operate", keypair):
        assert secret not in text
    assert [exchange.reply.status for exchange in read_recording(path)] == [422, 201, 200, 200, 200, 204]

    done = CliRunner().invoke(commands, ["parity", "replay", str(path), "--against", "mock"])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, done.stdout.splitlines()[-1]), done.output
    assert "no difference(s)" in done.stdout


def test_a_recording_of_wallets_that_were_there_before_is_replayed(tmp_path: Path, wallet_mock: WalletMock) -> None:
    path = tmp_path / "traffic.jsonl"
    with path.open("w") as file, listening(Recorder(Upstream(wallet_mock.url), file, load_contract())) as proxy:
        first = httpx.get(f"{proxy}/api/wallets?page_size=3").json()["items"]
        for item in first:
            httpx.get(f"{proxy}/api/wallets/{item['wallet']['wallet_address']}")
            httpx.post(f"{proxy}/api/wallets/{item['wallet']['wallet_address']}/refresh")
    done = CliRunner().invoke(commands, ["parity", "replay", str(path)])
    assert done.exit_code == 0, done.output
    changed = path.read_text().replace('"status": 200', '"status": 201')
    path.write_text(changed)
    done = CliRunner().invoke(commands, ["parity", "replay", str(path)])
    assert done.exit_code == 1
    assert "status 201 | 200" in done.stdout


def test_a_recording_keeps_texts_with_ends_of_lines_that_are_none_in_json(tmp_path: Path) -> None:
    path = tmp_path / "traffic.jsonl"
    exchange = Exchange(Request("GET", "/api/wallets"), Reply(200, {}, '{"label":"a\u2028b\x85c"}'))
    write_recording(path, [exchange, exchange])
    assert list(read_recording(path)) == [exchange, exchange]


def test_what_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"format": "another"}\n')
    done = CliRunner().invoke(commands, ["parity", "replay", str(path)])
    assert done.exit_code == 2
    assert "is not a recording" in done.output
