"""Requests with two reasons to be refused, of each kind of caller, and in each form that HTTP gives them.

Which reason is told first is a rule like any other; and what one caller did, another may not get back by the same key.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from contract_tools.parity.recording import Pause, Reply, Request, Script
from contract_tools.parity.seeding import API, JSON, field_of, instant, post, put
from contract_tools.parity.shared_world import WorldAddresses, address

Now = Callable[[], datetime]

_BOTH, _REFUSED, _RETRIED, _UNKNOWN = map(address, range(8000, 8004))
_STALE = '"99.0.nnn"'
_METADATA: dict[str, Any] = {"label": "both", "notes": None, "tags": [], "status_override": None}
_CALLERS = ("read", "unknown", "nobody")
_DAY = timedelta(days=1)
LARGEST_BODY = 65_536  # bytes, by default


def refusal_scenarios(addresses: WorldAddresses, now: Now) -> Script:
    """All of them."""
    yield post("", {"wallet_address": _BOTH})
    yield from _conditions_and_schedules(now)
    yield from _launches(now)
    yield from _completions(addresses.receiver, now)
    yield from _keys(now)
    yield from _keys_of_two_callers(now)
    yield from _callers()
    yield from _forms()


def unrouted_requests() -> Script:
    """Requests that no operation is for, of every caller: who is not let in does not learn what there is."""
    for method, target in (
        ("GET", "/api/nothing"), ("PATCH", "/api/wallets"), ("DELETE", "/api/wallets"),
        ("PUT", "/api/wallets/refresh-all"), ("POST", "/api/wallets/portfolio/summary"),
        ("GET", "/api/wallets/launches/"), ("GET", "/api/wallets/"), ("GET", "/api/wallets/launches"),
        ("GET", f"/api/wallets/{_UNKNOWN}/"), ("HEAD", "/api/wallets/import"), ("GET", "/nothing"),
    ):  # fmt: skip
        for who in ("operate", "read", "nobody"):
            yield Request(method, target, note=f"no operation, as {who}", who=who)


def _conditions_and_schedules(now: Now) -> Script:
    """A precondition that does not hold, where something else stands in the way too."""
    path = f"{API}/{_BOTH}"
    schedule = {"wallet_address": _BOTH, "amount_sol": "9", "scheduled_for": instant(now() + _DAY)}
    reply = yield put(path, _METADATA)
    tag = etag_of(reply)
    yield put(path, _METADATA, "the same again is a change of its own")
    yield put(path, _METADATA, "on a version that the same again has replaced", If_Match=tag)
    yield post("/funding/schedule", schedule)
    for query in ("", "?force=true"):
        yield Request("DELETE", f"{path}{query}", {"If-Match": _STALE}, note="another version, and open schedules")
    yield Request("DELETE", path, {"If-Match": "*"}, note="any version, and open schedules")
    unknown = f"{API}/{_UNKNOWN}"
    yield Request("DELETE", unknown, {"If-Match": _STALE}, note="a version of nothing")
    yield put(unknown, _METADATA, "a version of nothing", If_Match=_STALE)
    yield Request("GET", unknown, {"If-None-Match": "*"}, note="any version of nothing")
    yield put(unknown, {**_METADATA, "label": 1}, "an invalid body for nothing", If_Match=_STALE)


def _launches(now: Now) -> Script:
    body = {"mint_address": address(1), "token_name": "Both", "token_ticker": "BOTH"}
    late = instant(now() + 2 * _DAY)
    yield post("/launches/record", {**body, "wallet_address": _BOTH, "launched_at": instant(now())})
    for wallet in (_BOTH, _UNKNOWN):
        yield post("/launches/record", {**body, "wallet_address": wallet, "launched_at": late}, "too late, and more")
    change = {"token_name": "B", "token_ticker": "B", "signature": None, "launched_at": late}
    yield put(f"{API}/launches/records/lch_{'0' * 32}", change, "too far ahead, and unknown")


def _completions(receiver: str, now: Now) -> Script:
    """A transaction completes one schedule of each wallet, and none that is closed."""
    activity = yield Request("GET", f"{API}/{receiver}/activity?page_size=1", note="a signature")
    signature = (field_of(activity, "items") or [{}])[0].get("signature", "")
    paths = []
    for number, wallet in enumerate((_BOTH, _BOTH, receiver)):
        scheduled_for = instant(now() + (number + 2) * _DAY)
        body = {"wallet_address": wallet, "amount_sol": "999997", "scheduled_for": scheduled_for}
        reply = yield post("/funding/schedule", body)
        paths.append(f"{API}/funding/{field_of(reply, 'schedule_id')}")
    for path in (paths[0], paths[1], paths[2]):
        yield _complete(path, signature, "a transaction for two wallets")
    yield Request("DELETE", paths[1])
    yield _complete(paths[1], signature, "cancelled, and used elsewhere")
    yield _complete(f"{API}/funding/sch_{'0' * 32}", signature, "unknown, and used elsewhere")


def _complete(path: str, signature: str, note: str) -> Request:
    return Request("POST", f"{path}/complete", JSON, json.dumps({"signature": signature}), note)


def _keys(now: Now) -> Script:
    """A key stands for what a request says, however it says it; one that was refused has used up nothing."""
    schedule = {"wallet_address": _BOTH, "amount_sol": "8", "scheduled_for": instant(now() + _DAY)}
    edit = {"addresses": [_BOTH], "add_tags": ["keyed"]}
    launch = {"wallet_address": _BOTH, "mint_address": address(2), "token_name": "K", "token_ticker": "K"}
    launch["launched_at"] = instant(now())
    said: tuple[tuple[str, list[Any]], ...] = (
        ("/funding/schedule", [
            schedule, {**schedule, "note": None}, dict(reversed(schedule.items())), {**schedule, "amount_sol": "8.0"},
            {**schedule, "wallet_address": _UNKNOWN}, {**schedule, "amount_sol": 8},
        ]),
        ("/edit", [{**edit, "dry_run": True}, edit, {**edit, "dry_run": False}]),
        ("/launches/record", [launch, {**launch, "signature": None}, schedule]),
    )  # fmt: skip
    for number, (path, bodies) in enumerate(said):
        for body in bodies:
            yield post(path, body, "a key, and what it stands for", Idempotency_Key=_key(number))
    yield post("/launches/record", launch, "the key of another operation", Idempotency_Key=_key(0))
    wallet, retried = {"wallet_address": _RETRIED}, _key(10)
    yield post("", wallet)
    yield post("", wallet, "refused", Idempotency_Key=retried)
    yield Request("DELETE", f"{API}/{_RETRIED}")
    yield post("", {**wallet, "label": "another"}, "the key of what was refused", Idempotency_Key=retried)
    yield Pause(20)
    for number in (11, 11, 12):
        yield post(f"/{_RETRIED}/refresh", note="within the cooldown, with a key", Idempotency_Key=_key(number))


def _keys_of_two_callers(now: Now) -> Script:
    """A key is its caller's."""
    body = {"wallet_address": _BOTH, "amount_sol": "7", "scheduled_for": instant(now() + 9 * _DAY)}
    request = post("/funding/schedule", body, "a key", Idempotency_Key=_key(20))
    for who in ("operate", "other", "operate", "other", "read"):
        yield Request(request.method, request.target, request.headers, request.body, f"a key, as {who}", who)
    for query in ("", "&actor=key:tools-other"):
        yield Request("GET", f"{API}/audit?subject={_BOTH}{query}", note="who has done it")


