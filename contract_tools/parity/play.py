"""Plays one sequence against two servers, or a recording against one, and lists what is not the same."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from contract_tools.parity.client import Server
from contract_tools.parity.compare import Comparison
from contract_tools.parity.exchange import Exchange, Reply, Request
from contract_tools.parity.generate import Script
from contract_tools.parity.names import Names
from contract_tools.parity.scrub import declared_only

_TICK = 0.002
"""Seconds after a write: instants have milliseconds, and lists are sorted by them."""


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


def play(
    script: Script, first: Server, other: Server, comparison: Comparison, names: Names, tally: Tally
) -> Iterator[tuple[Finding | None, Exchange]]:
    """Each request's finding, if there is one, and the first server's exchange."""
    try:
        request = next(script)
        while True:
            mine = first.send(request)
            if names.lacks(request):
                request = script.send(mine)
                continue
            theirs = other.send(names.translate(request))
            names.learn(request, mine, theirs)
            tally.count(mine.status)
            finding = _finding(tally.requests, request, mine, theirs, comparison, first.name, other.name)
            yield finding, Exchange(request, mine)
            if request.method != "GET":
                time.sleep(_TICK)
            request = script.send(mine)
    except StopIteration:
        return


def replay(
    exchanges: Iterable[Exchange], server: Server, comparison: Comparison, names: Names, tally: Tally
) -> Iterator[Finding]:
    """What a server answers differently than the recording says."""
    for exchange in exchanges:
        if names.lacks(exchange.request):
            continue
        reply = declared_only(server.send(names.translate(exchange.request)), comparison.contract)
        names.learn(exchange.request, exchange.reply, reply)
        tally.count(exchange.reply.status)
        finding = _finding(
            tally.requests, exchange.request, exchange.reply, reply, comparison, "the recording", server.name
        )
        if finding is not None:
            yield finding


def _finding(
    number: int, request: Request, mine: Reply, theirs: Reply, comparison: Comparison, first: str, other: str
) -> Finding | None:
    lines = [f"{first} breaks the contract: {line}" for line in comparison.violations(request, mine)]
    lines += [f"{other} breaks the contract: {line}" for line in comparison.violations(request, theirs)]
    lines += [f"{first} | {other}: {line}" for line in comparison.differences(request, mine, theirs)]
    return Finding(number, request, tuple(lines)) if lines else None
