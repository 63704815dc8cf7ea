"""What parity's sequence is made of: which operation a request is for, requests that are wrong everywhere, what is
begun and waited for later; and how streams are compared.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from contract_tools.parity.client import Server
from contract_tools.parity.compare import Comparison
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.invalid_requests import wrong_in_all
from contract_tools.parity.recording import AtOnce, Background, Pause, Reply, Request, Script, Settle
from contract_tools.parity.runner import Tally, compare_live
from server.contract import load_contract


def test_a_collection_alone_has_a_final_slash() -> None:
    comparison = Comparison(load_contract(), IdTranslator(), same_world=True)
    targets = ("/api/wallets/", "/api/wallets/launches/?page_size=1", "/api/wallets/tags/", "/api/wallets/x/")
    found = [comparison.operation(Request("GET", target)) for target in targets]
    assert [operation and operation.id for operation in found] == ["listWallets", "listLaunches", None, None]


def test_a_body_is_wrong_in_each_field() -> None:
    contract = load_contract()
    for operation in contract.operations:
        if operation.body is None:
            continue
        reference = contract.schemas.reference(operation.body.pointer)
        for example in operation.body.examples.values():
            body = wrong_in_all(contract.schemas, reference, example)
            assert body.keys() >= {*example, "unknown_field", "another"}, operation.id
            assert not [name for name, value in example.items() if body[name] == value], operation.id


def test_the_ids_of_a_stream_are_compared_though_its_results_may_come_in_any_order() -> None:
    comparison = Comparison(load_contract(), IdTranslator(), same_world=True)
    headers = {"content-type": "text/event-stream"}

    def stream(*events: tuple[str, str, str]) -> Reply:
        blocks = [f"event: {name}\ndata: {data}\nid: {number}\n\n" for name, data, number in events]
        return Reply(200, headers, "".join(blocks))

    done = ("done", "{}", "1")
    honest = stream(("result", "1", "0;0:1"), ("result", "2", "0;0:2"), done)
    others = stream(("result", "2", "0;0:1"), ("progress", "{}", "0;0:1"), ("result", "1", "0;0:2"), done)
    wrong = stream(("result", "1", "0"), ("result", "2", "0;0:1"), done)
    request = Request("GET", f"/api/wallets/refresh-operations/op_{'0' * 32}/events")
    assert not list(comparison.differences(request, honest, others))
    assert len(list(comparison.differences(request, honest, wrong))) == 2


def test_the_progress_of_a_stream_is_compared_where_it_was_left() -> None:
    comparison = Comparison(load_contract(), IdTranslator(), same_world=True)
    request = Request("GET", f"/api/wallets/refresh-operations/op_{'0' * 32}/events")

    def left(done: int, *before: str) -> Reply:
        blocks = [f"event: progress\ndata: {data}\nid: 0\n\n" for data in (*before, json.dumps({"done": done}))]
        return Reply(200, {"content-type": "text/event-stream"}, "".join(blocks))

    assert not list(comparison.differences(request, left(1), left(1, "{}")))
    [told] = comparison.differences(request, left(1), left(2))
    assert told.endswith("/done: 1 | 2")


class _Recording:
    """A server that has the clock with it, and is done at the third look."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []

    def send(self, request: Request, *, to_end: bool = True) -> Reply:
        self.asked.append(request.target)
        if request.method == "POST":
            return Reply(202, {"location": f"/{request.body}"}, "")
        return Reply(200, {}, json.dumps({"finished_at": None if self.asked.count(request.target) < 3 else "now"}))


