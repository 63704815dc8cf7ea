"""Scheduled fundings: which transfer completes which, corrections by hand, and how many may be open."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from contract_tools.parity.recording import Pause, Reply, Request, Script
from contract_tools.parity.seeding import API, JSON, field_of, instant, post, put
from contract_tools.parity.shared_world import Payment, WorldAddresses, address
from contract_tools.parity.time_scenarios import until

Now = Callable[[], datetime]

_DAY = timedelta(days=1)
_MOST_OPEN = 100  # schedules of a wallet
_CORRECTED, _SCHEDULED = address(4003), address(4004)


def funding_scenarios(addresses: WorldAddresses, now: Now) -> Script:
    """All of them."""
    yield from _payments(addresses.receiver, addresses.payments, now)
    yield from _corrections(addresses.receiver, now)
    yield from _most_open_schedules(now)


def _payments(receiver: str, payments: Iterable[Payment], now: Now) -> Script:
    """Which transfer completes which schedule: by its source, by age, by the second, and each transfer once."""
    yield post("", {"wallet_address": receiver})
    yield post(f"/{receiver}/refresh")
    coming = (payment for payment in payments if payment.at > now() + timedelta(minutes=1))
    first, _, third = next(coming), next(coming), next(coming)
    for hours, asked in (
        (1, {"source_address": address(0)}),
        (1, {"source_address": first.sender}),
        (3, {"note": "older, and due later"}),
        (2, {"note": "newer, and due sooner"}),
        (1, {"amount_sol": "999999"}),
    ):
        yield schedule(receiver, now, scheduled_for=instant(now() + timedelta(hours=hours)), **asked)
        yield Pause(1)
    yield from until(third.at + timedelta(seconds=1), now)
    yield post(f"/{receiver}/refresh", note="three transfers for five schedules")
    following = next(payment for payment in payments if payment.at > now() + timedelta(minutes=1))
    whole = following.at.replace(microsecond=0)
    yield from until(whole + timedelta(seconds=0.9), now)
    yield schedule(receiver, now, note="in the second of the transfer", source_address=following.sender)
    yield from until(whole + timedelta(seconds=1), now)
    yield schedule(receiver, now, note="a second later", source_address=following.sender)
    yield from until(following.at + timedelta(seconds=15), now)
    yield post(f"/{receiver}/refresh", note="one transfer for two schedules")
    last = next(payment for payment in payments if payment.at > now() + timedelta(minutes=1))
    reply = yield schedule(receiver, now, note="completed by hand")
    yield schedule(receiver, now, note="not by the same transfer")
    yield from until(last.at + timedelta(seconds=1), now)
    path = f"{API}/funding/{field_of(reply, 'schedule_id')}/complete"
    yield _post(path, {"signature": last.signature}, "before a refresh saw it")
    yield post(f"/{receiver}/refresh", note="a transfer that is used up")
    for status in ("SCHEDULED", "COMPLETED"):
        path = f"{API}/funding/scheduled?status={status}&wallet_address={receiver}"
        yield Request("GET", path, note="what is completed")


def _corrections(receiver: str, now: Now) -> Script:
    """A schedule is changed and completed by hand while it is open; a transaction completes one."""
    yield post("", {"wallet_address": _CORRECTED})
    paths = []
    for number in range(3):
        reply = yield schedule(_CORRECTED, now, note="correction" if number else "")
        paths.append(f"{API}/funding/{field_of(reply, 'schedule_id')}")
    activity = yield Request("GET", f"{API}/{receiver}/activity", note="a signature")
    items = field_of(activity, "items") or [{}]
    signature = items[0].get("signature", "")
    values = {"amount_sol": "3.000000001", "scheduled_for": instant(now() + _DAY), "source_address": None, "note": ""}
    for source in (address(0), address(1), None):
        yield put(paths[0], {**values, "source_address": source}, "while it is open")
    key = str(uuid.UUID(int=4003, version=4))
    for path in paths[:2]:
        yield _post(f"{path}/complete", {"signature": signature}, "completed by hand")
    for path, by in ((paths[0], signature), (paths[0], "1" * 64), (paths[1], signature)):
        yield _post(f"{path}/complete", {"signature": by}, "under a key", Idempotency_Key=key)
    yield _post(f"{paths[0]}/complete", {"signature": signature}, "completed by the same")
    yield Request("DELETE", paths[2], note="cancelled")
    yield Request("DELETE", paths[2], note="cancelled again")
    for path in paths:
        yield put(path, {**values, "note": "later"}, "whatever its state")
        yield _post(f"{path}/complete", {"signature": items[-1].get("signature", "")}, "whatever its state")
        yield Request("DELETE", path, note="whatever its state")
        yield Request("GET", path, note="whatever its state")


def _most_open_schedules(now: Now) -> Script:
    yield post("", {"wallet_address": _SCHEDULED})
    last: Reply | None = None
    for number in range(_MOST_OPEN + 1):
        reply = yield schedule(_SCHEDULED, now, amount_sol=str(number + 1))
        last = reply if field_of(reply, "schedule_id") else last
    yield Request("DELETE", f"{API}/funding/{field_of(last, 'schedule_id')}", note="one less")
    for _ in range(2):
        yield schedule(_SCHEDULED, now, note="the hundredth, and one more")
    yield Request("DELETE", f"{API}/{_SCHEDULED}?force=true", note="a hundred are cancelled")


def schedule(wallet: str, now: Now, **asked: Any) -> Request:
    """A request for a schedule; of the least, in an hour, unless something else is asked for."""
    scheduled_for = instant(now() + timedelta(hours=1))
    body = {"wallet_address": wallet, "amount_sol": "0.000000001", "scheduled_for": scheduled_for, **asked}
    return post("/funding/schedule", body, "a schedule")


def _post(path: str, body: Any, note: str, **headers: str) -> Request:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", path, {**JSON, **given}, json.dumps(body), note)
