"""Credentials: asked for in place, kept in memory, locked after half an hour."""

from __future__ import annotations

import json
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


def _sign_in(console: ConsolePage, key: str) -> None:
    console.page.get_by_label("API key").fill(key)
    console.page.get_by_role("button", name="Sign in").click()


def test_a_key_is_asked_for_in_place(guarded: ConsolePage) -> None:
    page = guarded.page
    guarded.open("#/wallets?sort=label")
    dialog = page.get_by_role("dialog", name="Sign in")
    expect(dialog).to_be_visible()
    assert guarded.axe() == []
    _sign_in(guarded, "not-a-key")
    expect(dialog).to_contain_text("did not accept")
    _sign_in(guarded, "mock-operate")
    guarded.wait_for_rows()
    assert page.url.endswith("#/wallets?sort=label")
    kept = json.dumps(page.evaluate("[{...localStorage}, {...sessionStorage}, document.cookie, location.href]"))
    assert "mock-operate" not in kept
    page.reload()
    expect(dialog).to_be_visible()


def test_it_is_kept_until_the_tab_closes_if_asked(guarded: ConsolePage) -> None:
    page = guarded.page
    guarded.open()
    page.get_by_label("Keep it until this tab closes").check()
    _sign_in(guarded, "mock-read")
    guarded.wait_for_rows()
    page.reload()
    guarded.wait_for_rows()
    assert "mock-read" not in json.dumps(page.evaluate("({...localStorage})"))
    page.get_by_role("button", name="Signed in with an API key").click()
    page.get_by_role("menuitem", name="Forget the key").click()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_reader_is_told_that_he_may_not(guarded: ConsolePage) -> None:
    guarded.expect("status of 403")
    page = guarded.page
    guarded.open()
    _sign_in(guarded, "mock-read")
    guarded.wait_for_rows()
    guarded.row(0).click()
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("forbidden")


def test_half_an_hour_alone_locks(guarded: ConsolePage) -> None:
    page = guarded.page
    page.clock.install()
    guarded.open()
    page.clock.run_for(1000)
    _sign_in(guarded, "mock-operate")
    page.clock.run_for(1000)
    guarded.wait_for_rows()
    page.clock.fast_forward("29:00")
    expect(page.get_by_role("grid")).to_be_visible()
    page.clock.fast_forward("02:00")
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()
    expect(page.get_by_role("grid", include_hidden=True)).to_have_count(0)
