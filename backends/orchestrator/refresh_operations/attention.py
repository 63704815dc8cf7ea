"""What needs somebody now, from counts and the first few of each kind: a bounded number of reads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from backends.answers import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.amounts import sol_text
from backends.orchestrator.context import Context
from backends.orchestrator.ports import Query, Stored
from backends.orchestrator.records import RefreshShard, Wallet
from backends.orchestrator.storage.paging import cursor_of
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.mappers import scheduled_funding
from generated_models import (
    Attention,
    AttentionWallet,
    BalanceChange,
    FailingCause,
    FailingWallets,
    LargestChanges,
    LowBalances,
    OverdueSchedules,
    ProblemCode,
    RefreshScope,
    WalletStatus,
    WalletsToLookAt,
)

_SHOWN = 10
_SHARDS = 20
_WAITED_FOR = (None, *(status for status in WalletStatus if status is not WalletStatus.ARCHIVED))
"""The statuses of wallets that can need somebody."""
_CAUSES = (
    ProblemCode.chain_timeout,
    ProblemCode.chain_rate_limited,
    ProblemCode.chain_unavailable,
    ProblemCode.chain_mismatch,
    ProblemCode.store_unavailable,  # which has the names of tokens, without which a part may not be read
)


async def attention(context: Context) -> Answer[Attention]:
    """What somebody should look at."""
    now = context.clock.now()
    failing, overdue, idle, low, changes, never = await asyncio.gather(
        _failing(context),
        _overdue(context, now),
        _funded_never_launched(context),
        _low(context),
        _largest_changes(context),
        _never_read(context, now),
    )
    return Answer(
        AnswerKind.OK,
        Attention(
            failing=failing,
            overdue_schedules=overdue,
            funded_never_launched=idle,
            low_balance=low,
            largest_changes=changes,
            never_read=never,
            computed_at=format_timestamp(now),
        ),
    )


async def _failing(context: Context) -> FailingWallets:
    counts = await asyncio.gather(*(_count(context, queries.wallets_failing(code)) for code in _CAUSES))
    shown: list[Stored[Wallet]] = []
    for code, count in zip(_CAUSES, counts, strict=True):
        if count and len(shown) < _SHOWN:
            shown += await _first(context, queries.wallets_failing(code))
    causes = sorted(zip(counts, _CAUSES, strict=True), key=lambda each: (-each[0], each[1]))
    return FailingWallets(
        total=sum(counts),
        by_cause=[FailingCause(code=code, wallets=count) for count, code in causes if count],
        wallets=_wallets(shown),
    )


async def _overdue(context: Context, now: datetime) -> OverdueSchedules:
    query = queries.overdue_schedules(now)
    total, found = await asyncio.gather(context.store.count(query), context.store.query(query, limit=_SHOWN))
    owners = await context.store.get_many(Wallet, [stored.record.wallet_address for stored in found])
    return OverdueSchedules(
        total=total,
        schedules=[
            scheduled_funding(stored.record, now, owner.record if owner else None)
            for stored, owner in zip(found, owners, strict=True)
        ],
    )


async def _funded_never_launched(context: Context) -> WalletsToLookAt:
    query = queries.funded_never_launched()
    total, found = await asyncio.gather(context.store.count(query), context.store.query(query, limit=_SHOWN))
    return WalletsToLookAt(total=total, wallets=_wallets(found))


async def _low(context: Context) -> LowBalances:
    below = context.policy.low_lamports
    query = queries.wallets_below(below)
    total, found = await asyncio.gather(_count(context, query), _first(context, query))
    return LowBalances(below_lamports=str(below), total=total, wallets=_wallets(found))


async def _never_read(context: Context, now: datetime) -> WalletsToLookAt:
    query = queries.wallets_in_scope(RefreshScope.never, context.policy.fresh_window(now))
    total, found = await asyncio.gather(_count(context, query), _first(context, query))
    return WalletsToLookAt(total=total, wallets=_wallets(found))


async def _count(context: Context, query: Query[Wallet]) -> int:
    """How many wallets match, archived ones aside."""
    total = await context.store.count(query)
    return max(0, total - await context.store.count(queries.of_status(query, WalletStatus.ARCHIVED))) if total else 0


async def _first(context: Context, query: Query[Wallet]) -> list[Stored[Wallet]]:
    """The first few, archived ones aside, of which any number may come before."""
    by_status = (context.store.query(queries.of_status(query, each), limit=_SHOWN) for each in _WAITED_FOR)
    found = [stored for each in await asyncio.gather(*by_status) for stored in each]
    return sorted(found, key=lambda stored: cursor_of(stored.record, query.order))[:_SHOWN]


async def _largest_changes(context: Context) -> LargestChanges:
    newest = await context.store.query(queries.operations(), limit=2)  # one may still run
    ended = next((stored.record for stored in newest if stored.record.finished_at is not None), None)
    if ended is None:
        return LargestChanges(operation_id=None, complete=True, items=[])
    keys = [RefreshShard.key_of(ended.operation_id, index) for index in range(min(ended.shards, _SHARDS))]
    shards = await context.store.get_many(RefreshShard, keys)
    changes = [
        (result.changes.balance_lamports, result.wallet_address)
        for shard in shards
        if shard is not None
        for result in shard.record.results
        if result.changes is not None and result.changes.balance_lamports
    ]
    changes.sort(key=lambda each: (-abs(each[0]), each[1]))
    return LargestChanges(
        operation_id=ended.operation_id,
        complete=ended.shards <= _SHARDS,
        items=[
            BalanceChange(wallet_address=address, balance_lamports=str(delta), balance_sol=sol_text(delta))
            for delta, address in changes[:_SHOWN]
        ],
    )


def _wallets(found: Sequence[Stored[Wallet]]) -> list[AttentionWallet]:
    wallets = [stored.record for stored in found[:_SHOWN]]
    return [
        AttentionWallet(
            wallet_address=wallet.wallet_address,
            label=wallet.label,
            status=wallet.status,
            last_balance_sol=None if wallet.last_balance_lamports is None else sol_text(wallet.last_balance_lamports),
        )
        for wallet in wallets
    ]