def _callers() -> Script:
    """Who may not do it, and something is wrong besides."""
    known, unknown = f"{API}/{_BOTH}", f"{API}/{_UNKNOWN}"
    asked = (
        Request("POST", API, JSON, "{"),
        Request("POST", API, JSON, json.dumps({"wallet_address": "x", "y": 1})),
        Request("POST", f"{API}/edit", {"Content-Type": "text/plain"}, "x"),
        Request("PUT", unknown, JSON, json.dumps(_METADATA)),
        Request("DELETE", known, {"If-Match": _STALE}),
        Request("POST", f"{API}/refresh-operations/op_{'0' * 32}/cancel"),
        Request("DELETE", f"{API}/launches/records/lch_{'0' * 32}"),
        Request("POST", f"{known}/refresh", {"Idempotency-Key": "x"}),
        Request("GET", f"{API}?unknown=1"),
        Request("GET", unknown),
        Request("GET", f"{API}/export?format=jsonl&q=nosuch"),
        Request("HEAD", known),
    )
    for request in asked:
        for who in _CALLERS:
            yield Request(request.method, request.target, request.headers, request.body, f"and more, as {who}", who)


def _forms() -> Script:
    """Media types, codings, preferences, names of requests, and paths, as clients write them."""
    body = json.dumps({"wallet_address": _REFUSED, "dry_run": True, "wallets": []})
    for path in ("", "/edit"):
        for size in (LARGEST_BODY, LARGEST_BODY + 1):
            yield Request("POST", f"{API}{path}", JSON, body.ljust(size), f"{size} bytes")
    for kind in (
        "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/json; charset=latin-1",
        "application/merge-patch+json", "application/json, application/json", "text/json", "",
    ):  # fmt: skip
        for path in ("", "/edit"):
            yield Request("POST", f"{API}{path}", {"Content-Type": kind}, body, f"as {kind!r}")
    for coding in ("identity", "gzip", "br", "*", "gzip;q=0", "*;q=0", "identity;q=0, gzip;q=0.1"):
        yield Request("GET", f"{API}?page_size=20", {"Accept-Encoding": coding}, note=f"accepting {coding}")
    for name in ("a", "n" * 63, "n" * 64, "of two words", f"req_{'0' * 32}", "a/b"):
        for _ in range(2):  # one that is not taken is replaced by another each time
            yield Request("GET", f"{API}/me", {"X-Request-Id": name}, note="its own name")
    for wait in ('wait="30"', "WAIT=30", "respond-async, wait = 30", "wait=31", "wait=030"):
        yield post("/refresh-all", {"addresses": [_BOTH]}, f"Prefer: {wait}", Prefer=wait)
    for length in (80, 81):
        yield Request("GET", f"{API}?status={'n' * length}", note="as much of a value as an error repeats, and more")
    for path in (f"%{ord(_BOTH[0]):X}{_BOTH[1:]}", f"{_BOTH}/", f"/{_BOTH}", f"{_BOTH}%20", quote(f"{_BOTH}?")):
        for method in ("GET", "HEAD"):
            yield Request(method, f"{API}/{path}", note="an address written otherwise")


def _key(number: int) -> str:
    return str(uuid.UUID(int=8000 + number, version=4))


def etag_of(reply: Reply | None) -> str:
    """An answer's version; one that no wallet has where there is none."""
    return (reply.headers.get("etag") if reply is not None else None) or _STALE
