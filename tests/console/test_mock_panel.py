"""The mock's panel: its world, session, clock and snapshots, what it was asked, and what it is to answer."""

from __future__ import annotations

import re
import shlex

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.console.browser import NOW, ConsolePage

pytestmark = pytest.mark.browser


def _open(console: ConsolePage, view: str = "#/wallets") -> Locator:
    console.open(view)
    console.wait_for_rows()
    console.page.keyboard.press("~")
    panel = console.page.get_by_role("complementary", name="Mock")
    expect(panel).to_be_visible()
    return panel


def test_it_is_loaded_when_it_is_opened(console: ConsolePage) -> None:
    page = console.page
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    console.open()
    console.wait_for_rows()
    assert not [url for url in loaded if "/assets/Panel-" in url]
    page.get_by_role("button", name=re.compile("^mock", re.IGNORECASE)).click()
    panel = page.get_by_role("complementary", name="Mock")
    expect(panel).to_be_visible()
    assert [url for url in loaded if "/assets/Panel-" in url]
    page.keyboard.press("Escape")
    panel.get_by_role("button", name="Close the mock panel").click()
    expect(panel).to_have_count(0)


def test_another_world_and_the_same_anew(console: ConsolePage) -> None:
    page = console.page
    panel = _open(console)
    world = panel.get_by_role("region", name="World")
    expect(world).to_contain_text("default · 50 wallets · seed 42")
    first = console.addresses()[0]
    console.api.delete(f"/api/wallets/{first}?force=true").raise_for_status()
    world.get_by_role("button", name="Begin anew").click()
    expect(console.row(0)).to_contain_text(first)
    world.get_by_label("Another world").select_option("stale")
    world.get_by_label("Seed").fill("7")
    world.get_by_role("button", name="Begin this world").click()
    expect(world).to_contain_text("stale · ")
    expect(world).to_contain_text("seed 7")
    expect(page.locator(".grid-body .mark.fresh")).to_have_count(0)
    world.get_by_label("Another world").select_option("own")
    world.get_by_label("Its description").fill("not JSON")
    world.get_by_role("button", name="Begin this world").click()
    expect(world).to_contain_text("That is no JSON object")
    world.get_by_label("Its description").fill('{"name": "three", "wallets": 3}')
    world.get_by_role("button", name="Begin this world").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wallets 3")
    with page.expect_download() as started:
        world.get_by_role("button", name="Save as YAML").click()
    assert "wallets: 0\nnamed:" in started.value.path().read_text("utf-8")


def test_wallets_age_with_the_clock(console: ConsolePage) -> None:
    page = console.page
    panel = _open(console, "#/wallets?freshness=fresh")
    clock = panel.get_by_role("region", name="Clock")
    expect(clock).to_contain_text("stands still")
    age = console.row(0).locator(".freshness-words")
    before = age.inner_text()
    page.evaluate("location.hash = '#/wallets?sort=label'")
    clock.get_by_role("button", name="Until everything is stale").click()
    expect(page.locator(".grid-body .mark.stale").first).to_be_visible()
    expect(page.locator(".grid-body .mark.fresh")).to_have_count(0)
    assert console.addresses(freshness="fresh") == []
    assert age.inner_text() != before
    clock.get_by_label("Freeze at").fill("2026-11-25T12:00")
    clock.get_by_role("button", name="Freeze there").click()
    expect(page.locator(".grid-body .mark.fresh").first).to_be_visible()
    assert console.api.get("/__mock__/clock").json() == {"now": NOW, "frozen": True}
    clock.get_by_role("button", name="Run", exact=True).click()
    expect(clock).to_contain_text("runs")
    assert not console.api.get("/__mock__/clock").json()["frozen"]


def test_a_snapshot_is_gone_back_to(console: ConsolePage) -> None:
    panel = _open(console)
    snapshots = panel.get_by_role("region", name="Snapshots")
    snapshots.get_by_label("Name").fill("all-there")
    snapshots.get_by_role("button", name="Take").click()
    expect(snapshots.get_by_role("listitem")).to_contain_text("all-there")
    first = console.addresses()[0]
    console.api.delete(f"/api/wallets/{first}?force=true").raise_for_status()
    snapshots.get_by_role("button", name="Go back to all-there").click()
    expect(console.row(0)).to_contain_text(first)
    assert console.addresses()[0] == first


