"""What the stores keep fits the contract: every bound of its schemas is one of the records' too, both ways."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backends.orchestrator import bounds
from backends.orchestrator.records import (
    KINDS,
    AuditEntry,
    Funding,
    ItemResult,
    Launch,
    PartResultRecord,
    Parts,
    PartState,
    ReadError,
    Record,
    RefreshOperationRecord,
    RefreshShard,
    Schedule,
    Wallet,
)
from backends.real.document_codec import UnreadableDocument, decode, encode
from generated_models import OperationState, ProblemCode, RefreshItemOutcome, RefreshScope, ScheduleStatus, WalletPart
from server.contract import load_contract
from tests.support import records as make

CONTRACT = load_contract().document["components"]["schemas"]
NOW = make.T0

FUNDING = Funding(signature="s", lamports=1, sender="a", slot=1, block_time=NOW)
ERROR = ReadError(code=ProblemCode.chain_timeout, message="m", retryable=True)
WALLET = make.wallet("a", recent_funding=(FUNDING,), parts=Parts(sol_balance=PartState(slot=1, last_error=ERROR)))
SCHEDULE = Schedule(
    schedule_id="s",
    wallet_address="a",
    amount_lamports=1,
    scheduled_for=NOW,
    status=ScheduleStatus.SCHEDULED,
    note=None,
    created_at=NOW,
    updated_at=NOW,
)
LAUNCH = Launch(
    launch_id="l",
    wallet_address="a",
    mint_address="m",
    token_name="n",
    token_ticker="t",
    launched_at=NOW,
    signature="s",
    created_at=NOW,
)
OPERATION = RefreshOperationRecord(
    operation_id="o",
    state=OperationState.COMPLETED,
    scope=RefreshScope.all,
    fingerprint="f",
    parts=(WalletPart.sol_balance,),
    created_at=NOW,
    updated_at=NOW,
    stale_before=NOW,
)
ITEM = ItemResult(
    wallet_address="a",
    outcome=RefreshItemOutcome.complete,
    parts={"sol_balance": PartResultRecord(outcome="updated", slot=1, error=None)},
    error=None,
    finished_at=NOW,
)
SHARD = RefreshShard(operation_id="o", index=0, addresses=("a",), results=(ITEM,))
AUDIT = AuditEntry(audit_id="a", at=NOW, actor="a", request_id="r", action="a", subject="s")

Place = tuple[str | int, ...]

STORED: dict[str, tuple[Record, Place]] = {
    "WalletInfo": (WALLET, ()),
    "FundingTransaction": (WALLET, ("recent_funding", 0)),
    "CachePart": (WALLET, ("parts", "sol_balance")),
    "CacheError": (WALLET, ("parts", "sol_balance", "last_error")),
    "ScheduledFundingInfo": (SCHEDULE, ()),
    "LaunchInfo": (LAUNCH, ()),
    "RefreshOperation": (OPERATION, ()),
    "RefreshItemResult": (SHARD, ("results", 0)),
    "PartResult": (SHARD, ("results", 0, "parts", "sol_balance")),
    "AuditEntry": (AUDIT, ()),
}
"""Where a schema's fields are stored: in which record, and where in it."""

ELSEWHERE = {
    "last_balance_lamports": "last_balance_lamports",
    "last_balance_sol": "last_balance_lamports",
    "amount_lamports": "lamports",
    "amount_sol": "amount_lamports",
}
"""Fields that are stored as integers of another name or unit: what exceeds them is a number of lamports."""

SUMS = {"done", "complete", "partial", "failed", "changed"}
"""Of an operation, over its shards."""


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = CONTRACT[schema["$ref"].rpartition("/")[2]]
    return schema


def _cases() -> Iterator[tuple[str, Record, Place, Any]]:
    """A value beyond each bound of each stored schema, and where it would be stored."""
    for name, (record, place) in STORED.items():
        for field, declared in CONTRACT[name]["properties"].items():
            for schema in map(_resolved, declared.get("anyOf", [declared])):
                target, at, beyond = record, (*place, field), None
                if schema.get("format") in ("date-time", "timestamp") or field.endswith(("_at", "_for")):
                    continue  # a datetime of its own: nothing else is shown of it
                if field in ELSEWHERE:
                    stored = "lamports" if place and place[0] == "recent_funding" else ELSEWHERE[field]
                    at, beyond = (*place, stored), bounds.MAX_LAMPORTS + 1
                elif "maximum" in schema:
                    beyond = schema["maximum"] + 1
                    if name == "RefreshOperation" and field in SUMS:
                        target, at = SHARD, (field,)
                elif "maxLength" in schema and "enum" not in schema and field not in ("block_time", "at"):
                    beyond = "x" * (schema["maxLength"] + 1)
                elif "maxItems" in schema:
                    first = _value(encode(record), at)[:1] or ["x"]
                    beyond = first * (schema["maxItems"] + 1)
                if beyond is not None:
                    yield f"{name}.{field}", target, at, beyond


