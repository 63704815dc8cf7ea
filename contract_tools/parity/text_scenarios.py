"""Rare texts and rare amounts: what is folded, trimmed, escaped, sorted or rounded only now and then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from contract_tools.parity.recording import Request, Script
from contract_tools.parity.seeding import API, instant, post, put
from contract_tools.parity.shared_world import address

Now = Callable[[], datetime]

_TAG = "texts"
_LABELS = (
    "straße", "STRASSE", "ﬁne", "İstanbul", "ǅ", "e\u0301tage", "étage", "\uff5e wave", "\U0001f600 smile", "\ue000",
    "snake_case", "  padded  ", 'say "so", or; not', "a,b", "=1+1", "\uff1d1+1", "+1", "-1", "@x", "\uff0b1", "'", '"',
    "\u2028", "\u202eback", "\u00a0", "0", "null", "%41", "\\n", "tab\u200b", "",
)  # fmt: skip
_NOTES = ("one\ntwo", "one\n\ntwo\n", "\ttab", " padded ", '"', "=1", "\n=1", None, "x" * 2000, "\u2029", "é" * 700, "")
_TAGS = (("ß", "SS", "ss"), (" a", "a", "a "), ("😀",), ('"', ","), ("İ", "i"))
_SOUGHT = (
    "straße", "STRASSE", "strasse", "ﬁ", "fi", "FINE", "istanbul", "İ", "ss", "ß", "SS", "étage", "e\u0301tage", "et",
    "smile", "😀", "padded", "say so", "so say", "say padded", "fine so", "padded paddle", "case",
    "snake_c", "1", "null", "back", "ǆ",
)  # fmt: skip
_AMOUNTS = (
    "0.29", "1.005", "4.35", "1.1", "16777216.000000001", "9007199.254740993", "999999999.999999999", "1000000000",
    "123456789.123456789",
)  # fmt: skip
_LARGEST, _MANY = "999999999.999999999", 8
"""Together above what 64 bits hold, in lamports."""
_BOUNDS = ("0.29", "0.000000001", "2.000000006", "9007199.254740993", "1000000000")


def text_scenarios(now: Now) -> Script:
    """All of them: registered, replaced, edited, listed in each order, searched, exported; and scheduled."""
    wallets = [address(number) for number in range(6000, 6000 + len(_LABELS))]
    rows = [
        {"wallet_address": wallet, "label": label, "notes": _NOTES[number % len(_NOTES)],
         "tags": [*_TAGS[number % len(_TAGS)], _TAG]}
        for number, (wallet, label) in enumerate(zip(wallets, _LABELS, strict=True))
    ]  # fmt: skip
    yield post("/import", {"wallets": rows, "dry_run": False}, "rare texts")
    empty = {"label": "", "notes": "", "tags": [_TAG], "status_override": None}
    yield put(f"{API}/{wallets[-1]}", empty, "empty texts")
    yield post("", {"wallet_address": address(6100), **empty}, "empty texts")
    for number, wallet in enumerate(wallets[-3:]):
        body = {"label": _LABELS[number], "notes": _NOTES[number + 1], "tags": [_TAG, *_TAGS[number]]}
        yield put(f"{API}/{wallet}", {**body, "status_override": None}, "rare texts")
    for change in ({"add_tags": ["ß", "Ss"]}, {"add_tags": ["TEXTS", " b ", "İ\u200b"]}, {"remove_tags": ["SS", "a"]}):
        yield post("/edit", {"addresses": wallets[:10], "dry_run": False, **change}, "rare tags")
    yield from _long_texts(address(6101))
    for direction in ("asc", "desc"):
        query = f"tag={_TAG}&sort=label&direction={direction}&page_size=200"
        yield Request("GET", f"{API}?{query}", note="rare labels in order")
    tail = wallets[0][-5:]
    for sought in (*_SOUGHT, f"…{tail}", f"...{tail[-3:].lower()}", f"…x{tail[-3:]}", f"…{tail} say"):
        yield Request("GET", f"{API}?q={quote(sought)}&page_size=200", note="rare words")
    for tag in ("ß", "SS", "Ss", " a", "a", "a ", "İ", "i", '"'):
        yield Request("GET", f"{API}?tag={quote(tag)}&page_size=200", note="rare tags")
    for form in ("csv", "jsonl"):
        yield Request("GET", f"{API}/export?format={form}&tag={_TAG}", note="rare texts")
    yield Request("GET", f"{API}/audit?subject={wallets[0]}", note="rare texts")
    yield from _amounts(wallets[0], now)


def _long_texts(wallet: str) -> Script:
    """As long as they may be, in characters of two UTF-16 units and four bytes; and words that differ behind their
    twelfth letter.
    """
    smile, path = "\U0001f600", f"{API}/{wallet}"
    for label in (smile * 101, smile * 100, smile * 99 + "x"):
        tags = [f"long {smile}", smile * 32]
        body: dict[str, Any] = {"label": label, "notes": smile * 2000, "tags": tags, "status_override": None}
        yield post("", {"wallet_address": wallet, **body}, "long texts")
        yield put(path, body, "long texts")
    yield Request("GET", f"{API}/audit?subject={wallet}", note="long texts")
    word = {"label": "incomprehensibilities", "notes": None, "tags": ["long"], "status_override": None}
    yield put(path, word, "a long word")
    for sought in ("incomprehens", "incomprehensi", "incomprehensible", wallet, f"{wallet[:20]}zz"):
        yield Request("GET", f"{API}?q={sought}", note="a long word")


def _amounts(wallet: str, now: Now) -> Script:
    for number, amount in enumerate((*_AMOUNTS, *[_LARGEST] * _MANY)):
        due, note = instant(now() + timedelta(hours=1, minutes=number)), _NOTES[number % len(_AMOUNTS)]
        body = {"wallet_address": wallet, "amount_sol": amount, "scheduled_for": due, "note": note}
        yield post("/funding/schedule", body, "a rare amount")
    yield Request("GET", f"{API}/funding/scheduled?wallet_address={wallet}", note="rare amounts")
    yield Request("GET", f"{API}/portfolio/summary", note="the sum of rare amounts")
    for bound in _BOUNDS:
        for name in ("min_balance", "max_balance"):
            yield Request("GET", f"{API}?{name}={bound}&page_size=200", note="rare amounts")
