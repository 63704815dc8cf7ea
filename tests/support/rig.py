"""An orchestrator over the hand-driven ports, with short ways to ask it things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backends.answers import Answer
from backends.errors import BackendError
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Clock, Ids, SolanaDataService, WalletsDataService
from backends.orchestrator.records import Wallet
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from generated_models import (
    CachedWalletResponse,
    CreateWalletRequest,
    FreshnessState,
    LaunchInfo,
    PortfolioHistory,
    ProblemCode,
    RecordLaunchRequest,
    RefreshAllRequest,
    RefreshDepth,
    RefreshItemResult,
    RefreshOperation,
    RefreshScope,
    RefreshWalletRequest,
    RefreshWalletResponse,
    ScheduledFundingInfo,
    ScheduleFundingRequest,
    ScheduleStatus,
    UpdateWalletRequest,
    WalletActivityPage,
    WalletHistory,
    WalletPage,
    WalletPart,
    WalletSort,
    WalletStatus,
    WalletTransaction,
)
from tests.support.fakes import CountingIds, HookedStore, ManualClock, ScriptedChain, address

BALANCE, TOKENS, HISTORY = WalletPart.sol_balance, WalletPart.token_holdings, WalletPart.funding_transactions
QUICK = Policy(
    refresh_cooldown=timedelta(0), stream_poll=timedelta(milliseconds=1), refresh_seconds=5, discovery=timedelta(0)
)
"""The default numbers, but no cooldown and no long waits in real time; every reading looks for token accounts, as those
of single wallets always do.
"""
RARELY = replace(QUICK, discovery=timedelta(days=10_000))
"""No wallet's accounts are looked for because it is time again."""


