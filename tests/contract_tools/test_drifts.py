"""Drifts planted one at a time in a server are caught: by parity with an honest one, most by the fuzzer alone too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contract_tools.parity.allowed_differences import CommonState
from contract_tools.parity.client import Server
from contract_tools.parity.compare import Comparison
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.recording import Exchange, Request
from contract_tools.parity.report import curl, describe
from contract_tools.parity.request_generator import RequestGenerator
from contract_tools.parity.runner import Tally, compare_live, replay
from server.contract import load_contract
from tests.contract_tools.drifts import CREDENTIAL, DRIFTS, served
from wallet_cli.main import app as commands

CONTRACT = load_contract()
SEED = 6


@pytest.fixture(scope="module")
def recording() -> list[Exchange]:
    """What two honest servers answer to one sequence; they answer alike."""
    names, tally = IdTranslator(), Tally()
    with (
        served() as one,
        served() as two,
        Server("one", one, CREDENTIAL) as first,
        Server("two", two, CREDENTIAL) as other,
    ):
        script = RequestGenerator(CONTRACT, SEED).script(300)
        played = list(compare_live(script, first, other, Comparison(CONTRACT, names, CommonState.empty), names, tally))
    assert [list(describe(finding, "")) for finding, _ in played if finding is not None] == []
    return [exchange for _, exchange in played]


def test_the_sequence_meets_everything(recording: list[Exchange]) -> None:
    comparison = Comparison(CONTRACT, IdTranslator(), CommonState.empty)
    met = {operation.id for one in recording if (operation := comparison.operation(one.request)) is not None}
    statuses = {exchange.reply.status for exchange in recording}
    assert met >= {one.id for one in CONTRACT.operations if one.tag != "server"}
    assert statuses >= {200, 201, 204, 400, 404, 405, 409, 412, 415, 422}


@pytest.mark.parametrize("name", DRIFTS)
def test_parity_catches(name: str, recording: list[Exchange]) -> None:
    names = IdTranslator()
    with served(DRIFTS[name]) as url, Server("drifted", url, CREDENTIAL) as server:
        comparison = Comparison(CONTRACT, names, CommonState.empty)
        finding = next(replay(recording, server, comparison, names, Tally()), None)
    assert finding is not None
    lines = list(describe(finding, url))
    assert lines[-1].strip().startswith("curl -i -X ")


def test_a_finding_can_be_seen_again() -> None:
    request = Request("POST", "/api/wallets?x=1", {"Content-Type": "application/json"}, '{"a": "it\'s"}')
    assert curl(request, "http://host") == (
        "curl -i -X POST -H 'Content-Type: application/json' --data-binary '{\"a\": \"it'\"'\"'s\"}' "
        "'http://host/api/wallets?x=1'"
    )


QUICK = ["-H", "X-API-Key: mock-operate", "--seed", "1", "--", "--phases=examples"]


class TestFuzz:
    runner = CliRunner()

    def test_an_honest_server_passes_and_reports_are_written(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        junit, har = tmp_path / "junit.xml", tmp_path / "traffic.har"
        with served() as url:
            options = ["fuzz", "--backend", url, "--junit", str(junit), "--har", str(har), *QUICK]
            done = self.runner.invoke(commands, options)
        assert done.exit_code == 0, capfd.readouterr().out + done.output
        assert "with seed 1" in done.stdout
        assert junit.stat().st_size
        assert har.stat().st_size

    def test_a_drift_is_caught_and_told_in_one_line(self) -> None:
        with served(DRIFTS["a missing field"]) as url:
            done = self.runner.invoke(commands, ["fuzz", "--backend", url, "--github", *QUICK])
        assert done.exit_code == 1
        assert [line for line in done.stdout.splitlines() if line.startswith("  curl -X ")]
        assert [line for line in done.stdout.splitlines() if line.startswith("::error file=openapi.yaml,line=")]
        assert f"Again: wallet-orchestrator fuzz --backend {url} --seed 1" in done.stdout

    def test_no_server(self) -> None:
        done = self.runner.invoke(commands, ["fuzz", "--backend", "http://127.0.0.1:9"])
        assert done.exit_code == 2
        assert "does not answer at /readyz" in done.output

    @pytest.mark.skipif(not os.environ.get("NIGHTLY"), reason="20 s a drift: NIGHTLY=1 runs them")
    @pytest.mark.parametrize(
        "name", ["a missing field", "a wrong status", "no ETag", "no Allow", "a number for a text"]
    )
    def test_the_whole_fuzzer_catches(self, name: str) -> None:
        with served(DRIFTS[name]) as url:
            assert self.runner.invoke(commands, ["fuzz", "--backend", url, *QUICK[:4]]).exit_code == 1
