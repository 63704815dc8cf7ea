"""Compares one sequence of requests on two servers, or a recording with one, and lists the differences."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from contract_tools.parity.client import Server
from contract_tools.parity.compare import Comparison, code_of
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.recording import AtOnce, Background, Exchange, Pause, Reply, Request, Script, Settle
from contract_tools.parity.redaction import declared_headers_only
from contract_tools.parity.relation_checks import RelationChecks
from contract_tools.parity.seeding import API

_JSON = {"Content-Type": "application/json"}
_METADATA = ("label", "notes", "tags", "status_override")
_TICK = 0.002
"""Seconds after a write: instants have milliseconds, and lists are sorted by them."""
_SETTLED_SECONDS = 60.0
_WAITED_SECONDS = 29.0
"""Nearly as long as a request may wait for the end of what it begins: whether that has ended by then is luck."""
_ENDED_OR_NOT = {HTTPStatus.OK, HTTPStatus.ACCEPTED}


@dataclass(frozen=True, slots=True)
class Finding:
    """One request that two servers answered differently, or one of them against the contract."""

    number: int
    request: Request
    lines: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """How much was compared, by the status of the first server's answer."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    def count(self, status: int) -> None:
        """One more request."""
        self.requests += 1
        self.statuses[status] += 1


def compare_live(
    script: Script,
    first: Server,
    other: Server,
    comparison: Comparison,
    ids: IdTranslator,
    tally: Tally,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[tuple[Finding | None, Exchange]]:
    """Each request's finding, if there is one, and the first server's exchange.

    `pause` lets seconds pass for both. The relations between values are checked on one server: the other one answers
    the same, or that is a finding already. In a list's later pages they are those of its first.
    """
    reply: Reply | None = None
    begun: list[tuple[Server, Reply]] = []
    with ThreadPoolExecutor(1) as beside:  # two servers on two processors
        checks = RelationChecks(comparison.contract, _asking(first, other, ids, beside), steady=comparison.same_world)
        while True:
            try:
                step = next(script) if reply is None else script.send(reply)
            except StopIteration:
                return
            reply = None
            if isinstance(step, Pause):
                checks.forget()
                pause(step.seconds)
                continue
            if isinstance(step, Settle):
                checks.forget()
                while begun:
                    settle(*begun.pop())
                continue
            if isinstance(step, AtOnce):
                checks.forget()
                yield _all_at_once(step, first, other, ids, tally)
                pause(_TICK)
                continue
            request = step.request if isinstance(step, Background) else step
            if ids.lacks(request):
                reply = first.send(request)
                continue
            asked_at, is_write = time.monotonic(), request.method not in ("GET", "HEAD")
            answer = beside.submit(other.send, ids.translate(request), to_end=not begun)
            reply, theirs = first.send(request, to_end=not begun), answer.result()
            late = HTTPStatus.ACCEPTED in {reply.status, theirs.status} <= _ENDED_OR_NOT
            if late and time.monotonic() - asked_at > _WAITED_SECONDS:
                request = Request("GET", _operation(reply), note=f"what {request.target} has begun, late")
                reply, theirs = _ended(first, reply), _ended(other, theirs)
            tally.count(reply.status)
            if begun or is_write or _leaves_something(request):
                checks.forget()
            later = "page_token=" in request.target
            broken = [] if later else list(_broken(first.name, checks, comparison, request, reply))
            finding = _finding(tally.requests, request, reply, theirs, comparison, first.name, other.name, broken)
            yield finding, Exchange(request, reply)
            if isinstance(step, Background):
                begun += [(first, reply), (other, theirs)]
            elif is_write:
                settle(first, reply)
                settle(other, theirs)
                pause(_TICK)
                checks.forget()


def settle(server: Server, reply: Reply) -> None:
    """Wait for what an answer 202 has begun: were time to move while one server still works, it would read another
    chain, at another time, than the server that is done. Bounded by `_SETTLED_SECONDS`.
    """
    place = reply.headers.get("location")
    if reply.status != HTTPStatus.ACCEPTED or place is None:
        return
    end = time.monotonic() + _SETTLED_SECONDS
    while time.monotonic() < end:
        operation = server.send(Request("GET", place))
        if operation.status != HTTPStatus.OK or operation.json().get("finished_at") is not None:
            return
        time.sleep(0.02)


def _ended(server: Server, reply: Reply) -> Reply:
    """The refresh-all that a request has begun, when it has ended."""
    settle(server, reply)
    return server.send(Request("GET", _operation(reply)))


def _operation(reply: Reply) -> str:
    return f"{API}/refresh-operations/{reply.json()['operation_id']}"


def _asking(first: Server, other: Server, ids: IdTranslator, beside: Executor) -> Callable[[Request], Reply]:
    """Asks the first server; the other one too, if the read leaves something behind."""

    def send(request: Request) -> Reply:
        if ids.lacks(request) or not _leaves_something(request):
            return first.send(request)
        answer = beside.submit(other.send, ids.translate(request))
        reply = first.send(request)
        answer.result()
        return reply

    return send


def _leaves_something(request: Request) -> bool:
    """Whether a read may make totals of all wallets anew, whose age the next one tells."""
    return "max_age=" in request.target


def replay(
    exchanges: Iterable[Exchange], server: Server, comparison: Comparison, ids: IdTranslator, tally: Tally
) -> Iterator[Finding]:
    """What a server answers differently than the recording says."""
    checks = RelationChecks(comparison.contract, server.send)
    for exchange in exchanges:
        if ids.lacks(exchange.request):
            continue
        request = ids.translate(exchange.request)
        reply = declared_headers_only(server.send(request), comparison.contract)
        tally.count(exchange.reply.status)
        broken = _broken(server.name, checks, comparison, request, reply)
        finding = _finding(
            tally.requests, exchange.request, exchange.reply, reply, comparison, "the recording", server.name, broken
        )
        if finding is not None:
            yield finding


def _broken(name: str, checks: RelationChecks, comparison: Comparison, request: Request, reply: Reply) -> Iterator[str]:
    operation = comparison.operation(request)
    if operation is not None and not any(comparison.violations(request, reply)):
        for violation in checks.violations(operation, request, reply):
            yield f"{name} breaks a relation: body {violation}"


def _finding(
    number: int,
    request: Request,
    mine: Reply,
    theirs: Reply,
    comparison: Comparison,
    first: str,
    other: str,
    broken: Iterable[str],
) -> Finding | None:
    lines = [f"{first} breaks the contract: {line}" for line in comparison.violations(request, mine)]
    lines += [f"{other} breaks the contract: {line}" for line in comparison.violations(request, theirs)]
    lines += broken
    lines += [f"{first} | {other}: {line}" for line in comparison.differences(request, mine, theirs)]
    return Finding(number, request, tuple(lines)) if lines else None


def _all_at_once(
    step: AtOnce, first: Server, other: Server, ids: IdTranslator, tally: Tally
) -> tuple[Finding | None, Exchange]:
    """How many of requests at once each server answers in which way; the first one's first answer stands for all."""
    tally.requests += len(step.requests)
    mine = first.send_all(step.requests)
    theirs = other.send_all([ids.translate(each) for each in step.requests])
    told = [", ".join(sorted(f"{each.status}{code_of(each)}" for each in replies)) for replies in (mine, theirs)]
    request, line = step.requests[0], f"{first.name} | {other.name}: {len(mine)} at once: {told[0]} | {told[1]}"
    finding = Finding(tally.requests, request, (line,)) if told[0] != told[1] else None
    return finding, Exchange(request, mine[0])


def setup_requests(exchanges: Sequence[Exchange]) -> Iterator[Request]:
    """Requests that create, and refresh where they had been read, the wallets that were there before the recording."""
    known: set[str] = set()
    for exchange in exchanges:
        if exchange.reply.status >= 300:
            continue
        body = exchange.reply.json()
        for found in _wallets(body):
            wallet = found["wallet"]
            address = wallet["wallet_address"]
            if address in known:
                continue
            known.add(address)
            if exchange.reply.status != 201:
                metadata = {name: wallet[name] for name in _METADATA if wallet.get(name) is not None}
                create = {"wallet_address": address, **metadata}
                yield Request("POST", "/api/wallets", _JSON, json.dumps(create), "preparation")
                if found["cache"]["state"] != "never":
                    yield Request("POST", f"/api/wallets/{address}/refresh", note="preparation")


def _wallets(body: Any) -> Iterator[dict[str, Any]]:
    for found in [body, *(body.get("items", []) if isinstance(body, dict) else [])]:
        if isinstance(found, dict) and isinstance(found.get("wallet"), dict) and "cache" in found:
            yield found
