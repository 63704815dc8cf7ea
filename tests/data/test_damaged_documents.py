"""A stored document that no longer fits is named in the log and passed over: never a 500, and never overwritten."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pydantic_core
import pytest

from backends.orchestrator.records import (
    KINDS,
    AuditEntry,
    Chunk,
    IdempotencyRecord,
    Launch,
    PortfolioMonth,
    Record,
    RefreshOperationRecord,
    RefreshShard,
    Schedule,
    Wallet,
    WalletMonth,
    WalletTombstone,
)
from backends.orchestrator.timestamps import format_timestamp
from backends.real import document_codec
from backends.real.document_codec import UnreadableDocument, encode_json
from tests.faults.world import OWNER, RealWorld, every_request, firestore, real_world, sqlite
from tests.support import records, rpc_world
from tests.support.load import LOAD_SECONDS
from tests.support.scripted_rpc import ScriptedRpc

Change = Callable[[dict[str, Any]], object]
Damage = Callable[[type[Record], Change], Awaitable[int]]
"""Changes all documents of a kind by hand; how many there were."""

CHANGES: dict[str, Change] = {
    "of another schema": lambda document: document.update(schema=99),
    "without a schema": lambda document: document.pop("schema"),
    "with a wrong type": lambda document: document.update({name: [{"no": "such"}] for name in _fields(document)}),
    "without its fields": lambda document: [document.pop(name) for name in _fields(document)],
    "empty": lambda document: document.clear(),
}


def _fields(document: dict[str, Any]) -> list[str]:
    return [name for name in document if name != "schema"]


@pytest.fixture(autouse=True)
def _reported_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_codec, "_reported", set())


@pytest.fixture
async def rpc() -> AsyncIterator[ScriptedRpc]:
    async with ScriptedRpc(rpc_world.answer) as server:
        yield server


async def _lived_in(world: RealWorld) -> dict[str, str]:
    """Documents of every kind; ids of what was made."""
    assert (await world.post("/api/wallets", {"wallet_address": OWNER}, **{"Idempotency-Key": _KEY})).status == 201
    refreshed = await world.post(f"/api/wallets/{OWNER}/refresh")
    assert refreshed.json().get("outcome") == "complete", refreshed.answer.text
    requests = every_request({})
    ids: dict[str, str] = {}
    for name in ("scheduleFunding", "recordLaunch"):
        method, path, body = requests[name]
        made = await world.send(method, path, json=body)
        assert made.status == 201
        ids |= {key: made.json()[key] for key in ("schedule_id", "launch_id") if key in made.json()}
    run = (await world.post("/api/wallets/refresh-all", Prefer="wait=10")).json()
    assert run["state"] == "COMPLETED"
    assert (await world.get("/api/wallets/portfolio/tokens")).status == 200
    return {**ids, "operation_id": run["operation_id"]}


_KEY = str(uuid.UUID(int=7))


async def _ask_everything(world: RealWorld, ids: dict[str, str]) -> dict[str, Any]:
    """Every operation once, the deletion last. Nothing answers with a 500, nothing takes for ever."""
    requests = sorted(every_request(ids).items(), key=lambda item: item[0] in ("deleteWallet", "createWallet"))
    answers = {}
    for name, (method, path, body) in requests:
        answers[name] = await world.send(method, path, json=body)
        assert answers[name].status != 500, f"{name}: {answers[name].answer.text}"
        assert answers[name].seconds < LOAD_SECONDS, name
    again = await world.post("/api/wallets", {"wallet_address": OWNER}, **{"Idempotency-Key": _KEY})
    assert again.status != 500
    return answers


def _sqlite_damage(path: Path) -> Damage:
    async def damage(kind: type[Record], change: Change) -> int:
        connection = sqlite3.connect(path)
        rows = connection.execute(f"SELECT key, body FROM {kind.COLLECTION}").fetchall()  # noqa: S608
        for key, body in rows:
            document = json.loads(body)
            change(document)
            connection.execute(
                f"UPDATE {kind.COLLECTION} SET body = ?, revision = revision + 1 WHERE key = ?",  # noqa: S608
                (json.dumps(document), key),
            )
        connection.commit()
        connection.close()
        return len(rows)

    return damage


@asynccontextmanager
async def _sqlite_world(rpc: ScriptedRpc, folder: Path) -> AsyncIterator[tuple[RealWorld, Damage]]:
    settings = sqlite(folder)
    async with real_world(rpc, settings) as world:
        yield world, _sqlite_damage(settings["wallet_sqlite_path"])


WAYS = [
    (kind, change) for kind in KINDS for change in CHANGES if kind is Wallet or change in ("empty", "with a wrong type")
]


@pytest.mark.parametrize(("kind", "change"), WAYS, ids=[f"{kind.COLLECTION} {change}" for kind, change in WAYS])
async def test_any_kind_damaged_in_any_way(rpc: ScriptedRpc, tmp_path: Path, kind: type[Record], change: str) -> None:
    async with _sqlite_world(rpc, tmp_path) as (world, damage):
        ids = await _lived_in(world)
        if kind is WalletTombstone:
            assert (await world.send("DELETE", f"/api/wallets/{OWNER}?force=true")).status == 204
        if kind is WalletMonth:
            _give_a_month(tmp_path)
        assert await damage(kind, CHANGES[change]) > 0
        await _ask_everything(world, ids)


def _give_a_month(folder: Path) -> None:
    """The wallet of a folder's store as if it had a longer past."""
    [path] = folder.glob("*.sqlite3")
    month = WalletMonth(wallet_address=OWNER, generation=1, month="2026-11", starts_at=records.T0, changes="AQ==")
    connection = sqlite3.connect(path)
    row = (month.key, 1, encode_json(month))
    connection.execute("INSERT INTO wallet_months (key, revision, body) VALUES (?, ?, ?)", row)
    changed = """json_set(body, '$.history_months', json('["2026-11"]'))"""
    connection.execute(f"UPDATE wallets SET revision = revision + 1, body = {changed}")  # noqa: S608
    connection.commit()
    connection.close()


