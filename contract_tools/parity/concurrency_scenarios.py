"""The same request several times at once, of which one alone may do what it asks: the others meet what it has left.

All are the same, so that what they leave does not depend on which of them came first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from contract_tools.parity.recording import AtOnce, Request, Script
from contract_tools.parity.refusal_scenarios import etag_of
from contract_tools.parity.seeding import API, instant, post, put
from contract_tools.parity.shared_world import address

Now = Callable[[], datetime]

_AT_ONCE = 6
_CONTENDED = address(11_000)


def concurrency_scenarios(now: Now) -> Script:
    """One is created, written on its version, launched from and deleted, by six at once each time."""
    path = f"{API}/{_CONTENDED}"
    yield _at_once(post("", {"wallet_address": _CONTENDED, "label": "contended"}))
    reply = yield Request("GET", path, note="made once")
    body = {"label": "written", "notes": None, "tags": ["contended"], "status_override": None}
    yield _at_once(put(path, body, If_Match=etag_of(reply)))
    yield _at_once(put(path, body))  # of any version: each succeeds, and all leave the same
    launch = {"wallet_address": _CONTENDED, "mint_address": address(0), "token_name": "C", "token_ticker": "C"}
    yield _at_once(post("/launches/record", {**launch, "launched_at": instant(now())}))
    for target in (path, f"{API}/audit?subject={_CONTENDED}", f"{API}/tags", f"{API}/portfolio/summary"):
        yield Request("GET", target, note="written and launched from once")
    yield _at_once(Request("DELETE", path))
    for target in (path, f"{API}/audit?subject={_CONTENDED}", f"{API}/tags", f"{API}/portfolio/summary"):
        yield Request("GET", target, note="deleted once")


def _at_once(request: Request) -> AtOnce:
    return AtOnce((request,) * _AT_ONCE)
