"""The console as its users have it: built files, served by a mock, in a real browser."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from emulators.process import Child, answers
from tests.support.browsers import MISSING, find_chromium
from tests.support.load import LOAD_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from tests.console.browser import ConsolePage

CONSOLE = Path(__file__).parents[2] / "console"
_USUAL: Any = {"viewport": {"width": 1280, "height": 800}}
"""Playwright's options for a context."""


def missing(reason: str) -> NoReturn:
    """Skip with the reason; fail where nothing may be missing."""
    if os.environ.get("REQUIRE_EMULATORS") == "1":
        pytest.fail(f"REQUIRE_EMULATORS=1, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """What `make install` puts there where npm is."""
    found = CONSOLE / "node_modules"
    if not found.is_dir():
        missing("the console's packages are not installed: make install, with Node.js 20.19+")
    return found


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One for all tests of the console."""
    found = find_chromium()
    if found is None:
        missing(MISSING)
    if not (CONSOLE / "dist" / "index.html").is_file():
        missing("the console is not built: make install, with Node.js 20.19+")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=2000 * LOAD_SECONDS)

    quiet = "--no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-quic"
    # All that a test opens is of one site: one process shows it, and those that Chromium keeps ready for others, or for
    # a window of its own, are never used.
    quiet += " --disable-site-isolation-trials --process-per-site --disable-features=PreloadTopChromeWebUI"
    # It ends with the package: pytest-asyncio can't run where Playwright's loop does.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", *quiet.split()],
            timeout=4000 * LOAD_SECONDS,
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def serving(*options: str, **environment: str) -> Iterator[str]:
    """A server in a process of its own, by its URL."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "wallet_cli.main", "serve", "--port", str(port), *options]
    with Child(command, env={**os.environ, "WALLET_LOG_LEVEL": "warning", **environment}) as server:
        server.wait_until(lambda: answers(url), what="the server", seconds=6 * LOAD_SECONDS)
        yield url


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    """A mock that lets everybody in."""
    with serving("--backend", "mock") as url:
        yield url


@pytest.fixture(scope="package")
def guarded_server() -> Iterator[str]:
    """A mock that wants to know who asks."""
    with serving("--backend", "mock", "--auth") as url:
        yield url


@pytest.fixture(scope="package")
def shared_context(chromium: Browser, server: str) -> Iterator[BrowserContext]:
    """A context for one test after the other: what it loaded and compiled once is there for all of them."""
    context = chromium.new_context(**_USUAL)
    # The process that shows a site goes with its last page.
    context.new_page().goto(f"{server}/console/icon.svg", timeout=2000 * LOAD_SECONDS)
    yield context
    context.close()


@contextlib.contextmanager
def borrowed(context: BrowserContext) -> Iterator[None]:
    """Leave the shared context as it was: without the pages opened meanwhile, and what they stored."""
    kept = list(context.pages)
    yield
    context.set_offline(False)
    for page in set(context.pages) - set(kept):
        page.close()
    kept[0].evaluate("localStorage.clear()")


@pytest.fixture
def console(chromium: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[ConsolePage]:
    """The console, without anything that another test stored; `indirect` parameters are Playwright's for a context of
    its own, which a test needs that sets the page's clock.
    """
    from tests.console.browser import ConsolePage

    own = getattr(request, "param", None)
    with contextlib.ExitStack() as stack:
        if own is None:
            context = request.getfixturevalue("shared_context")
            stack.enter_context(borrowed(context))
        else:
            context = stack.enter_context(chromium.new_context(**{**_USUAL, **own}))
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
        opened = ConsolePage(context, server)
        yield opened
    opened.check()
