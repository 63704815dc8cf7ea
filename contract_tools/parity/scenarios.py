"""The second part of the sequence: each rule of the product at its threshold, and on both sides of it.

What a random request meets once in a thousand times is here on purpose: the twenty-first tag, a launch a day and a
millisecond ahead, two schedules for one transfer, a key used for something else, a wallet deleted and registered again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import base58

from contract_tools.parity.concurrency_scenarios import concurrency_scenarios
from contract_tools.parity.fault_scenarios import fault_scenarios
from contract_tools.parity.funding_scenarios import funding_scenarios, schedule
from contract_tools.parity.http_scenarios import http_scenarios
from contract_tools.parity.list_scenarios import list_scenarios
from contract_tools.parity.recording import Pause, Reply, Request, Script
from contract_tools.parity.refusal_scenarios import etag_of, refusal_scenarios
from contract_tools.parity.seeding import API, field_of, instant, post, put
from contract_tools.parity.shared_world import WorldAddresses, address
from contract_tools.parity.text_scenarios import text_scenarios
from contract_tools.parity.time_scenarios import time_scenarios, until

Now = Callable[[], datetime]

_DAY = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)
_TRIES = 8
_SIGNATURE = base58.b58encode(bytes(range(64))).decode()
_BULK, _LAUNCHER, _DELETED = map(address, range(4000, 4003))
_IMPORTED, _CONDITIONAL, _ARCHIVED, _AGING = map(address, range(4005, 4009))


def scenarios(addresses: WorldAddresses, now: Now) -> Script:
    """All of them, each with wallets of its own; `now` is the time of both servers."""
    yield from _bulk_edit(addresses.strangers[1])
    yield from _launch_dates(now, addresses.strangers[2])
    yield from funding_scenarios(addresses, now)
    yield from _deletion(now, addresses.strangers[2])
    yield from _idempotency_keys(now)
    yield from _import()
    yield from _preconditions()
    yield from _portfolio_points(addresses.unlucky, now)
    yield from _freshness(now)
    yield from _refresh_operations([_BULK, _ARCHIVED, *addresses.exact][:4])
    yield from text_scenarios(now)
    yield from list_scenarios(addresses, now)
    yield from refusal_scenarios(addresses, now)
    yield from http_scenarios()
    yield from concurrency_scenarios(now)
    yield from time_scenarios(addresses, now)
    yield from fault_scenarios(addresses, now)


def _bulk_edit(unknown: str) -> Script:
    """Up to 20 tags, whose case counts; an override set and cleared."""
    yield post("", {"wallet_address": _BULK, "tags": [f"t{number}" for number in range(18)]})
    for change in (
        {"add_tags": ["t18", "t19"], "dry_run": True},
        {"add_tags": ["t18", "t19"]},
        {"add_tags": ["t19"]},
        {"add_tags": ["t20"]},
        {"remove_tags": ["T19"]},
        {"remove_tags": ["t19"], "add_tags": ["T19"]},
        {"remove_tags": ["t0"], "add_tags": ["t0", "t21"]},
        {"set_status_override": "LAUNCHED"},
        {"set_status_override": "LAUNCHED", "add_tags": ["t22"]},
        {"set_status_override": "LAUNCHED"},
        {"clear_status_override": True},
        {"clear_status_override": True},
    ):
        yield post("/edit", {"dry_run": False, "addresses": [unknown, _BULK], **change}, "a bulk edit")
    yield Request("GET", f"{API}/{_BULK}", note="after the bulk edits")


def _launch_dates(now: Now, mint: str) -> Script:
    """At most a day ahead; an id that is taken out and comes again."""
    yield post("", {"wallet_address": _LAUNCHER, "label": "launcher"})
    body = {"wallet_address": _LAUNCHER, "mint_address": mint, "token_name": "Soon", "token_ticker": "SOON"}
    yield post("/launches/record", {**body, "launched_at": instant(now() + _DAY + _MILLISECOND)}, "too far ahead")
    reply = yield post("/launches/record", {**body, "launched_at": instant(now() + _DAY)}, "a day ahead")
    path = f"{API}/launches/records/{field_of(reply, 'launch_id')}"
    change = {"token_name": "Sooner", "token_ticker": "SOON", "signature": None}
    for ahead in (_DAY, _DAY + _MILLISECOND, -_DAY):
        yield put(path, {**change, "launched_at": instant(now() + ahead)}, "another day")
        yield Request("GET", f"{API}/portfolio/launches?days=3", note="on which day, by whom")
    earlier = instant(now() - _DAY)
    yield put(path, {**change, "launched_at": earlier, "signature": _SIGNATURE}, "another day")
    yield post("/launches/record", {**body, **change, "launched_at": earlier}, "without its signature")
    yield Request("DELETE", path, note="a launch that was none")
    yield Request("GET", f"{API}/{_LAUNCHER}", note="without its launch")
    unlabelled: dict[str, Any] = {"label": None, "notes": None, "tags": [], "status_override": None}
    yield Request("DELETE", path, note="once more")
    yield put(path, {**change, "launched_at": instant(now())}, "it is gone")
    yield post("/launches/record", {**body, "launched_at": instant(now())}, "recorded again")
    yield put(f"{API}/{_LAUNCHER}", unlabelled)
    yield Request("GET", f"{API}/portfolio/launches", note="without its label")
    for target in (f"/{_LAUNCHER}", f"/audit?subject={_LAUNCHER}"):
        yield Request("GET", f"{API}{target}", note="its count, and what was done")


def _deletion(now: Now, mint: str) -> Script:
    """Launches are counted when a wallet comes again, its past is not; open schedules are cancelled if asked to."""
    launch = {"wallet_address": _DELETED, "mint_address": mint, "token_name": "Kept", "token_ticker": "KEPT"}
    reply = yield post("", {"wallet_address": _DELETED, "label": "first"})
    yield post(f"/{_DELETED}/refresh")
    yield post("/launches/record", {**launch, "launched_at": instant(now())})
    removed = yield post("/launches/record", {**launch, "mint_address": address(1), "launched_at": instant(now())})
    for _ in range(2):
        yield schedule(_DELETED, now)
    path = f"{API}/{_DELETED}"
    yield Request("DELETE", path, note="schedules stand in the way")
    yield Request("DELETE", f"{path}?force=true", note="they are cancelled")
    yield Request("DELETE", f"{path}?force=true", note="it is gone")
    for target in (f"launches/{_DELETED}", "portfolio/launches"):
        yield Request("GET", f"{API}/{target}", note="its launches stay")
    yield Request("DELETE", f"{API}/launches/records/{field_of(removed, 'launch_id')}", note="but for one")
    yield post("", {"wallet_address": _DELETED, "label": "second"}, "registered again")
    yield Request("GET", f"{API}/funding/scheduled?status=CANCELLED&wallet_address={_DELETED}", note="its schedules")
    for part in ("", "/history", "/activity"):
        yield Request("GET", f"{path}{part}", note="of the second life")
    first = etag_of(reply)
    yield Request("GET", path, {"If-None-Match": first}, note="unless it is as in the first life")
    body: dict[str, Any] = {"label": "third", "notes": None, "tags": [], "status_override": None}
    yield put(path, body, "on a version of the first life", If_Match=first)
    yield Request("DELETE", path, note="its launches stay")
    yield post("/import", {"wallets": [{"wallet_address": _DELETED}], "dry_run": False}, "registered again")
    yield Request("GET", path, note="of the third life")
    yield Request("GET", f"{API}/audit?subject={_DELETED}", note="what was done to it")


def _idempotency_keys(now: Now) -> Script:
    """The same again replays; another body, or another resource, is refused."""
    wallet = {"wallet_address": _CONDITIONAL, "label": "once"}
    launch = {"wallet_address": _CONDITIONAL, "mint_address": address(0), "token_name": "A", "token_ticker": "A"}
    launch["launched_at"] = instant(now())
    edit = {"addresses": [_CONDITIONAL], "add_tags": ["once"], "dry_run": False}
    many = {"wallets": [{"wallet_address": _IMPORTED}], "dry_run": True}
    requests: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        ("", wallet, {**wallet, "label": "twice"}),
        ("/edit", edit, {**edit, "add_tags": ["twice"]}),
        ("/import", many, {**many, "dry_run": False}),
        ("/launches/record", launch, {**launch, "token_name": "B"}),
        (f"/{_CONDITIONAL}/refresh", {"parts": ["sol_balance"]}, {"parts": ["token_holdings"]}),
    )
    key = ""
    for number, (path, body, other) in enumerate(requests):
        key = str(uuid.UUID(int=100 + number, version=4))
        for asked, note in ((body, "a key"), (body, "the key again"), (other, "the key with another body")):
            yield post(path, asked, note, Idempotency_Key=key)
    yield post(f"/{_BULK}/refresh", {"parts": ["sol_balance"]}, "the key with another wallet", Idempotency_Key=key)


def _import() -> Script:
    """One outcome a wallet: created, there already, twice in one request, or invalid for each reason."""
    wallets = [
        {"wallet_address": _IMPORTED, "label": "a", "tags": [f"i{number}" for number in range(20)]},
        {"wallet_address": _IMPORTED, "label": "b"},
        {"wallet_address": _BULK},
        {"wallet_address": "nobody"},
        {"wallet_address": _ARCHIVED, "status_override": "ARCHIVED"},
        {"wallet_address": address(4100), "label": "x" * 101},
        {"wallet_address": address(4101), "tags": [f"i{number}" for number in range(21)]},
        {"wallet_address": address(4102), "tags": ["i", "i"]},
        {"wallet_address": address(4103), "notes": "n" * 2001},
        {"wallet_address": address(4104), "status_override": "NOTHING"},
        {"wallet_address": address(4104), "label": "x" * 101, "tags": ["i", "i"], "notes": "\u0007"},
    ]
    for dry_run in (True, False, False):
        yield post("/import", {"wallets": wallets, "dry_run": dry_run}, "an import")


def _preconditions() -> Script:
    """`If-Match` compares what a person wrote, `If-None-Match` the whole answer; neither takes a part for the whole."""
    path = f"{API}/{_CONDITIONAL}"
    read = yield Request("GET", path, note="its version")
    tag = read.headers.get("etag", '""') if read else '""'
    for condition in (tag, "*", '"0.0.nnn"', f'"0.0.nnn", {tag}', f"W/{tag}"):
        yield Request("GET", path, {"If-None-Match": condition}, note=f"unless it is {condition}")
    yield post(f"/{_CONDITIONAL}/refresh", note="another answer, the same metadata")
    yield Request("GET", path, {"If-None-Match": tag}, note="a refresh came between")
    for label, condition in (("p", tag), ("q", tag), ("r", "*"), ("s", f"W/{tag}")):
        body: dict[str, Any] = {"label": label, "notes": None, "tags": [], "status_override": None}
        yield put(path, body, "on a condition", If_Match=condition)
    read = yield Request("GET", path, note="its version")
    listed = f'"99.0.nnn", {read.headers.get("etag", "") if read else ""}'
    body = {"label": "t", "notes": None, "tags": [], "status_override": None}
    yield put(path, body, "on a condition that holds in part", If_Match=listed)
    yield Request("DELETE", path, {"If-Match": tag}, note="on a condition that does not hold")


def _portfolio_points(wallet: str, now: Now) -> Script:
    """The summary leaves a point in the portfolio's history, at most one in a quarter of an hour. Of the two lowest,
    which are level since a wallet is gone meanwhile, a thinned history has one.
    """
    yield from _registered_and_read(wallet)
    for seconds, change in ((1000, "goes"), (899.999, ""), (0.001, ""), (900, "comes"), (900, ""), (900, "goes")):
        yield Pause(seconds)
        yield Request("GET", f"{API}/portfolio/summary", note="a point, or none")
        if change == "goes":
            yield Request("DELETE", f"{API}/{wallet}")
        elif change == "comes":
            yield from _registered_and_read(wallet)
    for since, more in ((timedelta(hours=2), ""), (timedelta(seconds=3605), "&max_points=4")):
        yield Request("GET", f"{API}/portfolio/history?from={instant(now() - since)}{more}", note="the points")


def _registered_and_read(wallet: str) -> Script:
    yield post("", {"wallet_address": wallet})
    yield post(f"/{wallet}/refresh")


def _freshness(now: Now) -> Script:
    """A reading is stale when its time to live is over, to the millisecond: in a wallet, and in lists by freshness. One
    part is read later than the others.
    """
    yield post("", {"wallet_address": _AGING})
    reply: Reply | None = None
    for _ in range(_TRIES):  # one part of three fails now and then: such a wallet is neither fresh nor stale
        reply = yield post(f"/{_AGING}/refresh")
        if field_of(reply, "outcome") == "complete":
            break
        yield Pause(11)
    yield Pause(20)
    reply = yield post(f"/{_AGING}/refresh", {"parts": ["sol_balance"]}, "a part of three")
    parts = (field_of(reply, "cache") or {}).get("parts", {})
    for stale_after in sorted({part["stale_after"] for part in parts.values() if part["stale_after"]}):
        yield from until(datetime.fromisoformat(stale_after) - _MILLISECOND, now)
        for _ in range(2):
            for path in (f"/{_AGING}", "/portfolio/summary", "/refresh-estimate?scope=stale"):
                yield Request("GET", f"{API}{path}", note="fresh or stale")
            for state in ("fresh", "stale"):
                yield Request("GET", f"{API}?freshness={state}&page_size=200", note="fresh or stale")
            yield Pause(0.001)


def _refresh_operations(wallets: list[str]) -> Script:
    """By addresses, archived ones too; by scope, without them; and what has ended stays as it is."""
    yield Pause(20)
    bodies: tuple[dict[str, Any], ...] = (
        {"addresses": wallets},
        {"addresses": [_ARCHIVED, address(1)]},
        {"scope": "never"},
        {"scope": "failed"},
    )
    for asked in bodies:
        reply = yield post("/refresh-all", asked, "some wallets", Prefer="wait=30")
        operation = f"{API}/refresh-operations/{field_of(reply, 'operation_id')}"
        for only in ("", "?only=changed", "?only=failed"):
            yield Request("GET", f"{operation}/results{only}", note="its results")
        yield Request("POST", f"{operation}/cancel", note="it has ended")
        yield Pause(11)
