"""Loaded by schemathesis (schemathesis.toml): the contract's own formats, and a record of what a run found."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import base58
import httpx
import schemathesis
from hypothesis import strategies as st
from schemathesis import cli
from schemathesis.engine import Status, events
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import TestPhase

from contract_tools.parity.recording import Reply, Request
from contract_tools.parity.relation_checks import RelationChecks
from server.contract import load_contract
from server.contract.model import Operation

CONTRACT_FILE = "WALLET_FUZZ_CONTRACT"
"""The variable with the contract's file; left out, it is the one in use."""
_ID = re.compile(r"[a-z]+_[0-9a-f]{32}")
_ADDRESS = re.compile(r"[1-9A-HJ-NP-Za-km-z]{32,44}")
_FORMS = {"operation_id": _ID, "schedule_id": _ID, "launch_id": _ID, "wallet_address": _ADDRESS}
"""What stands in paths, where it is well-formed."""
_MOST_KNOWN = 8
_PASSED_ON = ("X-API-Key", "Authorization", "X-Mock-Session")
_STEERING = {"x-mock-session", "prefer"}
"""What the mock takes instructions from; those that it can't follow are a 400 that operations do not declare."""
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
_mints = itertools.count()
_given: set[str] = set()
"""The operations that have had a resource of their own."""


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:  # noqa: ARG001  # the interface's
    """Remember the ids that a success names: what is made by chance never meets them."""
    if response.status_code >= 300:
        return
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
def map_headers(context: Any, headers: Any) -> Any:
    """None steers the mock by chance. (Headers that nobody declares are made, too, of words that our own code has.)"""
    declared = {parameter.name.lower() for parameter in context.operation.headers}
    by_chance = _STEERING - declared
    return headers and {name: value for name, value in headers.items() if name.lower() not in by_chance}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:  # noqa: ARG001  # the interface's
    """The first valid request of an operation meets what its path names: it is made now. So does every other
    cancel: the refreshes that are known have mostly ended.
    """
    name = case.operation.definition.raw.get("operationId")
    linked = case.meta is None or case.meta.phase.name is TestPhase.STATEFUL
    parameters = case.path_parameters or {}
    well_formed = [key for key, form in _FORMS.items() if form.fullmatch(str(parameters.get(key, "")))]
    if linked or not well_formed or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    again = name == "cancelRefreshOperation" and int(parameters["operation_id"][-1], 16) % 2
    if name not in _given or again:
        _given.add(name)
        resources = _checker(_origin(case.operation.base_url)).resources(case.headers or {})
        for key in well_formed:
            parameters[key] = resources.make(key) or parameters[key]


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


class _Resources:
    """Makes what a path names. Each method gives its id, or None where the server did not make it."""

    def __init__(self, client: httpx.Client, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    def make(self, parameter: str) -> str | None:
        """A resource for a path's parameter."""
        if parameter == "operation_id":
            return self._post("/api/wallets/refresh-all", {"scope": "all"}, parameter)
        self._post("/api/wallets", {"wallet_address": _KNOWN[0]}, "wallet_address")
        if parameter == "wallet_address":
            return _KNOWN[0]
        of_the_wallet = {"wallet_address": _KNOWN[0]}
        if parameter == "schedule_id":
            when = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
            body = {**of_the_wallet, "amount_sol": "1", "scheduled_for": when}
            return self._post("/api/wallets/funding/schedule", body, parameter)
        mint = base58.b58encode(hashlib.sha256(f"mint {next(_mints)}".encode()).digest()).decode()
        token = {"mint_address": mint, "token_name": "Fuzzed", "token_ticker": "FUZZ"}
        return self._post("/api/wallets/launches", {**of_the_wallet, **token}, parameter)

    def _post(self, path: str, body: dict[str, str], wanted: str) -> str | None:
        answer = self._client.post(path, json=body, headers=self._headers)
        # 409: a refresh-all that runs is in the way of another one, and is named.
        found = answer.json().get(wanted) if answer.status_code in (200, 201, 202, 409) else None
        return found if isinstance(found, str) else None


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

    def resources(self, headers: Any) -> _Resources:
        """What whoever sends these headers can make."""
        return _Resources(self._client, {name: headers[name] for name in _PASSED_ON if name in headers})

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
