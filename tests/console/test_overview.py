"""The overview: totals that say how complete they are, counts that lead to their wallets, what needs somebody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser


def test_the_total_says_how_complete_it_is(console: ConsolePage) -> None:
    summary = console.api.get("/api/wallets/portfolio/summary").json()
    assert not summary["complete"]
    page = console.page
    console.open("")
    expect(page).to_have_title(re.compile("Overview"))
    total = page.locator(".total .amount")
    expect(total).to_have_text(re.compile("^≥ "))
    assert total.inner_text().replace(",", "").split() == ["≥", summary["total_balance_sol"], "SOL"]
    expect(page.get_by_role("region", name="Total")).to_contain_text(f"{summary['wallets_missing']} wallets never read")


def test_nothing_read_is_not_zero(console: ConsolePage) -> None:
    console.world("empty")
    address = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
    console.api.post("/api/wallets", json={"wallet_address": address}).raise_for_status()
    console.open("#/overview")
    expect(console.page.locator(".total .amount")).to_have_text("—")
    expect(console.page.get_by_role("region", name="Never read in full")).to_contain_text("1")


def test_an_empty_world_says_that_there_are_no_wallets(console: ConsolePage) -> None:
    console.world("empty")
    console.open("#/overview")
    expect(console.page.get_by_text("No wallets yet")).to_be_visible()


def test_counts_lead_to_their_wallets(console: ConsolePage) -> None:
    page = console.page
    for region, name, query in (
        ("Freshness", "failing", {"freshness": "error"}),
        ("Status", "launched", {"status": "LAUNCHED"}),
    ):
        console.open("#/overview")
        link = page.get_by_role("region", name=region, exact=True).get_by_role("link", name=re.compile(name))
        wallets = console.addresses(**query)
        expect(link).to_contain_text(str(len(wallets)))
        link.click()
        console.wait_for_rows()
        expect(page.get_by_role("heading", level=1)).to_contain_text(str(len(wallets)))
        expect(console.row(0)).to_contain_text(wallets[0])


def test_balances_by_status_add_up_and_lead_to_their_wallets(console: ConsolePage) -> None:
    page = console.page
    balances = console.api.get("/api/wallets/portfolio/summary").json()["balance_sol_by_status"]
    console.open("#/overview")
    table = page.get_by_role("region", name="Balance by status").get_by_role("table")
    rows = table.locator("tbody tr")
    for row, status in enumerate(("LAUNCHED", "FUNDED", "UNFUNDED", "ARCHIVED")):
        expect(rows.nth(row)).to_contain_text(status.lower())
        assert rows.nth(row).locator(".amount").inner_text().replace(",", "") == balances[status]
    table.get_by_role("link", name="funded", exact=True).click()
    console.wait_for_rows()
    richest = console.addresses(status="FUNDED", sort="last_balance", direction="desc")
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(len(richest)))
    expect(console.row(0)).to_contain_text(richest[0])


def test_launches_a_day_as_bars_and_as_a_table(console: ConsolePage) -> None:
    page = console.page
    console.open("#/overview")
    days = page.get_by_role("region", name="Launches a day")
    expect(days.locator(".day")).to_have_count(30)
    days.get_by_role("button", name="7 days").click()
    expect(page).to_have_url(re.compile("days=7"))
    expect(days.locator(".day")).to_have_count(7)
    found = console.api.get("/api/wallets/portfolio/launches", params={"days": 7}).json()
    expect(days).to_contain_text(f"{found['total_launches']} in 7 days")
    days.get_by_text("As a table").click()
    rows = [row.split() for row in days.locator("tbody tr").all_inner_texts()]
    assert rows == [[each["day"], str(each["launches"])] for each in reversed(found["by_day"])]


def test_the_total_over_time_with_its_coverage(console: ConsolePage) -> None:
    page = console.page
    with page.expect_response(re.compile("/portfolio/history")) as answer:
        console.open("#/overview")
    found = answer.value.json()
    total = page.get_by_role("region", name="Total", exact=True)
    expect(total).to_contain_text("recorded since")
    expect(total.get_by_role("img", name=re.compile("^Total over time"))).to_be_visible()
    expect(total.locator(".coverage-chart rect").first).to_be_attached()
    total.get_by_text("As a table").click()
    rows = total.locator("tbody tr")
    expect(rows).to_have_count(len(found["points"]))
    newest = found["points"][-1]
    expect(rows.first.locator(".amount")).to_contain_text(newest["total_balance_sol"].partition(".")[0][-3:])
    expect(rows.first.locator("td").last).to_have_text(str(newest["wallets_by_freshness"]["never"]))
    assert console.axe() == []
    total.get_by_role("group", name="Range of the total").get_by_role("button", name="7 days").click()
    expect(page).to_have_url(re.compile("total=7"))


def test_attention_names_what_waits(console: ConsolePage) -> None:
    page = console.page
    console.open("#/overview")
    failing = page.get_by_role("region", name="Failing")
    causes = {
        part["last_error"]["code"]
        for item in console.api.get("/api/wallets", params={"freshness": "error"}).json()["items"]
        for part in item["cache"]["parts"].values()
        if part["last_error"]
    }
    assert causes
    for cause in causes:
        expect(failing).to_contain_text(cause)
    overdue = [each for each in console.api.get("/api/wallets/funding/scheduled").json()["items"] if each["overdue"]]
    group = page.get_by_role("region", name="Overdue fundings")
    expect(group.get_by_role("heading")).to_contain_text(str(len(overdue)))
    expect(group).to_contain_text(overdue[0]["wallet_address"])
    expect(page.get_by_role("region", name="Funded, never launched")).to_be_visible()
    failing.get_by_role("button", name="Refresh them…").click()
    dialog = page.get_by_role("dialog", name="Refresh wallets")
    expect(dialog.get_by_role("radio", name=re.compile("^Failing"))).to_be_checked()


def test_one_broken_part_leaves_the_others(console: ConsolePage) -> None:
    console.expect("status of 500")
    console.prefer(r"/portfolio/launches", "code=500")
    console.open("#/overview")
    page = console.page
    expect(page.get_by_role("region", name="Launches a day").get_by_role("alert")).to_contain_text("internal_error")
    expect(page.locator(".total .amount")).to_be_visible()
    expect(page.get_by_role("region", name="Failing")).to_be_visible()


def test_offline_keeps_the_figures(console: ConsolePage) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    page = console.page
    console.open("#/overview")
    refresh = page.get_by_role("region", name="Failing").get_by_role("button")
    expect(refresh).to_be_enabled()
    console.context.set_offline(True)
    expect(page.get_by_text("can't be reached")).to_be_visible()
    expect(page.locator(".total .amount")).to_be_visible()
    expect(refresh).to_be_disabled()
