"""How much is asked to check relations from outside, and of whom."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

import pytest

from contract_tools.parity.client import Server
from contract_tools.parity.compare import Comparison
from contract_tools.parity.id_translation import IdTranslator
from contract_tools.parity.recording import Pause, Reply, Request, Script
from contract_tools.parity.relation_checks import RelationChecks
from contract_tools.parity.runner import Tally, _asking, compare_live
from server.contract import load_contract

CONTRACT = load_contract()
TAGS, CALLER = "/api/wallets/tags", "/api/wallets/me"
_OPERATION = next(one for one in CONTRACT.operations if one.id == "listTags")
_HEADERS = {"content-type": "application/json", **{name.lower(): '"x"' for name in _OPERATION.responses[200].headers}}


_WALLETS = {"wallets": 1, "total_balance_lamports": "0", "total_balance_sol": "0", "wallets_missing": 0}


def _page(total: int, *tags: str, more: str | None = None) -> str:
    items = [{"tag": tag, **_WALLETS} for tag in tags]
    return json.dumps(
        {"items": items, "next_page_token": more, "total_size": total, "computed_at": "2026-11-01T00:00:00.000Z"}
    )


class _Tags:
    """A server of two tags, each on a page of its own; `total` is what it says that there are."""

    name = "one"

    def __init__(self, total: int = 2) -> None:
        self.total = total
        self.asked: list[str] = []

    def send(self, request: Request, *, to_end: bool = True) -> Reply:
        self.asked.append(request.target)
        later = dict(parse_qsl(request.target.partition("?")[2])).get("page_token")
        body = _page(self.total, "b") if later else _page(self.total, "a", more="second")
        return Reply(200, _HEADERS, body if request.method == "GET" else "{}")


def _violations(server: _Tags, *, steady: bool, times: int) -> list[Any]:
    checks = RelationChecks(CONTRACT, server.send, steady=steady)
    request = Request("GET", TAGS)
    return [checks.violations(_OPERATION, request, server.send(request)) for _ in range(times)]


@pytest.mark.parametrize("size", ["01", "+1", "one", "", "1.0"])
def test_a_number_that_is_none_is_not_known(size: str) -> None:
    """A server that takes it is found by comparing; relations have nothing to compare with."""
    server = _Tags()
    request = Request("GET", f"{TAGS}?{urlencode({'page_size': size})}")
    checks = RelationChecks(CONTRACT, server.send, steady=True)
    assert checks.violations(_OPERATION, request, server.send(request)) == []


@pytest.mark.parametrize(("steady", "followed"), [(True, 1), (False, 3)])
def test_what_nobody_changes_is_asked_once(steady: bool, followed: int) -> None:
    server = _Tags()
    assert _violations(server, steady=steady, times=3) == [[], [], []]
    assert sum("page_token=second" in target for target in server.asked) == followed


def test_what_is_kept_accuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relation that fails by what was asked earlier is held against what is asked anew."""
    monkeypatch.setattr("contract_tools.parity.relation_checks._PAUSE", 0)
    wrong = _Tags(total=3)
    [[found]] = _violations(wrong, steady=True, times=1)
    assert "total_size" in str(found)
    server = _Tags()
    checks = RelationChecks(CONTRACT, server.send, steady=True)
    early = Reply(200, {}, _page(3, "a", more="second"))
    assert checks.violations(_OPERATION, Request("GET", TAGS), early) == []


def test_a_write_and_the_time_have_everything_asked_anew() -> None:
    one, two = _Tags(), _Tags()

    def script() -> Script:
        for _ in range(2):
            yield Request("GET", TAGS)
        yield Request("POST", "/nothing")
        yield Request("GET", TAGS)
        yield Pause(1)
        yield Request("GET", TAGS)

    ids = IdTranslator()
    comparison = Comparison(CONTRACT, ids, same_world=True)
    servers = cast("Server", one), cast("Server", two)
    list(compare_live(script(), *servers, comparison, ids, Tally(), lambda _: None))
    assert sum("page_token" in target for target in one.asked) == 3
    assert [target for target in two.asked if target != CALLER] == [TAGS, TAGS, "/nothing", TAGS, TAGS]


def test_the_other_server_is_asked_too_where_that_leaves_something_behind() -> None:
    one, two = _Tags(), _Tags()
    with ThreadPoolExecutor(1) as beside:
        ask = _asking(cast("Server", one), cast("Server", two), IdTranslator(), beside)
        for target in (TAGS, "/api/wallets/portfolio/tokens?max_age=0"):
            ask(Request("GET", target))
    assert one.asked == [TAGS, *two.asked]
    assert two.asked == ["/api/wallets/portfolio/tokens?max_age=0"]
