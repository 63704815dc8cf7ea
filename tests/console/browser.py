"""A page of the console in Chromium, in a mock session of its own whose clock stands still."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Route

from tests.console.conftest import CONSOLE
from tests.support.load import LOAD_SECONDS

_AXE = CONSOLE / "node_modules/axe-core/axe.min.js"
_RUN_AXE = """async ({ without, only }) => {
  // Colours are judged as they end, not on their way.
  await Promise.allSettled(document.getAnimations().map((each) => each.finish()));
  const { violations } = await axe.run(
    // Base UI's guards around a popup can be tabbed to, so that they can hand the focus on.
    { include: [document], exclude: ["[data-base-ui-focus-guard]"] },
    {
      resultTypes: ["violations"],
      rules: without === null ? {} : { [without]: { enabled: false } },
      ...(only === null ? {} : { runOnly: { type: "rule", values: only } }),
    },
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 300)}`));
}"""
ABOUT_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that a theme can break."""

OWN_CONTEXT = pytest.mark.parametrize("console", [{}], indirect=True, ids=["own context"])
"""For a test that sets the page's clock, which is one for all pages of a context, or that may find nothing loaded."""

NOW = "2026-11-25T12:00:00.000Z"
_REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
_HASTE = """
const patient = setTimeout;
globalThis.setTimeout = (what, after, ...more) => patient(what, after / 20, ...more);
"""


class ConsolePage:
    """The console, and the world behind it.

    Whatever the page logs as an error, each violation of its policy and each request to another place is collected;
    `check()`, which the fixture calls, fails on any of them.
    """

    def __init__(
        self, context: BrowserContext, base_url: str, *, session: str | None = None, frozen: bool = True
    ) -> None:
        self.context = context
        self.base_url = base_url
        self.session = session or f"console-{uuid.uuid4().hex[:12]}"
        self.api = httpx.Client(base_url=base_url, headers={"X-Mock-Session": self.session}, timeout=2 * LOAD_SECONDS)
        self._faults: list[str] = []
        self._expected: list[str] = []
        if frozen:
            self.freeze(NOW)
        self.page = self.another_tab()

    def another_tab(self) -> Page:
        """One more page of the same browser, watched as the first is."""
        page = self.context.new_page()
        page.set_default_timeout(2000 * LOAD_SECONDS)
        page.add_init_script(_REPORT_VIOLATIONS)
        page.on("console", self._logged)
        page.on("pageerror", lambda error: self._fault(f"{error}"))
        page.on("request", self._requested)
        return page

    def world(self, world: str | dict[str, Any]) -> None:
        """Begin again in another world, by its name or its description; it is made before this returns."""
        chosen = {"world": world} if isinstance(world, str) else {"description": world}
        self.api.post("/__mock__/world", json=chosen).raise_for_status()
        self.freeze(NOW)
        self.api.get("/api/wallets?page_size=1", timeout=4 * LOAD_SECONDS).raise_for_status()

    def freeze(self, at: str) -> None:
        """Let the world's clock stand still."""
        self.api.post("/__mock__/clock/freeze", json={"at": at}).raise_for_status()

    def open(self, view: str = "#/wallets", *, page: Page | None = None) -> None:
        """Show a view, which is there when this returns; `view` is what stands behind the console's address."""
        shown = page or self.page
        shown.goto(f"{self.base_url}/console/?session={self.session}{view}")
        # The page itself tells at once; an expectation looks again only after longer and longer pauses.
        shown.locator("main h1, main [role=alert], [role=dialog]").first.wait_for()

    def hasten(self) -> None:
        """Have the page wait a twentieth of what it would, before it tries again or asks what was typed."""
        self.page.add_init_script(_HASTE)

    def count_down(self) -> None:
        """Let ten seconds pass on the page, whose clock is installed."""
        for _ in range(10):
            self.page.clock.run_for(1000)

    def expect(self, *messages: str) -> None:
        """Errors that a test provokes, as patterns; browsers log each answer of 400 and above."""
        self._expected += messages

    def prefer(self, path: str, directive: str, *, method: str = "GET", times: int | None = None) -> None:
        """Have the mock answer requests to a path (a pattern) as a `Prefer` directive says."""

        def send(route: Route, request: Request) -> None:
            if request.method == method:
                route.continue_(headers={**request.headers, "prefer": directive})
            else:
                route.continue_()

        self.page.route(re.compile(path), send, **({} if times is None else {"times": times}))

    def rewrite(self, path: str, change: Callable[[Any], None]) -> None:
        """Change the JSON of answers to a path (a pattern): what no honest world has."""

        def answer(route: Route) -> None:
            response = route.fetch(max_retries=2)  # the server may be closing an idle connection
            body = response.json()
            change(body)
            route.fulfill(response=response, body=json.dumps(body))

        self.page.route(re.compile(path), answer)

    def row(self, index: int) -> Locator:
        """A row of the page's main grid."""
        return self.page.get_by_role("grid").first.locator(f"[role=row][aria-rowindex='{index + 2}']")

    def wait_for_rows(self) -> None:
        """Until the first row is one of data."""
        self.row(0).locator("[data-column]").first.wait_for()
        self.page.locator(".grid-body .skeleton").first.wait_for(state="detached")

    def addresses(self, **query: str) -> list[str]:
        """Wallets of the world, in the list's order."""
        answer = self.api.get("/api/wallets", params={"page_size": "200", **query}).raise_for_status()
        return [item["wallet"]["wallet_address"] for item in answer.json()["items"]]

    def axe(
        self, *, page: Page | None = None, without: str | None = None, only: Sequence[str] | None = None
    ) -> list[str]:
        """What axe-core finds wrong with the page as it is now; `without` one of its rules, or by `only` some."""
        shown = page or self.page
        if not shown.evaluate("'axe' in globalThis"):
            shown.evaluate(_AXE.read_text("utf-8"))
        found: list[str] = shown.evaluate(_RUN_AXE, {"without": without, "only": only})
        return found

    def axe_in_both_themes(self) -> list[str]:
        """What axe-core finds in the page's own theme, and about its colours, which alone are others, in the dark."""
        found = self.axe()
        self.page.emulate_media(color_scheme="dark")
        found += self.axe(only=ABOUT_COLOURS)
        self.page.emulate_media(color_scheme="light")
        return found

    def check(self) -> None:
        """Fail for what was collected."""
        self.api.close()
        unexpected = [fault for fault in self._faults if not any(re.search(each, fault) for each in self._expected)]
        assert not unexpected, "\n".join(unexpected)

    def _logged(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._fault(f"{message.text} {message.location['url']}")

    def _fault(self, text: str) -> None:
        self._faults.append(text)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self.base_url + "/", "data:", f"blob:{self.base_url}/")):
            self._fault(f"a request to {request.url}")
