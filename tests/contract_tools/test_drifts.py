"""Drifts planted one at a time, in the mock or in a real server: parity finds them, most the fuzzer finds alone too.

The whole corpus takes hours: `NIGHTLY=1` runs it, a few of it belong to the suite.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner

from contract_tools import servers
from contract_tools.parity.client import Server
from contract_tools.parity.recording import Reply, Request
from contract_tools.parity.report import curl
from contract_tools.parity.runner import settle
from tests.contract_tools.chain_drifts import CHAIN
from tests.contract_tools.drifts import SHAPES, VALUES
from tests.contract_tools.form_drifts import FORMS
from tests.contract_tools.line_drifts import LINES
from tests.contract_tools.rare_drifts import RARE
from tests.contract_tools.rule_drifts import RULES
from tests.contract_tools.serving_drifts import served
from tests.contract_tools.store_drifts import STORE
from wallet_cli.main import app as commands

NIGHTLY = bool(os.environ.get("NIGHTLY"))
QUICK = ["-H", "X-API-Key: mock-operate", "--seed", "1", "--", "--phases=examples"]
A_FEW = ["> for >= at a threshold", "a read key that may write"]
ALL = [
    *SHAPES,
    *VALUES,
    *(pytest.param(name, id=f"rule: {name}") for name in RULES),
    *(pytest.param(name, id=f"line: {name}") for name in LINES),
    *(pytest.param(name, id=f"rare: {name}") for name in RARE),
    *(pytest.param(name, id=f"form: {name}") for name in FORMS),
]
runner = CliRunner()


def _parity(*options: str) -> tuple[int, str]:
    done = runner.invoke(commands, ["parity", *options])
    assert done.exit_code in (0, 1), done.output
    return done.exit_code, done.stdout


@pytest.fixture
def drifting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "SERVE", (sys.executable, "-m", "tests.contract_tools.serving_drifts", "serve"))


def test_the_corpus_is_large() -> None:
    assert len(SHAPES) + len(VALUES) >= 40
    assert len(VALUES) + len(RULES) + len(LINES) >= 25


def test_each_drift_can_be_planted() -> None:
    """In the nightly corpus, one that can't be would look like a server that does not start."""
    checked = subprocess.run(
        [sys.executable, "-m", "tests.contract_tools.serving_drifts", "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def _need(store: str, request: pytest.FixtureRequest) -> None:
    """Skips, or fails, where the Firestore emulator is missing."""
    if store == "firestore":
        request.getfixturevalue("firestore_emulator")


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL if NIGHTLY else A_FEW)
@pytest.mark.parametrize(
    ("mode", "store"),
    [("mock", "sqlite"), ("real", "sqlite"), ("real", "firestore")] if NIGHTLY else [("real", "sqlite")],
    ids=lambda value: f"in-{value}" if value in ("mock", "real") else value,
)
def test_parity_catches_a_planted_drift(
    name: str, mode: str, store: str, drifting: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    _catches(name, mode, store, request, monkeypatch)


@pytest.mark.slow
@pytest.mark.skipif(not NIGHTLY, reason="a minute or more a drift: NIGHTLY=1 runs them")
@pytest.mark.parametrize(
    ("name", "store"),
    [
        *(pytest.param(name, "firestore", id=f"firestores_translation: {name}") for name in STORE),
        *(pytest.param(name, "sqlite", id=f"chains_client: {name}") for name in CHAIN),
    ],
)
def test_parity_catches_a_drift_that_real_mode_alone_can_have(
    name: str, store: str, drifting: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    _catches(name, "real", store, request, monkeypatch)


def _catches(name: str, mode: str, store: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    _need(store, request)
    monkeypatch.setenv("PLANTED_DRIFT", name)
    monkeypatch.setenv("PLANTED_IN", mode)
    monkeypatch.setenv("WALLET_STORE", store)
    code, said = _parity("--until-first", "--seed", "1", *([] if NIGHTLY else ["--quick"]))
    assert code == 1
    lines = [line.strip() for line in said.splitlines()]
    assert any(line.startswith(("curl -i -X ", "curl -I ")) for line in lines)
    assert any(line.startswith(("mock | real: ", "mock breaks ", "real breaks ")) for line in lines)
    assert "content type is text/plain" not in said, "the drift itself broke"
    assert lines[-1].startswith(f"Again: WALLET_STORE={store} wallet-orchestrator parity --first mock --other real")


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["11", "12", "13"] if NIGHTLY else ["11"])
@pytest.mark.parametrize("setup", ["mock", "sqlite", "firestore"] if NIGHTLY else ["sqlite"])
def test_honest_servers_answer_alike(
    seed: str, setup: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _need(setup, request)
    monkeypatch.setenv("WALLET_STORE", "sqlite" if setup == "mock" else setup)
    other = "mock" if setup == "mock" else "real"
    small = [] if NIGHTLY else ["--steps", "30", "--quick"]
    saved = tmp_path / "saved.jsonl"
    code, said = _parity("--first", "mock", "--other", other, "--seed", seed, "--save", str(saved), *small)
    assert code == 0, said
    assert "no difference(s)" in said
    assert json.loads(saved.read_text().splitlines()[0])["version"] == 1


def test_a_finding_can_be_seen_again() -> None:
    request = Request("POST", "/api/wallets?x=1", {"Content-Type": "application/json"}, '{"a": "it\'s"}')
    assert curl(request, "http://host") == (
        "curl -i -X POST -H 'Content-Type: application/json' --data-binary '{\"a\": \"it'\"'\"'s\"}' "
        "'http://host/api/wallets?x=1'"
    )


class _Working:
    """A server whose operation is finished at the third look."""

    looks = 0

    def send(self, request: Request) -> Reply:
        assert (request.method, request.target) == ("GET", "/operation")
        self.looks += 1
        return Reply(200, {}, json.dumps({"finished_at": "2026-11-01T00:00:00.000Z" if self.looks > 2 else None}))


@pytest.mark.parametrize(("status", "looks"), [(202, 3), (200, 0)])
def test_time_moves_when_what_was_begun_is_done(status: int, looks: int) -> None:
    server = _Working()
    settle(cast("Server", server), Reply(status, {"location": "/operation"}, ""))
    assert server.looks == looks


class TestFuzz:
    def test_an_honest_server_passes_and_reports_are_written(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        junit, har = tmp_path / "junit.xml", tmp_path / "traffic.har"
        with served() as url:
            options = ["fuzz", "--backend", url, "--junit", str(junit), "--har", str(har), *QUICK]
            done = runner.invoke(commands, options)
        assert done.exit_code == 0, capfd.readouterr().out + done.output
        assert "with seed 1" in done.stdout
        assert junit.stat().st_size
        assert har.stat().st_size

    def test_a_drift_is_caught_and_told_in_one_line(self) -> None:
        with served(SHAPES["a missing field"]) as url:
            done = runner.invoke(commands, ["fuzz", "--backend", url, "--github", *QUICK])
        assert done.exit_code == 1
        assert [line for line in done.stdout.splitlines() if line.startswith("  curl -X ")]
        assert [line for line in done.stdout.splitlines() if line.startswith("::error file=openapi.yaml,line=")]
        assert f"Again: wallet-orchestrator fuzz --backend {url} --seed 1" in done.stdout

    def test_fuzz_says_that_there_is_no_server(self) -> None:
        done = runner.invoke(commands, ["fuzz", "--backend", "http://127.0.0.1:9"])
        assert done.exit_code == 2
        assert "does not answer at /readyz" in done.output

    @pytest.mark.skipif(not NIGHTLY, reason="20 s a drift: NIGHTLY=1 runs them")
    @pytest.mark.parametrize(
        "name", ["a missing field", "a wrong status", "no ETag", "no Allow", "a number for a text"]
    )
    def test_the_whole_fuzzer_catches(self, name: str) -> None:
        with served(SHAPES[name]) as url:
            assert runner.invoke(commands, ["fuzz", "--backend", url, *QUICK[:4]]).exit_code == 1
