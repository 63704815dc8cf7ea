"""Launches: listed, of all wallets or one; recorded here, and then known as ours."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser

_MINT = "8E8tMsVMSjSiddNcUexVgkjfSSVkTcr4j9MHknEXnhvM"


def test_all_and_those_of_a_wallet(console: ConsolePage) -> None:
    page = console.page
    console.open("#/launches")
    console.wait_for_rows()
    found = console.api.get("/api/wallets/launches").json()
    first = found["items"][0]
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Launches {found['total_size']}")
    expect(console.row(0)).to_contain_text(first["mint_address"])
    expect(console.row(0)).to_contain_text("ours")
    console.row(0).locator("[data-column=age]").click()
    dialog = page.get_by_role("dialog", name="Launch")
    expect(dialog).to_contain_text(first["signature"] or first["launch_id"])
    assert console.axe() == []
    dialog.get_by_role("link", name="All of this wallet").click()
    expect(page).to_have_url(re.compile(f"wallet={first['wallet_address']}"))
    own = console.api.get(f"/api/wallets/launches/{first['wallet_address']}").json()["total_size"]
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Launches {own}")
    page.get_by_role("button", name="Remove the filter Wallet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Launches {found['total_size']}")


def test_a_launch_is_recorded_from_its_form(console: ConsolePage) -> None:
    page = console.page
    wallet = console.addresses()[0]
    console.open("#/launches")
    page.get_by_role("button", name="Record a launch…").first.click()
    dialog = page.get_by_role("dialog", name="Record a launch")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_contain_text("What the token is called.")
    assert console.axe() == []
    dialog.get_by_label("By wallet").fill(wallet)
    dialog.get_by_label("Mint").fill(_MINT)
    dialog.get_by_label("Name").fill("Moon Otter")
    dialog.get_by_label("Ticker").fill("MOTR")
    dialog.get_by_label("Launched, UTC").fill("2026-11-25T11:30")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog).to_have_count(0)
    expect(console.row(0)).to_contain_text("Moon Otter")
    expect(console.row(0)).to_contain_text(_MINT)
    recorded = console.api.get(f"/api/wallets/launches/{wallet}").json()["items"][0]
    assert (recorded["launched_at"], recorded["signature"]) == ("2026-11-25T11:30:00.000Z", None)


def test_another_launch_of_the_same_mint_is_refused(console: ConsolePage) -> None:
    console.expect("status of 409")
    page = console.page
    taken = console.api.get("/api/wallets/launches").json()["items"][0]
    console.open(f"#/launches?wallet={taken['wallet_address']}")
    page.get_by_role("button", name="Record a launch…").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Mint").fill(taken["mint_address"])
    dialog.get_by_label("Name").fill("Another")
    dialog.get_by_label("Ticker").fill("ANO")
    dialog.get_by_role("button", name="Record").click()
    expect(dialog.get_by_role("alert")).to_contain_text("launch_conflict")


def test_nothing_yet_and_nothing_matches(console: ConsolePage) -> None:
    page = console.page
    console.open("#/launches?wallet=ATAaECr4xmZa2gXME6FR9WJMowywrdk3Zt49GiPqdKn")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Show all launches").click()
    console.wait_for_rows()
    console.world("empty")
    page.reload()
    expect(page.get_by_text("No launch recorded yet")).to_be_visible()
