"""Every error that the contract declares for what a page reads is told on that page, with its code and a way on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Response, expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser

_MINT = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
_PAGES = {
    "getPortfolioSummary": "#/overview",
    "getAttention": "#/overview",
    "listWallets": "#/wallets",
    "getWallet": "#/wallets/ADDRESS",
    "listPortfolioTokens": "#/tokens",
    "listTokenHolders": f"#/tokens/{_MINT}",
    "listScheduledFunding": "#/funding",
    "listLaunches": "#/launches",
    "listRefreshOperations": "#/refreshes",
    "listAuditEntries": "#/audit",
}


def _declared(console: ConsolePage, operation: str) -> list[int]:
    """The statuses above 399 of an operation, but the one that asks who it is (see test_access.py)."""
    paths: dict[str, Any] = console.api.get("/openapi.json").json()["paths"]
    named = (each for item in paths.values() for each in item.values() if "operationId" in each)
    found = next(each for each in named if each["operationId"] == operation)
    return sorted(int(status) for status in found["responses"] if int(status) > 399 and status != "401")


def _answered(status: int) -> Callable[[Response], bool]:
    return lambda response: response.status == status


def test_each_declared_error_is_told_on_its_page(console: ConsolePage) -> None:
    page = console.page
    console.hasten()
    console.open("#/none")
    for operation, view in _PAGES.items():
        for status in _declared(console, operation):
            _is_told(console, operation, status, view.replace("ADDRESS", console.addresses()[0]))
            page.evaluate("location.hash = '#/none'")
            expect(page.get_by_text("There is no such page")).to_be_visible()


def _is_told(console: ConsolePage, operation: str, status: int, view: str) -> None:
    page, which = console.page, f"{status} of {operation}"
    console.expect(f"status of {status}")
    # Until it is removed: what may help to try again is tried again before anybody is told.
    armed = console.api.post("/__mock__/answers", json={"operation": operation, "status": status})
    armed.raise_for_status()
    with page.expect_response(_answered(status)) as answer:
        page.evaluate(f"location.hash = {json.dumps(view)}")
    code = answer.value.json()["code"]
    told = page.locator("main").get_by_role("alert").filter(has_text=code).first
    expect(told, which).to_be_visible()
    way_on = page.get_by_role("button", name="Try again").or_(page.get_by_text("Again in"))
    expect(way_on.first, which).to_be_visible()
    console.api.delete("/__mock__/answers").raise_for_status()
