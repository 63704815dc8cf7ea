"""From the page to the server, the Firestore emulator and a local chain, and back."""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Page, expect
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from emulators.chain import keypair
from emulators.nats import nats_server
from emulators.process import EmulatorMissing
from tests.console.browser import ConsolePage
from tests.console.conftest import missing
from tests.console.real_world import RealWorld, real_world
from tests.support.load import LOAD_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.emulator, pytest.mark.slow]

SOL = 1_000_000_000  # lamports
FLEET = 500 if os.environ.get("NIGHTLY") else 101  # wallets; a shard has 100, so two workers have work in any case
PATIENCE = 2 * LOAD_SECONDS * 1000  # milliseconds


@pytest.fixture(scope="module")
def world(chromium: Browser) -> Iterator[RealWorld]:
    try:
        with real_world() as found:
            yield found
    except EmulatorMissing as reason:
        missing(str(reason))


@contextlib.contextmanager
def _console(browser: Browser, url: str) -> Iterator[ConsolePage]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    console = ConsolePage(context, url, frozen=False)
    console.page.set_default_timeout(PATIENCE)
    yield console
    context.close()
    console.check()


def _register(console: ConsolePage, folder: Path, wallets: list[str]) -> None:
    rows = "".join(f"{address},Desk {number},desk\n" for number, address in enumerate(wallets, 1))
    (folder / "wallets.csv").write_text(f"wallet_address,label,tags\n{rows}", "utf-8")
    console.open("#/import")
    console.page.get_by_label("File with wallets").set_input_files(folder / "wallets.csv")
    console.page.get_by_role("button", name=re.compile(f"^Register {len(wallets)} wallet")).click(timeout=PATIENCE)
    expect(console.page.get_by_text(re.compile(f"{len(wallets)} wallets? registered"))).to_be_visible(timeout=PATIENCE)


def _refresh(page: Page) -> None:
    page.get_by_role("button", name="Refresh", exact=True).click()


def test_a_wallets_life_and_both_outages(chromium: Browser, world: RealWorld, tmp_path: Path) -> None:
    payer, wallet = keypair(f"payer {uuid.uuid4()}"), Keypair().pubkey()
    world.loop.run(world.rpc.airdrop(payer.pubkey(), 10 * SOL))
    world.loop.run(world.rpc.transfer(payer, wallet, SOL))
    with world.server() as url, _console(chromium, url) as console:
        _register(console, tmp_path, [str(wallet)])
        _is_read_at_last(console, wallet)
        _is_funded_as_intended(console, world, payer, wallet)
        console.expect("status of 50[234]")
        _outlasts_the_store(console, world, wallet)
        _outlasts_the_chain(console, world, wallet)
        # A real server has no mock to control.
        console.page.keyboard.press("~")
        expect(console.page.get_by_role("complementary", name="Mock")).to_have_count(0)


def _is_read_at_last(console: ConsolePage, wallet: Pubkey) -> None:
    """Nothing is known of it, which is not zero; then the chain is read."""
    page = console.page
    console.open(f"#/wallets/{wallet}")
    expect(page.locator(".part-card .mark.never")).to_have_count(3)
    expect(page.locator(".wallet-balance .amount").first).to_have_text("—")
    assert page.locator(".mode").inner_text().lower() == "real"
    _refresh(page)
    expect(page.locator(".part-card .mark.fresh")).to_have_count(3, timeout=PATIENCE)
    expect(page.locator(".wallet-balance .amount").first).to_have_text(re.compile(r"^1 SOL"))


