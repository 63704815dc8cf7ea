"""Many wallets at once: tags and status by a dry run first, and an export of what was chosen or filtered."""

from __future__ import annotations

import csv
import json
import re

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser


def _wallet(console: ConsolePage, address: str) -> dict[str, object]:
    wallet: dict[str, object] = console.api.get(f"/api/wallets/{address}").json()["wallet"]
    return wallet


def test_tags_are_tried_and_then_changed(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    first, second, third = console.addresses()[:3]
    page.get_by_role("grid").focus()
    # The row itself, by its key; then a selection by the button.
    page.keyboard.press("t")
    opened = page.get_by_role("dialog", name="Tags of 1 selected")
    expect(opened.get_by_label("Add")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    for index in (0, 1):
        console.row(index).locator("[data-select]").click()
    page.locator(".action-bar").get_by_role("button", name="Tags").click()
    dialog = page.get_by_role("dialog", name="Tags of 2 selected")
    expect(dialog.get_by_role("button", name="Try")).to_be_disabled()
    dialog.get_by_label("Add").fill("spring, audit-2026")
    dialog.get_by_role("button", name="Try").click()
    expect(dialog.get_by_role("status")).to_contain_text("2 to change, 0 are so already")
    assert console.axe() == []
    assert "spring" not in json.dumps(_wallet(console, first))
    dialog.get_by_role("button", name="Change 2").click()
    expect(dialog).to_have_count(0)
    for address, there in ((first, True), (second, True), (third, False)):
        assert ({"spring", "audit-2026"} <= set(_wallet(console, address)["tags"])) is there  # type: ignore[call-overload]
    page.goto(page.url.split("#")[0] + "#/wallets?tag=spring")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wallets 2")


def test_a_tag_too_many_is_told_for_its_wallet(console: ConsolePage) -> None:
    page = console.page
    first = console.addresses()[0]
    wallet = _wallet(console, first)
    console.api.post(
        "/api/wallets/edit",
        json={"addresses": [first], "add_tags": [f"t{n}" for n in range(20 - len(wallet["tags"]))], "dry_run": False},  # type: ignore[arg-type]
    ).raise_for_status()
    console.open()
    console.wait_for_rows()
    page.get_by_role("grid").focus()
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Tags of 1 selected")
    dialog.get_by_label("Add").fill("one-more")
    dialog.get_by_role("button", name="Try").click()
    expect(dialog.get_by_role("status")).to_contain_text("1 can't be changed")
    expect(dialog.get_by_role("button", name="Change 0")).to_be_disabled()


def test_a_status_is_set_by_hand_and_cleared(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    first = console.addresses()[0]
    for choice, override in (("archived", "ARCHIVED"), ("as the readings say", None)):
        console.row(0).locator("[data-select]").click()
        page.locator(".action-bar").get_by_role("button", name="Status").click()
        dialog = page.get_by_role("dialog", name="Status of 1 selected")
        dialog.get_by_role("radio", name=choice).check(force=True)
        dialog.get_by_role("button", name="Try").click()
        dialog.get_by_role("button", name="Change 1").click()
        expect(dialog).to_have_count(0)
        assert _wallet(console, first)["status_override"] == override
        page.locator(".action-bar").get_by_role("button", name="Clear").click()


def test_declared_problems_are_told(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    page.get_by_role("grid").focus()
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Tags of 1 selected")
    dialog.get_by_label("Add").fill("x")
    for status, code in ((403, "forbidden"), (422, "validation_failed"), (503, "store_unavailable")):
        console.expect(f"status of {status}")
        armed = {"operation": "editWallets", "status": status, "count": 1}
        console.api.post("/__mock__/answers", json=armed).raise_for_status()
        dialog.get_by_role("button", name="Try", exact=True).click()
        expect(dialog.get_by_role("alert")).to_contain_text(code)


def test_an_export_is_of_what_is_filtered_or_chosen(console: ConsolePage) -> None:
    page = console.page
    console.open("#/wallets?freshness=error")
    console.wait_for_rows()
    failing = console.addresses(freshness="error")
    page.locator(".page-actions").get_by_role("button", name="Export").click()
    with page.expect_download() as started:
        page.get_by_role("menuitem", name="As CSV").click()
    exported = list(csv.DictReader(started.value.path().read_text("utf-8").splitlines()))
    assert sorted(row["wallet_address"] for row in exported) == sorted(failing)
    console.row(0).locator("[data-select]").click()
    page.locator(".action-bar").get_by_role("button", name="Export the selected").click()
    with page.expect_download() as started:
        page.get_by_role("menuitem", name="As JSON lines").click()
    lines = started.value.path().read_text("utf-8").splitlines()
    assert [json.loads(line)["wallet"]["wallet_address"] for line in lines] == failing[:1]
    # Cell for cell what the server's own export says of the same wallet.
    page.locator(".action-bar").get_by_role("button", name="Export the selected").click()
    with page.expect_download() as started:
        page.get_by_role("menuitem", name="As CSV").click()
    chosen = list(csv.DictReader(started.value.path().read_text("utf-8").splitlines()))
    assert chosen == [row for row in exported if row["wallet_address"] == failing[0]]


def test_who_holds_a_mint(console: ConsolePage) -> None:
    page = console.page
    console.open("#/tokens")
    console.wait_for_rows()
    token = console.api.get("/api/wallets/portfolio/tokens?page_size=1").json()["items"][0]
    holders = console.api.get(f"/api/wallets/portfolio/tokens/{token['mint_address']}/wallets").json()
    console.row(0).get_by_role("link", name=re.compile(r"^\d")).click()
    expect(page).to_have_url(re.compile(f"#/tokens/{token['mint_address']}$"))
    console.wait_for_rows()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(holders["total_size"]))
    expect(console.row(0)).to_contain_text(holders["items"][0]["wallet_address"])
    assert console.axe() == []
    page.get_by_role("grid", name="Holders").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(holders["items"][0]["wallet_address"]))
    console.open(f"#/tokens/{console.addresses()[0]}")
    expect(page.get_by_text("hold it")).to_be_visible()
