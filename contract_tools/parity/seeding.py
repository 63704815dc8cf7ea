"""The first part of the sequence: puts into both servers what differences show at.

Balances at thresholds and beside them, ties in every order, texts that differ in case alone, schedules that are overdue
and completed, a launch twice, a wallet of 10,000 holdings; and then everything is read that can be.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from contract_tools.parity.recording import Pause, Reply, Request, Script
from contract_tools.parity.shared_world import WorldAddresses

JSON = {"Content-Type": "application/json"}
API = "/api/wallets"
_LABELS = (
    "alpha",
    "Alpha",
    "ALPHA",
    "älpha",
    "alpha 10",
    "alpha 9",
    None,
    None,
    "alpha",
    "zeta",
    "_",
    "Émile",
    "émile",
    "=1+1",
)
_TAGS = (
    ("ops",),
    ("Ops",),
    ("OPS", "ops"),
    (),
    ("ops",),
    ("öps", "ops"),
    ("q4",),
    (),
    ("ops", "q4"),
    ("Q4",),
    (),
    (),
    (),
    ("q4",),
)
TAGS = ("ops", "Ops", "OPS", "öps", "q4", "Q4", "nosuch", "op")
_HOUR = 3600
_SOL = 10**9  # lamports


def post(path: str, body: Any = None, note: str = "seeding", **headers: str) -> Request:
    """A POST of JSON."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is None:
        return Request("POST", f"{API}{path}", given, note=note)
    return Request("POST", f"{API}{path}", {**JSON, **given}, json.dumps(body), note)


def put(path: str, body: Any, note: str = "seeding", **headers: str) -> Request:
    """A PUT of JSON."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("PUT", path, {**JSON, **given}, json.dumps(body), note)


def instant(moment: datetime) -> str:
    """A moment as the contract writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def field_of(reply: Reply | None, name: str) -> Any:
    """A member of an answer; None where it has none."""
    body = reply.json() if reply is not None else None
    return body.get(name) if isinstance(body, dict) else None


def seed_both(addresses: WorldAddresses, now: str, due: Iterator[str]) -> Script:
    """The requests, with the time that passes between them. `due` are instants of the future, in order."""
    wallets = [*addresses.exact, *addresses.moving]
    for number, wallet in enumerate(wallets):
        label, tags = _LABELS[number % len(_LABELS)], _TAGS[number % len(_TAGS)]
        yield post("", {"wallet_address": wallet, "label": label, "tags": list(tags)})
        if number % 4 == 3:
            yield Pause(1)  # the others tie in `created_at`
    never = post("", {"wallet_address": addresses.strangers[0]})
    yield never
    yield post("", {"wallet_address": wallets[0]}, "registered already")
    yield from _schedules(addresses, due)
    yield Pause(60)
    for wallet in wallets:
        yield post(f"/{wallet}/refresh")
    yield post(f"/{wallets[0]}/refresh", note="within the cooldown")
    yield Pause(10)
    yield post(f"/{wallets[0]}/refresh", note="the moment the cooldown ends")
    yield from _launches(addresses, now)
    yield Pause(8 * _HOUR)
    for wallet in addresses.moving:  # which completes schedules
        yield post(f"/{wallet}/refresh")
    yield post("/refresh-all", {"scope": "stale"}, Prefer="wait=30")
    yield from roles(wallets[0])


def _schedules(addresses: WorldAddresses, due: Iterator[str]) -> Script:
    first, second = next(due), next(due)
    target = next(iter(addresses.exact))
    for amount in ("0.1", "0.100000001", "2", "0.000000001"):
        for wallet in (target, *addresses.moving[:2]):
            yield post(
                "/funding/schedule",
                {"wallet_address": wallet, "amount_sol": amount, "scheduled_for": first, "note": "tie"},
            )
    for wallet, lamports in addresses.paid.items():  # the first is completed, the second stays open
        for asked in (lamports, lamports + 1):
            amount = f"{asked // _SOL}.{asked % _SOL:09}"
            yield post("/funding/schedule", {"wallet_address": wallet, "amount_sol": amount, "scheduled_for": first})
    key = str(uuid.UUID(int=7, version=4))
    body = {"wallet_address": addresses.moving[0], "amount_sol": "1.5", "scheduled_for": second}
    for _ in range(2):
        yield post("/funding/schedule", body, "the same key again", Idempotency_Key=key)
    yield post("/funding/schedule", {**body, "amount_sol": "1.6"}, "the key with another body", Idempotency_Key=key)
    yield post("/funding/schedule", {**body, "wallet_address": addresses.strangers[1]}, "nobody's wallet")


def _launches(addresses: WorldAddresses, now: str) -> Script:
    for number, wallet in enumerate([*addresses.exact][:4]):
        for mint in (addresses.strangers[2], wallet):
            body = {"wallet_address": wallet, "mint_address": mint, "token_name": "Tie", "token_ticker": "TIE"}
            yield post("/launches/record", {**body, "launched_at": now})
            if number == 0:
                yield post("/launches/record", {**body, "launched_at": now}, "once more")
                yield post("/launches/record", {**body, "launched_at": now, "token_name": "Other"}, "a conflict")


def whale(addresses: WorldAddresses) -> Script:
    """The wallet of 10,000 holdings."""
    if addresses.whale is not None:
        yield post("", {"wallet_address": addresses.whale, "label": "whale", "tags": ["ops"]})
        yield post(f"/{addresses.whale}/refresh")
        yield Request("GET", f"{API}/{addresses.whale}", note="10,000 holdings")


def roles(wallet: str) -> Script:
    """What a caller may do who only reads, whom nobody knows, or who says nothing."""
    body = json.dumps({"label": "x", "notes": None, "tags": [], "status_override": None})
    asked = (
        Request("GET", API, {}, None),
        Request("GET", f"{API}/me", {}, None),
        Request("POST", f"{API}/{wallet}/refresh", {}, None),
        Request("PUT", f"{API}/{wallet}", JSON, body),
        Request("DELETE", f"{API}/{wallet}", {}, None),
        Request("POST", API, JSON, json.dumps({"wallet_address": wallet})),
        Request("POST", f"{API}/import", {"Content-Type": "application/x-ndjson"}, "{}"),
    )
    for request in asked:
        for who in ("read", "unknown", "nobody"):
            yield Request(request.method, request.target, request.headers, request.body, f"as {who}", who)
