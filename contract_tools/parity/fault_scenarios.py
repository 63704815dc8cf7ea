"""A chain that fails: in each way, as a whole and in parts; and a refresh-all under way, which others come into."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from contract_tools.parity.chain_faults import FAULT_LASTS, IS_LATE, LIMIT_LASTS, LIMITS, REFUSES, TIMES_OUT
from contract_tools.parity.funding_scenarios import schedule
from contract_tools.parity.list_scenarios import later_pages
from contract_tools.parity.named_wallets import MINT
from contract_tools.parity.recording import Background, Pause, Reply, Request, Script, Settle
from contract_tools.parity.seeding import API, field_of, instant, post, put
from contract_tools.parity.shared_world import OFTEN_PAID_BY, WorldAddresses, address
from contract_tools.parity.time_scenarios import until

Now = Callable[[], datetime]

_MIXED, _FAILING, _LIMITED, _LATE, _CANCELLED, _SKIPPED, _READ, _AHEAD_OF = map(address, range(9000, 9008))
_PAID = 25
"""Schedules, more than a result of a refresh-all lists."""
_AHEAD = 7_200
"""Seconds, more than a reading is fresh for."""
_TOTALS = ("/portfolio/tokens?page_size=1", f"/portfolio/tokens/{MINT}/wallets?page_size=1", "/portfolio/summary")
_BALANCE, _TOKENS, _HISTORY = ["sol_balance"], ["token_holdings"], ["funding_transactions"]


def fault_scenarios(addresses: WorldAddresses, now: Now) -> Script:
    """All of them, in the order in which the chain fails."""
    yield from _partly_read(addresses, now)
    wallets = (_MIXED, _FAILING, _LIMITED, _LATE, _CANCELLED, _SKIPPED, _READ)
    yield post("/import", {"wallets": [{"wallet_address": each} for each in wallets], "dry_run": False})
    yield from until(REFUSES - timedelta(seconds=4), now)
    yield post(f"/{_MIXED}/refresh", {"parts": _HISTORY}, "a part of three")
    yield from until(REFUSES, now)
    yield from _refused()
    yield from until(LIMITS + LIMIT_LASTS - timedelta(seconds=0.5), now)
    yield post(f"/{_LIMITED}/refresh", {"parts": _TOKENS}, "too many requests")
    yield from until(TIMES_OUT, now)
    yield post(f"/{_LATE}/refresh", {"parts": _BALANCE}, "no answer")
    yield post(f"/{_LATE}/refresh", note="no answer, and two refusals")
    yield from _seen((_MIXED, _FAILING, _LIMITED, _LATE))
    yield from until(IS_LATE, now)
    yield from _under_way(now)
    yield from _set_back(now)
    yield from _largest_changes([*addresses.moving, addresses.receiver, addresses.often_paid])


def _partly_read(addresses: WorldAddresses, now: Now) -> Script:
    """A refresh-all finds more than it lists, and less than there is: up to the very second of a schedule. Of transfers
    in one slot each completes another schedule.
    """
    wallet = addresses.often_paid
    yield post("", {"wallet_address": wallet, "label": "often paid"})
    yield from until(addresses.unread_from + timedelta(seconds=0.5), now)
    reply = yield schedule(wallet, now, amount_sol="999996", scheduled_for=instant(now() + timedelta(days=9)))
    for _ in range(_PAID):
        yield schedule(wallet, now)
    yield from until(OFTEN_PAID_BY, now)
    operation = yield post("/refresh-all", {"addresses": [wallet]}, "more than it lists", Prefer="wait=30")
    yield from _operation(operation)
    completed = f"funding/scheduled?status=COMPLETED&wallet_address={wallet}"
    for path in (f"funding/{field_of(reply, 'schedule_id')}", "funding/scheduled", completed, "attention"):
        yield Request("GET", f"{API}/{path}", note="a past that was read in part")
    path = f"{API}/{wallet}/activity"  # of each eight, two in one slot
    reply = yield Request("GET", f"{path}?page_size=3", note="a past that was read in part")
    yield from later_pages(path, field_of(reply, "next_page_token"))


def _refused() -> Script:
    """Parts of a wallet, one of which may be tried again at once, though it was read just before; and all wallets of a
    refresh-all, which has failed then.
    """
    for parts in ([*_BALANCE, *_HISTORY], _HISTORY):
        yield post(f"/{_MIXED}/refresh", {"parts": parts}, "one part fails, two were never read")
    key = str(uuid.UUID(int=9000, version=4))
    for parts in (_BALANCE, _BALANCE, _TOKENS):
        yield post(f"/{_FAILING}/refresh", {"parts": parts}, "fails under a key", Idempotency_Key=key)
    asked = {"addresses": [_MIXED, _FAILING], "parts": [*_BALANCE, *_HISTORY]}
    reply = yield post("/refresh-all", asked, "all fail", Prefer="wait=30")
    yield from _operation(reply)
    yield Request("GET", f"{API}/refresh-operations?state=FAILED", note="all have failed")


def _seen(wallets: tuple[str, ...]) -> Script:
    """What is told of failures, also of two kinds of which there are as many."""
    for path in ("/attention", "?freshness=error", "?freshness=never", "/portfolio/summary", "/refresh-estimate"):
        yield Request("GET", f"{API}{path}", note="the chain has failed")
    for wallet in wallets:
        yield Request("GET", f"{API}/{wallet}", note="the chain has failed")


def _under_way(now: Now) -> Script:
    """One refresh-all is cancelled; of another a wallet is deleted before it was read."""
    # Of both balances alone: who asks for names first, and how many together, is luck.
    cancelled, skipped = {"addresses": [_CANCELLED]}, {"addresses": [_SKIPPED, _READ], "parts": _BALANCE}
    reply = yield Background(post("/refresh-all", cancelled, "under way"))
    yield Background(post("/refresh-all", cancelled, "the one that is under way"))
    yield post("/refresh-all", skipped, "another one is under way")
    operation = f"{API}/refresh-operations/{field_of(reply, 'operation_id')}"
    for path in (operation, f"{operation}/results", f"{operation}/events", f"{API}/refresh-operations?state=RUNNING"):
        yield Request("GET", path, note="under way")
    key, nothing = {"Idempotency-Key": str(uuid.UUID(int=9001, version=4))}, f"op_{'0' * 32}"
    for headers in (key, {}, key):
        yield Request("POST", f"{operation}/cancel", headers, note="under way, no more, and by the key again")
    yield Request("POST", f"{API}/refresh-operations/{nothing}/cancel", key, note="the key with another operation")
    yield from _operation(reply)
    yield Request("DELETE", f"{API}/{_CANCELLED}", note="its reading may be under way still")
    reply = yield Background(post("/refresh-all", skipped, "under way"))
    yield Request("GET", f"{API}/refresh-operations/{field_of(reply, 'operation_id')}/events", note="under way")
    again = {**skipped, "addresses": [_READ, _SKIPPED]}
    yield Background(post("/refresh-all", again, "the same, in another order", Prefer="wait=0"))
    for path in (f"{API}/refresh-operations", f"{API}/{_SKIPPED}", f"{API}/{_READ}", f"{API}/me"):
        yield Request("GET", path, note="under way")
    yield Request("DELETE", f"{API}/{_SKIPPED}", note="while it is read")
    yield from until(IS_LATE + FAULT_LASTS, now)
    yield Settle()
    yield from _operation(reply)
    for wallet in (_CANCELLED, _SKIPPED, _READ):
        yield Request("GET", f"{API}/{wallet}", note="was it read")


def _set_back(now: Now) -> Script:
    """The clock is set back, by less than the cooldown and by more: the chain's slots are older ones, too."""
    yield Pause(60)
    yield post(f"/{_READ}/refresh", note="before the clock is set back")
    for seconds in (2, 10):
        yield Pause(-seconds)
        yield post(f"/{_READ}/refresh", note="the clock was set back")
        for path in ("", "/history", "/activity"):
            yield Request("GET", f"{API}/{_READ}{path}", note="the clock was set back")
    yield from _created_ahead(now)
    yield Pause(30)
    yield Pause(_AHEAD)
    yield post(f"/{_READ}/refresh", note="two hours ahead")
    for path in _TOTALS:
        yield Request("GET", f"{API}{path}", note="two hours ahead")
    yield Pause(-_AHEAD)
    for path in _TOTALS:
        yield Request("GET", f"{API}{path}", note="made two hours ahead")
    for path in (f"/{_READ}", "/portfolio/summary", "/refresh-estimate?scope=stale"):
        yield Request("GET", f"{API}{path}", note="read two hours ahead")
    for state in ("fresh", "stale"):
        for query in (f"q={_READ[:9]}", "sort=updated_at", "sort=label&min_balance=0"):
            yield Request("GET", f"{API}?freshness={state}&{query}", note="read two hours ahead")
    yield Pause(_AHEAD)


