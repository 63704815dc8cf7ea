"""What a refresh-all would cost, from what the store knows."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from backends.answers import Answer, AnswerKind
from backends.orchestrator import queries
from backends.orchestrator.context import Context
from backends.orchestrator.records import RPC_METHODS, RefreshOperationRecord
from backends.orchestrator.refresh.launched_mints import launched_mints
from backends.orchestrator.refresh.refresher import ALL_PARTS
from backends.orchestrator.refresh_operations.state import count_in_scope
from generated_models import OperationState, RefreshDepth, RefreshEstimate, RefreshScope

_ACCOUNTS_A_CALL = 100
_TOKEN_PROGRAMS = 2
"""Token programs, each with calls, and with an associated account of every mint, of its own."""
_LOOKED_AT = 10  # of the newest completed operations


async def estimate(context: Context, scope: RefreshScope, depth: RefreshDepth) -> Answer[RefreshEstimate]:
    """Wallets of a scope, and the requests for them: the least by the formula of `refresh.chain_reader`, without the
    histories and the mints that nobody knows of yet, and as many a wallet as last time.
    """
    wallets, as_known, accounts = await _covered(context, scope, depth)
    discoveries = wallets - as_known
    least = ceil((wallets + accounts) / _ACCOUNTS_A_CALL) + _TOKEN_PROGRAMS * discoveries
    last = await _last(context, depth)
    as_last = None
    if last is not None and last.counts is not None:
        calls = sum(last.counts[f"calls.{method}"] for method in RPC_METHODS)
        as_last = max(least, ceil(calls * wallets / last.counts["done"]))
    budget = context.policy.rpc_rps
    return Answer(
        AnswerKind.OK,
        RefreshEstimate(
            scope=scope,
            depth=depth,
            wallets=wallets,
            discoveries=discoveries,
            calls_at_least=least,
            calls_as_last_time=as_last,
            calls_per_second=f"{Decimal(str(budget)).normalize():f}",
            seconds_at_least=ceil(least / budget),
            seconds_as_last_time=None if as_last is None else ceil(as_last / budget),
            last_operation_id=last.operation_id if last else None,
        ),
    )


async def _covered(context: Context, scope: RefreshScope, depth: RefreshDepth) -> tuple[int, int, int]:
    """How many wallets are read, of how many of them only the accounts that are known, and how many token accounts
    that makes at least.
    """
    store, now = context.store, context.clock.now()
    fresh = context.policy.fresh_window(now)
    wallets = await count_in_scope(store, scope, fresh)
    if depth is RefreshDepth.full:
        return wallets, 0, 0
    as_known = known = 0
    for archived, sign in ((False, 1), (True, -1)):
        query = queries.read_as_known(scope, fresh, now, archived=archived)
        as_known += sign * await store.count(query)
        known += sign * (await store.sums(query, ["known_accounts"]))["known_accounts"]
    as_known, known = min(wallets, max(0, as_known)), max(0, known)
    mints = len(await launched_mints(context))
    # Of a launched mint, a wallet has an account in one program at most; which do, is not counted.
    return wallets, as_known, known + _TOKEN_PROGRAMS * mints * as_known - min(known, mints * as_known)


async def _last(context: Context, depth: RefreshDepth) -> RefreshOperationRecord | None:
    """The newest completed operation of all parts, at this depth, that had any wallet."""
    found = await context.store.query(queries.operations(state=OperationState.COMPLETED), limit=_LOOKED_AT)
    whole = (
        stored.record
        for stored in found
        if stored.record.depth is depth
        and set(stored.record.parts) == set(ALL_PARTS)
        and stored.record.counts
        and stored.record.counts["done"]
    )
    return next(whole, None)
