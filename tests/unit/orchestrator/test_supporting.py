"""The audit trail, exports and imports."""

from __future__ import annotations

import asyncio
import csv
import gc
import io
import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backends.errors import ChainTimeout, StoreUnavailable
from backends.orchestrator.history.changes import BalanceChange
from backends.orchestrator.history.months import month_start, with_more
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import AuditEntry, Wallet, WalletMonth, WalletTombstone
from backends.request_context import CALLER, Caller
from generated_models import (
    AuditPage,
    CachedWalletSummary,
    CreateWalletRequest,
    ExportFormat,
    FreshnessState,
    ImportOutcome,
    ImportWallet,
    ImportWalletsRequest,
    ImportWalletsResponse,
    ProblemCode,
    WalletStatus,
)
from tests.support.fakes import START, address
from tests.support.rig import Rig, refused

KEY = "0d9f4a3e-6f0e-4c55-9d3b-6c1f0a8f2b11"
A, B, C = address("a"), address("b"), address("c")


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def trail(rig: Rig, subject: str | None = None, *, size: int = 50, token: str | None = None) -> AuditPage:
    return (await rig.backend.list_audit_entries(subject=subject, page_size=size, page_token=token)).value


async def export(rig: Rig, form: ExportFormat, **choice: Any) -> bytes:
    download = (await rig.backend.export_wallets(format=form, **choice)).value
    return b"".join([piece async for piece in download.pieces])


async def lines(rig: Rig, **choice: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (await export(rig, ExportFormat.jsonl, **choice)).splitlines()]


