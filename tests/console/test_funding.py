"""Scheduled fundings: overdue ones first, scheduled and cancelled here, refused with the server's words."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser


def test_overdue_ones_come_first(console: ConsolePage) -> None:
    page = console.page
    console.open("#/funding")
    console.wait_for_rows()
    found = console.api.get("/api/wallets/funding/scheduled").json()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Funding {found['total_size']}")
    assert found["items"][0]["overdue"]
    expect(console.row(0)).to_contain_text(found["items"][0]["wallet_address"])
    expect(console.row(0).locator(".schedule-state.overdue")).to_contain_text("overdue")
    page.get_by_role("button", name="Completed").click()
    expect(page).to_have_url(re.compile("status=COMPLETED"))
    completed = console.api.get("/api/wallets/funding/scheduled?status=COMPLETED").json()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Funding {completed['total_size']}")


def test_a_funding_is_scheduled_and_cancelled_by_keys(console: ConsolePage) -> None:
    page = console.page
    wallet = console.addresses()[0]
    console.open(f"#/funding?wallet={wallet}")
    page.get_by_role("button", name="Schedule a funding…").first.click()
    dialog = page.get_by_role("dialog", name="Schedule a funding")
    expect(dialog.get_by_label("To wallet")).to_have_value(wallet)
    expect(dialog.locator("input:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("An amount such as 1.5")
    dialog.get_by_label("Amount, SOL").fill("0002.50")
    dialog.get_by_label("Meant to arrive, UTC").fill("2026-11-24T08:00")
    dialog.get_by_label("Note").fill("Second half")
    assert console.axe() == []
    dialog.get_by_role("button", name="Schedule").click()
    expect(dialog).to_have_count(0)
    console.wait_for_rows()
    expect(page.locator(".funding-grid")).to_contain_text("Second half")
    open_ones = console.api.get("/api/wallets/funding/scheduled", params={"wallet_address": wallet}).json()["items"]
    made = next(each for each in open_ones if each["note"] == "Second half")
    assert (made["amount_sol"], made["scheduled_for"]) == ("2.5", "2026-11-24T08:00:00.000Z")
    page.get_by_role("grid").focus()
    for _ in range(open_ones.index(made)):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Scheduled funding")
    expect(dialog).to_contain_text(made["schedule_id"])
    assert console.axe() == []
    dialog.get_by_role("button", name="Cancel it…").click()
    page.get_by_role("dialog", name="Cancel this funding?").get_by_role("button", name="Cancel the funding").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".funding-grid", has_text="Second half")).to_have_count(0)
    cancelled = console.api.get(
        "/api/wallets/funding/scheduled", params={"wallet_address": wallet, "status": "CANCELLED"}
    ).json()["items"]
    assert made["schedule_id"] in [each["schedule_id"] for each in cancelled]


def test_refusals_are_the_servers(console: ConsolePage) -> None:
    console.expect("status of 409")
    page = console.page
    console.open("#/funding")
    page.get_by_role("button", name="Schedule a funding…").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To wallet").fill("ATAaECr4xmZa2gXME6FR9WJMowywrdk3Zt49GiPqdKn")
    dialog.get_by_label("Amount, SOL").fill("1")
    dialog.get_by_role("button", name="Schedule").click()
    expect(dialog.get_by_role("alert")).to_contain_text("unknown_wallet")


def test_one_that_was_completed_meanwhile(console: ConsolePage) -> None:
    console.expect("status of 409")
    page = console.page
    console.open("#/funding")
    console.wait_for_rows()
    console.prefer(r"/funding/sch_", "code=409", method="DELETE")
    console.row(0).locator("[data-column=state]").click()
    page.get_by_role("button", name="Cancel it…").click()
    page.get_by_role("button", name="Cancel the funding").click()
    expect(page.get_by_role("alert")).to_contain_text("schedule_completed")


def test_nothing_yet_and_nothing_matches(console: ConsolePage) -> None:
    page = console.page
    console.open("#/funding?wallet=ATAaECr4xmZa2gXME6FR9WJMowywrdk3Zt49GiPqdKn")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Show all open ones").click()
    console.wait_for_rows()
    console.world("empty")
    page.reload()
    expect(page.get_by_text("No open funding")).to_be_visible()


def test_offline_nothing_is_written(console: ConsolePage) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    console.open("#/funding")
    console.wait_for_rows()
    console.context.set_offline(True)
    expect(console.page.get_by_role("button", name="Schedule a funding…")).to_be_disabled()