async def _passed_over(world: RealWorld, damage: Damage, caplog: pytest.LogCaptureFixture) -> None:
    ids = await _lived_in(world)
    kept = rpc_world.SENDER
    assert await damage(Wallet, CHANGES["with a wrong type"]) == 1
    assert (await world.post("/api/wallets", {"wallet_address": kept})).status == 201
    with caplog.at_level(logging.WARNING):
        page = (await world.get("/api/wallets")).json()
    assert [item["wallet"]["wallet_address"] for item in page["items"]] == [kept]
    assert [record.getMessage() for record in caplog.records if f"wallets/{OWNER}" in record.getMessage()]
    wallet = f"/api/wallets/{OWNER}"
    assert (await world.get(wallet)).problem["code"] == "wallet_not_found"
    assert (await world.post(f"{wallet}/refresh")).problem["code"] == "wallet_not_found"
    body: dict[str, Any] = {"label": "x", "notes": None, "tags": [], "status_override": None}
    assert (await world.send("PUT", wallet, json=body)).problem["code"] == "wallet_not_found"
    assert (await world.send("DELETE", wallet)).problem["code"] == "wallet_not_found"
    exported = (await world.get("/api/wallets/export?format=jsonl")).answer.text.splitlines()
    assert [json.loads(line)["wallet"]["wallet_address"] for line in exported] == [kept]
    assert (await world.get("/api/wallets/export")).answer.text.count("\r\n") == 2
    run = (await world.post("/api/wallets/refresh-all", {"parts": ["sol_balance"]}, Prefer="wait=10")).json()
    assert (run["state"], run["total"], run["failed"]) == ("COMPLETED", 1, 0)
    for path in ("portfolio/summary", "portfolio/tokens", "portfolio/launches", "launches", "funding/scheduled"):
        assert (await world.get(f"/api/wallets/{path}")).status == 200, path

    created = await world.post("/api/wallets", {"wallet_address": OWNER})
    assert created.problem["code"] == "wallet_exists"
    assert "can't be read" in created.problem["detail"]
    assert created.seconds < LOAD_SECONDS
    imported = await world.post("/api/wallets/import", {"wallets": [{"wallet_address": OWNER}], "dry_run": False})
    assert imported.json()["items"][0]["outcome"] == "exists"
    await _ask_everything(world, ids)
    assert await damage(Wallet, lambda document: _must_be(document, [{"no": "such"}])) >= 1, "and it is still there"


