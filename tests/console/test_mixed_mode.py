"""Some groups of operations are real, one is a mock's still: the pages say which, and lead from one to the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage
from tests.console.conftest import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

_ADDRESS = "4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf"
_NOTE = "What stands here is the mock's still"


@pytest.fixture
def mixed(chromium: Browser, tmp_path: Path) -> Iterator[ConsolePage]:
    """A real server with wallets of its own, whose funding is mocked. It has no chain, which no read asks."""
    environment = {
        "WALLET_STORE": "sqlite",
        "WALLET_SQLITE_PATH": str(tmp_path / "wallets.sqlite3"),
        "WALLET_MOCK_GROUPS": "funding",
        "WALLET_AUTH": "off",
        "SOLANA_RPC_URL": "http://127.0.0.1:9",
    }
    with serving("--backend", "real", **environment) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        opened = ConsolePage(context, url, frozen=False)
        opened.api.post("/api/wallets", json={"wallet_address": _ADDRESS, "label": "Desk 1"}).raise_for_status()
        yield opened
        context.close()
        opened.check()


def test_pages_of_a_mocked_group_say_so(mixed: ConsolePage) -> None:
    page, mode = mixed.page, mixed.page.locator(".mode")
    note = page.locator("main").get_by_text(_NOTE)
    mixed.open("#/wallets")
    mixed.wait_for_rows()
    expect(mixed.row(0)).to_contain_text("Desk 1")
    expect(mixed.row(0)).to_contain_text("not read yet")
    expect(mode).to_have_text("real")
    expect(note).to_have_count(0)

    page.get_by_role("link", name="Funding").click()
    expect(note).to_be_visible()
    expect(mode).to_have_text("mixed")
    assert mixed.axe() == []
    # What is written there is about a wallet that is real, and stays the mock's.
    page.get_by_role("button", name="Schedule a funding…").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To wallet").fill(_ADDRESS)
    dialog.get_by_label("Amount, SOL").fill("0.5")
    dialog.get_by_label("Meant to arrive, UTC").fill("2040-01-01T08:00")
    dialog.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("grid")).to_contain_text(re.compile(r"Desk 1.*0\.5", re.DOTALL))

    # So it is on a page that is real otherwise.
    mixed.open(f"#/wallets/{_ADDRESS}")
    schedules = page.get_by_role("region", name="Scheduled funding")
    expect(schedules).to_contain_text("0.5 SOL")
    expect(schedules.get_by_text("mock", exact=True)).to_be_visible()
    expect(page.get_by_text("mock", exact=True)).to_have_count(1)
    expect(note).to_have_count(0)

    page.get_by_role("navigation").get_by_role("link", name="Wallets", exact=True).click()
    mixed.wait_for_rows()
    expect(note).to_have_count(0)
    expect(mode).to_have_text("mixed")
    # Only a whole mock can be controlled.
    page.keyboard.press("~")
    expect(page.get_by_role("complementary", name="Mock")).to_have_count(0)
