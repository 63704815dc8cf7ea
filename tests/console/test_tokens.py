"""Totals by mint: what strangers call them, who is ours, and how complete the figures are."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

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

    console.rewrite(r"/portfolio/tokens", hostile)
    console.open("#/tokens")
    console.wait_for_rows()
    stranger = console.row(0)
    expect(stranger.locator("bdi").first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(stranger.locator("img:not(.identicon)")).to_have_count(0)
    expect(stranger).to_contain_text("not the known one")
    expect(stranger.locator(".invisible-character")).to_be_visible()
    expect(console.row(1).locator(".badge.accent")).to_have_text("ours")


@pytest.mark.parametrize(("complete", "text"), [(True, "No wallet holds a token"), (False, "No token is known yet")])
def test_none_and_not_known_differ(console: ConsolePage, complete: bool, text: str) -> None:
    def none(body: Any) -> None:
        body |= {"items": [], "total_size": 0, "next_page_token": None, "complete": complete}

    console.rewrite(r"/portfolio/tokens", none)
    console.open("#/tokens")
    expect(console.page.get_by_text(text)).to_be_visible()


@pytest.mark.parametrize(("status", "code"), [(400, "invalid_page_token"), (403, "forbidden"), (500, "internal_error")])
def test_declared_problems_are_told(console: ConsolePage, status: int, code: str) -> None:
    console.expect(f"status of {status}")
    console.prefer(r"/portfolio/tokens", f"code={status}")
    console.open("#/tokens")
    expect(console.page.get_by_role("alert")).to_contain_text(code)
