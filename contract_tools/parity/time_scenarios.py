"""What follows from the clock: at a moment, a millisecond before it and after it; over midnight and a month's end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from contract_tools.parity.chain_faults import MONTHS_END
from contract_tools.parity.named_wallets import MINT
from contract_tools.parity.recording import Pause, Request, Script
from contract_tools.parity.seeding import API, field_of, instant, post, put
from contract_tools.parity.shared_world import PAST_BEGINS, WorldAddresses, address

Now = Callable[[], datetime]

_DAY = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)
_TIMED, _KEYED, _REPEATED = map(address, range(7000, 7003))
_READINGS = 20
"""More than a wallet's own document keeps: the earlier ones lie by the month."""


def time_scenarios(addresses: WorldAddresses, now: Now) -> Script:
    """All of them; more than a day goes by."""
    yield post("", {"wallet_address": _TIMED})
    yield from _overdue(now)
    yield from _fractions(now)
    yield from _cooldown()
    yield from _repeated(now)
    yield from _midnights(now)
    yield from _kept_keys(now)
    yield from _failed_refresh(addresses.receiver)
    yield from _resumed_events()
    yield from _snapshots()
    yield from _past(addresses, now)


def until(moment: datetime, now: Now) -> Iterator[Pause]:
    """Let time pass until then."""
    if moment > now():
        yield Pause((moment - now()).total_seconds())


def _overdue(now: Now) -> Script:
    moment = now() + timedelta(minutes=1)
    body = {"wallet_address": _TIMED, "amount_sol": "999998", "scheduled_for": instant(moment)}
    reply = yield post("/funding/schedule", body)
    moment = datetime.fromisoformat(field_of(reply, "scheduled_for"))
    yield from until(moment - _MILLISECOND, now)
    for _ in range(3):
        for path in (f"/funding/{field_of(reply, 'schedule_id')}", f"/funding/scheduled?wallet_address={_TIMED}"):
            yield Request("GET", f"{API}{path}", note="around its moment")
        yield Request("GET", f"{API}/attention", note="around its moment")
        yield Pause(0.001)


def _fractions(now: Now) -> Script:
    """Moments with one, two and no decimals of a second."""
    day = f"{now() + _DAY:%Y-%m-%dT%H:%M}"
    for second in ("01.5Z", "01.05Z", "01.50Z", "01.005Z", "01Z", "01.000Z", "59.9Z"):
        body = {"wallet_address": _TIMED, "amount_sol": "999994", "scheduled_for": f"{day}:{second}"}
        yield post("/funding/schedule", body, "a part of a second")
    for begin in (f"{now():%Y-%m-%dT%H:%M:%S}.{tenth}Z" for tenth in (0, 5, 9)):
        for path in ("/audit?page_size=1&since", "/portfolio/history?from", f"/{_TIMED}/history?to"):
            yield Request("GET", f"{API}{path}={begin}", note="a part of a second")
    yield Request("GET", f"{API}/funding/scheduled?wallet_address={_TIMED}", note="parts of a second")


def _cooldown() -> Script:
    """How long a cooldown still takes is told in whole seconds, never too few; it ends with that of the part that was
    read first.
    """
    for seconds, parts in ((6, ["sol_balance"]), (2, ["token_holdings"]), (3.5, ["sol_balance", "token_holdings"])):
        yield post(f"/{_TIMED}/refresh", {"parts": parts}, "part by part")
        yield Pause(seconds)
    yield post(f"/{_TIMED}/refresh", {"parts": ["token_holdings", "sol_balance"]}, "part by part")
    yield Pause(10)
    yield post(f"/{_TIMED}/refresh")
    for seconds in (0.001, 7.999, 0.5, 0.999, 0.5, 0.001, 0.001):
        yield Pause(seconds)
        yield post(f"/{_TIMED}/refresh", note="within the cooldown, or just behind it")


