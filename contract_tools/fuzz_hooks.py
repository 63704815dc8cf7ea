"""Loaded by schemathesis (schemathesis.toml): the contract's own formats, and a record of what a run found."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import base58
import schemathesis
from hypothesis import strategies as st
from schemathesis import cli
from schemathesis.engine import Status, events

FAILURES_FILE = "WALLET_FUZZ_FAILURES"
"""The variable with the file's name; one JSON object a line. (`--report ndjson` has the requests, but no curl.)"""


def _base58(size: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=size, max_size=size).map(lambda raw: base58.b58encode(raw).decode())


# Every other address is one of few, so that requests meet wallets that earlier ones have made.
_KNOWN = [base58.b58encode(hashlib.sha256(f"wallet {number}".encode()).digest()).decode() for number in range(8)]

schemathesis.openapi.format("solana-address", st.sampled_from(_KNOWN) | _base58(32))
schemathesis.openapi.format("solana-signature", _base58(64))


@cli.handler()
class FailureRecorder(cli.EventHandler[Any]):
    """Writes each failed check to the file that `WALLET_FUZZ_FAILURES` names; does nothing without it."""

    def handle_event(self, ctx: Any, event: events.EngineEvent) -> None:  # noqa: ARG002  # the interface's
        """Look at what a finished scenario found."""
        name = os.environ.get(FAILURES_FILE)
        if name is None or not isinstance(event, events.ScenarioFinished):
            return
        with Path(name).open("a", encoding="utf-8") as file:
            for checks in event.recorder.checks.values():
                for check in checks:
                    if check.status is Status.FAILURE and check.failure_info is not None:
                        failure = check.failure_info.failure
                        line = {
                            "operation": failure.operation,
                            "code": failure.code,
                            "title": failure.title,
                            "message": next(iter(failure.message.strip().splitlines()), ""),
                            "curl": _one_line(check.failure_info.code_sample),
                        }
                        file.write(f"{json.dumps(line)}\n")


def _one_line(curl: str) -> str:
    return " ".join(line.rstrip("\\").strip() for line in curl.strip().splitlines())