def _must_be(document: dict[str, Any], value: object) -> None:
    assert document["label"] == value or document["wallet_address"] == rpc_world.SENDER


async def test_a_damaged_wallet_in_sqlite(rpc: ScriptedRpc, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with _sqlite_world(rpc, tmp_path) as (world, damage):
        await _passed_over(world, damage, caplog)


def _firestore_damage(host: str, project: str) -> Damage:
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import firestore as sdk

    def damage(kind: type[Record], change: Change) -> int:
        client: Any = sdk.Client(project, AnonymousCredentials(), client_options={"api_endpoint": host})  # type: ignore[no-untyped-call]
        found = list(client.collection(kind.COLLECTION).stream())
        for each in found:
            document = each.to_dict()
            change(document)
            each.reference.set(document)
        client.close()
        return len(found)

    async def in_a_thread(kind: type[Record], change: Change) -> int:
        return await asyncio.to_thread(damage, kind, change)

    return in_a_thread


@asynccontextmanager
async def _firestore_world(
    rpc: ScriptedRpc, host: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[RealWorld, Damage]]:
    project = f"damaged-{uuid.uuid4().hex[:8]}"
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)  # for the SDK's own client, which damages
    async with real_world(rpc, firestore(host, project)) as world:
        yield world, _firestore_damage(host, project)


