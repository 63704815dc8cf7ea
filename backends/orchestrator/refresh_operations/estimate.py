"""What a refresh-all would cost, from what the store knows."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from backends.base import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.records import RPC_METHODS, RefreshOperationRecord
from backends.orchestrator.refresh.refresher import ALL_PARTS
from generated_models import OperationState, RefreshEstimate, RefreshScope

_BALANCES_A_CALL = 100
_TOKEN_PROGRAMS = 2  # a call each, for every wallet
_LOOKED_AT = 10  # of the newest completed operations


async def estimate(context: Context, scope: RefreshScope) -> Answer[RefreshEstimate]:
    """Wallets of a scope, and the requests for them: the least, and as many a wallet as last time."""
    store = context.store
    stale_before = context.clock.now() - context.policy.cache_ttl
    covered = await store.count(queries.wallets_in_scope(scope, stale_before))
    wallets = max(0, covered - await store.count(queries.archived_in_scope(scope, stale_before)))
    least = ceil(wallets / _BALANCES_A_CALL) + _TOKEN_PROGRAMS * wallets
    last = await _last(context)
    as_last = None
    if last is not None and last.counts is not None:
        calls = sum(last.counts[f"calls.{method}"] for method in RPC_METHODS)
        as_last = max(least, ceil(calls * wallets / last.counts["done"]))
    budget = context.policy.rpc_rps
    return Answer(
        AnswerKind.OK,
        RefreshEstimate(
            scope=scope,
            wallets=wallets,
            calls_at_least=least,
            calls_as_last_time=as_last,
            calls_per_second=f"{Decimal(str(budget)).normalize():f}",
            seconds_at_least=ceil(least / budget),
            seconds_as_last_time=None if as_last is None else ceil(as_last / budget),
            last_operation_id=last.operation_id if last else None,
        ),
    )


async def _last(context: Context) -> RefreshOperationRecord | None:
    """The newest completed operation of all parts that had any wallet."""
    found = await context.store.query(queries.operations(state=OperationState.COMPLETED), limit=_LOOKED_AT)
    whole = (
        stored.record
        for stored in found
        if set(stored.record.parts) == set(ALL_PARTS) and stored.record.counts and stored.record.counts["done"]
    )
    return next(whole, None)