class Rig:
    """One process over a world: `Rig()` makes the world too; `again` is another process over the same one."""

    def __init__(
        self,
        *,
        store: WalletsDataService | None = None,
        chain: ScriptedChain | None = None,
        clock: ManualClock | None = None,
        ids: Ids | None = None,
        policy: Policy = QUICK,
    ) -> None:
        self.store = HookedStore(store or MemoryWalletsDataService())
        self.chain = chain or ScriptedChain()
        self.clock = clock or ManualClock()
        self.policy = policy
        self.ids = ids or CountingIds()
        ports: tuple[WalletsDataService, SolanaDataService, Clock] = self.store, self.chain, self.clock
        self.context = Context(
            store=ports[0],
            chain=ports[1],
            clock=ports[2],
            ids=self.ids,
            queue=LocalShardQueue(),
            policy=policy,
        )
        self.backend = WalletManagementOrchestrator("mock", self.context)

    def again(self, policy: Policy | None = None) -> Rig:
        """Another process over the same store and chain."""
        return Rig(
            store=self.store.store, chain=self.chain, clock=self.clock, ids=self.ids, policy=policy or self.policy
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Rig]:
        """With its background work."""
        await self.backend.start()
        try:
            yield self
        finally:
            await self.backend.aclose()

    async def kill(self) -> None:
        """End the background work as a power cut would: nothing is handed back, nothing written any more."""

        async def dead(method: str, writes: object) -> None:
            await asyncio.Event().wait()

        self.store.before = dead
        backend = self.backend
        queue = self.context.queue
        assert isinstance(queue, LocalShardQueue)
        tasks = [*backend._background, *queue._tasks]
        if backend._recovery._planner is not None:
            tasks.append(backend._recovery._planner)
        for _ in range(3):
            for task in tasks:
                task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait(tasks, timeout=5)

    # core

    async def create(self, wallet_address: str, *, key: str | None = None, **body: Any) -> Answer[CachedWalletResponse]:
        request = CreateWalletRequest(wallet_address=wallet_address, **body)
        return await self.backend.create_wallet(body=request, idempotency_key=key)

    async def create_many(self, count: int, prefix: str = "many") -> list[str]:
        addresses = [address(f"{prefix} {number}") for number in range(count)]
        for each in addresses:
            await self.create(each)
        return addresses

    async def get(self, wallet_address: str) -> Answer[CachedWalletResponse]:
        return await self.backend.get_wallet(wallet_address=wallet_address)

    async def put(
        self,
        wallet_address: str,
        *,
        if_match: str | None = None,
        label: str | None = None,
        notes: str | None = None,
        tags: Iterable[str] = (),
        override: WalletStatus | None = None,
    ) -> Answer[CachedWalletResponse]:
        body = UpdateWalletRequest(label=label, notes=notes, tags=list(tags), status_override=override)
        return await self.backend.update_wallet(wallet_address=wallet_address, body=body, if_match=if_match)

    async def delete(self, wallet_address: str, *, force: bool = False, if_match: str | None = None) -> None:
        await self.backend.delete_wallet(wallet_address=wallet_address, force=force, if_match=if_match)

    async def page(
        self,
        *,
        status: WalletStatus | None = None,
        tag: str | None = None,
        freshness: FreshnessState | None = None,
        sort: WalletSort = WalletSort.created_at,
        size: int = 50,
        token: str | None = None,
    ) -> WalletPage:
        answer = await self.backend.list_wallets(
            status=status, tag=tag, freshness=freshness, sort=sort, page_size=size, page_token=token
        )
        return answer.value

    async def walk(self, *, size: int = 50, **choice: Any) -> list[str]:
        """The addresses of all pages."""
        page = await self.page(size=size, **choice)
        found = [item.wallet.wallet_address for item in page.items]
        while page.next_page_token is not None:
            page = await self.page(size=size, token=page.next_page_token, **choice)
            found += [item.wallet.wallet_address for item in page.items]
        return found

    async def stored(self, wallet_address: str) -> Wallet:
        found = await self.store.store.get(Wallet, wallet_address)
        assert found is not None
        return found.record

    # refresh

    async def refreshed(
        self, wallet_address: str, *parts: WalletPart, key: str | None = None
    ) -> Answer[RefreshWalletResponse]:
        body = RefreshWalletRequest(parts=list(parts)) if parts else None
        return await self.backend.refresh_wallet(wallet_address=wallet_address, body=body, idempotency_key=key)

    async def refresh(self, wallet_address: str, *parts: WalletPart) -> RefreshWalletResponse:
        return (await self.refreshed(wallet_address, *parts)).value

    async def refresh_all(
        self,
        *,
        scope: RefreshScope | None = None,
        addresses: list[str] | None = None,
        parts: list[WalletPart] | None = None,
        depth: RefreshDepth = RefreshDepth.known,
        key: str | None = None,
    ) -> RefreshOperation:
        body = RefreshAllRequest(scope=scope, addresses=addresses, parts=parts, depth=depth)
        answer = await self.backend.refresh_all_wallets(body=body, prefer=None, idempotency_key=key)
        return answer.value

    async def operation(self, operation_id: str) -> RefreshOperation:
        return (await self.backend.get_refresh_operation(operation_id=operation_id)).value

    async def finished(self, operation_id: str) -> RefreshOperation:
        """The operation when it has ended; time passes meanwhile, a second at a look."""
        for _ in range(400):
            operation = await self.operation(operation_id)
            if operation.finished_at is not None:
                return operation
            await turns()
            self.clock.move(1)
        raise AssertionError(f"{operation_id} does not end")

    async def results(self, operation_id: str, size: int = 200) -> list[RefreshItemResult]:
        found: list[RefreshItemResult] = []
        token: str | None = None
        while True:
            page = (
                await self.backend.list_refresh_results(
                    operation_id=operation_id, only=None, page_size=size, page_token=token
                )
            ).value
            found += page.items
            token = page.next_page_token
            if token is None:
                return found

    # the past

    async def history(
        self, wallet_address: str, *, since: str | None = None, until: str | None = None, points: int = 5000
    ) -> WalletHistory:
        answer = await self.backend.get_wallet_history(
            wallet_address=wallet_address, from_=since, to=until, max_points=points
        )
        return answer.value

    async def portfolio_history(
        self, *, since: str | None = None, until: str | None = None, points: int = 5000
    ) -> PortfolioHistory:
        answer = await self.backend.get_portfolio_history(from_=since, to=until, max_points=points)
        return answer.value

    async def activity(self, wallet_address: str, *, size: int = 200, token: str | None = None) -> WalletActivityPage:
        answer = await self.backend.list_wallet_activity(
            wallet_address=wallet_address, page_size=size, page_token=token
        )
        return answer.value

    async def transactions(self, wallet_address: str, *, size: int = 200) -> list[WalletTransaction]:
        """Those of all pages."""
        page = await self.activity(wallet_address, size=size)
        found = page.items
        while page.next_page_token is not None:
            page = await self.activity(wallet_address, size=size, token=page.next_page_token)
            found = [*found, *page.items]
        return found

    # funding, launches

    async def schedule(
        self,
        wallet_address: str,
        amount_sol: str,
        *,
        when: str = "2026-11-25T09:00:00Z",
        note: str | None = None,
        key: str | None = None,
    ) -> ScheduledFundingInfo:
        body = ScheduleFundingRequest(
            wallet_address=wallet_address, amount_sol=amount_sol, scheduled_for=when, note=note
        )
        return (await self.backend.schedule_funding(body=body, idempotency_key=key)).value

    async def cancel(self, schedule_id: str) -> None:
        await self.backend.cancel_scheduled_funding(schedule_id=schedule_id)

    async def schedules(
        self, status: ScheduleStatus = ScheduleStatus.SCHEDULED, wallet_address: str | None = None
    ) -> list[ScheduledFundingInfo]:
        answer = await self.backend.list_scheduled_funding(
            status=status, wallet_address=wallet_address, page_size=200, page_token=None
        )
        return answer.value.items

    async def launched(
        self,
        wallet_address: str,
        mint: str,
        *,
        name: str = "Moon Otter",
        when: str = "2026-11-22T10:00:00Z",
        key: str | None = None,
    ) -> Answer[LaunchInfo]:
        body = RecordLaunchRequest(
            wallet_address=wallet_address, mint_address=mint, token_name=name, token_ticker="MOTR", launched_at=when
        )
        return await self.backend.record_launch(body=body, idempotency_key=key)


async def turns(count: int = 20) -> None:
    """Let everything else run for a while."""
    for _ in range(count):
        await asyncio.sleep(0)


async def refused(call: Awaitable[object], code: ProblemCode) -> BackendError:
    """The error of a call that must fail so."""
    with pytest.raises(BackendError) as caught:
        await call
    assert caught.value.code is code, caught.value
    return caught.value


def with_policy(**changes: Any) -> Policy:
    """`QUICK` with other numbers."""
    return replace(QUICK, **changes)


Make = Callable[..., Rig]
