"""Records to store: random ones with many ties and nulls, and the answers that queries over them must give."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from backends.orchestrator import records
from backends.orchestrator.ports import Cursor, Op, Query, Where
from backends.orchestrator.records import Record
from generated_models import OperationState, ProblemCode, RefreshScope, ScheduleStatus, WalletPart, WalletStatus

R = TypeVar("R", bound=Record)

T0 = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
MOMENTS = [T0 + timedelta(milliseconds=step) for step in (0, 1, 999, 1000, 60_000, 86_400_000)]
TEXTS = ["", " ", "A", "a", "a\x7f", "Z", "é", "e\u0301", "\ue000", "\uffff", "\U0001f600", "\U0010ffff", "'\"\\%_"]
KEY_CHARACTERS = "ABCXYZabcxyz0189-_.:"


def wallet(address: str, **changes: Any) -> records.Wallet:
    """A wallet about which nothing is known."""
    new = records.Wallet(
        wallet_address=address,
        generation=1,
        metadata_version=1,
        chain_version=0,
        label=None,
        notes=None,
        tags=(),
        status_override=None,
        created_at=T0,
        updated_at=T0,
    )
    return replace(new, **changes)


def tombstone(address: str) -> records.WalletTombstone:
    return records.WalletTombstone(wallet_address=address, generations=0, launch_count=0, metadata_version=0)


def named_value(name: str, value: str | None) -> records.NamedValue:
    return records.NamedValue(name=name, value=value, updated_at=T0)


def _part(some: random.Random) -> records.PartState:
    error = records.ReadError(code=ProblemCode.chain_timeout, message="late", retryable=True)
    return records.PartState(
        as_of=some.choice([None, *MOMENTS]), slot=some.choice([None, 7]), last_error=some.choice([None, error])
    )


def _wallet(some: random.Random, key: str) -> records.Wallet:
    return wallet(
        key,
        label=some.choice([None, *TEXTS]),
        tags=tuple(some.sample(["tag", "Tag", "other", *TEXTS], some.randrange(4))),
        status=some.choice([None, *WalletStatus]),
        last_balance_lamports=some.choice([None, 0, 1, 10**9, 2**53 + 1, 10**18]),
        parts=records.Parts(sol_balance=_part(some), token_holdings=_part(some)),
        recent_funding=some.choice(
            [
                None,
                (),
                (records.Funding(signature="s", lamports=5, sender="x", slot=1, block_time=some.choice([None, T0])),),
            ]
        ),
        launch_count=some.randrange(3),
        created_at=some.choice(MOMENTS),
        updated_at=some.choice(MOMENTS),
        cache_class=some.choice(["never", "error", "ok"]),
        oldest_as_of=some.choice([None, *MOMENTS]),
        discover_after=some.choice([None, *MOMENTS]),
        known_accounts=some.randrange(4),
    )


def _schedule(some: random.Random, key: str) -> records.Schedule:
    return records.Schedule(
        schedule_id=key,
        wallet_address=some.choice("ab"),
        amount_lamports=some.randrange(1, 10**18),
        scheduled_for=some.choice(MOMENTS),
        status=some.choice(list(ScheduleStatus)),
        note=None,
        created_at=some.choice(MOMENTS),
        updated_at=T0,
        matched_signature=some.choice([None, "s", "t"]),
    )


def _launch(some: random.Random, key: str) -> records.Launch:
    return records.Launch(
        launch_id=key,
        wallet_address=some.choice("ab"),
        mint_address="m",
        token_name=some.choice(TEXTS),
        token_ticker="T",
        launched_at=some.choice(MOMENTS),
        signature=None,
        created_at=T0,
    )


def refresh_operation(operation_id: str, **changes: Any) -> records.RefreshOperationRecord:
    """A running operation of all parts of all wallets."""
    new = records.RefreshOperationRecord(
        operation_id=operation_id,
        state=OperationState.RUNNING,
        scope=RefreshScope.all,
        fingerprint="f",
        parts=tuple(WalletPart),
        created_at=T0,
        updated_at=T0,
        stale_before=T0,
    )
    return replace(new, **changes)


def _run(some: random.Random, key: str) -> records.RefreshOperationRecord:
    return refresh_operation(
        key,
        state=some.choice(list(OperationState)),
        scope=some.choice([None, *RefreshScope]),
        created_at=some.choice(MOMENTS),
    )


def _shard(some: random.Random, key: str) -> records.RefreshShard:
    operation, index = key.rsplit(":", 1)
    methods = some.sample(records.RPC_METHODS, some.randrange(len(records.RPC_METHODS)))
    return records.RefreshShard(
        operation_id=operation,
        index=int(index),
        addresses=("a", "b"),
        finished=some.random() < 0.5,
        leased_until=some.choice([None, *MOMENTS]),
        done=some.randrange(100),
        failed=some.randrange(100),
        calls={method: some.randrange(1000) for method in methods},
    )


def _idempotency_record(some: random.Random, key: str) -> records.IdempotencyRecord:
    return records.IdempotencyRecord(
        record_id=key, fingerprint="f", owner="o", answer=None, expires_at=some.choice(MOMENTS)
    )


def _totals(some: random.Random, key: str) -> records.TokenTotals:
    return records.TokenTotals(
        snapshot_id=key,
        computed_at=some.choice(MOMENTS),
        complete=True,
        wallets_missing=0,
        oldest_as_of=None,
        tokens=records.ChunkedListRef(ref="r", count=0, chunks=0, digest=""),
    )


def _month(some: random.Random, key: str) -> records.WalletMonth:
    address, generation, month = key.split(":")
    return records.WalletMonth(
        wallet_address=address,
        generation=int(generation),
        month=month,
        starts_at=some.choice(MOMENTS),
        changes=some.choice(["", "AQ=="]),
        thinned=some.random() < 0.5,
    )


def _portfolio_month(some: random.Random, key: str) -> records.PortfolioMonth:
    return records.PortfolioMonth(
        month=key, starts_at=some.choice(MOMENTS), newest_at=T0, points=some.choice(["", "AQ=="])
    )


def _audit(some: random.Random, key: str) -> records.AuditEntry:
    return records.AuditEntry(
        audit_id=key,
        at=some.choice(MOMENTS),
        actor="a",
        request_id="r",
        action="x",
        subject=some.choice("st"),
        detail=some.choice([{}, {"with.dots/and slashes": "é"}]),
    )


def _counters(some: random.Random, key: str) -> records.CounterShard:
    return records.CounterShard(
        name=key,
        counts={name: some.choice([1, -1, 2**62]) for name in some.sample(["a.b", "tag:é/`", "x y", "0"], 2)},
        texts={"a.b": some.choice(TEXTS)},
    )


_MAKERS: dict[type[Record], Callable[[random.Random, str], Any]] = {
    records.Wallet: _wallet,
    records.Schedule: _schedule,
    records.Launch: _launch,
    records.RefreshOperationRecord: _run,
    records.RefreshShard: _shard,
    records.IdempotencyRecord: _idempotency_record,
    records.TokenTotals: _totals,
    records.AuditEntry: _audit,
    records.WalletMonth: _month,
    records.PortfolioMonth: _portfolio_month,
    records.CounterShard: _counters,
}


def some_records(kind: type[R], count: int, seed: int) -> list[R]:
    """Records of a kind under distinct keys."""
    some = random.Random(f"{kind.COLLECTION} {seed}")
    keys: set[str] = set()
    while len(keys) < count:
        if kind is records.RefreshShard:
            keys.add(records.RefreshShard.key_of(some.choice("op"), some.randrange(count)))
        elif kind is records.WalletMonth:
            keys.add(records.WalletMonth.key_of(some.choice("ab"), some.randrange(count), "2026-11"))
        else:
            keys.add("k" + "".join(some.choices(KEY_CHARACTERS, k=some.randrange(1, 6))))
    made: list[R] = [_MAKERS[kind](some, key) for key in sorted(keys, key=lambda _: some.random())]
    return made


def at_work(query: Query[R]) -> Query[R]:
    """A query of the table, with moments that divide the records."""
    places = {Op.GT: MOMENTS[1], Op.GE: MOMENTS[1], Op.LT: MOMENTS[4], Op.LE: MOMENTS[3]}

    def moved(where: Where) -> Where:
        if where.op is Op.OUTSIDE:
            return replace(where, value=(MOMENTS[1], MOMENTS[4]))
        return replace(where, value=places[where.op]) if isinstance(where.value, datetime) else where

    return replace(query, where=tuple(moved(where) for where in query.where))


def field_of(record: Any, path: str) -> Any:
    """A field by its dotted path; None where a map lacks it."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else getattr(record, name)
    return record


