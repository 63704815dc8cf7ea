"""Signing in by e-mail: at a double of Google's two endpoints, before a real server that checks the tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage
from tests.console.conftest import missing, serving
from tests.console.firebase_double import EMAIL, PASSWORD, PROJECT, WEB_KEY, FirebaseDouble, firebase_double

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture
def google() -> Iterator[FirebaseDouble]:
    with firebase_double() as double:
        yield double


@pytest.fixture
def console(chromium: Browser, google: FirebaseDouble, tmp_path: Path) -> Iterator[ConsolePage]:
    try:
        import firebase_admin  # noqa: F401
    except ImportError:
        missing("the extra `real` is not installed")
    environment = {
        "WALLET_STORE": "sqlite",
        "WALLET_SQLITE_PATH": str(tmp_path / "wallets.sqlite3"),
        "SOLANA_RPC_URL": "http://127.0.0.1:9",
        "WALLET_FIREBASE_PROJECT": PROJECT,
        "WALLET_FIREBASE_WEB_KEY": WEB_KEY,
        "FIREBASE_AUTH_EMULATOR_HOST": google.host,
        "WALLET_DEVELOPMENT": "1",
    }
    with serving("--backend", "real", **environment) as url:
        context = chromium.new_context()
        opened = ConsolePage(context, url, frozen=False)
        # What any other test fails on: here it is the policy that opens these two places, and no others.
        opened.expect(
            f"a request to http://{google.host}/(identitytoolkit|securetoken).googleapis.com/", "status of 40[01]"
        )
        yield opened
        context.close()
        opened.check()


def _sign_in(console: ConsolePage, password: str) -> None:
    console.page.get_by_label("E-mail").fill(EMAIL)
    console.page.get_by_label("Password").fill(password)
    console.page.get_by_role("button", name="Sign in").click()


def test_a_user_signs_in_in_place(console: ConsolePage) -> None:
    page = console.page
    console.open("#/wallets?sort=label")
    dialog = page.get_by_role("dialog", name="Sign in")
    expect(dialog.get_by_role("button", name="API key")).to_be_visible()
    assert console.axe() == []
    _sign_in(console, "wrong")
    expect(dialog.get_by_role("alert")).to_contain_text("not known")
    _sign_in(console, PASSWORD)
    expect(page.get_by_text("No wallets yet")).to_be_visible()
    expect(page.locator(".caller-name")).to_have_text(f"{EMAIL} operate")
    kept = json.dumps(page.evaluate("[{...localStorage}, {...sessionStorage}, document.cookie, location.href]"))
    assert EMAIL not in kept
    assert "refresh-1" not in kept
    assert PASSWORD not in kept


def test_a_token_is_renewed_until_the_account_is_disabled(console: ConsolePage, google: FirebaseDouble) -> None:
    page = console.page
    google.seconds = 30  # less than the minute before its end in which a token is renewed
    console.open()
    page.get_by_label("Keep it until this tab closes").check()
    _sign_in(console, PASSWORD)
    expect(page.get_by_text("No wallets yet")).to_be_visible()
    assert google.renewals > 0
    page.reload()
    expect(page.get_by_text("No wallets yet")).to_be_visible()
    google.disabled = True
    page.reload()
    expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0
