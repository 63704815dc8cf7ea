"""Loaded by schemathesis (schemathesis.toml): the contract's own formats, and a record of what a run found."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import base58
import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis import cli
from schemathesis.engine import Status, events
from schemathesis.generation.meta import TestPhase

from contract_tools.parity.recording import Reply, Request
from contract_tools.parity.relation_checks import RelationChecks
from server.contract import load_contract
from server.contract.model import Operation

CONTRACT_FILE = "WALLET_FUZZ_CONTRACT"
"""The variable with the contract's file; left out, it is the one in use."""
_ID = re.compile(r"[a-z]+_[0-9a-f]{32}")
_MOST_KNOWN = 8
_PASSED_ON = ("X-API-Key", "Authorization", "X-Mock-Session")
FAILURES_FILE = "WALLET_FUZZ_FAILURES"
"""The variable with the file's name; one JSON object a line. (`--report ndjson` has the requests, but no curl.)"""


def _base58(size: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=size, max_size=size).map(lambda raw: base58.b58encode(raw).decode())


# Every other address is one of few, so that requests meet wallets that earlier ones have made.
_KNOWN = [base58.b58encode(hashlib.sha256(f"wallet {number}".encode()).digest()).decode() for number in range(8)]

schemathesis.openapi.format("solana-address", st.sampled_from(_KNOWN) | _base58(32))
schemathesis.openapi.format("solana-signature", _base58(64))


_IDS = ("operation_id", "schedule_id", "launch_id")
_known: dict[str, list[str]] = {name: [] for name in _IDS}
_last: list[tuple[str, dict[str, str]]] = []
"""Where the last success came from, and the headers of who asked."""


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:  # noqa: ARG001  # the interface's
    """Remember the ids that a success names: what is made by chance never meets them."""
    if response.status_code >= 300:
        return
    sent = response.request
    _last[:] = [(_origin(sent.url), {name: sent.headers[name] for name in _PASSED_ON if name in sent.headers})]
    if not response.content:
        return
    try:
        body = response.json()
    except ValueError:
        return
    for found in (body, *(body.get("items", ()) if isinstance(body, dict) else ())):
        for name in _IDS:
            if isinstance(found, dict) and isinstance(found.get(name), str):
                _known[name] = [*_known[name], found[name]][-_MOST_KNOWN:]


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:  # noqa: ARG001  # the interface's
    """Every other well-formed id is one that is known."""
    for name in _IDS:
        value = (path_parameters or {}).get(name)
        if isinstance(value, str) and _ID.fullmatch(value) and _known[name] and int(value[-1], 16) % 2:
            path_parameters[name] = _known[name][int(value[-2], 16) % len(_known[name])]
    return path_parameters


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:  # noqa: ARG001  # the interface's
    """Every other well-formed cancel meets an operation that still runs: those that are known have mostly ended."""
    value = (case.path_parameters or {}).get("operation_id")
    linked = case.meta is None or case.meta.phase.name is TestPhase.STATEFUL
    if case.operation.definition.raw.get("operationId") != "cancelRefreshOperation" or linked or not _last:
        return
    if isinstance(value, str) and _ID.fullmatch(value) and int(value[-1], 16) % 2:
        (url, headers), *_ = _last
        case.path_parameters["operation_id"] = _checker(url).running_operation(headers) or value


def _origin(url: str) -> str:
    target = urlsplit(url)
    return f"{target.scheme}://{target.netloc}"


@schemathesis.check
def relations(ctx: Any, response: Any, case: Any) -> None:  # noqa: ARG001  # the interface's
    """What the contract's `x-relations` promise of an answer's values."""
    sent = response.request
    target = urlsplit(sent.url)
    checker = _checker(_origin(sent.url))
    operation = checker.operation(case.operation.definition.raw)
    if operation is None:
        return
    checks = checker.checks(sent.headers)
    body = sent.body.decode(errors="replace") if isinstance(sent.body, bytes) else sent.body
    request = Request(
        sent.method, f"{target.path}?{target.query}" if target.query else target.path, dict(sent.headers), body
    )
    headers = {name.lower(): ", ".join(values) for name, values in response.headers.items()}
    broken = checks.violations(operation, request, Reply(response.status_code, headers, response.content.decode()))
    if broken:
        raise AssertionError("; ".join(str(each) for each in broken))


class _Checker:
    """The relations of the contract that is fuzzed, at one server."""

    def __init__(self, url: str) -> None:
        self._contract = (
            load_contract(Path(os.environ[CONTRACT_FILE])) if CONTRACT_FILE in os.environ else load_contract()
        )
        self._operations = {operation.id: operation for operation in self._contract.operations}
        self._client = httpx.Client(base_url=url, timeout=30)
        self._checks: dict[tuple[str, ...], RelationChecks] = {}

    def operation(self, definition: Any) -> Operation | None:
        return self._operations.get(definition.get("operationId"))

    def running_operation(self, headers: dict[str, str]) -> str | None:
        """The id of a refresh-all that runs: one begun now, or the one that is in its way."""
        begin = self._operations["refreshAllWallets"]
        answer = self._client.request(begin.method, begin.path, json={"scope": "all"}, headers=headers)
        body = answer.json() if answer.status_code in (202, 409) else {}
        found = body.get("operation_id")
        return found if isinstance(found, str) else None

    def checks(self, headers: Any) -> RelationChecks:
        """For requests with these credentials, in this session."""
        sent = {name: headers[name] for name in _PASSED_ON if name in headers}
        key = tuple(f"{name}: {value}" for name, value in sent.items())
        if key not in self._checks:
            self._checks[key] = RelationChecks(self._contract, lambda request: self._send(request, sent))
        return self._checks[key]

    def _send(self, request: Request, headers: dict[str, str]) -> Reply:
        answer = self._client.request(request.method, request.target, headers={**request.headers, **headers})
        return Reply(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.text)


_checker = functools.cache(_Checker)


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