def _meets(record: Record, where: Where) -> bool:
    value = field_of(record, where.field)
    wanted: Any = where.value
    if where.op is Op.CONTAINS:
        return wanted in value
    if where.op is Op.EQ:
        return bool(value == wanted)
    if value is None:
        return False
    if where.op is Op.OUTSIDE:
        low, high = where.outside
        return not low < value < high
    return bool(
        {
            Op.LT: lambda: value < wanted,
            Op.LE: lambda: value <= wanted,
            Op.GT: lambda: value > wanted,
            Op.GE: lambda: value >= wanted,
        }[where.op]()
    )


def _compare(left: Any, right: Any) -> int:
    if left == right:
        return 0
    if left is None or right is None:
        return -1 if left is None else 1
    return -1 if left < right else 1


def answer(query: Query[R], among: Sequence[R]) -> list[R]:
    """What a query must give, from the port's own words: nulls below all, text by code point, ties by key."""

    def order(left: R, right: R) -> int:
        for by in query.order:
            way = _compare(field_of(left, by.field), field_of(right, by.field))
            if way:
                return way if by.direction == "asc" else -way
        way = _compare(left.key, right.key)
        return -way if query.order and query.order[-1].direction == "desc" else way

    matches = [record for record in among if all(_meets(record, where) for where in query.where)]
    return sorted(matches, key=functools.cmp_to_key(order))


def cursor_at(query: Query[Any], record: Record) -> Cursor:
    """The cursor that names a record's place in a query's order."""
    return (*(field_of(record, by.field) for by in query.order), record.key)