def _repeated(now: Now) -> Script:
    """What is asked for again, a second later, and changes nothing: not even the time of the last change."""
    wallet = {"wallet_address": _REPEATED, "label": "again"}
    schedule = {"wallet_address": _REPEATED, "amount_sol": "5", "scheduled_for": instant(now() + _DAY)}
    launch = {"wallet_address": _REPEATED, "mint_address": address(0), "token_name": "A", "token_ticker": "A"}
    keys = [str(uuid.UUID(int=200 + number, version=4)) for number in range(3)]
    yield post("", wallet, "once", Idempotency_Key=keys[0])
    reply = yield post("/funding/schedule", schedule, "once", Idempotency_Key=keys[1])
    launched = {**launch, "launched_at": instant(now())}
    yield post("/launches/record", launched, "once", Idempotency_Key=keys[2])
    path = f"{API}/funding/{field_of(reply, 'schedule_id')}"
    for _ in range(2):
        yield Pause(1)
        yield post("", wallet, "again", Idempotency_Key=keys[0])
        yield post("/funding/schedule", schedule, "again", Idempotency_Key=keys[1])
        yield post("/launches/record", launched, "again", Idempotency_Key=keys[2])
        yield post("/launches/record", launched, "again, without its key")
        yield post("/edit", {"addresses": [_REPEATED], "add_tags": ["again"], "dry_run": False}, "again")
        yield Request("DELETE", path, note="again")
        yield Request("GET", path, note="unchanged")
        yield Request("GET", f"{API}/{_REPEATED}", note="unchanged")
        yield Request("GET", f"{API}/audit?subject={_REPEATED}", note="what was done")


def _midnights(now: Now) -> Script:
    """Days are UTC's, from midnight on."""
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    moments = (midnight, midnight - _MILLISECOND, midnight - _DAY, midnight - _DAY - _MILLISECOND)
    for number, moment in enumerate(moments):
        launch = {"wallet_address": _TIMED, "mint_address": address(7100 + number), "launched_at": instant(moment)}
        yield post("/launches/record", {**launch, "token_name": "M", "token_ticker": "M"}, "around midnight")
    for days in (1, 2, 3):
        yield Request("GET", f"{API}/portfolio/launches?days={days}", note="launches around midnight")
    yield from _new_year(midnight)
    yield from until(midnight + _DAY - _MILLISECOND, now)
    for _ in range(2):
        yield Request("GET", f"{API}/portfolio/launches?days=2", note="around midnight")
        yield Pause(0.001)


def _new_year(midnight: datetime) -> Script:
    """Launches of this year and of the last one, one of which is put right; and of the first day that is asked for."""
    year = midnight.replace(month=1, day=1)
    oldest = midnight - 364 * _DAY
    path = ""
    for number, moment in enumerate((year, year - _MILLISECOND, oldest, oldest - _MILLISECOND)):
        launch = {"wallet_address": _TIMED, "mint_address": address(7200 + number), "launched_at": instant(moment)}
        reply = yield post("/launches/record", {**launch, "token_name": "Y", "token_ticker": "Y"}, "around New Year")
        path = path or f"{API}/launches/records/{field_of(reply, 'launch_id')}"
    yield Request("GET", f"{API}/portfolio/launches?days=365", note="launches around New Year")
    change = {"token_name": "Y", "token_ticker": "Y", "signature": None, "launched_at": instant(year - _DAY)}
    yield put(path, change, "in the year before")
    yield Request("GET", f"{API}/portfolio/launches?days=365", note="launches around New Year")


def _kept_keys(now: Now) -> Script:
    """A key is kept for a day: until then its answer comes again, from then on it is a new one."""
    yield post("", {"wallet_address": _KEYED})
    key = str(uuid.UUID(int=300, version=4))
    body = {"wallet_address": _KEYED, "amount_sol": "7", "scheduled_for": instant(now() + 2 * _DAY)}
    yield post("/funding/schedule", body, "a key", Idempotency_Key=key)
    end = now() + _DAY
    yield from until(end - _MILLISECOND, now)
    for _ in range(3):
        yield post("/funding/schedule", body, "the key again, a day later", Idempotency_Key=key)
        yield Pause(0.001)
    yield Request("GET", f"{API}/funding/scheduled?wallet_address={_KEYED}", note="how many there are")


def _failed_refresh(wallet: str) -> Script:
    """A reading that fails as a whole, as some of these do at one time or another; it may be tried again at once."""
    for _ in range(30):
        yield Pause(11)
        reply = yield post(f"/{wallet}/refresh", {"parts": ["funding_transactions"]}, "until it fails")
        if reply is None or reply.status >= HTTPStatus.BAD_GATEWAY:
            break
    for path in (f"/{wallet}", "/attention", f"/audit?subject={wallet}&page_size=2", "/portfolio/summary"):
        yield Request("GET", f"{API}{path}", note="a refresh has failed")
    for parts in (["funding_transactions"], ["sol_balance", "funding_transactions"], ["sol_balance"]):
        yield post(f"/{wallet}/refresh", {"parts": parts}, "at once, and within the cooldown of a part")
        yield Pause(5)


