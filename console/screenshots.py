"""Pictures of every page for the documentation, from a world that stands still.

`python console/screenshots.py docs/pictures` needs `make install` (with npm), Chromium and pngquant (`apt-get install
chromium pngquant`). New pages are added to `_views`.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from emulators.process import Child, answers

_NOW = "2026-11-25T12:00:00.000Z"
_REFRESHES = {
    "2026-11-25T12:00:00.000Z": "stale",
    "2026-11-25T13:10:00.000Z": "failed",
    "2026-11-25T14:30:00.000Z": "never",
    "2026-11-25T17:05:00.000Z": "all",
}
_LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1360, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1360, "height": 900}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 360, "height": 780}},
}
_SMALL = ["pngquant", "--nofs", "--speed", "1", "--strip", "--force"]
_COLOURS = "128"
_STILL = 700  # milliseconds in which nothing moves any more
_ROOT = Path(__file__).parents[1]


def _views(api: httpx.Client) -> dict[str, str]:
    """Pages by the names of their pictures."""
    launched = api.get("/api/wallets", params={"status": "LAUNCHED"}).json()["items"]
    wallet = max((item["wallet"]["wallet_address"] for item in launched), key=lambda address: _telling(api, address))
    failing = api.get("/api/wallets", params={"freshness": "error"}).json()["items"][0]["wallet"]["wallet_address"]
    mint = api.get("/api/wallets/portfolio/tokens", params={"page_size": 1}).json()["items"][0]["mint_address"]
    return {
        "overview": "#/overview",
        "wallets": "#/wallets",
        "wallet": f"#/wallets/{wallet}",
        "wallet-failing": f"#/wallets/{failing}",
        "tokens": "#/tokens",
        "holders": f"#/tokens/{mint}",
        "funding": "#/funding",
        "launches": "#/launches",
        "audit": "#/audit",
        "import": "#/import",
        "settings": "#/settings",
    }


def _telling(api: httpx.Client, address: str) -> tuple[bool, bool, bool, int]:
    """What the picture of a wallet shows: some SOL, names in letters that any machine has, a balance always looked at,
    and so many holdings.
    """
    wallet = api.get(f"/api/wallets/{address}").json()["wallet"]
    held = wallet["token_holdings"] or ()
    past = api.get(f"/api/wallets/{address}/history").json()["entries"]
    looked = all(each["first_seen_at"][:10] < each["confirmed_until"][:10] for each in past)
    known = all((token["name"] or "").isascii() for token in held)
    return wallet["last_balance_sol"] not in (None, "0"), known, looked, len(held)


def _picture(page: Page, path: Path) -> None:
    """As small as a few colours make it: text on plain ground needs no more."""
    page.locator("main h1").first.wait_for()
    page.locator("main .skeleton").first.wait_for(state="detached")
    page.wait_for_timeout(_STILL)  # a panel that follows events leaves the network no rest
    page.screenshot(path=path, animations="disabled")
    subprocess.run([*_SMALL, "--output", path, _COLOURS, path], check=True)


def _refreshed(api: httpx.Client, at: str, scope: str) -> str:
    """The id of a refresh-all that ran at a moment; the clock stands still half an hour later."""
    api.post("/__mock__/clock/freeze", json={"at": at}).raise_for_status()
    done = api.post("/api/wallets/refresh-all", json={"scope": scope}, headers={"Prefer": "wait=30"}).raise_for_status()
    later = (datetime.fromisoformat(at) + timedelta(minutes=26)).isoformat(timespec="milliseconds")
    api.post("/__mock__/clock/freeze", json={"at": later.replace("+00:00", "Z")}).raise_for_status()
    return str(done.json()["operation_id"])


def _take(browser: Browser, url: str, look: str, folder: Path) -> None:
    # The same world again: what was refreshed for one look must not be fresh already for the next.
    api = httpx.Client(base_url=url, timeout=60)
    api.post("/__mock__/world", json={"world": "default"}).raise_for_status()
    api.post("/__mock__/clock/freeze", json={"at": _NOW}).raise_for_status()
    context = browser.new_context(**_LOOKS[look], reduced_motion="reduce")
    page = context.new_page()

    def show(view: str) -> None:
        page.goto("about:blank")
        page.goto(f"{url}/console/{view}")

    for name, view in _views(api).items():
        show(view)
        _picture(page, folder / f"{name}-{look}.png")
    show("#/wallets")
    page.locator("[data-select]").first.wait_for()
    page.locator("main .skeleton").first.wait_for(state="detached")
    for row in (2, 4, 5):
        page.locator("[data-select]").nth(row).click()
    page.locator(".action-bar").get_by_role("button", name="Refresh").click()
    page.get_by_role("dialog").wait_for()
    _picture(page, folder / f"refresh-dialog-{look}.png")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.locator(".action-bar").get_by_role("button", name="Tags").click()
    page.get_by_role("textbox", name="Add").fill("q1")
    page.get_by_role("button", name="Try").click()
    page.get_by_role("button", name="Change 3").wait_for()
    _picture(page, folder / f"edit-dialog-{look}.png")
    show("#/wallets")
    page.get_by_role("grid").wait_for()
    page.keyboard.press("~")
    for tab in ("World", "Requests", "Answers"):
        page.get_by_role("tab", name=tab).click()
        page.locator(".mock-card, .mock-request").first.wait_for()
        _picture(page, folder / f"mock-{tab.lower()}-{look}.png")
    page.keyboard.press("~")
    operations = [_refreshed(api, at, scope) for at, scope in _REFRESHES.items()]
    show(f"#/refreshes/{operations[0]}")
    _picture(page, folder / f"refresh-{look}.png")
    show("#/refreshes")
    _picture(page, folder / f"refreshes-{look}.png")
    context.close()


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or shutil.which("pngquant") is None:
        raise SystemExit("it takes Chromium and pngquant: apt-get install chromium pngquant")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "mock", "--port", str(port)]
    with Child(command) as server, sync_playwright() as playwright:
        server.wait_until(lambda: answers(url), what="the mock server", seconds=30)
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        )
        for look in _LOOKS:
            _take(browser, url, look, folder)


if __name__ == "__main__":
    sys.path.insert(0, str(_ROOT))
    main(Path(sys.argv[1]))
