"""Refresh-all: its price before, its progress as it goes, in every tab and after a reload; what came of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser


def test_from_a_selection_to_the_results(console: ConsolePage) -> None:
    page = console.page
    console.open("#/wallets?freshness=stale")
    console.wait_for_rows()
    chosen = console.addresses(freshness="stale")[:2]
    for index in range(2):
        console.row(index).locator("[data-select]").click()
    page.locator(".action-bar").get_by_role("button", name="Refresh").click()
    dialog = page.get_by_role("dialog", name="Refresh 2 selected")
    expect(dialog).to_contain_text("2 wallets, at least 5 RPC calls")
    dialog.get_by_label("Token holdings").uncheck()
    expect(dialog).to_contain_text("at least 1 RPC calls")
    dialog.get_by_label("Token holdings").check()
    dialog.get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile("#/refreshes/op_"))
    expect(page.locator(".operation-done")).to_contain_text("2 of 2")
    expect(page.get_by_text("getTokenAccountsByOwner")).to_be_visible()
    results = page.get_by_role("grid", name="Results")
    for address in chosen:
        expect(results).to_contain_text(address)
    page.get_by_role("button", name=re.compile("^unchanged|^changed")).first.click()
    expect(page).to_have_url(re.compile("only="))
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("^all")).click()
        page.get_by_role("button", name="CSV").click()
    assert started.value.path().read_text("utf-8").count("\n") == 3
    expect(page.get_by_role("group", name="Refresh").first).to_contain_text("2/2")
    page.get_by_role("button", name="Dismiss the finished refresh").click()
    expect(page.get_by_role("button", name="Refresh…").first).to_be_visible()
    page.goto(page.url.split("#")[0] + "#/refreshes")
    expect(page.locator(".operation-list")).to_contain_text("2 chosen wallets")


def test_it_is_found_again_after_a_reload_and_in_another_tab(console: ConsolePage) -> None:
    console.world({"name": "slow", "wallets": 300, "latency_ms": 400})
    page = console.page
    console.open()
    console.wait_for_rows()
    other = console.another_tab()
    console.open("#/wallets", page=other)
    page.get_by_role("button", name="Refresh…").first.click()
    page.locator("label.segment", has_text=re.compile("^All")).click()
    page.get_by_role("button", name="Start").click()
    bar = page.get_by_role("group", name="Refresh").first
    expect(bar).to_contain_text("Refreshing")
    expect(other.get_by_role("group", name="Refresh").first).to_contain_text("Refreshing")
    page.reload()
    expect(bar).to_contain_text("Refreshing")
    # Another one, with other wallets, is refused while this runs: the console follows the one that runs.
    console.expect("status of 409")
    operation = page.url.rpartition("/")[2]
    console.open("#/wallets", page=page)
    console.wait_for_rows()
    console.row(0).locator("[data-select]").click()
    page.locator(".action-bar").get_by_role("button", name="Refresh").click()
    page.get_by_role("dialog").get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile(operation))
    page.locator("main").get_by_role("button", name="Cancel").click()
    expect(page.locator("main .operation-state")).to_have_text("cancelled")
    expect(other.get_by_role("group", name="Refresh").first).to_contain_text("Cancelled")


def test_failures_by_cause_can_be_tried_again(console: ConsolePage) -> None:
    console.world("rpc-down")
    operation = console.api.post(
        "/api/wallets/refresh-all", json={"addresses": console.addresses()[:3]}, headers={"Prefer": "wait=20"}
    ).json()
    page = console.page
    console.open(f"#/refreshes/{operation['operation_id']}?only=failed")
    expect(page.locator(".figure.bad")).to_contain_text("3")
    cause = page.get_by_role("grid", name="Results").locator("[role=gridcell][data-column=cause]").first
    expect(cause).not_to_be_empty()
    page.get_by_role("button", name="Retry 3 failed").click()
    expect(page).not_to_have_url(re.compile(operation["operation_id"]))


def test_an_operation_of_another_world(console: ConsolePage) -> None:
    console.expect("status of 404")
    console.open("#/refreshes/op_589181046e287b19c63105f6b88fba50")
    expect(console.page.get_by_role("alert")).to_contain_text("operation_not_found")
