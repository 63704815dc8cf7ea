"""The audit trail: who changed what, filtered by its subject."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser


def _change(console: ConsolePage) -> str:
    address = console.addresses()[0]
    console.api.put(
        f"/api/wallets/{address}", json={"label": "Renamed", "notes": None, "tags": [], "status_override": None}
    )
    return address


def test_a_change_its_subject_and_its_request(console: ConsolePage) -> None:
    page = console.page
    address = _change(console)
    console.open("#/audit")
    console.wait_for_rows()
    first = console.row(0)
    expect(first).to_contain_text("Update wallet")
    expect(first).to_contain_text(address)
    expect(first).to_contain_text("anonymous")
    assert console.axe() == []
    page.get_by_role("grid").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Update wallet")
    expect(dialog).to_contain_text("updateWallet")
    expect(dialog).to_contain_text(re.compile("req_[0-9a-f]+"))
    assert console.axe() == []
    dialog.get_by_role("link", name=address).click()
    expect(page).to_have_url(re.compile(f"#/wallets/{address}"))


def test_the_trail_of_one_subject_is_shown_alone(console: ConsolePage) -> None:
    page = console.page
    address = _change(console)
    console.open("#/audit")
    console.wait_for_rows()
    field = page.get_by_label("Only about this wallet or refresh")
    field.fill("what?")
    field.press("Enter")
    expect(page.get_by_text("neither an address nor")).to_be_visible()
    field.fill(address)
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"subject={address}"))
    console.wait_for_rows()
    total = console.api.get("/api/wallets/audit", params={"subject": address}).json()["total_size"]
    expect(page.locator("main h1")).to_contain_text(str(total))
    page.reload()
    console.wait_for_rows()
    page.get_by_role("button", name="Remove the filter Subject").click()
    expect(page).not_to_have_url(re.compile("subject="))


def test_nothing_of_this_subject(console: ConsolePage) -> None:
    console.open("#/audit?subject=op_589181046e287b19c63105f6b88fba50")
    expect(console.page.get_by_text("Nothing matches")).to_be_visible()
    console.page.get_by_role("button", name="Show all entries").click()
    console.wait_for_rows()
