"""Refreshing: ask the chain, then commit what it said to the wallet as it is by then (rules 2, 3, 6, 7)."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from backends.answers import Answer, AnswerKind
from backends.errors import BackendError, ChainError, ChainMismatch, ChainTimeout, Throttled
from backends.orchestrator.audit import audited
from backends.orchestrator.context import Context
from backends.orchestrator.ports import SolanaDataService, VersionConflict
from backends.orchestrator.records import ItemResult, RefreshOperationRecord, Wallet
from backends.orchestrator.refresh.batching import in_batches
from backends.orchestrator.refresh.chain_identity import ChainIdentity
from backends.orchestrator.refresh.chain_reader import ChainReader, SharedReadState
from backends.orchestrator.refresh.launched_mints import LaunchedMints
from backends.orchestrator.refresh.mappers import refresh_changes, refresh_results
from backends.orchestrator.refresh.read_ahead import ReadAhead
from backends.orchestrator.refresh.reading import WalletReading, all_failed
from backends.orchestrator.refresh.reading_committer import PendingCommit, ReadingCommitter
from backends.orchestrator.refresh.result_changes import changes_between
from backends.orchestrator.storage.commit_rules import MAX_WALLETS
from backends.orchestrator.storage.idempotency import Completion
from backends.orchestrator.storage.retry import retry_on_conflict
from backends.orchestrator.timestamps import format_timestamp
from backends.orchestrator.wallets.errors import wallet_not_found
from backends.orchestrator.wallets.holdings import holdings_lost, holdings_of
from backends.orchestrator.wallets.mappers import cached_wallet
from backends.orchestrator.wallets.state import cooldown_after, etag_of
from generated_models import (
    ProblemCode,
    RefreshDepth,
    RefreshItemOutcome,
    RefreshOutcome,
    RefreshWalletResponse,
    TokenHolding,
    WalletPart,
)

ALL_PARTS: tuple[WalletPart, ...] = tuple(WalletPart)


@dataclass(frozen=True, slots=True)
class _Flight:
    """A single refresh under way, which later callers for the same parts join."""

    parts: frozenset[WalletPart]
    task: asyncio.Task[Answer[RefreshWalletResponse]]


class Refresher:
    """Refreshes single wallets and shards of many, by the same plan."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._identity = ChainIdentity(context)
        self._shared = SharedReadState(context)
        self._committer = ReadingCommitter(context)
        self._launched_mints = LaunchedMints(context)
        self.read_ahead = ReadAhead()
        self._flights: dict[str, _Flight] = {}

    async def refresh(
        self,
        wallet_address: str,
        parts: Collection[WalletPart],
        completion: Completion[RefreshWalletResponse],
    ) -> Answer[RefreshWalletResponse]:
        """Refresh one wallet, or join the refresh of it that is under way.

        Raises `NotFound`, `Throttled` inside the cooldown, `ChainMismatch`, and, when every part failed,
        `ChainTimeout` or another `ChainError` with the cached wallet.
        """
        asked = frozenset(parts)
        while (flight := self._flights.get(wallet_address)) is not None:
            if asked <= flight.parts:
                return await asyncio.shield(flight.task)
            await asyncio.wait([flight.task])
        task = asyncio.ensure_future(self._refresh(wallet_address, asked, completion))
        flight = _Flight(asked, task)
        self._flights[wallet_address] = flight
        task.add_done_callback(lambda _: self._end_flight(wallet_address, flight))
        # Shielded: money was spent on the reading, so it is committed even when the client has gone away.
        return await asyncio.shield(task)

    async def drain(self, seconds: float) -> None:
        """Wait for the single refreshes under way, then cancel those that take longer: they have written nothing."""
        tasks = [flight.task for flight in self._flights.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _end_flight(self, wallet_address: str, flight: _Flight) -> None:
        if self._flights.get(wallet_address) is flight:
            del self._flights[wallet_address]
        if not flight.task.cancelled():
            flight.task.exception()  # retrieved, or asyncio would log it when no caller waits any more

    async def _refresh(
        self, wallet_address: str, parts: frozenset[WalletPart], completion: Completion[RefreshWalletResponse]
    ) -> Answer[RefreshWalletResponse]:
        context = self._context
        stored = await context.store.get(Wallet, wallet_address)
        if stored is None:
            raise wallet_not_found(wallet_address)
        self._check_cooldown(stored.record, parts)
        await context.store.commit([])  # what can't be kept is not paid for
        calls: Counter[str] = Counter()
        chain = context.chain.metered(calls)
        reading = await self._read_one(chain, stored.record, parts)
        return await retry_on_conflict(lambda: self._commit_one(stored.record, reading, calls, completion))

    async def _read_one(self, chain: SolanaDataService, wallet: Wallet, parts: frozenset[WalletPart]) -> WalletReading:
        seconds = self._context.policy.refresh_seconds
        try:
            async with asyncio.timeout(seconds):
                await self._identity.check(chain)
        except ChainMismatch:
            raise
        except (ChainError, TimeoutError) as error:
            return all_failed(error if isinstance(error, BackendError) else ChainTimeout(), parts)
        reader = ChainReader(self._context, self._shared, chain, parts, seconds=seconds)
        async with aclosing(reader.read([wallet])) as readings:
            async for read in readings:
                return read.reading
        raise AssertionError("a reader answers for every wallet")

    async def _commit_one(
        self,
        wallet_read: Wallet,
        reading: WalletReading,
        calls: Counter[str],
        completion: Completion[RefreshWalletResponse],
    ) -> Answer[RefreshWalletResponse]:
        context = self._context
        pending = await self._committer.prepare(wallet_read, reading)
        holdings_before = await holdings_of(context.store, pending.before.record)
        if holdings_before is None and pending.before.record.holdings is not None:
            if not await holdings_lost(context.store, pending.before):
                raise VersionConflict  # another refresh has replaced the holdings since
            pending = await self._committer.prepare(wallet_read, reading, holdings_lost=True)
        outcome = pending.applied.outcome.value
        audit = audited(context, "refreshWallet", pending.after.wallet_address, outcome=outcome)
        if pending.applied.outcome is RefreshItemOutcome.failed:
            await self._committer.store([pending], audit)
            context.meter.refreshed(outcome)
            raise self._failure(pending, reading, holdings_before)
        now = context.clock.now()
        shown = pending.applied.holdings if pending.applied.holdings is not None else holdings_before
        cached = cached_wallet(pending.after, shown, now, context.policy)
        answer = Answer(
            AnswerKind.OK,
            RefreshWalletResponse(
                wallet=cached.wallet,
                cache=cached.cache,
                outcome=RefreshOutcome(outcome),
                results=refresh_results(pending.applied.results),
                changes=refresh_changes(
                    changes_between(
                        pending.before.record,
                        pending.after,
                        holdings_before,
                        pending.applied.holdings,
                        pending.applied.fundings,
                        [schedule for schedule, _ in pending.completed],
                    )
                ),
                rpc_calls=dict(calls),
            ),
            etag=etag_of(pending.after, now, context.policy),
        )
        await self._committer.store([pending], audit, *await completion.writes(answer))
        context.meter.refreshed(outcome)
        return answer

    async def refresh_many(
        self, operation: RefreshOperationRecord, wallet_addresses: Sequence[str], calls: Counter[str]
    ) -> AsyncGenerator[ItemResult, None]:
        """Refresh many wallets of an operation by one plan; each one's result as soon as it is stored.

        `calls` counts the JSON-RPC requests. Raises `ChainMismatch` and `StoreUnavailable`, everything yielded
        so far is stored.
        """
        context = self._context
        chain = context.chain.metered(calls)
        wallets = self.read_ahead.take(wallet_addresses)
        others = [address for address in wallet_addresses if address not in wallets]
        for address, stored in zip(others, await context.store.get_many(Wallet, others), strict=True):
            if stored is None:
                yield self._committer.skipped(address)
            else:
                wallets[address] = stored
        try:
            await self._identity.check(chain)
        except ChainMismatch:
            raise
        except ChainError as error:
            for wallet in wallets.values():
                for result in await self._committer.commit([(wallet, all_failed(error, operation.parts))]):
                    yield result
            return
        reader = ChainReader(
            context,
            self._shared,
            chain,
            operation.parts,
            discover=operation.depth is RefreshDepth.full,
            launched_mints=await self._launched_mints.of(operation.operation_id),
        )
        async with (
            aclosing(reader.read([wallet.record for wallet in wallets.values()])) as readings,
            aclosing(in_batches(readings, MAX_WALLETS)) as batches,
        ):
            async for batch in batches:
                first = [(wallets[read.wallet.key], read.reading) for read in batch if not read.is_update]
                for result in await self._committer.commit(first):
                    yield result
                for read in batch:
                    if read.is_update and read.reading.tokens:
                        await self._committer.commit_alone(read.wallet, read.reading)

    def _check_cooldown(self, wallet: Wallet, parts: frozenset[WalletPart]) -> None:
        """Too early only when every part asked for was read a moment ago: a part that failed may be tried at once."""
        now = self._context.clock.now()
        allowed = []
        for part in parts:
            state = wallet.parts.of(part)
            if state.as_of is None or state.last_error is not None:
                return
            end = cooldown_after(state.as_of, now, self._context.policy)
            if end is None or end <= now:
                return
            allowed.append(end)
        moment = min(allowed)
        raise Throttled(
            ProblemCode.refresh_cooldown,
            "These parts of the wallet were read from the chain a moment ago.",
            retry_after=max(1, math.ceil((moment - now).total_seconds())),
            next_refresh_allowed_at=format_timestamp(moment),
        )

    def _failure(
        self, pending: PendingCommit, reading: WalletReading, holdings_before: Sequence[TokenHolding] | None
    ) -> BackendError:
        """Every part failed: a timeout if all of them timed out, else the first other failure."""
        errors = [
            error for error in (reading.balance, reading.tokens, reading.history) if isinstance(error, BackendError)
        ]
        worst = next((error for error in errors if not isinstance(error, ChainTimeout)), errors[0])
        now = self._context.clock.now()
        worst.members["cached_wallet"] = cached_wallet(pending.after, holdings_before, now, self._context.policy)
        return worst