def _value(document: Any, place: Place) -> Any:
    for step in place:
        document = document[step]
    return document


def _with(document: Any, place: Place, value: Any) -> Any:
    if not place:
        return value
    if isinstance(document, list):
        return [_with(item, place[1:], value) if at == place[0] else item for at, item in enumerate(document)]
    return {**document, str(place[0]): _with(document[place[0]], place[1:], value)}


CASES = list(_cases())


def test_every_schema_has_bounds_that_are_looked_at() -> None:
    assert {name.partition(".")[0] for name, *_ in CASES} == set(STORED)
    assert len(CASES) >= 35
    assert {type(record) for record, _ in STORED.values()} <= set(KINDS)


@pytest.mark.parametrize(("record", "place", "beyond"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_exceeds_a_bound_of_the_contract_is_never_read(record: Record, place: Place, beyond: Any) -> None:
    document = encode(record)
    key = str(beyond) if place == (_key_field(record),) else record.key
    try:
        read = decode(type(record), key, _with(document, place, beyond))
    except UnreadableDocument:
        return
    shown = encode(read)  # what is read can be written, and what did not fit is gone
    assert beyond not in _leaves(shown)


def _key_field(record: Record) -> str:
    return next(
        (
            name
            for name in ("wallet_address", "schedule_id", "launch_id", "operation_id", "audit_id")
            if getattr(record, name, None) == record.key
        ),
        "",
    )


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [value, *(leaf for item in value for leaf in _leaves(item))]
    return [value]


@pytest.mark.parametrize(
    "record",
    [
        replace(WALLET, last_balance_lamports=bounds.MAX_LAMPORTS + 1),
        replace(WALLET, parts=Parts(sol_balance=PartState(slot=bounds.MAX_SLOT + 1))),
        replace(WALLET, parts=Parts(token_holdings=PartState(slot=bounds.latest_slot() + 10_000))),
        replace(WALLET, recent_funding=(replace(FUNDING, lamports=-1),)),
        replace(WALLET, label="x" * 101),
        replace(SCHEDULE, amount_lamports=bounds.MAX_LAMPORTS + 1),
        replace(LAUNCH, token_ticker="x" * 33),
        replace(SHARD, done=10**9 + 1),
    ],
)
def test_what_exceeds_a_bound_is_never_written(record: Record) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(record)


@pytest.mark.parametrize("slot", [2**53, 2**53 - 1, 2**62, -1])
def test_a_wallet_whose_balance_was_poisoned_keeps_the_rest(slot: int) -> None:
    known = PartState(as_of=NOW, slot=5)
    stored = replace(
        WALLET, last_balance_lamports=7, label="kept", parts=Parts(sol_balance=known, funding_transactions=known)
    )
    document = _with(encode(stored), ("parts", "sol_balance", "slot"), slot)
    read = decode(Wallet, "a", document)
    assert read == replace(
        stored, last_balance_lamports=None, parts=Parts(sol_balance=PartState(), funding_transactions=known)
    )


def test_a_poisoned_balance_is_as_if_never_read() -> None:
    stored = replace(WALLET, last_balance_lamports=7, parts=Parts(sol_balance=PartState(as_of=NOW, slot=5)))
    read = decode(Wallet, "a", encode(stored) | {"last_balance_lamports": 2**63 - 1})
    assert read == replace(stored, last_balance_lamports=None, parts=Parts())


def test_no_chain_is_ahead_of_the_clock() -> None:
    year = 365 * 86_400
    assert bounds.latest_slot() > 1.5 * (time.time() - bounds.SOLANA_BEGAN) / 0.4, "mainnet's slots take 0.4 s or more"
    assert bounds.latest_slot(time.time() + year) > bounds.latest_slot()
    assert bounds.latest_slot(0) > 400_000_000, "a clock that stands at its beginning refuses nothing"
