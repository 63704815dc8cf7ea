"""Makes every declared answer happen, validates it, and counts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from contract_tools.coverage.fixtures import Fixtures
from contract_tools.coverage.servers_under_test import serving_with_faults
from contract_tools.coverage.triggers import trigger
from contract_tools.exit_codes import ToolError
from contract_tools.parity.client import Server
from contract_tools.parity.compare import Comparison
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.recording import Exchange
from contract_tools.parity.relation_checks import RelationChecks
from server.contract import Contract
from server.contract.model import Operation


@dataclass(slots=True)
class Tally:
    """How many declared pairs there are and were seen, and what was wrong with the others."""

    declared: int = 0
    seen: int = 0
    faults: list[str] = field(default_factory=list)


def cover(contract: Contract, mode: str, seed: int) -> Tally:
    """Every pair of operation and status, in a mode of the server. Raises `ToolError`."""
    tally = Tally()
    with (
        _quiet(),
        serving_with_faults(mode, contract) as servers,
        Server(mode, f"http://127.0.0.1:{servers.port}", {"X-API-Key": servers.keys.operate}) as server,
    ):
        fixtures = Fixtures(contract, servers, seed)
        checker = _AnswerChecker(contract, RelationChecks(contract, server.send))
        pairs = [(status, operation) for operation in operations_of(contract) for status in operation.responses]
        # Failures first: a read that was answered already is not asked of the backend again.
        for status, operation in sorted(pairs, key=lambda pair: -pair[0]):
            tally.declared += 1
            found = list(_faults(fixtures, checker, operation, status))
            tally.seen += not found
            tally.faults += [f"{operation.id} {status}: {fault}" for fault in found]
    return tally


def operations_of(contract: Contract) -> Sequence[Operation]:
    """The operations whose answers are to be seen: all."""
    return contract.operations


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing is logged: the faults are meant."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _faults(fixtures: Fixtures, checker: _AnswerChecker, operation: Operation, status: int) -> Iterator[str]:
    make = trigger(operation, status)
    if make is None:
        yield "no trigger is known: add one to contract_tools/coverage/triggers.py, or take it out of the contract"
        return
    try:
        exchanges = make(fixtures, operation)
    except ToolError as error:
        yield str(error)
        return
    for exchange in exchanges:
        if exchange.reply.status != status:
            request, reply = exchange.request, exchange.reply
            yield f"{request.method} {request.target} was answered {reply.status}: {reply.body[:300]}"
        else:
            yield from checker.faults(operation, exchange)


class _AnswerChecker:
    """Holds answers against the contract: status, headers, body, relations."""

    def __init__(self, contract: Contract, relations: RelationChecks) -> None:
        self._comparison = Comparison(contract, IdTranslator(), same_world=True)
        self._contract = contract
        self._relations = relations

    def faults(self, operation: Operation, exchange: Exchange) -> Iterator[str]:
        request, reply = exchange.request, exchange.reply
        found = list(self._comparison.violations(request, reply))
        yield from found
        for name, header in operation.responses[reply.status].headers.items():
            text = reply.headers.get(name.lower())
            value = int(text) if text is not None and text.isdecimal() else text
            if text is not None and not self._contract.schemas.at(header.pointer).is_valid(value):
                yield f"header {name}: {text} is not what its schema says"
        if not found and "X-Mock-Session" not in request.headers:
            yield from (f"body {each}" for each in self._relations.violations(operation, request, reply))