def test_a_session_is_a_world_of_its_own_and_stands_in_the_url(console: ConsolePage) -> None:
    page = console.page
    panel = _open(console, "#/wallets?sort=label")
    session = panel.get_by_role("region", name="Session")
    expect(session).to_contain_text(console.session)
    session.get_by_role("button", name="New session").click()
    expect(page).not_to_have_url(re.compile(console.session))
    expect(page).to_have_url(re.compile(r"\?session=session-[0-9a-f]{8}#/wallets\?sort=label$"))
    # The panel is open still, and offers the way back.
    session.get_by_role("button", name="Copy the link to this session").click()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    session.get_by_role("button", name=console.session).click()
    expect(page).to_have_url(re.compile(console.session))


def test_requests_arrive_as_they_are_made_and_are_copied(console: ConsolePage) -> None:
    page = console.page
    panel = _open(console)
    panel.get_by_role("tab", name="Requests").click()
    listed = panel.get_by_role("list", name="Requests")
    expect(listed).to_contain_text("listWallets")
    body = {"wallet_address": "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf", "label": "Anna's"}
    console.api.post("/api/wallets", json=body).raise_for_status()
    panel.get_by_label("Filter requests").fill("createwallet")
    expect(listed.get_by_role("listitem")).to_have_count(1)
    listed.get_by_role("button").click()
    detail = panel.get_by_role("region", name="Request")
    expect(detail).to_contain_text("Anna's")
    assert console.axe() == []
    detail.get_by_role("button", name="Copy as Playwright test").click()
    assert 'from "@playwright/test"' in page.evaluate("navigator.clipboard.readText()")
    detail.get_by_role("button", name="Copy as curl").click()
    # What a shell would make of it, asked again: the wallet is there by now.
    words = shlex.split(page.evaluate("navigator.clipboard.readText()").replace("\\\n", ""))
    assert words[:3] == ["curl", "--request", "POST"]
    options = zip(words[4::2], words[5::2], strict=True)
    headers = dict(word.split(": ", 1) for option, word in options if option == "--header")
    again = httpx.post(words[3], headers=headers, content=words[-1])
    assert (again.status_code, again.json()["code"]) == (409, "wallet_exists")
    panel.get_by_role("group", name="Status").get_by_role("button", name="4xx").click()
    expect(listed.get_by_role("listitem")).to_have_count(1)
    expect(listed).to_contain_text("409")
    panel.get_by_role("button", name="Clear").click()
    expect(panel.get_by_text("Nothing was asked yet")).to_be_visible()


def test_an_answer_is_armed_given_once_and_removed(console: ConsolePage) -> None:
    console.expect("status of 500", "status of 200", "Unexpected")
    page = console.page
    panel = _open(console)
    panel.get_by_role("tab", name="Answers").click()
    panel.get_by_label("Operation").select_option("listWallets")
    panel.get_by_label("Status").select_option("500")
    panel.get_by_role("button", name="Arm", exact=True).click()
    armed = panel.get_by_role("region", name="Armed")
    expect(armed).to_contain_text("listWallets 500 · given 0 of 1")
    assert console.axe() == []
    page.evaluate("location.hash = '#/wallets?sort=label'")
    alert = page.locator("main").get_by_role("alert")
    expect(alert).to_contain_text("internal_error")
    alert.get_by_role("button", name="Try again").click()
    console.wait_for_rows()
    # A body of one's own has to be what the contract says.
    panel.get_by_label("Operation").select_option("getPortfolioSummary")
    panel.get_by_label("Answer", exact=True).select_option("body")
    panel.get_by_label("Status").select_option("200")
    panel.get_by_label("Body, JSON").fill('{"total_wallets": "many"}')
    console.expect("status of 400")
    panel.get_by_role("button", name="Arm", exact=True).click()
    expect(panel.get_by_role("alert")).to_contain_text("validation_failed")
    panel.get_by_label("Answer", exact=True).select_option("usual")
    panel.get_by_label("After, ms").fill("40")
    panel.get_by_label("How often").select_option("always")
    panel.get_by_role("button", name="Arm", exact=True).click()
    expect(armed).to_contain_text("getPortfolioSummary as usual, after 40 ms")
    armed.get_by_role("button", name="Remove the answer of getPortfolioSummary").click()
    expect(armed).to_contain_text("answers as its world says")


@pytest.mark.parametrize("console", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_no_tab_is_wider_than_a_narrow_screen(console: ConsolePage) -> None:
    panel = _open(console)
    for tab in ("World", "Requests", "Answers"):
        panel.get_by_role("tab", name=tab).click()
        assert panel.evaluate("(element) => element.scrollWidth <= element.clientWidth"), tab
        assert console.axe() == [], tab
