"""Settings: what a person chose on this machine is kept, and nothing secret with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
def guarded(chromium: Browser, guarded_server: str) -> Iterator[ConsolePage]:
    context = chromium.new_context()
    opened = ConsolePage(context, guarded_server, frozen=False)
    opened.expect("status of 401")
    yield opened
    context.close()
    opened.check()


def test_choices_are_kept(console: ConsolePage) -> None:
    page = console.page
    console.open("#/settings")
    page.get_by_role("radio", name="Dark").check(force=True)
    page.get_by_role("radio", name=re.compile("^Local")).check(force=True)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    expect(page.get_by_role("radio", name=re.compile("^Local"))).to_be_checked()
    expect(page.get_by_text(console.base_url)).to_be_visible()
    expect(page.get_by_text("a faked world")).to_be_visible()
    assert console.axe() == []


def test_an_explorer_only_where_it_was_chosen(console: ConsolePage) -> None:
    page = console.page
    address = console.addresses()[0]
    console.open(f"#/wallets/{address}")
    page.locator(".whole-address").first.wait_for()
    expect(page.locator("main a[target=_blank]")).to_have_count(0)
    console.open("#/settings")
    page.get_by_role("radio", name="solscan.io").check(force=True)
    expect(page.get_by_text("solscan.io learns which addresses")).to_be_visible()
    console.open(f"#/wallets/{address}")
    link = page.locator(".whole-address a").first
    expect(link).to_have_attribute("href", f"https://solscan.io/account/{address}")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_the_key_is_kept_locked_and_forgotten(guarded: ConsolePage) -> None:
    page = guarded.page
    guarded.open("#/wallets")
    page.get_by_label("API key").fill("mock-operate")
    page.get_by_role("button", name="Sign in").click()
    guarded.wait_for_rows()
    page.goto(page.url.split("#")[0] + "#/settings")
    page.get_by_label("Keep it until this tab closes").check()
    page.reload()
    expect(page.get_by_label("Keep it until this tab closes")).to_be_checked()
    page.get_by_label("Keep it until this tab closes").uncheck()
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_role("button", name="Lock now").click()
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()
    page.get_by_label("API key").fill("mock-operate")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.get_by_text("None are sent")).to_be_visible()
