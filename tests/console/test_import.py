"""Import: a file is read in the page, a dry run comes first, and each row says what became of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect
from solders.keypair import Keypair

from tests.console.browser import OWN_CONTEXT, ConsolePage

pytestmark = pytest.mark.browser


def _new() -> str:
    return str(Keypair().pubkey())


def _choose(console: ConsolePage, path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    console.page.get_by_label("File with wallets").set_input_files(path)


def test_a_dry_run_first_then_the_commit(console: ConsolePage, tmp_path: Path) -> None:
    page = console.page
    known, new = console.addresses()[0], _new()
    before = len(console.addresses())
    console.open("#/import")
    _choose(
        console,
        tmp_path / "wallets.csv",
        f"wallet_address,label,tags,balance\n{new},Imported,ops; q4,1\n{known},Other,,2\n"
        f"not-an-address,,,3\n{new},Again,,4\n",
    )
    rows = page.get_by_role("grid", name="Rows")
    expect(rows.locator("[data-column=outcome]").nth(1)).to_contain_text("new")
    expect(rows.locator("[data-column=outcome]").nth(2)).to_contain_text("registered before")
    expect(rows.locator("[data-column=outcome]").nth(3)).to_contain_text("A Solana address")
    expect(rows.locator("[data-column=outcome]").nth(4)).to_contain_text("The same address as row 1")
    expect(page.get_by_text("nothing is registered yet")).to_be_visible()
    expect(page.get_by_text("no metadata: balance")).to_be_visible()
    assert console.axe() == []
    assert len(console.addresses()) == before
    page.get_by_role("button", name="Register 1 wallet").click()
    expect(page.get_by_text("1 wallet registered")).to_be_visible()
    page.get_by_role("button", name="left out").click()
    expect(rows.locator(".grid-body [role=row]")).to_have_count(2)
    found = console.api.get(f"/api/wallets/{new}").json()["wallet"]
    assert (found["label"], found["tags"]) == ("Imported", ["ops", "q4"])
    assert len(console.addresses()) == before + 1


def test_what_is_exported_can_be_imported(console: ConsolePage, tmp_path: Path) -> None:
    exported = {form: console.api.get("/api/wallets/export", params={"format": form}).text for form in ("csv", "jsonl")}
    console.world("empty")
    page = console.page
    for form, text in exported.items():
        console.open("#/import")
        page.reload()
        _choose(console, tmp_path / f"wallets.{form}", text)
        page.get_by_role("button", name="Register 50 wallets").wait_for()
    page.get_by_role("button", name="Register 50 wallets").click()
    expect(page.get_by_text("50 wallets registered")).to_be_visible()
    assert len(console.addresses()) == 50


def test_pasted_by_keys_alone(console: ConsolePage) -> None:
    page = console.page
    new = _new()
    console.open("#/import")
    page.get_by_label("Or paste it").focus()
    page.keyboard.insert_text(json.dumps({"wallet_address": new, "label": "By keys"}))
    expect(page.get_by_role("button", name="Check")).to_be_enabled()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    register = page.get_by_role("button", name="Register 1 wallet")
    expect(register).to_be_enabled()
    register.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 wallet registered")).to_be_visible()
    assert console.api.get(f"/api/wallets/{new}").json()["wallet"]["label"] == "By keys"


@pytest.mark.parametrize("form", ["keypair file", "base58 in a cell"])
def test_a_secret_goes_nowhere(console: ConsolePage, tmp_path: Path, form: str) -> None:
    page = console.page
    pair = Keypair()
    text = json.dumps(list(bytes(pair))) if form == "keypair file" else f"wallet_address,notes\n{_new()},{pair}\n"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/import" in request.url else None)
    console.open("#/import")
    _choose(console, tmp_path / "id.json", text)
    expect(page.get_by_role("alert")).to_contain_text("private key")
    assert [url for url in asked if "/api/" in url] == []
    assert str(pair) not in page.content()
    assert json.dumps(list(bytes(pair)))[:40] not in page.content()


def test_a_file_without_a_column_of_addresses_is_refused(console: ConsolePage, tmp_path: Path) -> None:
    console.open("#/import")
    _choose(console, tmp_path / "table.csv", "a,b\n1,2\n")
    expect(console.page.get_by_role("alert")).to_contain_text("header line with a column wallet_address")
    assert console.axe() == []


@OWN_CONTEXT
def test_a_commit_that_breaks_off_is_taken_up_again(console: ConsolePage, tmp_path: Path) -> None:
    console.expect("status of 503")
    page = console.page
    console.world("empty")
    page.clock.install()
    console.open("#/import")
    addresses = [_new() for _ in range(150)]
    _choose(console, tmp_path / "many.csv", "wallet_address\n" + "\n".join(addresses))
    register = page.get_by_role("button", name="Register 150 wallets")
    expect(register).to_be_enabled()
    console.api.post("/__mock__/answers", json={"operation": "importWallets", "status": 503, "count": 1})
    register.click()
    expect(page.get_by_role("alert")).to_contain_text("store_unavailable")
    # It is tried again when the answer said.
    console.count_down()
    expect(page.get_by_text("150 wallets registered")).to_be_visible()
    assert len(console.addresses()) == 150
