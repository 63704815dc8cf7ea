"""`/docs`, `/__mock__/docs` and `/redoc` in a browser: nothing from elsewhere, a filter, themes, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from tests.console.conftest import borrowed
from tests.support.load import LOAD_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture
def page(shared_context: BrowserContext, server: str) -> Iterator[Page]:
    """A page that may log no error, and asks no other server."""
    faults: list[str] = []
    with borrowed(shared_context):
        page = shared_context.new_page()
        page.set_default_timeout(6000 * LOAD_SECONDS)
        page.add_init_script(_REPORT_VIOLATIONS)
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(f"{error}"))
        page.on("request", lambda request: faults.extend(_elsewhere(request.url, server)))
        yield page
    assert [each for each in faults if "status of 418" not in each and "status of 503" not in each] == []


def _elsewhere(url: str, server: str) -> list[str]:
    parts = urlsplit(url)
    return [] if parts.scheme in ("data", "blob") or f"{parts.scheme}://{parts.netloc}" == server else [url]


def _background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


_SUMMARIES = ("List wallets", "Register a wallet", "Follow a refresh-all operation", "Is the process alive")


def _every_operation_is_there(page: Page) -> None:
    for summary in _SUMMARIES:
        page.get_by_text(summary).first.wait_for(state="attached")


def _try(page: Page) -> None:
    page.locator(".opblock").nth(1).wait_for(state="detached")
    page.locator(".opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table tbody .response-col_status").first.wait_for()


def test_operations_are_found_and_tried_in_a_session(page: Page, server: str) -> None:
    page.goto(f"{server}/docs?session=docs-one")
    page.locator(".opblock").first.wait_for()
    _every_operation_is_there(page)
    all_of_them = page.locator(".opblock").count()
    page.get_by_label("Filter", exact=True).fill("portfolio summary")
    page.locator(".opblock").nth(1).wait_for(state="detached")
    assert page.locator(".opblock-summary-path").all_inner_texts()[0].endswith("portfolio/summary")
    assert all_of_them > 30
    assert page.get_by_label("Session", exact=True).input_value() == "docs-one"
    page.get_by_label("Prefer", exact=True).fill("code=503")
    _try(page)
    assert page.locator(".live-responses-table tbody .response-col_status").first.inner_text().startswith("503")
    assert "/__mock__/s/docs-one/api/wallets/portfolio/summary" in page.locator(".request-url").inner_text()
    asked = httpx.get(f"{server}/__mock__/requests", headers={"X-Mock-Session": "docs-one"}, timeout=60).json()["items"]
    assert [(each["operation"], each["status"]) for each in asked] == [("getPortfolioSummary", 503)]
    # The control API has a page too.
    page.get_by_role("link", name="Mock control").click()
    page.get_by_label("Session", exact=True).fill("docs-two")
    page.get_by_label("Filter", exact=True).fill("freezeClock")
    _try(page)
    clock = httpx.get(f"{server}/__mock__/clock", headers={"X-Mock-Session": "docs-two"}, timeout=60).json()
    assert clock["frozen"] is True


def test_themes_and_a_narrow_screen(page: Page, server: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{server}/docs")
    page.locator(".opblock").first.wait_for()
    dark = _background(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("combobox", name="Theme").select_option("light")
    light = _background(page)
    page.reload()
    page.locator(".opblock").first.wait_for()
    assert _background(page) == light != dark


def test_the_printed_reference_has_every_operation(page: Page, server: str) -> None:
    page.goto(f"{server}/redoc")
    _every_operation_is_there(page)
