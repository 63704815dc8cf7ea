"""Lists of more than a page has by default, each to its end: where pages break when nobody says how large they are. And
a wallet of more holdings than are counted one by one, with names as odd as they may be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from contract_tools.parity.list_scenarios import later_pages
from contract_tools.parity.named_wallets import MINT
from contract_tools.parity.recording import Pause, Request, Script
from contract_tools.parity.seeding import API, field_of, instant, post
from contract_tools.parity.shared_world import WorldAddresses, address

Now = Callable[[], datetime]

_PAGE = 51
"""One more than a page of a list has by default."""


def page_scenarios(addresses: WorldAddresses, now: Now) -> Script:
    """All of them."""
    yield from _more_than_a_page(addresses, now)
    yield from _large_wallet(addresses.large)


def _more_than_a_page(addresses: WorldAddresses, now: Now) -> Script:
    """More wallets than a shard has, and so more holders and results than a page has; one more tag and launch."""
    crowd = addresses.crowd
    rows = [{"wallet_address": wallet, "tags": [f"page {number % _PAGE}"]} for number, wallet in enumerate(crowd)]
    for some in (rows[:_PAGE], rows[_PAGE:]):
        yield post("/import", {"wallets": some, "dry_run": False}, "more than a page has")
    reply = yield post("/refresh-all", {"addresses": [*crowd]}, "more than a page has", Prefer="wait=30")
    yield Pause(61)  # until totals are made anew
    operation = f"refresh-operations/{field_of(reply, 'operation_id')}"
    for headers in ({}, {"Last-Event-ID": "1"}):
        yield Request("GET", f"{API}/{operation}/events", headers, note="of two shards")
    for number in range(_PAGE):
        launch = {"wallet_address": crowd[0], "mint_address": address(13_000 + number), "launched_at": instant(now())}
        yield post("/launches/record", {**launch, "token_name": "P", "token_ticker": "P"}, "one more than a page has")
    for path in (
        "launches", f"launches/{crowd[0]}", "tags", f"portfolio/tokens/{MINT}/wallets",
        f"{operation}/results", f"audit?subject={crowd[0]}",
    ):  # fmt: skip
        reply = yield Request("GET", f"{API}/{path}", note="in pages of nobody's choice")
        yield from later_pages(f"{API}/{path.partition('?')[0]}", field_of(reply, "next_page_token"))


def _large_wallet(wallet: str) -> Script:
    """It is read twice, and goes again, with all that it held."""
    yield post("", {"wallet_address": wallet, "label": "large"})
    for _ in range(2):
        yield post(f"/{wallet}/refresh", note="many holdings")
        yield Pause(11)
    for path in (f"/{wallet}/history", f"/export?format=jsonl&q={wallet}&holdings=true", "/portfolio/tokens?max_age=0"):
        yield Request("GET", f"{API}{path}", note="many holdings")
    yield Request("DELETE", f"{API}/{wallet}", note="many holdings less")
    yield Pause(61)  # until totals are made anew
    for path in ("/portfolio/tokens?page_size=200", "/portfolio/summary"):
        yield Request("GET", f"{API}{path}", note="many holdings less")
