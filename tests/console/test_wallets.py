"""The list of wallets: states, view in the URL, keys, selection, ten thousand rows, narrow screens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.console.browser import OWN_CONTEXT, ConsolePage

pytestmark = pytest.mark.browser

_MANY = 600


def test_every_state_has_a_shape_and_a_word(console: ConsolePage) -> None:
    words = {"never": "not read yet", "error": "failing", "stale": " h", "fresh": " min"}
    for state, word in words.items():
        console.open(f"#/wallets?freshness={state}")
        console.wait_for_rows()
        cell = console.row(0).locator("[data-column=freshness]")
        expect(cell).to_contain_text(word)
        expect(cell.locator(f"svg.mark.{state}").first).to_be_visible()
        expect(cell.locator("svg.mark")).to_have_count(3)


def test_unknown_is_a_dash(console: ConsolePage) -> None:
    console.open("#/wallets?freshness=never")
    console.wait_for_rows()
    expect(console.row(0).locator("[data-column=balance]")).to_have_text("—")
    expect(console.row(0).locator("[data-column=tokens]")).to_have_text("—")


def test_the_url_is_the_view(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    page.get_by_role("button", name="Freshness").click()
    page.get_by_role("menuitemradio", name="failing").click()
    expect(page).to_have_url(re.compile(r"#/wallets\?freshness=error$"))
    page.get_by_role("columnheader", name="Balance").get_by_role("button").click()
    expect(page).to_have_url(re.compile("sort=last_balance"))
    expect(page.get_by_role("columnheader", name="Balance")).to_have_attribute("aria-sort", "descending")
    failing = console.addresses(freshness="error", sort="last_balance")
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(len(failing)))
    page.reload()
    console.wait_for_rows()
    expect(console.row(0)).to_contain_text(failing[0])
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("50")


def test_columns_are_chosen(console: ConsolePage) -> None:
    console.open()
    console.wait_for_rows()
    console.page.get_by_role("button", name="Columns").click()
    console.page.get_by_role("menuitemcheckbox", name="Registered").click()
    console.page.keyboard.press("Escape")
    expect(console.page.get_by_role("columnheader", name="Registered")).to_be_visible()
    assert "columns=" in console.page.url


def test_the_list_works_by_keyboard_alone(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    grid = page.get_by_role("grid", name="Wallets")
    for _ in range(30):
        page.keyboard.press("Tab")
        if grid.evaluate("(element) => element === document.activeElement"):
            break
    expect(grid).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(console.row(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+X")
    page.keyboard.press("x")
    expect(page.locator(".action-bar-count")).to_have_text("2 selected")
    page.keyboard.press("Control+End")
    expect(console.row(49)).to_be_visible()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(console.addresses()[0]))
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Refreshes", level=1)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard").get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(grid).to_be_visible()


def test_filters_hold_together(console: ConsolePage) -> None:
    page = console.page
    console.open("#/wallets?status=FUNDED")
    console.wait_for_rows()
    page.get_by_role("button", name="Freshness").click()
    page.get_by_role("menuitemradio", name="stale").click()
    page.get_by_role("button", name="Balance", exact=True).click()
    form = page.get_by_role("dialog", name="Last balance")
    form.get_by_label("At least, SOL").fill("a lot")
    form.get_by_role("button", name="Apply").click()
    expect(form).to_contain_text("An amount such as 0.25")
    form.get_by_label("At least, SOL").fill("1")
    assert console.axe(without="region") == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("status=FUNDED&freshness=stale&min=1"))
    wallets = console.addresses(status="FUNDED", freshness="stale", min_balance="1")
    assert wallets
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Wallets {len(wallets)}")
    for index, address in enumerate(wallets):
        expect(console.row(index)).to_contain_text(address)
    page.get_by_role("button", name="Remove the filter Balance").click()
    expect(page).not_to_have_url(re.compile("min="))


def test_search_and_the_other_direction(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    page.get_by_label("Search wallets").fill("sniper")
    found = console.addresses(q="sniper")
    assert 1 < len(found) < 50
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Wallets {len(found)}")
    expect(page).to_have_url(re.compile("q=sniper"))
    balance = page.get_by_role("columnheader", name="Balance")
    balance.get_by_role("button").click()
    expect(balance).to_have_attribute("aria-sort", "descending")
    balance.get_by_role("button").click()
    expect(balance).to_have_attribute("aria-sort", "ascending")
    expect(console.row(0)).to_contain_text(console.addresses(q="sniper", sort="last_balance", direction="asc")[0])
    page.get_by_label("Search wallets").fill("…" + found[1][-4:])
    expect(page.get_by_role("heading", level=1)).to_have_text("Wallets 1")
    expect(console.row(0)).to_contain_text(found[1])
    page.get_by_label("Search wallets").fill("nobody is called so")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Show all wallets").click()
    expect(page.get_by_label("Search wallets")).to_have_value("")
    console.wait_for_rows()


def test_a_secret_never_becomes_a_search(console: ConsolePage) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    page = console.page
    console.open()
    console.wait_for_rows()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    field = page.get_by_label("Search wallets")
    field.fill(phrase)
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("private key or a recovery phrase")
    expect(field).to_have_value("")
    assert "winner" not in page.url
    assert not [url for url in asked if "winner" in url]


def test_search_finds_labels_and_addresses(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    first = console.api.get("/api/wallets?page_size=1").json()["items"][0]["wallet"]
    page.keyboard.press("/")
    page.get_by_role("combobox").fill(first["label"][:10])
    expect(page.get_by_role("option").first).to_contain_text(first["label"])
    page.get_by_role("combobox").fill(console.addresses()[7])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(console.addresses()[7]))
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("theme: dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_copy_of_a_shortened_address_is_whole(console: ConsolePage) -> None:
    console.open()
    console.wait_for_rows()
    ends = console.row(0).locator(".ends")
    assert ends.bounding_box()["width"] < 140  # type: ignore[index]
    ends.evaluate("(element) => getSelection().selectAllChildren(element)")
    console.page.keyboard.press("Control+C")
    assert console.page.evaluate("navigator.clipboard.readText()") == console.addresses()[0]


def test_a_selection_survives_filters_and_scrolling(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    for index in (0, 2):
        console.row(index).locator("[data-select]").click()
    page.get_by_role("grid").hover()
    page.mouse.wheel(0, 3000)
    page.get_by_role("button", name="Status", exact=True).click()
    page.get_by_role("menuitemradio", name="funded", exact=True).click()
    expect(page).to_have_url(re.compile("status=FUNDED"))
    expect(page.locator(".action-bar-count")).to_have_text("2 selected")
    page.get_by_role("button", name="Remove the filter Status").click()
    console.wait_for_rows()
    expect(console.row(2)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Copy the selected addresses").click()
    chosen = console.addresses()
    assert page.evaluate("navigator.clipboard.readText()").split() == [chosen[0], chosen[2]]


def test_more_wallets_than_are_drawn(console: ConsolePage) -> None:
    console.world({"name": "many", "wallets": _MANY})
    page = console.page
    console.open()
    console.wait_for_rows()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{_MANY:,}")
    grid = page.get_by_role("grid", name="Wallets")
    assert grid.get_attribute("aria-rowcount") == str(_MANY + 1)
    assert grid.evaluate("(element) => element.scrollHeight") > _MANY * 40
    grid.evaluate("(element) => element.scrollTo(0, 300 * 48)")
    expect(console.row(305).locator(".skeleton")).to_have_count(0)
    assert page.locator(".grid-body [role=row]").count() < 60
    grid.evaluate("(element) => element.scrollTo(0, element.scrollHeight)")
    expect(console.row(_MANY - 1)).to_be_visible()
    expect(console.row(_MANY - 1).locator(".skeleton")).to_have_count(0)


def test_nothing_yet_and_nothing_matches(console: ConsolePage) -> None:
    page = console.page
    console.open("#/wallets?tag=no-such-tag")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Show all wallets").click()
    console.wait_for_rows()
    console.world("empty")
    page.reload()
    expect(page.get_by_text("No wallets yet")).to_be_visible()


@OWN_CONTEXT
def test_an_unavailable_store_counts_down(console: ConsolePage) -> None:
    console.expect("status of 503")
    console.prefer(r"/api/wallets\?", "code=503", times=3)
    console.page.clock.install()
    console.open()
    alert = console.page.get_by_role("alert")
    expect(alert).to_contain_text("store_unavailable")
    expect(alert.get_by_role("button", name=re.compile(r"Again in \d+ s"))).to_be_disabled()
    console.count_down()
    expect(console.row(0)).to_contain_text(console.addresses()[0])


def test_an_answer_of_a_proxy(console: ConsolePage) -> None:
    console.expect("status of 502")
    page = b"<h1>502 Bad Gateway</h1>"
    console.page.route(
        re.compile(r"/api/wallets\?"), lambda route: route.fulfill(status=502, content_type="text/html", body=page)
    )
    console.open()
    expect(console.page.get_by_role("alert")).to_contain_text("What answered is not the server (status 502)")


def test_offline_keeps_what_is_shown(console: ConsolePage) -> None:
    console.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    page = console.page
    console.open()
    console.wait_for_rows()
    console.row(0).locator("[data-select]").click()
    console.context.set_offline(True)
    expect(page.get_by_text("can't be reached")).to_be_visible()
    expect(console.row(0)).to_contain_text(console.addresses()[0])
    expect(page.locator(".action-bar").get_by_role("button", name="Refresh")).to_be_disabled()
    expect(page.get_by_role("banner").get_by_role("button", name="Refresh…")).to_be_disabled()
    console.context.set_offline(False)
    expect(page.get_by_text("can't be reached")).to_have_count(0)


@OWN_CONTEXT  # what other tests have loaded may be kept in memory, and is then not asked for again
def test_a_part_of_the_console_that_is_gone(console: ConsolePage) -> None:
    console.expect("status of 404", "Failed to fetch dynamically imported module", "error loading")
    console.page.route(re.compile(r"/assets/refreshes-"), lambda route: route.fulfill(status=404))
    console.open()
    console.wait_for_rows()
    console.page.keyboard.press("g")
    console.page.keyboard.press("r")
    expect(console.page.get_by_role("button", name="Reload")).to_be_visible()


@pytest.mark.parametrize("console", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_a_narrow_screen_has_cards(console: ConsolePage) -> None:
    page = console.page
    console.open()
    console.wait_for_rows()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    grid = page.get_by_role("grid", name="Wallets")
    assert grid.evaluate("(element) => element.scrollWidth <= element.clientWidth")
    card = console.row(0).bounding_box()
    assert card is not None
    assert card["height"] > 90
    console.row(0).locator("[data-select]").click()
    expect(page.locator(".action-bar")).to_be_visible()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()


def test_an_export_is_the_servers(console: ConsolePage) -> None:
    console.open()
    console.wait_for_rows()
    console.page.get_by_role("button", name="Export").click()
    with console.page.expect_download() as started:
        console.page.get_by_role("menuitem", name="As CSV").click()
    assert started.value.suggested_filename == "wallets.csv"
    lines = started.value.path().read_text("utf-8").splitlines()
    assert len([line for line in lines if line]) >= 51
