"""Pictures of every page for the documentation: `python console/screenshots.py FOLDER`, from a world that stands still.

Needs `make install` (with npm) and a Chromium. New pages are added to `_VIEWS`.
"""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from emulators.process import Child, answers

_NOW = "2026-11-25T12:00:00.000Z"
_SESSION = "pictures"
_LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1360, "height": 850}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1360, "height": 850}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
}
_ROOT = Path(__file__).parents[1]


def _views(api: httpx.Client) -> dict[str, str]:
    """Pages by the names of their pictures."""
    launched = api.get("/api/wallets", params={"status": "LAUNCHED"}).json()["items"]
    wallet = max(launched, key=lambda item: item["wallet"]["token_count"] or 0)["wallet"]["wallet_address"]
    failing = api.get("/api/wallets", params={"freshness": "error"}).json()["items"][0]["wallet"]["wallet_address"]
    operation = api.post("/api/wallets/refresh-all", json={"scope": "stale"}, headers={"Prefer": "wait=30"}).json()
    return {
        "wallets": "#/wallets",
        "wallet": f"#/wallets/{wallet}",
        "wallet-failing": f"#/wallets/{failing}",
        "refresh": f"#/refreshes/{operation['operation_id']}",
        "refreshes": "#/refreshes",
    }


def _picture(page: Page, path: Path) -> None:
    page.locator("main h1").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, animations="disabled")


def _take(browser: Browser, url: str, folder: Path) -> None:
    for look, options in _LOOKS.items():
        # A session a look: what is refreshed for one must not be fresh already for the next.
        session = f"{_SESSION}-{look}"
        api = httpx.Client(base_url=url, headers={"X-Mock-Session": session}, timeout=60)
        api.post("/__mock__/clock/freeze", json={"at": _NOW}).raise_for_status()
        context = browser.new_context(**options, reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{url}/console/?session={session}#/wallets")
        _picture(page, folder / f"wallets-{look}.png")
        page.locator("[data-select]").nth(2).click()
        page.locator("[data-select]").nth(4).click()
        _picture(page, folder / f"wallets-selected-{look}.png")
        page.keyboard.press("/")
        page.get_by_role("combobox").fill("ops")
        _picture(page, folder / f"search-{look}.png")
        page.keyboard.press("Escape")
        page.locator(".action-bar").get_by_role("button", name="Refresh").click()
        page.get_by_role("dialog").wait_for()
        _picture(page, folder / f"refresh-dialog-{look}.png")
        for name, view in _views(api).items():
            page.goto(f"{url}/console/?session={session}{view}")
            page.reload()
            _picture(page, folder / f"{name}-{look}.png")
        context.close()


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("there is no Chromium here")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--backend", "mock", "--port", str(port)]
    with Child(command) as server, sync_playwright() as playwright:
        server.wait_until(lambda: answers(url), what="the mock server", seconds=30)
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        )
        _take(browser, url, folder)


if __name__ == "__main__":
    sys.path.insert(0, str(_ROOT))
    main(Path(sys.argv[1]))