def _is_funded_as_intended(console: ConsolePage, world: RealWorld, payer: Keypair, wallet: Pubkey) -> None:
    """Half a SOL is intended, sent on the chain by somebody else, and found: balance, transfer, history, schedule."""
    page, run = console.page, world.loop.run
    console.open(f"#/funding?wallet={wallet}")
    page.get_by_role("button", name="Schedule a funding…").first.click()
    page.get_by_label("Amount, SOL").fill("0.5")
    page.get_by_label("Meant to arrive, UTC").fill("2040-01-01T08:00")
    page.get_by_role("dialog").get_by_role("button", name="Schedule").click()
    console.wait_for_rows()
    schedule = console.api.get("/api/wallets/funding/scheduled", timeout=LOAD_SECONDS).json()["items"][0]
    scheduled_at = datetime.fromisoformat(schedule["created_at"])
    world.until(lambda: run(world.rpc.now()) > scheduled_at)  # the chain's clock is a little slow
    run(world.rpc.transfer(payer, wallet, SOL // 2))

    console.open(f"#/wallets/{wallet}")
    _refresh(page)
    for told in ("Balance +0.5 SOL", "1 new incoming transfers", "1 scheduled fundings completed"):
        expect(page.locator(".outcome")).to_contain_text(told, timeout=PATIENCE)
    expect(page.locator(".wallet-balance .amount").first).to_have_text(re.compile(r"^1\.5 SOL"))
    past = page.get_by_role("region", name="Balance history").first
    past.get_by_role("button", name="all").click()
    past.get_by_text("As a table").click()
    expect(past.get_by_role("table")).to_contain_text("1.5")
    console.open("#/funding?status=COMPLETED")
    console.wait_for_rows()
    expect(console.row(0)).to_contain_text(str(wallet))


def _outlasts_the_store(console: ConsolePage, world: RealWorld, wallet: Pubkey) -> None:
    """Nothing can be read, and the page says which of the two it is; it tries again by itself."""
    world.loop.run(world.store.pull())
    console.open("#/wallets?sort=label")
    alert = console.page.locator("main").get_by_role("alert")
    expect(alert).to_contain_text("store_unavailable", timeout=PATIENCE)
    world.loop.run(world.store.plug())
    expect(console.row(0)).to_contain_text(str(wallet), timeout=PATIENCE)


def _outlasts_the_chain(console: ConsolePage, world: RealWorld, wallet: Pubkey) -> None:
    """What is stored is shown with its age; a refresh fails and says why, and nothing is lost."""
    page = console.page
    world.loop.run(world.chain.pull())
    console.open(f"#/wallets/{wallet}")
    _refresh(page)
    expect(page.locator("main").get_by_role("alert")).to_contain_text("chain_unavailable", timeout=PATIENCE)
    expect(page.locator(".part-card .mark.error")).to_have_count(3)
    expect(page.locator(".wallet-balance .amount").first).to_have_text(re.compile(r"^1\.5 SOL"))
    world.loop.run(world.chain.plug())
    _refresh(page)
    expect(page.locator(".part-card .mark.fresh")).to_have_count(3, timeout=PATIENCE)


def test_two_workers_refresh_a_fleet(chromium: Browser, world: RealWorld) -> None:
    payer = keypair(f"payer {uuid.uuid4()}")
    wallets = [Keypair().pubkey() for _ in range(FLEET)]
    world.loop.run(world.rpc.airdrop(payer.pubkey(), 100 * SOL))
    for wallet in wallets[:3]:
        world.loop.run(world.rpc.transfer(payer, wallet, SOL))
    project = {"GOOGLE_CLOUD_PROJECT": f"demo-{uuid.uuid4().hex[:24]}"}
    with contextlib.ExitStack() as stack:
        queue = {"WALLET_QUEUE_URL": stack.enter_context(nats_server()), **project}
        url = stack.enter_context(world.server(**queue))
        for _ in range(2):
            stack.enter_context(world.worker(**queue))
        items = [{"wallet_address": str(wallet)} for wallet in wallets]
        for at in range(0, len(items), 100):
            imported = httpx.post(
                f"{url}/api/wallets/import",
                json={"dry_run": False, "wallets": items[at : at + 100]},
                timeout=4 * LOAD_SECONDS,
            )
            imported.raise_for_status()
        console = stack.enter_context(_console(chromium, url))
        page = console.page
        console.open("#/refreshes")
        page.get_by_role("button", name="Refresh…").last.click()
        dialog = page.get_by_role("dialog", name="Refresh wallets")
        dialog.locator("label.segment", has_text=re.compile("^All")).click()
        expect(dialog).to_contain_text(f"{FLEET} wallets, at least {ceil(FLEET / 100) + 2 * FLEET:,} RPC calls")
        dialog.get_by_role("button", name="Start").click()
        expect(page.locator(".operation-done")).to_contain_text(f"{FLEET} of {FLEET}", timeout=4 * PATIENCE)
        expect(page.locator("main .operation-state")).to_have_text("completed", timeout=PATIENCE)
        expect(page.get_by_role("group", name="Which results")).to_contain_text("failed0", timeout=PATIENCE)
        done = console.api.get("/api/wallets/refresh-operations", timeout=LOAD_SECONDS).json()["items"][0]
        assert (done["complete"], done["failed"]) == (FLEET, 0)
        page.get_by_role("link", name="Overview").click()
        expect(page.locator(".total .amount")).to_have_text(re.compile(r"^3 SOL"), timeout=PATIENCE)
