"""One wallet: its parts, edits that meet others' edits, refreshes, strangers' names, look-alikes, secrets."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.browser import ConsolePage

pytestmark = pytest.mark.browser

_KEYPAIR = json.dumps(
    [
        *bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
        *bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
    ]
)  # RFC 8032, test 1


def _edit(console: ConsolePage) -> None:
    console.page.get_by_role("button", name="Edit").click()
    console.page.get_by_label("Label").wait_for()


def test_the_whole_address_and_every_part(console: ConsolePage) -> None:
    address = console.addresses(freshness="error")[0]
    console.open(f"#/wallets/{address}")
    page = console.page
    expect(page.locator(".groups")).to_have_text(address)
    parts = page.locator(".part-card")
    expect(parts).to_have_count(3)
    error = page.locator(".part-error").first
    expect(error).to_contain_text(re.compile("Trying again (may|won't) help"))
    cached = console.api.get(f"/api/wallets/{address}").json()["cache"]["parts"]
    cause = next(part["last_error"] for part in cached.values() if part["last_error"])
    expect(error).to_contain_text(cause["message"])
    expect(error).to_contain_text(cause["code"])


def test_never_read_is_not_empty(console: ConsolePage) -> None:
    console.open(f"#/wallets/{console.addresses(freshness='never')[0]}")
    page = console.page
    expect(page.locator(".wallet-balance .amount")).to_have_text("—")
    expect(page.get_by_text("may hold tokens or none")).to_be_visible()
    expect(page.get_by_text("not read yet").first).to_be_visible()


def test_a_refresh_says_what_changed(console: ConsolePage) -> None:
    address = console.addresses(freshness="never")[0]
    console.open(f"#/wallets/{address}")
    page = console.page
    page.get_by_role("button", name="Refresh", exact=True).click()
    outcome = page.locator(".outcome")
    expect(outcome).to_contain_text("RPC calls")
    balance = console.api.get(f"/api/wallets/{address}").json()["wallet"]["last_balance_sol"]
    assert balance is not None
    expect(page.locator(".wallet-balance .amount")).to_have_text(re.compile(r"^[\d,]+(\.\d+)? SOL$"))
    assert page.locator(".wallet-balance .amount").inner_text().replace(",", "").split()[0] == balance
    expect(page.locator(".part-card .mark.fresh")).to_have_count(3)


def test_one_part_is_refreshed_alone(console: ConsolePage) -> None:
    address = console.addresses(freshness="stale")[0]
    console.open(f"#/wallets/{address}")
    console.page.get_by_role("button", name="Refresh SOL balance alone").click()
    expect(console.page.locator(".outcome")).to_be_visible()
    states = {
        name: part["state"]
        for name, part in console.api.get(f"/api/wallets/{address}").json()["cache"]["parts"].items()
    }
    assert states == {"sol_balance": "fresh", "token_holdings": "stale", "funding_transactions": "stale"}


def test_the_past_and_its_gaps(console: ConsolePage) -> None:
    page = console.page
    histories = {
        address: console.api.get(f"/api/wallets/{address}/history").json()
        for address in console.addresses(status="LAUNCHED")
    }
    address, history = max(histories.items(), key=lambda item: len(item[1]["entries"]))
    assert len(history["entries"]) > 1
    console.open(f"#/wallets/{address}?days=all")
    past = page.get_by_role("region", name="Balance history").first
    expect(past.locator(".plot canvas")).to_be_visible()
    expect(past).to_contain_text("Shaded: nobody looked.")
    past.get_by_text("As a table").click()
    shown = [text.replace(",", "") for text in past.locator("tbody .amount").all_inner_texts()]
    assert shown == [entry["balance_sol"] for entry in reversed(history["entries"])]
    assert console.axe() == []
    past.get_by_role("button", name="7 days").click()
    expect(page).to_have_url(re.compile("days=7"))


def test_transactions_and_how_far_back_they_are_complete(console: ConsolePage) -> None:
    page = console.page
    pages = {
        address: console.api.get(f"/api/wallets/{address}/activity").json() for address in console.addresses()[:20]
    }
    address, activity = max(pages.items(), key=lambda item: len(item[1]["items"]))
    console.open(f"#/wallets/{address}")
    section = page.get_by_role("region", name="Activity")
    expect(section).to_contain_text("complete")
    for transaction in activity["items"][:5]:
        expect(section).to_contain_text(transaction["signature"])
    never = console.addresses(freshness="never")[0]
    console.open(f"#/wallets/{never}")
    expect(page.get_by_role("region", name="Activity")).to_contain_text("Never read.")
    expect(page.get_by_role("region", name="Balance history")).to_contain_text("No refresh has read it yet.")


def test_an_edit_is_saved(console: ConsolePage) -> None:
    address = console.addresses()[0]
    console.open(f"#/wallets/{address}")
    page = console.page
    _edit(console)
    page.get_by_label("Label").fill("Payroll, north")
    page.get_by_label("Tags").fill("ops, payroll, ops")
    page.get_by_label("Status").select_option("ARCHIVED")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Payroll, north", level=1)).to_be_visible()
    wallet = console.api.get(f"/api/wallets/{address}").json()["wallet"]
    assert (wallet["label"], wallet["tags"], wallet["status"]) == ("Payroll, north", ["ops", "payroll"], "ARCHIVED")


def test_a_412_shows_both_versions(console: ConsolePage) -> None:
    console.expect("status of 412")
    address = console.addresses()[0]
    console.open(f"#/wallets/{address}")
    page = console.page
    _edit(console)
    page.get_by_label("Label").fill("Mine")
    theirs: dict[str, Any] = {"label": "Theirs", "notes": "Paid twice", "tags": ["cold"], "status_override": None}
    console.api.put(f"/api/wallets/{address}", json=theirs).raise_for_status()
    page.get_by_role("button", name="Save").click()
    versions = page.locator(".versions")
    for text in ("Mine", "Theirs", "Paid twice"):
        expect(versions).to_contain_text(text)
    assert console.axe() == []
    page.get_by_role("button", name="Go on from theirs").click()
    expect(page.get_by_label("Label")).to_have_value("Theirs")
    page.get_by_label("Label").fill("Both")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Both", level=1)).to_be_visible()
    assert console.api.get(f"/api/wallets/{address}").json()["wallet"]["notes"] == "Paid twice"


def test_a_secret_goes_nowhere(console: ConsolePage) -> None:
    address = console.addresses()[0]
    sent: list[str] = []
    console.page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    console.open(f"#/wallets/{address}")
    page = console.page
    _edit(console)
    phrase = "abandon " * 11 + "about"
    for secret in (_KEYPAIR, phrase):
        page.get_by_label("Notes").fill(f"key {secret}")
        expect(page.get_by_text("private key or a recovery phrase")).to_be_visible()
        expect(page.get_by_label("Notes")).to_have_value("")
    page.get_by_label("Notes").fill("harmless")
    expect(page.get_by_text("private key or a recovery phrase")).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit")).to_be_visible()
    assert console.api.get(f"/api/wallets/{address}").json()["wallet"]["notes"] == "harmless"
    page.keyboard.press("/")
    page.get_by_role("combobox").fill(phrase)
    expect(page.get_by_text("private key or a recovery phrase")).to_be_visible()
    everything = "".join(sent) + page.url + json.dumps(page.evaluate("[{...localStorage}, {...sessionStorage}]"))
    assert "abandon abandon" not in everything
    assert "157,97,177" not in everything.replace(" ", "")


@pytest.mark.parametrize(
    ("name", "ticker", "shown", "badge"),
    [
        ("<img src=x onerror=alert(1)>", "XSS", "<img src=x onerror=alert(1)>", "unverified"),
        ("Claim at free-sol.com", "FREE", "Claim at free-sol.com", "link"),
        ("US\u200bDC", "USDC", "USU+200BDC", "not the known one"),
        ("\u202ecod.exe", "RTL", "U+202Ecod.exe", "unverified"),
        ("S\u043elana", "S", "S\u043elana", "mixed scripts"),
        ("Z" + "\u0301" * 60, "ZAL", "Z\u0301\u0301", "unverified"),
    ],
    ids=["markup", "link", "invisible", "right-to-left", "scripts", "marks"],
)
def test_token_names_of_strangers_are_shown_safely(
    console: ConsolePage, name: str, ticker: str, shown: str, badge: str
) -> None:
    def poison(body: dict[str, Any]) -> None:
        if body["wallet"]["token_holdings"]:
            body["wallet"]["token_holdings"][0].update(
                name=name, ticker=ticker, mint_address="So1endDq2YkqhipRh3WViPa8hdiSpxWy6z3Z6tMCpAo"
            )

    console.rewrite(r"/api/wallets/[1-9A-Za-z]{32,44}$", poison)
    wallets = console.api.get("/api/wallets?page_size=200").json()["items"]
    console.open(
        f"#/wallets/{next(one['wallet']['wallet_address'] for one in wallets if one['wallet']['token_count'])}"
    )
    cell = console.page.get_by_role("grid", name="Token holdings").locator("[role=gridcell][data-column=token]").first
    expect(cell.locator("bdi").first).to_have_text(shown)
    expect(cell).to_contain_text(badge)
    box = cell.locator("bdi").first.bounding_box()
    assert box is not None
    assert box["height"] < 30


def test_look_alikes_and_dust(console: ConsolePage) -> None:
    addresses = console.addresses()
    ours, shown = addresses[0], addresses[1]
    fake = ours[:4] + "".join("z" if character != "z" else "y" for character in ours[4:-4]) + ours[-4:]

    def poison(body: dict[str, Any]) -> None:
        transfer = {"signature": "5" * 87, "sender": fake, "slot": 1, "block_time": "2026-11-25T10:00:00.000Z"}
        body["wallet"]["recent_funding"] = [
            {**transfer, "amount_lamports": "1000", "amount_sol": "0.000001"},
            {**transfer, "signature": "4" * 87, "amount_lamports": "2000000000", "amount_sol": "2"},
        ]

    console.rewrite(rf"/api/wallets/{shown}$", poison)
    console.open()
    console.wait_for_rows()
    console.row(1).click()
    page = console.page
    warning = page.locator(".resemblance").first
    expect(warning).to_contain_text("looks like")
    warning.locator("summary").click()
    expect(warning.locator(".compared").first).to_have_text(fake)
    expect(warning.locator(".compared").last).to_have_text(ours)
    expect(page.get_by_text("1 under 0.001 SOL")).to_be_visible()
    expect(page.locator(".fold .resemblance")).to_be_hidden()


def test_a_refresh_that_fails(console: ConsolePage) -> None:
    page = console.page
    console.open(f"#/wallets/{console.addresses()[0]}")
    for status, code in ((502, "chain_unavailable"), (504, "chain_timeout"), (429, "refresh_cooldown")):
        console.expect(f"status of {status}")
        armed = {"operation": "refreshWallet", "status": status, "count": 1}
        console.api.post("/__mock__/answers", json=armed).raise_for_status()
        page.get_by_role("button", name="Refresh", exact=True).click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text(code)
        waits = re.compile(r"Again in \d+ s" if status == 429 else "Try again")
        expect(alert.get_by_role("button", name=waits)).to_be_visible()
        expect(page.locator(".wallet-balance .amount")).to_be_visible()


def test_an_unknown_wallet_is_told(console: ConsolePage) -> None:
    console.expect("status of 404")
    console.open("#/wallets/4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf")
    expect(console.page.get_by_role("alert")).to_contain_text("wallet_not_found")
    expect(console.page.locator("main .groups")).to_have_text("4xepF7h96rpVQpGkvbVSPBZigsMFs3Mszf2AbPxXodgf")