async def test_a_damaged_wallet_in_firestore(
    rpc: ScriptedRpc, firestore_emulator: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with _firestore_world(rpc, firestore_emulator, monkeypatch) as (world, damage):
        await _passed_over(world, damage, caplog)


@pytest.mark.parametrize("kind", [Chunk, Schedule, Launch, RefreshOperationRecord, RefreshShard, AuditEntry])
async def test_other_kinds_in_firestore(
    rpc: ScriptedRpc, firestore_emulator: str, monkeypatch: pytest.MonkeyPatch, kind: type[Record]
) -> None:
    async with _firestore_world(rpc, firestore_emulator, monkeypatch) as (world, damage):
        ids = await _lived_in(world)
        assert await damage(kind, CHANGES["of another schema"]) > 0
        await _ask_everything(world, ids)


async def test_a_damaged_month_of_the_portfolio_holds_up_no_refresh(rpc: ScriptedRpc, tmp_path: Path) -> None:
    """It stays as it is, for an operator, and another one is begun beside it."""
    async with _sqlite_world(rpc, tmp_path) as (world, damage):
        await _lived_in(world)
        for change in ("with a wrong type", "empty"):
            assert await damage(PortfolioMonth, CHANGES[change]) > 0
            run = (await world.post("/api/wallets/refresh-all", {"scope": "all"}, Prefer="wait=10")).json()
            assert run["state"] == "COMPLETED"
            points = (await world.get("/api/wallets/portfolio/history")).json()["points"]
            assert [point["at"] for point in points] == [run["finished_at"]]
        assert await damage(PortfolioMonth, lambda _: None) == 3


@pytest.mark.parametrize("payload", ["{", "[1]", '[{"mint_address": 5}]', "null", ""])
async def test_holdings_that_are_no_holdings(rpc: ScriptedRpc, tmp_path: Path, payload: str) -> None:
    async with _sqlite_world(rpc, tmp_path) as (world, damage):
        ids = await _lived_in(world)
        await damage(Chunk, lambda document: document.update(payload=payload))
        wallet = await world.get(f"/api/wallets/{OWNER}")
        assert wallet.status == 200, wallet.answer.text
        assert wallet.json()["wallet"]["token_holdings"] is None
        assert (await world.post(f"/api/wallets/{OWNER}/refresh")).status == 200
        assert (await world.wallet())["wallet"]["token_holdings"], "a refresh writes them anew"
        await _ask_everything(world, ids)


async def test_holdings_that_are_gone(rpc: ScriptedRpc, tmp_path: Path) -> None:
    async with _sqlite_world(rpc, tmp_path) as (world, damage):
        await _lived_in(world)
        await damage(Chunk, CHANGES["empty"])
        wallet = await world.get(f"/api/wallets/{OWNER}")
        assert wallet.status == 200, wallet.answer.text
        assert wallet.json()["wallet"]["token_holdings"] is None
        assert (await world.post(f"/api/wallets/{OWNER}/refresh")).status == 200
        assert (await world.wallet())["wallet"]["token_holdings"], "a refresh writes them anew"


@pytest.mark.parametrize(
    ("record", "old", "new"),
    [
        (
            WalletTombstone(wallet_address=OWNER, generations=3, metadata_version=1, launch_count=0),
            "lives",
            "generations",
        ),
        (records.wallet(OWNER), "life", "generation"),
        (
            IdempotencyRecord(record_id=OWNER, fingerprint="f", owner="o", answer=None, expires_at=records.T0),
            "claim_id",
            "record_id",
        ),
    ],
)
def test_documents_with_names_of_before_are_read(record: Record, old: str, new: str) -> None:
    document = document_codec.encode(record)
    document[old] = document.pop(new)
    assert document_codec.decode(type(record), OWNER, document) == record
    assert document_codec.decode_json(type(record), OWNER, json.dumps(document, default=format_timestamp)) == record


@pytest.mark.parametrize("text", ["2026-11-22T16:10:00.000Z", "2026-11-22T17:10:00+01:00", "2026-11-22 16:10Z"])
def test_moments_are_read_in_pythons_own_utc(text: str) -> None:
    document = document_codec.encode(records.wallet(OWNER)) | {"created_at": text}
    for read in (
        document_codec.decode(Wallet, OWNER, document),
        document_codec.decode_json(Wallet, OWNER, json.dumps(document, default=format_timestamp)),
        document_codec.decode(Wallet, OWNER, document | {"created_at": datetime.fromisoformat(text)}),
    ):
        assert read.created_at == datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
        assert read.created_at.tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-11-22T16:10:00.000", "0001-01-01T00:00:00+05:00", "2026-13-22T16:10:00.000Z"])
def test_what_is_no_moment_of_the_calendar_is_unreadable(text: str) -> None:
    document = document_codec.encode(records.wallet(OWNER)) | {"created_at": text}
    with pytest.raises(UnreadableDocument, match="created_at"):
        document_codec.decode(Wallet, OWNER, document)


def test_both_ways_to_write_a_document_say_the_same() -> None:
    def printed(value: Any) -> Any:
        if isinstance(value, datetime):
            return format_timestamp(value)
        if isinstance(value, dict):
            return {name: printed(each) for name, each in value.items()}
        return [printed(each) for each in value] if isinstance(value, list) else value

    for kind in records._MAKERS:
        for record in records.some_records(kind, 40, seed=11):
            assert pydantic_core.from_json(encode_json(record)) == printed(document_codec.encode(record))


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
def test_integers_that_no_store_keeps_are_refused(number: int) -> None:
    record = records.wallet(OWNER, generation=number)
    for encoding in (document_codec.encode, encode_json):
        with pytest.raises(ValueError, match=r"64 bits|generation"):
            encoding(record)