async def rows(rig: Rig) -> list[dict[str, str]]:
    text = (await export(rig, ExportFormat.csv)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def bring_in(
    rig: Rig, *wallets: dict[str, Any] | str, dry_run: bool = False, key: str | None = None
) -> ImportWalletsResponse:
    items = [ImportWallet(**({"wallet_address": each} if isinstance(each, str) else each)) for each in wallets]
    body = ImportWalletsRequest(wallets=items, dry_run=dry_run)
    return (await rig.backend.import_wallets(body=body, idempotency_key=key)).value


def outcomes(answer: ImportWalletsResponse) -> list[str]:
    return [item.outcome.value for item in answer.items]


# The audit trail


async def test_every_change_says_who_made_it(rig: Rig) -> None:
    CALLER.set(Caller("key:ci", "req_1"))
    await rig.create(A)
    rig.clock.move(1)
    CALLER.set(Caller("user:mira", "req_2"))
    await rig.put(A, label="x")
    rig.clock.move(1)
    schedule = await rig.schedule(A, "1")
    rig.clock.move(1)
    await rig.cancel(schedule.schedule_id)
    rig.clock.move(1)
    await rig.launched(A, address("mint"))
    rig.clock.move(1)
    await rig.delete(A)
    entries = (await trail(rig, A)).items
    assert [entry.action for entry in entries] == [
        "deleteWallet",
        "recordLaunch",
        "cancelScheduledFunding",
        "scheduleFunding",
        "updateWallet",
        "createWallet",
    ]
    assert [(entry.actor, entry.request_id) for entry in entries][-2:] == [("user:mira", "req_2"), ("key:ci", "req_1")]
    assert entries[2].detail == entries[3].detail == {"schedule_id": schedule.schedule_id}


async def test_a_refresh_is_in_the_trail_with_its_outcome(rig: Rig) -> None:
    await rig.create(A)
    rig.clock.move(1)
    CALLER.set(Caller("user:mira", "req_1"))
    await asyncio.gather(*(rig.refresh(A) for _ in range(5)))
    rig.clock.move(60)
    rig.chain.fail("getTokenAccountsByOwner", ChainTimeout())
    await rig.refresh(A)
    rig.clock.move(60)
    rig.chain.fail("*", ChainTimeout())
    await refused(rig.refresh(A), ProblemCode.chain_timeout)
    entries = (await trail(rig, A)).items[:-1]
    assert [(entry.action, entry.detail) for entry in entries] == [
        ("refreshWallet", {"outcome": "failed"}),
        ("refreshWallet", {"outcome": "partial"}),
        ("refreshWallet", {"outcome": "complete"}),  # once for the five who shared it
    ]
    assert {(entry.actor, entry.request_id) for entry in entries} == {("user:mira", "req_1")}


async def test_entries_are_dropped_when_they_are_old(rig: Rig) -> None:
    await bring_in(rig, *(address(f"w{number}") for number in range(100)))
    await rig.create(A)
    rig.clock.move(days=399)
    await rig.create(B)
    await rig.backend._housekeeping.sweep()
    assert (await trail(rig)).total_size == 102
    rig.clock.move(days=2)
    await rig.backend._housekeeping.sweep()
    assert [entry.subject for entry in (await trail(rig)).items] == [B]


async def test_what_fails_leaves_no_trace(rig: Rig) -> None:
    await rig.create(A)
    await refused(rig.create(A), ProblemCode.wallet_exists)
    await refused(rig.delete(B), ProblemCode.wallet_not_found)
    assert (await trail(rig)).total_size == 1


async def test_the_trail_is_paged_and_filtered(rig: Rig) -> None:
    for each in (A, B, C):
        await rig.create(each)
        rig.clock.move(1)
    page = await trail(rig, size=2)
    assert ([entry.subject for entry in page.items], page.total_size) == ([C, B], 3)
    rest = await trail(rig, size=2, token=page.next_page_token)
    assert ([entry.subject for entry in rest.items], rest.next_page_token) == ([A], None)
    assert [entry.subject for entry in (await trail(rig, B)).items] == [B]
    assert (await trail(rig, "nobody")).items == []
    await refused(trail(rig, B, token=page.next_page_token), ProblemCode.invalid_page_token)


# Exports


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
async def test_no_cell_is_a_formula(rig: Rig, start: str) -> None:
    text = f'{start}HYPERLINK("https://evil.example","x"),1'
    await rig.create(
        A, label=None if start in "\t\n" else text, notes=text, tags=[] if start in "\t\n" else [text[:32]]
    )
    (row,) = await rows(rig)
    assert row["notes"] == f"'{text}"
    assert all(not cell.startswith(start) for cell in row.values())


@pytest.mark.parametrize(("label", "cell"), [("'=1", "''=1"), ("''@x", "'''@x"), ("'tis", "'tis"), ("'", "'")])
async def test_an_apostrophe_before_a_formula_is_told_from_one_of_the_exports(rig: Rig, label: str, cell: str) -> None:
    await rig.create(A, label=label)
    assert (await rows(rig))[0]["label"] == cell


async def test_an_export_is_what_the_list_says(rig: Rig) -> None:
    await rig.create(A, label='"quoted", and\u2028more', notes="two\nlines", tags=["ops", "'"], status_override=None)
    await rig.create(B)
    rig.chain.pay(A, lamports=1_500_000_000)
    await rig.refresh(A)
    listed = {item.wallet.wallet_address: item for item in (await rig.page()).items}
    lines = (await export(rig, ExportFormat.jsonl)).decode().split("\n")
    assert lines.pop() == ""
    items = [CachedWalletSummary.model_validate_json(line) for line in lines]
    assert [item.wallet.wallet_address for item in items] == sorted([A, B])
    assert {item.wallet.wallet_address: item for item in items} == listed
    found = {row["wallet_address"]: row for row in await rows(rig)}
    assert found[A]["label"] == '"quoted", and\u2028more'
    assert found[A]["notes"] == "two\nlines"
    assert json.loads(found[A]["tags"]) == ["ops", "'"]
    assert found[A]["last_balance_sol"] == "1.5"
    assert (found[A]["status"], found[A]["cache_state"]) == ("FUNDED", "fresh")
    assert (found[B]["label"], found[B]["status"], found[B]["token_count"]) == ("", "", "")


async def test_an_empty_export_has_its_header(rig: Rig) -> None:
    assert (await export(rig, ExportFormat.csv)).startswith(b"wallet_address,label,")
    assert await export(rig, ExportFormat.jsonl) == b""


async def test_a_large_export_comes_in_pieces(rig: Rig) -> None:
    addresses = await rig.create_many(450)
    download = (await rig.backend.export_wallets(format=ExportFormat.jsonl)).value
    pieces = [piece async for piece in download.pieces]
    assert [piece.count(b"\n") for piece in pieces] == [200, 200, 50]
    assert [json.loads(line)["wallet"]["wallet_address"] for line in b"".join(pieces).splitlines()] == sorted(addresses)


async def _with_changes(rig: Rig, count: int) -> None:
    """A wallet with a past of so many changes."""
    await rig.create(A)
    changes = [
        BalanceChange(
            first_seen_at=START + timedelta(seconds=number),
            confirmed_until=START + timedelta(seconds=number),
            slot=number,
            lamports=number,
            tokens=None,
            status=None,
        )
        for number in range(count)
    ]
    stored = await rig.stored(A)
    empty = WalletMonth(wallet_address=A, generation=1, month="2026-11", starts_at=month_start("2026-11"))
    month, _ = with_more(empty, changes, [])
    await rig.store.store.commit([Put(replace(stored, history_months=("2026-11",))), Put(month)])


@pytest.mark.parametrize("count", [0, 1, 200, 201, 400, 999])
async def test_an_exported_history_is_the_history(rig: Rig, count: int) -> None:
    await _with_changes(rig, count)
    [line] = await lines(rig, holdings=True, history=True)
    assert line["history"] == [each.model_dump(mode="json") for each in (await rig.history(A)).entries]
    assert len(line["history"]) == count
    assert list(line) == ["wallet", "cache", "token_holdings", "history"]


async def _longest_share(rig: Rig, **choice: Any) -> float:
    """The largest part of an export's processor time in which nobody else had a turn."""
    await export(rig, ExportFormat.jsonl, **choice)
    gc.collect()
    exporting = asyncio.create_task(export(rig, ExportFormat.jsonl, **choice))
    begun = last = time.thread_time()
    longest = 0.0
    while not exporting.done():
        await asyncio.sleep(0)
        longest, last = max(longest, time.thread_time() - last), time.thread_time()
    return longest / (last - begun)


async def test_an_export_keeps_nobody_waiting(rig: Rig) -> None:
    """From the mock's store everything comes at once, and a wallet may have changed tens of thousands of times."""
    await rig.create_many(400)
    assert await _longest_share(rig) < 0.6
    await _with_changes(rig, 2_000)
    assert await _longest_share(rig, q=A[:8], history=True) < 0.6


async def test_an_export_takes_the_lists_filters(rig: Rig) -> None:
    await rig.create(A, label="Launch pad", tags=["q4"])
    rig.clock.move(1)
    await rig.create(B, label="Treasury", tags=["q4"])
    rig.clock.move(1)
    await rig.create(C, tags=["q3"])
    rig.chain.lamports[A] = 10**9
    await rig.refresh(A)

    async def exported(**choice: Any) -> list[str]:
        return [line["wallet"]["wallet_address"] for line in await lines(rig, **choice)]

    assert await exported() == sorted([A, B, C])
    assert await exported(tag="q4") == [B, A], "the newest first"
    assert await exported(tag="q4", min_balance="0.5") == [A]
    assert await exported(q="trea") == [B]
    assert await exported(q="!?") == []
    assert await exported(freshness=FreshnessState.never, unknown_status=True, tag="q3") == [C]
    table = (await export(rig, ExportFormat.csv, tag="nobody's", history=True)).decode()
    assert table.startswith("wallet_address,label")
    assert table.count("\r\n") == 1


async def test_lines_have_what_is_beside_a_wallet_for_the_asking(rig: Rig) -> None:
    await rig.create(A)
    await rig.create(B)
    for number in range(40):
        rig.chain.pay(A, lamports=number + 1, at=rig.clock.now())
        rig.chain.set_tokens(A, bonk=number + 1)
        await rig.refresh(A)
        rig.clock.move(60)
    read, never = sorted(await lines(rig, holdings=True, funding=True, history=True), key=lambda each: -len(str(each)))
    whole = (await rig.get(A)).value.wallet.model_dump(mode="json")
    assert {**read["wallet"], "token_count": 1} == read["wallet"]
    assert (read["token_holdings"], read["recent_funding"]) == (whole["token_holdings"], whole["recent_funding"])
    assert read["history"] == (await rig.history(A)).model_dump(mode="json")["entries"]
    assert len(read["history"]) == 40
    assert (never["token_holdings"], never["recent_funding"], never["history"]) == (None, None, [])
    plain = await lines(rig, funding=True)
    assert {tuple(line) for line in plain} == {("wallet", "cache", "recent_funding")}
    assert {tuple(line) for line in await lines(rig)} == {("wallet", "cache")}


async def test_holdings_that_a_refresh_replaces_meanwhile(rig: Rig) -> None:
    await rig.create(A)
    rig.chain.set_tokens(A, bonk=1)
    await rig.refresh(A)
    replaced = False

    async def meddle(method: str, _: object) -> None:
        nonlocal replaced
        if method == "get_many" and not replaced:
            replaced = True
            rig.chain.set_tokens(A, bonk=2)
            await rig.again().refresh(A)

    rig.store.before = meddle
    [line] = await lines(rig, holdings=True)
    assert replaced
    assert [each["amount"] for each in line["token_holdings"]] == ["2"]


# Imports


async def test_each_wallet_has_an_outcome_of_its_own(rig: Rig) -> None:
    await rig.create(A, label="kept")
    answer = await bring_in(
        rig, {"wallet_address": A, "label": "new"}, {"wallet_address": B, "tags": ["ops"]}, "nonsense"
    )
    assert outcomes(answer) == ["exists", "created", "invalid"]
    assert (answer.created, answer.exists, answer.invalid, answer.dry_run) == (1, 1, 1, False)
    assert (await rig.get(A)).value.wallet.label == "kept"
    assert (await rig.get(B)).value.wallet.tags == ["ops"]
    assert [entry.action for entry in (await trail(rig, B)).items] == ["importWallets"]


async def test_a_dry_run_says_the_same_and_writes_nothing(rig: Rig) -> None:
    await rig.create(A)
    commits = len(rig.store.commits)
    said = await bring_in(rig, A, B, "nonsense", dry_run=True)
    assert len(rig.store.commits) == commits
    assert said.dry_run
    done = await bring_in(rig, A, B, "nonsense")
    assert outcomes(said) == outcomes(done)


@pytest.mark.parametrize(
    ("item", "where"),
    [
        ({"wallet_address": ""}, "wallet_address"),
        ({"wallet_address": "1" * 44}, "wallet_address"),
        ({"wallet_address": B[:-1] + "0"}, "wallet_address"),
        ({"label": "\x7f"}, "label"),
        ({"label": "x" * 101}, "label"),
        ({"label": "a\nb"}, "label"),
        ({"notes": "x" * 2001}, "notes"),
        ({"notes": "\0"}, "notes"),
        ({"tags": ["a", "a"]}, "tags"),
        ({"tags": ["a", "x" * 33]}, "tags/1"),
        ({"tags": [str(number) for number in range(21)]}, "tags"),
        ({"status_override": "funded"}, "status_override"),
    ],
)
async def test_what_makes_an_item_invalid(rig: Rig, item: dict[str, Any], where: str) -> None:
    answer = await bring_in(rig, A, {"wallet_address": B, **item})
    assert outcomes(answer) == ["created", "invalid"]
    assert [error.where for error in answer.items[1].errors] == [f"/body/wallets/1/{where}"]
    assert re.fullmatch(r"[A-Z].*\.", answer.items[1].errors[0].expected or ""), "a sentence"


async def test_an_item_has_all_its_errors(rig: Rig) -> None:
    item = {"wallet_address": "x", "label": "\x7f", "status_override": "NO"}
    assert len((await bring_in(rig, item)).items[0].errors) == 3


async def test_an_address_is_named_once(rig: Rig) -> None:
    assert outcomes(await bring_in(rig, A, A)) == ["created", "invalid"]


async def test_an_imported_wallet_is_as_if_created(rig: Rig) -> None:
    body: dict[str, Any] = {"label": "l", "notes": "n", "tags": ["t"], "status_override": WalletStatus.ARCHIVED}
    await rig.create(A, **body)
    await bring_in(rig, {"wallet_address": B, **body, "status_override": "ARCHIVED"})
    one, other = (await rig.get(A)).value, (await rig.get(B)).value
    assert one.wallet.model_copy(update={"wallet_address": B}) == other.wallet
    assert one.cache == other.cache


async def test_a_wallet_that_comes_back_begins_another_life(rig: Rig) -> None:
    await rig.create(A)
    etag = (await rig.get(A)).etag
    await rig.delete(A)
    assert outcomes(await bring_in(rig, A)) == ["created"]
    assert (await rig.stored(A)).generation == 2
    assert (await rig.get(A)).etag != etag


async def test_a_hundred_wallets_are_one_commit(rig: Rig) -> None:
    commits = len(rig.store.commits)
    answer = await bring_in(rig, *(address(f"w{number}") for number in range(100)), key=KEY)
    assert answer.created == 100
    written = [commit for commit in rig.store.commits[commits:] if any(_kind(write) is Wallet for write in commit)]
    assert len(written) == 1
    kinds = [_kind(write) for write in written[0]]
    assert (kinds.count(Wallet), kinds.count(WalletTombstone), kinds.count(AuditEntry)) == (100, 100, 100)


def _kind(write: Write) -> type:
    return type(write.record) if isinstance(write, Put) else write.kind


async def test_an_import_is_replayed(rig: Rig) -> None:
    first = await bring_in(rig, A, B, key=KEY)
    assert await bring_in(rig, A, B, key=KEY) == first
    assert outcomes(await bring_in(rig, A, B)) == ["exists", "exists"]
    await refused(bring_in(rig, A, key=KEY), ProblemCode.idempotency_key_reused)


async def test_a_wallet_that_comes_in_between_is_no_harm(rig: Rig) -> None:
    came = False

    async def in_between(method: str, writes: Sequence[Write]) -> None:
        nonlocal came
        if method == "commit" and not came:
            came = True
            await rig.again().create(A)

    rig.store.before = in_between
    assert outcomes(await bring_in(rig, A, B)) == ["exists", "created"]


async def test_a_store_that_fails_keeps_nothing(rig: Rig) -> None:
    async def down(method: str, _: Sequence[Write]) -> None:
        if method == "commit":
            raise StoreUnavailable

    rig.store.before = down
    with pytest.raises(StoreUnavailable):
        await bring_in(rig, A, B)
    rig.store.before = None
    assert (await rig.page()).items == []


def test_the_rules_are_those_of_create_wallet() -> None:
    assert set(ImportWallet.model_fields) == set(CreateWalletRequest.model_fields)
    assert [outcome.value for outcome in ImportOutcome] == ["created", "exists", "invalid"]
