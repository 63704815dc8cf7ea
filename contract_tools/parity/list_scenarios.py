"""Lists while others write: what a page token pins, whose it is, and what `If-None-Match` says of what has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from contract_tools.parity.named_wallets import MINT
from contract_tools.parity.recording import Pause, Reply, Request, Script
from contract_tools.parity.seeding import API, field_of, instant, post, put
from contract_tools.parity.shared_world import WorldAddresses, address

Now = Callable[[], datetime]

_LISTED = [address(number) for number in range(5000, 5008)]
_LATER, _UNSEEN = address(5100), address(5101)
_TAG = "listed"
_LONGER_THAN_FRESH = 30_000  # seconds


def list_scenarios(addresses: WorldAddresses, now: Now) -> Script:
    """All of them."""
    rows = [
        {"wallet_address": wallet, "label": f"listed {number // 3}", "tags": [_TAG]}
        for number, wallet in enumerate(_LISTED)
    ]
    yield post("/import", {"wallets": rows, "dry_run": False})
    for wallet in _LISTED[:4]:
        yield post(f"/{wallet}/refresh", {"parts": ["sol_balance", "token_holdings", "funding_transactions"]})
    yield from _archived_ones(addresses)
    yield from _snapshots_while_others_write([*addresses.exact][-1])
    yield from _pages_while_others_write(now)
    yield from _tokens_elsewhere()
    yield from _conditions(now)


def _archived_ones(addresses: WorldAddresses) -> Script:
    """Archived wallets, one low and one never read: neither asks for attention, nor costs a refresh-all anything."""
    low = min(addresses.exact, key=lambda wallet: addresses.exact[wallet])
    yield put(f"{API}/{low}", {"label": "low", "notes": None, "tags": [], "status_override": "ARCHIVED"})
    yield post("", {"wallet_address": _UNSEEN, "label": "unseen"})
    yield put(f"{API}/{_UNSEEN}", {"label": "unseen", "notes": None, "tags": ["unseen"], "status_override": "ARCHIVED"})
    for path in ("/attention", "/portfolio/summary", "/portfolio/tokens?max_age=0", "/tags"):
        yield Request("GET", f"{API}{path}", note="with archived wallets")
    for query in ("?max_age=0", "?page_size=3"):
        yield Request("GET", f"{API}/portfolio/tokens/{MINT}/wallets{query}", note="amounts of one digit and of twenty")
    many = [address(number) for number in range(6000, 6012)]  # of the texts
    funded = {"addresses": many, "dry_run": False, "set_status_override": "FUNDED"}
    yield post("/edit", funded, "more than are shown")
    for path in ("/attention", "/portfolio/launches", "/portfolio/summary"):
        yield Request("GET", f"{API}{path}", note="more than are shown")
    yield post("/edit", {"addresses": many, "dry_run": False, "clear_status_override": True})
    for scope in ("all", "stale", "failed", "never"):
        yield Request("GET", f"{API}/refresh-estimate?scope={scope}", note="with archived wallets")


def _snapshots_while_others_write(holder: str) -> Script:
    """Pages of a snapshot are of that one, however many there are since; labels are of now."""
    holders_of = f"{API}/portfolio/tokens/{MINT}/wallets"
    tokens = []
    for path, size in ((f"{API}/portfolio/tokens", 20), (holders_of, 2)):
        reply = yield Request("GET", f"{path}?page_size={size}", note="the first page of a snapshot")
        tokens.append((path, field_of(reply, "next_page_token")))
    path = f"{API}/{holder}"
    renamed = put(path, {"label": "renamed", "notes": None, "tags": [], "status_override": None})
    for change in (renamed, Request("DELETE", f"{path}?force=true", note="a holder that goes")):
        yield change
        yield Request("GET", holders_of, note="of before, with labels of now")
    yield Pause(61)
    for path, _ in tokens:
        yield Request("GET", f"{path}?page_size=2", note="another snapshot")
    for path, first in tokens:
        yield from later_pages(path, first)
    yield post("", {"wallet_address": holder, "label": "back"})
    yield post(f"/{holder}/refresh", note="a holder that comes back")


def _pages_while_others_write(now: Now) -> Script:
    """A list goes on where it was, as of its first page, whatever is registered, renamed, removed or ages meanwhile."""
    queries = (
        {"tag": _TAG},
        {"tag": _TAG, "sort": "label"},
        {"tag": _TAG, "sort": "updated_at"},
        {"sort": "last_balance"},
        {"freshness": "fresh"},
        {"freshness": "fresh", "tag": _TAG},
    )
    tokens = []
    for query in queries:
        reply = yield Request("GET", f"{API}?{urlencode({**query, 'page_size': '2'})}", note="the first page")
        tokens.append((API, field_of(reply, "next_page_token")))
    for number in range(3):
        body = {"wallet_address": _LISTED[0], "amount_sol": "999", "scheduled_for": instant(now() + timedelta(hours=9))}
        yield post("/funding/schedule", {**body, "note": f"listed {number}"})
    for path in (
        f"/audit?subject={_LISTED[0]}",
        f"/funding/scheduled?wallet_address={_LISTED[0]}",
        "/tags",
        "/launches/",
    ):
        reply = yield Request("GET", f"{API}{path}{'&' if '?' in path else '?'}page_size=1", note="the first page")
        tokens.append((f"{API}{path.partition('?')[0]}", field_of(reply, "next_page_token")))
    yield post("", {"wallet_address": _LATER, "label": "listed 0", "tags": [_TAG]}, "between two pages")
    yield Request("DELETE", f"{API}/{_LISTED[7]}", note="between two pages")
    relabelled: dict[str, Any] = {"label": "listed 9", "notes": None, "tags": [_TAG], "status_override": None}
    yield put(f"{API}/{_LISTED[1]}", relabelled, "between two pages")
    yield post(f"/{_LISTED[6]}/refresh", note="between two pages")
    yield Pause(_LONGER_THAN_FRESH)
    for path, first in tokens:
        yield from later_pages(path, first)


def later_pages(path: str, token: object) -> Script:
    """The pages of a list behind its first, whose token is given."""
    while isinstance(token, str):
        reply = yield Request("GET", f"{path}?{urlencode({'page_token': token})}", note="a later page")
        token = field_of(reply, "next_page_token")


def _tokens_elsewhere() -> Script:
    """A token belongs to its list, with its filters, its sort and its page size."""
    query = {"tag": _TAG, "sort": "label", "page_size": "2"}
    reply = yield Request("GET", f"{API}?{urlencode(query)}", note="the first page")
    token = str(field_of(reply, "next_page_token"))
    for beside in (
        query, {"tag": _TAG}, {"page_size": "2"}, {"tag": "other"}, {"tag": _TAG.upper()}, {"page_size": "3"},
        {"sort": "created_at"}, {"sort": "label", "direction": "asc"}, {"direction": "desc"}, {"status": "FUNDED"},
        {"q": "a"}, {"min_balance": "0"}, {"unknown_status": "true"}, {"freshness": "fresh"},
    ):  # fmt: skip
        yield Request("GET", f"{API}?{urlencode({**beside, 'page_token': token})}", note=f"a token beside {beside}")
    for path in ("/funding/scheduled", "/launches/", "/audit", "/tags", "/portfolio/tokens", f"/{_LISTED[0]}/activity"):
        yield Request("GET", f"{API}{path}?{urlencode({'page_token': token})}", note="a token of another list")


def _conditions(now: Now) -> Script:
    """304 as long as an answer says the same, and no longer."""
    wallet = _LISTED[0]
    paths = [
        f"{API}?tag={_TAG}&page_size=2", f"{API}/tags", f"{API}/audit?subject={wallet}", f"{API}/launches/{wallet}",
        f"{API}/funding/scheduled?wallet_address={wallet}", f"{API}/portfolio/summary", f"{API}/portfolio/launches",
        f"{API}/attention", f"{API}/{wallet}/history", f"{API}/{wallet}/activity", f"{API}/{wallet}",
    ]  # fmt: skip
    schedule: dict[str, Any] = {
        "wallet_address": wallet,
        "amount_sol": "998",
        "scheduled_for": instant(now() + timedelta(hours=1)),
    }
    launch = {"wallet_address": wallet, "mint_address": _LISTED[1], "token_name": "L", "token_ticker": "L"}
    metadata: dict[str, Any] = {"notes": None, "tags": [_TAG], "status_override": None}
    tags: dict[str, str] = {}
    for write in (
        None,
        put(f"{API}/{wallet}", {"label": "relabelled", **metadata}),
        post("/funding/schedule", schedule),
        post("/launches/record", {**launch, "launched_at": instant(now())}),
        post(f"/{wallet}/refresh"),
    ):
        if write is not None:
            yield write
        for path in paths:
            asked = {"If-None-Match": tags[path]} if path in tags else {}
            reply: Reply | None = yield Request("GET", path, asked, note="if it has changed")
            if reply is not None and "etag" in reply.headers:
                tags[path] = reply.headers["etag"]
