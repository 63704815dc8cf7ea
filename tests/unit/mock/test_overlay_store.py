"""Mocked groups in real mode: wallets are the real store's, and the real store is never written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from backends.errors import BackendError
from backends.mock.clock import MockClock
from backends.mock.factory import build_overlay
from backends.mock.fake_chain import FakeChain
from backends.mock.fake_names import FakeNames
from backends.mock.ids import SeededIds
from backends.mock.populate import wallet_address
from backends.mock.seed import Seed
from backends.mock.solana import FakeSolanaService
from backends.mock.store import MemoryWalletsDataService
from backends.orchestrator.context import Context
from backends.orchestrator.orchestrator import WalletManagementOrchestrator
from backends.orchestrator.policy import Policy
from backends.orchestrator.ports import Write
from backends.orchestrator.refresh_operations.local_queue import LocalShardQueue
from generated_models import (
    CreateWalletRequest,
    PortfolioSummary,
    ProblemCode,
    RecordLaunchRequest,
    RefreshAllRequest,
    ScheduleFundingRequest,
    ScheduleStatus,
    UpdateWalletRequest,
    WalletStatus,
)

NOW = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
SEED = Seed("shadow")
ADDRESSES = [wallet_address(SEED, number) for number in range(12)]
STRANGER = wallet_address(SEED, 99)


class RealStore(MemoryWalletsDataService):
    """Stands for the real store; refuses writes while it is sealed."""

    sealed = False

    async def commit(self, writes: Sequence[Write]) -> None:
        assert not self.sealed, "a mocked group wrote to the real store"
        await super().commit(writes)


class MixedBackends:
    """A real core group, and every other group on the mock, over one store."""

    def __init__(self) -> None:
        self.store = RealStore()
        self.clock = MockClock(frozen_at=NOW)
        policy = Policy(refresh_cooldown=timedelta(0), portfolio_ttl=timedelta(0))
        context = Context(
            store=self.store,
            chain=FakeSolanaService(FakeChain(SEED, FakeNames()), self.clock),
            clock=self.clock,
            ids=SeededIds(SEED),
            queue=LocalShardQueue(),
            policy=policy,
        )
        self.real = WalletManagementOrchestrator("real", context)
        self.mock = build_overlay(self.store, seed="shadow", policy=policy, clock=self.clock)

    async def create(self, address: str, **metadata: object) -> None:
        body = CreateWalletRequest.model_validate({"wallet_address": address, **metadata})
        self.store.sealed = False
        await self.real.create_wallet(body=body, idempotency_key=None)
        self.store.sealed = True

    async def delete(self, address: str) -> None:
        self.store.sealed = False
        await self.real.delete_wallet(wallet_address=address, force=True, if_match=None)
        self.store.sealed = True

    async def summary(self) -> PortfolioSummary:
        """The portfolio, after the list of wallets was due to be taken anew."""
        self.mock._context.store._listed_at = None  # type: ignore[attr-defined]
        return (await self.mock.get_portfolio_summary()).value


@pytest.fixture
async def backends() -> MixedBackends:
    backends = MixedBackends()
    backends.clock.move(timedelta(days=-30))
    for address in ADDRESSES:
        await backends.create(address)
    backends.clock.move(timedelta(days=30))
    return backends


async def test_the_wallets_are_those_of_the_real_store(backends: MixedBackends) -> None:
    summary = await backends.summary()
    assert summary.total_wallets == len(ADDRESSES)
    assert summary.total_balance_lamports != "0"
    with pytest.raises(BackendError) as caught:
        await backends.mock.refresh_wallet(wallet_address=STRANGER, body=None, idempotency_key=None)
    assert caught.value.code is ProblemCode.wallet_not_found


async def test_a_wallets_data_follows_from_seed_and_address(backends: MixedBackends) -> None:
    twin = MixedBackends()
    twin.clock.move(timedelta(days=-30))
    for address in reversed(ADDRESSES):
        await twin.create(address)
    twin.clock.move(timedelta(days=30))
    assert await twin.summary() == await backends.summary()


async def test_every_mocked_group_works_and_writes_nothing_real(backends: MixedBackends) -> None:
    address = ADDRESSES[0]
    revision = backends.store.revision
    await backends.mock.start()
    refreshed = await backends.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    assert refreshed.value.cache.state == "fresh"
    body = ScheduleFundingRequest(
        wallet_address=address, amount_sol="1.5", scheduled_for="2026-12-01T00:00:00.000Z", note=None
    )
    scheduled = (await backends.mock.schedule_funding(body=body, idempotency_key=None)).value
    await backends.mock.cancel_scheduled_funding(schedule_id=scheduled.schedule_id)
    launch = RecordLaunchRequest(
        wallet_address=address,
        mint_address=wallet_address(SEED, 500),
        token_name="Moon",
        token_ticker="MOON",
        launched_at="2026-11-22T16:00:00.000Z",
        signature=None,
    )
    before = (await backends.summary()).total_launches
    await backends.mock.record_launch(body=launch, idempotency_key=None)
    assert (await backends.summary()).total_launches == before + 1
    await backends.mock.refresh_all_wallets(body=RefreshAllRequest(), prefer="wait=10", idempotency_key=None)
    tokens = await backends.mock.list_portfolio_tokens(page_size=200, page_token=None)
    assert tokens.value.total_size > 10
    await backends.mock.get_launch_analytics(days=30)
    await backends.mock.aclose()
    assert backends.store.revision == revision


async def test_a_wallet_deleted_for_real_vanishes_and_its_schedules_are_cancelled(backends: MixedBackends) -> None:
    address = ADDRESSES[3]
    body = ScheduleFundingRequest(
        wallet_address=address, amount_sol="5000", scheduled_for="2026-12-01T00:00:00.000Z", note=None
    )
    scheduled = (await backends.mock.schedule_funding(body=body, idempotency_key=None)).value
    await backends.delete(address)
    assert (await backends.summary()).total_wallets == len(ADDRESSES) - 1
    with pytest.raises(BackendError) as caught:
        await backends.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    assert caught.value.code is ProblemCode.wallet_not_found
    page = await backends.mock.list_scheduled_funding(
        status=ScheduleStatus.CANCELLED, wallet_address=address, page_size=200, page_token=None
    )
    assert scheduled.schedule_id in [item.schedule_id for item in page.value.items]
    await backends.create(address)
    assert (await backends.summary()).total_wallets == len(ADDRESSES)


async def test_metadata_is_the_real_stores(backends: MixedBackends) -> None:
    address = ADDRESSES[5]
    await backends.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    backends.store.sealed = False
    await backends.real.update_wallet(
        wallet_address=address,
        body=UpdateWalletRequest(label="Renamed", notes=None, tags=["x"], status_override=WalletStatus.ARCHIVED),
        if_match=None,
    )
    backends.store.sealed = True
    refreshed = await backends.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    assert refreshed.value.wallet.label == "Renamed"
    assert refreshed.value.wallet.tags == ["x"]
    assert refreshed.value.wallet.status is WalletStatus.ARCHIVED


async def test_a_wallet_just_created_has_a_past_that_fits(backends: MixedBackends) -> None:
    address = wallet_address(SEED, 77)
    await backends.create(address)
    refreshed = await backends.mock.refresh_wallet(wallet_address=address, body=None, idempotency_key=None)
    assert refreshed.value.wallet.created_at == "2026-11-22T16:10:00.000Z"
    assert refreshed.value.wallet.updated_at == "2026-11-22T16:10:00.000Z"
