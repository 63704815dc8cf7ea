"""Every declared answer is seen: in mock mode here, in real mode in CI; and what is not reached fails by name."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from contract_tools.cli import contract as commands
from contract_tools.coverage import run
from contract_tools.coverage.run import cover
from server.contract import load_contract, read_contract


@pytest.mark.slow
def test_every_declared_answer_is_seen_in_mock_mode() -> None:
    done = CliRunner().invoke(commands, ["coverage", "--backend", "mock"])
    assert done.exit_code == 0, done.stdout
    declared = sum(len(operation.responses) for operation in load_contract().operations)
    assert done.stdout == f"mock: {declared} of {declared} declared answers seen\n"


@pytest.mark.slow
def test_what_is_not_reached_fails_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    text = load_contract().text.decode()
    declared, count = re.subn(
        r"(operationId: getHealth\n.*?      responses:\n)",
        r"\1        '418':\n          description: A teapot.\n        '404':\n          description: Gone.\n",
        text,
        count=1,
        flags=re.DOTALL,
    )
    assert count == 1
    contract = read_contract(declared.encode())
    health = [operation for operation in contract.operations if operation.id == "getHealth"]
    monkeypatch.setattr(run, "operations_of", lambda _: health)
    tally = cover(contract, "mock", 1)
    assert (tally.seen, tally.declared) == (2, 4)
    assert any(fault.startswith("getHealth 418: no trigger is known") for fault in tally.faults)
    assert any(fault.startswith("getHealth 404: GET /healthz was answered 200") for fault in tally.faults)
