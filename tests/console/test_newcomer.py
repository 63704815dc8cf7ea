"""The first minute with it: `make run`, the printed address, the failing wallets, a refresh, what came of it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from emulators.process import Child, answers
from tests.console.browser import ConsolePage
from tests.support.load import LOAD_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def printed_address() -> Iterator[str]:
    """What the server of `make run` says of where its console is."""
    make = shutil.which("make")
    if make is None:
        pytest.skip("there is no make here")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    recipe = subprocess.run(
        [make, "--no-print-directory", "--dry-run", "run", f"PORT={port}"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=2 * LOAD_SECONDS,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},  # `make test` is ours
    )
    program, *arguments = shlex.split(recipe.stdout.splitlines()[-1])
    assert Path(program).name == "wallet-orchestrator"
    with Child([sys.executable, "-m", "wallet_cli.main", *arguments]) as server:
        server.wait_until(
            lambda: answers(f"http://127.0.0.1:{port}"), what="the server of make run", seconds=6 * LOAD_SECONDS
        )
        found = re.search(r"http://\S+/console/", server.output())
        assert found is not None, server.output()
        yield found.group()


def test_a_newcomer_gets_along_in_the_first_minute(chromium: Browser, printed_address: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    console = ConsolePage(context, printed_address.removesuffix("/console/"), session="default", frozen=False)
    page = console.page
    page.goto(printed_address)

    # What needs somebody is on the first page; its heading leads to the failing wallets.
    failing = page.get_by_role("region", name="Failing")
    failing.get_by_role("link", name=re.compile("^Failing")).click()
    console.wait_for_rows()
    expect(console.row(0).locator("[data-column=freshness]")).to_contain_text("failing")
    count = int(page.locator(".page-head .count").inner_text())
    assert count > 0

    # All of them are selected and refreshed, with the price said before.
    page.get_by_role("button", name=f"Select all {count}").click()
    page.locator(".action-bar").get_by_role("button", name="Refresh").click()
    dialog = page.get_by_role("dialog", name=f"Refresh {count} selected")
    expect(dialog).to_contain_text(re.compile(r"at least \d+ RPC calls"))
    dialog.get_by_role("button", name="Start").click()
    expect(page.locator(".operation-done")).to_contain_text(f"{count} of {count}")

    # What came of it, wallet by wallet; the first one is fresh now, and its past is told.
    results = page.get_by_role("grid", name="Results")
    results.locator("[role=row][aria-rowindex='2'] a").first.click()
    expect(page.locator(".part-card .mark.fresh")).to_have_count(3)
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(page.locator(".outcome")).to_contain_text("RPC calls")
    expect(page.get_by_role("region", name="Audit")).to_contain_text("Refresh wallet")
    past = page.get_by_role("region", name="Balance history").first
    past.get_by_role("button", name="all").click()
    expect(past).to_contain_text(re.compile(r"recorded since 2\d{3}-"))
    expect(past.locator(".amount, .plot").first).to_be_visible()

    # The overview has followed.
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("region", name="Freshness").get_by_text("failing")).to_be_visible()
    expect(page.get_by_role("region", name="Failing")).to_have_count(0)
    context.close()
    console.check()