def _created_ahead(now: Now) -> Script:
    """What is changed after the clock was set back to before its creation."""
    yield post("", {"wallet_address": _AHEAD_OF, "label": "ahead"})
    reply = yield schedule(_AHEAD_OF, now)
    path = f"{API}/funding/{field_of(reply, 'schedule_id')}"
    yield Pause(-5)
    body: dict[str, Any] = {"label": "behind", "notes": None, "tags": [], "status_override": None}
    yield put(f"{API}/{_AHEAD_OF}", body, "before it was created")
    yield Request("DELETE", path, note="before it was created")
    for target in (path, f"{API}/{_AHEAD_OF}", f"{API}/audit?subject={_AHEAD_OF}"):
        yield Request("GET", target, note="changed before it was created")
    yield Pause(5)


def _largest_changes(wallets: list[str]) -> Script:
    """Of the newest refresh-all, balances that rose and that fell."""
    for _ in range(4):  # nearly always once or twice
        yield Pause(30_000)
        yield post("/refresh-all", {"addresses": wallets}, "much has changed", Prefer="wait=30")
        reply = yield Request("GET", f"{API}/attention", note="much has changed")
        changes = (field_of(reply, "largest_changes") or {}).get("items", ())
        amounts = [int(each["balance_lamports"]) for each in changes]
        if amounts != sorted(amounts, reverse=True):
            return


def _operation(reply: Reply | None) -> Script:
    operation = f"{API}/refresh-operations/{field_of(reply, 'operation_id')}"
    for path in ("", "/results", "/results?only=changed", "/results?only=failed", "/events"):
        yield Request("GET", f"{operation}{path}", note="how it went")