def test_what_is_begun_in_the_background_is_waited_for_later() -> None:
    one, two = _Recording("one"), _Recording("two")
    pauses: list[float] = []

    def script() -> Script:
        yield Background(Request("POST", "/nothing", body="first"))
        yield Request("GET", "/between")
        yield Settle()
        yield Request("POST", "/nothing", body="second")
        yield Pause(9)

    ids = IdTranslator()
    comparison = Comparison(load_contract(), ids, same_world=True)
    servers = cast("Server", one), cast("Server", two)
    compared = list(compare_live(script(), *servers, comparison, ids, Tally(), pauses.append))
    assert [exchange.request.target for _, exchange in compared] == ["/nothing", "/between", "/nothing"]
    for server in (one, two):
        asked = [target for target in server.asked if not target.startswith("/api/")]
        assert asked == ["/nothing", "/between", *["/first"] * 3, "/nothing", *["/second"] * 3]
    assert pauses == [pytest.approx(0.002), 9]


class _Waiting:
    """A server that begins a refresh-all; what it answers, and how many wallets are done by then and at the end."""

    def __init__(self, name: str, status: int, done: int = 2, *, early: int) -> None:
        self.name = name
        self._early = early
        self._status = status
        self._done = done

    def send(self, request: Request, *, to_end: bool = True) -> Reply:
        status = self._status if request.method == "POST" else 200
        done = self._early if status == 202 else self._done
        operation = {"operation_id": "op", "finished_at": "now", "done": done}
        headers = {"content-type": "application/json", "location": "/operation"}
        return Reply(status, headers, json.dumps(operation))


@pytest.mark.parametrize(
    ("mine", "seconds", "done", "told"),
    [
        (200, 30, 2, []),
        (200, 30, 1, ["body /done: 2 | 1"]),
        (200, 0, 2, ["status 200 | 202"]),
        (202, 30, 2, []),
        (202, 0, 2, ["body /done: 0 | 1"]),
    ],
    ids=["in vain", "in vain, and another end", "at once", "both in vain", "both at once"],
)
def test_whether_what_was_begun_has_ended_in_time_is_luck(
    mine: int, seconds: int, done: int, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = itertools.count(step=seconds)
    monkeypatch.setattr("contract_tools.parity.runner.time", SimpleNamespace(monotonic=lambda: next(moments)))
    monkeypatch.setattr(Comparison, "violations", lambda *_: iter(()))
    monkeypatch.setattr("contract_tools.parity.runner._broken", lambda *_: iter(()))

    def script() -> Script:
        yield Request("POST", "/api/wallets/refresh-all")

    ids = IdTranslator()
    comparison = Comparison(load_contract(), ids, same_world=True)
    one, two = _Waiting("one", mine, early=0), _Waiting("two", 202, done, early=1)
    servers = cast("Server", one), cast("Server", two)
    [(finding, _)] = compare_live(script(), *servers, comparison, ids, Tally(), lambda _: None)
    assert [line.removeprefix("one | two: ") for line in (finding.lines if finding else ())] == told


class _Contended:
    """A server that lets some of several requests at once do what they ask."""

    def __init__(self, name: str, winners: int) -> None:
        self.name = name
        self._winners = winners

    def send_all(self, requests: Sequence[Request]) -> list[Reply]:
        refused = Reply(412, {}, json.dumps({"code": "precondition_failed"}))
        won = self._winners
        return [*[refused] * (len(requests) - won), *[Reply(200, {}, "{}")] * won]


@pytest.mark.parametrize(
    ("winners", "told"),
    [
        (1, []),
        (2, ["200, 412 (precondition_failed), 412 (precondition_failed) | 200, 200, 412 (precondition_failed)"]),
    ],
)
def test_of_requests_at_once_answers_are_counted(winners: int, told: list[str]) -> None:
    def script() -> Script:
        yield AtOnce((Request("PUT", "/x"),) * 3)

    ids, tally = IdTranslator(), Tally()
    comparison = Comparison(load_contract(), ids, same_world=True)
    servers = cast("Server", _Contended("one", 1)), cast("Server", _Contended("two", winners))
    [(finding, _)] = compare_live(script(), *servers, comparison, ids, tally, lambda _: None)
    assert [line.partition(" at once: ")[2] for line in (finding.lines if finding else ())] == told
    assert tally.requests == 3
