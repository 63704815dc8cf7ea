"""Totals by mint: what strangers call them, who is ours, and how complete the figures are."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser


def test_every_mint_with_its_coverage(console: ConsolePage) -> None:
    page = console.page
    console.open("#/tokens")
    console.wait_for_rows()
    found = console.api.get("/api/wallets/portfolio/tokens").json()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Tokens ≥ {found['total_size']}")
    expect(page.locator(".coverage")).to_contain_text(f"{found['wallets_missing']} wallets never read")
    first = found["items"][0]
    row = console.row(0)
    expect(row).to_contain_text(first["mint_address"])
    expect(row).to_contain_text("unverified")
    assert row.locator(".amount").inner_text().replace(",", "") == first["balance"]
    expect(row.locator("[data-column=holders]")).to_contain_text(str(first["wallets_holding"]))
    page.get_by_role("grid").focus()
    page.keyboard.press("j")
    page.keyboard.press("c")
    assert page.evaluate("navigator.clipboard.readText()") == found["items"][1]["mint_address"]


def test_strangers_names_and_our_own(console: ConsolePage) -> None:
    launched = console.api.get("/api/wallets/launches").json()["items"][0]["mint_address"]

    def hostile(body: Any) -> None:
        body["items"][0] |= {"name": "<img src=x onerror=alert(1)>\u202e", "ticker": "USDC"}
        body["items"][1] |= {"mint_address": launched, "name": "Ours", "ticker": "OURS"}
        body["items"][2] |= {"name": '=HYPERLINK("http://example.com/claim-your-airdrop")', "ticker": "WWWWWWWWWW"}

    console.rewrite(r"/portfolio/tokens", hostile)
    console.open("#/tokens")
    console.wait_for_rows()
    stranger = console.row(0)
    expect(stranger.locator("bdi").first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(stranger.locator("img:not(.identicon)")).to_have_count(0)
    expect(stranger).to_contain_text("not the known one")
    expect(stranger.locator(".invisible-character")).to_be_visible()
    expect(console.row(1).locator(".badge.accent")).to_have_text("ours")
    cut_off = (
        "(cell) => [...cell.querySelectorAll('.badge')]"
        ".some((each) => each.getBoundingClientRect().right > cell.getBoundingClientRect().right)"
    )
    long = console.row(2).locator("[data-column=token]")
    expect(long.locator(".badge")).to_have_text(["unverified", "link"])
    assert not long.evaluate(cut_off), "a long name leaves room for what is said of it"


@pytest.mark.parametrize(("complete", "text"), [(True, "No wallet holds a token"), (False, "No token is known yet")])
def test_none_and_not_known_differ(console: ConsolePage, complete: bool, text: str) -> None:
    def none(body: Any) -> None:
        body |= {"items": [], "total_size": 0, "next_page_token": None, "complete": complete}

    console.rewrite(r"/portfolio/tokens", none)
    console.open("#/tokens")
    expect(console.page.get_by_text(text)).to_be_visible()


@pytest.mark.parametrize("console", [{"viewport": {"width": 360, "height": 900}}], indirect=True)
def test_a_narrow_screen_has_room_for_a_holders_name_and_a_long_balance(console: ConsolePage) -> None:
    token = console.api.get("/api/wallets/portfolio/tokens?page_size=1").json()["items"][0]

    def long(body: Any) -> None:
        body["items"][0] |= {"label": "Campbell, Navarro and Gonzales", "balance": "18446744073709551615.123456789"}

    console.rewrite(r"/portfolio/tokens/\w+/wallets", long)
    console.open(f"#/tokens/{token['mint_address']}")
    console.wait_for_rows()
    fits = "(element) => element.scrollWidth <= element.clientWidth"
    for part in (".address-label", "[data-column=balance]"):
        assert console.row(0).locator(part).evaluate(fits), part
    # Its frame ends with its rows.
    last = console.row(token["wallets_holding"] - 1)
    assert abs(_end(console.page.get_by_role("grid", name="Holders")) - _end(last)) < 4


def _end(shown: Locator) -> float:
    box = shown.bounding_box()
    assert box is not None
    return box["y"] + box["height"]