def _resumed_events() -> Script:
    """A stream goes on behind the event that its client has seen, whatever it has seen."""
    wallets = [_TIMED, _KEYED, _REPEATED]
    reply = yield post("/refresh-all", {"addresses": wallets}, "a few", Prefer="wait=30")
    path = f"{API}/refresh-operations/{field_of(reply, 'operation_id')}/events"
    yield Request("GET", path, note="from the beginning on")
    for seen in ("0", "0;0:1", "0;0:2", "0;0:3", "1", "2", "0;1:1", "x"):
        yield Request("GET", path, {"Last-Event-ID": seen}, note=f"from {seen} on")


def _snapshots() -> Script:
    """Totals of all wallets are made anew when they are as old as they may be."""
    for path in ("/portfolio/tokens", f"/portfolio/tokens/{MINT}/wallets"):
        for max_age in (0, 120):
            oldest = max(max_age, 60)
            for seconds in (oldest, oldest - 0.001, 0.001):
                yield Pause(seconds)
                yield Request("GET", f"{API}{path}?max_age={max_age}&page_size=2", note="as old as it may be, or not")


def _past(addresses: WorldAddresses, now: Now) -> Script:
    """A wallet that is read through a month's end, and what its past says: whole, in ranges, thinned."""
    wallet = addresses.receiver
    yield from until(PAST_BEGINS, now)
    yield post("", {"wallet_address": addresses.unlucky})
    yield post(f"/{addresses.unlucky}/refresh", note="its newest transaction has failed")
    for number in range(_READINGS):
        yield post(f"/{wallet}/refresh", note="through a month's end")
        if number % 3 == 0:
            yield Request("GET", f"{API}/portfolio/summary", note="through a month's end")
        yield Pause(3600)
    late, early = instant(now()), instant(now() - timedelta(hours=9))
    for query in (f"{wallet}/history?from={late}&to={early}", f"portfolio/history?from={late}&to={early}"):
        yield Request("GET", f"{API}/{query}", note="a range that ends before it begins")
    yield Request("GET", f"{API}/audit?since={late}&until={early}", note="a range that ends before it begins")
    for path, listed, at in (
        (f"{API}/{wallet}/history", "entries", "first_seen_at"),
        (f"{API}/portfolio/history", "points", "at"),
    ):
        reply = yield Request("GET", path, note="the whole past")
        rows: list[dict[str, Any]] = field_of(reply, listed) or []
        for most in {4, *range(max(4, len(rows) - 1), len(rows) + 2)}:
            yield Request("GET", f"{path}?max_points={most}", note=f"thinned to {most}")
        moments = [datetime.fromisoformat(row[at]) for row in rows[-2:]]
        for moment in [*moments, MONTHS_END]:
            for edge in (moment - _MILLISECOND, moment, moment + _MILLISECOND):
                for name in ("from", "to"):
                    yield Request("GET", f"{path}?{name}={instant(edge)}", note="a part of the past")
    yield Request("GET", f"{API}/{wallet}/activity?page_size=200", note="the whole past")
    extras = "holdings=true&funding=true&history=true"
    for query in (f"q={wallet[:6]}&{extras}", "status=LAUNCHED&history=true", "status=FUNDED&funding=true"):
        yield Request("GET", f"{API}/export?format=jsonl&{query}", note="the past in an export")
    three = "actor=key:tools-operate&action=createWallet"
    yield Request("GET", f"{API}/audit?subject={wallet}&{three}", note="what one of them has done once")
    reply = yield Request("GET", f"{API}/audit?subject={wallet}", note="what was done")
    for item in (field_of(reply, "items") or [])[1:3]:
        moment = datetime.fromisoformat(item["at"])
        for edge in (moment - _MILLISECOND, moment, moment + _MILLISECOND):
            for name in ("since", "until"):
                for more in ("", "&actor=key:tools-operate&action=refreshWallet"):
                    query = f"subject={wallet}&{name}={instant(edge)}{more}"
                    yield Request("GET", f"{API}/audit?{query}", note="a part of what was done")
