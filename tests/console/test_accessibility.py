"""axe-core on every page and dialog, in both themes: nothing to find. New pages are added to the list."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.console.browser import ABOUT_COLOURS, ConsolePage

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_on_any_page(console: ConsolePage) -> None:
    page = console.page
    addresses = console.addresses()
    stale, failing, never = (console.addresses(freshness=state)[0] for state in ("stale", "error", "never"))
    mint = console.api.get("/api/wallets/portfolio/tokens?page_size=1").json()["items"][0]["mint_address"]
    operation = console.api.post("/api/wallets/refresh-all", json={"scope": "failed"}, headers={"Prefer": "wait=10"})
    views = {
        "#/overview": "Overdue fundings",
        "#/tokens": "unverified",
        f"#/tokens/{mint}": "Holdings:",
        "#/funding": "overdue",
        "#/launches": "ours",
        "#/wallets": "Wallets",
        "#/wallets?tag=none": "Nothing matches",
        **{f"#/wallets/{address}": "Audit" for address in (addresses[0], stale, failing, never)},
        "#/refreshes": "Refreshes",
        f"#/refreshes/{operation.json()['operation_id']}": "complete",
        "#/audit": "Refresh wallet",
        "#/import": "Drop a file here",
        "#/settings": "Credentials",
        "#/none": "There is no such page",
    }
    for view, text in views.items():
        console.open(view)
        page.locator("main").get_by_text(text).first.wait_for()
        page.locator("main .skeleton").first.wait_for(state="detached")
        assert console.axe_in_both_themes() == [], view


def test_axe_finds_nothing_in_dialogs_and_menus(console: ConsolePage) -> None:
    page = console.page
    # Behind them is a page of few elements, which axe judges in a third of the time.
    console.open("#/wallets?tag=none")
    page.get_by_text("Nothing matches").wait_for()
    for key, dialog in (("?", "Keyboard"), ("/", "Search and commands")):
        page.keyboard.press(key)
        page.get_by_role("dialog", name=dialog).wait_for()
        assert console.axe_in_both_themes() == [], dialog
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_role("button", name="Refresh…").first.click()
    expect(page.get_by_role("dialog", name="Refresh wallets")).to_contain_text("at least")
    assert console.axe_in_both_themes() == []
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_role("button", name="Freshness").click()
    page.get_by_role("menuitemradio", name="failing").wait_for()
    # A menu stands at the end of the body, so that nothing clips it, and in no landmark.
    assert console.axe(without="region") == []
    page.emulate_media(color_scheme="dark")
    assert console.axe(only=ABOUT_COLOURS) == []


@pytest.mark.parametrize("console", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_axe_finds_nothing_on_a_narrow_screen(console: ConsolePage) -> None:
    mint = console.api.get("/api/wallets/portfolio/tokens?page_size=1").json()["items"][0]["mint_address"]
    for view in (
        "#/overview",
        "#/tokens",
        "#/funding",
        "#/launches",
        "#/wallets",
        f"#/wallets/{console.addresses()[0]}",
        f"#/tokens/{mint}",
        "#/refreshes",
        "#/audit",
        "#/import",
        "#/settings",
    ):
        console.open(view)
        console.page.locator("main h1").wait_for()
        console.page.locator("main .skeleton").first.wait_for(state="detached")
        # The bar of pages is longer than the screen.
        expect(console.page.locator(".rail [aria-current]")).to_be_in_viewport(ratio=0.99)
        assert console.axe() == [], view
        assert console.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert console.page.locator("main").evaluate("(main) => main.scrollWidth <= main.clientWidth"), view


def test_nothing_moves_where_less_motion_is_wanted(console: ConsolePage) -> None:
    moving = """() => [...document.querySelectorAll("*")].map((each) => getComputedStyle(each)).filter(
        (style) => style.animationName !== "none" || /[1-9]/.test(style.transitionDuration)).length"""
    console.open()
    assert console.page.evaluate(moving) > 0
    console.page.emulate_media(reduced_motion="reduce")
    assert console.page.evaluate(moving) == 0
