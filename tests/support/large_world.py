"""A store of many wallets as an orchestrator leaves it, made in a few seconds: for what costs must not grow with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.amounts import decimal_text
from backends.orchestrator.counters.changes import CounterChanges
from backends.orchestrator.launches import launch_id_of
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Put, Write
from backends.orchestrator.records import (
    RPC_METHODS,
    ItemResult,
    Launch,
    NamedValue,
    Parts,
    PartState,
    RefreshOperationRecord,
    RefreshShard,
    Schedule,
)
from backends.orchestrator.storage.chunked_list import ChunkedList
from backends.orchestrator.wallets.holdings import holding_rows
from backends.orchestrator.wallets.state import with_derived_fields
from generated_models import (
    OperationState,
    RefreshItemOutcome,
    RefreshScope,
    ScheduleStatus,
    TokenHolding,
    TokenProgram,
    WalletPart,
)
from tests.support.fakes import START, address
from tests.support.records import wallet as new_wallet

OPERATION = "op_" + "0" * 32
_POLICY = Policy()
_BATCH = 100
_MINTS = [address(f"mint {number}") for number in range(300)]
_EVERY_LAUNCH, _EVERY_SCHEDULE, _EVERY_UNREAD = 4, 40, 50


def wallet_address(number: int) -> str:
    return address(f"large world {number}")


def _holding(mint: str, amount: int) -> TokenHolding:
    return TokenHolding(
        mint_address=mint,
        name="Moon Otter",
        ticker="MOTR",
        balance=decimal_text(amount, 6),
        amount=str(amount),
        decimals=6,
        token_program=TokenProgram.spl_token,
    )


def _add(number: int, changes: CounterChanges) -> list[Write]:
    each = wallet_address(number)
    made = START - timedelta(days=30) + timedelta(seconds=number)
    wallet = new_wallet(
        each,
        label=f"Wallet {number}",
        tags=("treasury", f"batch {number % 60}"),
        created_at=made,
        updated_at=made,
        counted_in=1,
    )
    writes: list[Write] = []
    if number % _EVERY_UNREAD:
        read = PartState(as_of=START - timedelta(minutes=number % 180), slot=7, last_attempt_at=START)
        mints = {_MINTS[(number * step) % len(_MINTS)] for step in (1, 7, 11)}
        holdings = [_holding(mint, number + 1) for mint in sorted(mints)]
        chunks = ChunkedList(each, "r", holding_rows(holdings))
        launched = not number % _EVERY_LAUNCH
        scheduled = not number % _EVERY_SCHEDULE
        wallet = replace(
            wallet,
            parts=Parts(sol_balance=read, token_holdings=read, funding_transactions=read),
            last_balance_lamports=number * 10**6,
            holdings=chunks.reference,
            recent_funding=(),
            launch_count=int(launched),
            open_schedules=int(scheduled),
        )
        writes += [Put(chunk) for chunk in chunks._chunks]
        changes.holdings(1, each, None, holdings)
        if scheduled:
            writes.append(Put(_schedule(number)))
        if launched:
            launch = _launch(number)
            writes.append(Put(launch))
            changes.launch(None, launch, wallet.label)
    wallet = with_derived_fields(wallet, _POLICY)
    changes.wallet(None, wallet, START)
    return [Put(wallet), *writes]


def _schedule(number: int) -> Schedule:
    return Schedule(
        schedule_id=f"sch_{number:032x}",
        wallet_address=wallet_address(number),
        amount_lamports=10**8,
        scheduled_for=START + timedelta(minutes=number % 240 - 60),
        status=ScheduleStatus.SCHEDULED,
        note=None,
        created_at=START,
        updated_at=START,
        matched_signature=None,
    )


def _launch(number: int) -> Launch:
    mint = _MINTS[number % len(_MINTS)]
    return Launch(
        launch_id=launch_id_of(wallet_address(number), mint),
        wallet_address=wallet_address(number),
        mint_address=mint,
        token_name="Moon Otter",
        token_ticker="MOTR",
        launched_at=START - timedelta(hours=number % 700),
        signature=None,
        created_at=START,
        counted_in=1,
    )


def _refreshed(wallets: int) -> list[Write]:
    """A refresh-all that has ended."""
    shards = [
        RefreshShard(
            operation_id=OPERATION,
            index=index,
            addresses=(),
            finished=True,
            done=100,
            complete=100,
            results=tuple(
                ItemResult(
                    wallet_address=wallet_address(number),
                    outcome=RefreshItemOutcome.complete,
                    parts={},
                    error=None,
                    finished_at=START,
                )
                for number in range(100 * index, 100 * index + 100)
            ),
        )
        for index in range(wallets // 100)
    ]
    counts = {"done": wallets, "complete": wallets, "partial": 0, "failed": 0, "changed": 0}
    operation = RefreshOperationRecord(
        operation_id=OPERATION,
        state=OperationState.COMPLETED,
        scope=RefreshScope.all,
        fingerprint="f",
        parts=tuple(WalletPart),
        created_at=START,
        updated_at=START,
        started_at=START,
        finished_at=START,
        stale_before=START,
        planned=True,
        shards=len(shards),
        total=wallets,
        counts=counts | {f"calls.{method}": 1 for method in RPC_METHODS},
    )
    return [Put(operation), *map(Put, shards)]


async def large_store(wallets: int) -> MemoryWalletsDataService:
    """A store of so many wallets, all counted."""
    store = MemoryWalletsDataService()
    for start in range(0, wallets, _BATCH):
        changes = CounterChanges()
        writes = [write for number in range(start, start + _BATCH) for write in _add(number, changes)]
        await store.commit([*writes, *changes.writes()])
    await store.commit(_refreshed(wallets))
    await store.commit([Put(NamedValue(name="counters", value="1:1", updated_at=START))])
    return store
